"""The pictures of unit 05, second half: a bound that becomes tight, the plane it finds, latents that switch off."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from elboroom import clouds
from elboroom.plots.answers import from_answers
from elboroom.plots.picture import EVIDENCE, POSTERIOR, PRIOR, QUIET, Q

Array = np.ndarray
Answer = Any
Step = tuple[int, Array, float, Array, Array]  # number, W, sigma2, V, d


@from_answers
def turned(model: Answer, best_linear_encoder: Answer, linear_vae_gap: Answer, *, angle: float) -> Figure:
    """The latents turned by {angle}°: the posterior tilts, the best factorised q can't follow, the bound sinks."""
    figure = Figure(figsize=(9.4, 4.0), layout="constrained")
    left, right = figure.subplots(1, 2)
    W, sigma2 = np.asarray(model[0], float), float(model[1])
    turn = _axes_of(W) @ _rotation(angle)
    M = (W @ turn).T @ (W @ turn) + sigma2 * np.eye(2)
    left.plot(*_ellipse(sigma2 * np.linalg.inv(M)), color=POSTERIOR, label="posterior $p(z\\mid x)$")
    left.plot(
        *_ellipse(np.diag(np.asarray(best_linear_encoder(W @ turn, sigma2)[1], float))), color=Q, label="best $q$"
    )
    left.set(aspect="equal", xlim=(-0.4, 0.4), ylim=(-0.4, 0.4), xlabel="$z_1$", ylabel="$z_2$")
    left.legend(loc="upper right")
    left.set_title("one standard deviation, about the mean")
    angles = np.linspace(0, 180, 91)
    gaps = np.array([float(linear_vae_gap(W @ _axes_of(W) @ _rotation(a), sigma2)) for a in angles])
    gap = float(linear_vae_gap(W @ turn, sigma2))
    right.axhline(0, color=EVIDENCE, label="$\\log p(x)$: the same at every angle")
    right.plot(angles, -gaps, color=Q, label="bound at the best $q$")
    right.plot([angle, angle], [-gap, 0], color=QUIET, lw=5, solid_capstyle="butt", zorder=0)
    right.plot(angle, -gap, "o", color=Q)
    right.set(xlabel="angle in degrees", ylabel="nats below $\\log p(x)$", xticks=range(0, 181, 45))
    deepest = max(gaps.max(), 1e-3)
    right.set(ylim=(-1.5 * deepest, 0.1 * deepest))
    right.set_title(f"gap: {gap:.4f} nats")
    right.legend(loc="lower center")
    return figure


@from_answers
def planes(
    path: Answer, model: Answer, elbo: Answer, log_likelihood: Answer, least_gap: Answer, *, progress: float
) -> Figure:
    """The planes of PCA and of the linear VAE, and the bound under the evidence, at {progress} of the training."""
    figure = Figure(figsize=(10.4, 4.8), layout="constrained")
    grid = figure.add_gridspec(2, 2, height_ratios=[3, 2])
    now = round(progress * (len(path) - 1))
    _draw_planes(figure.add_subplot(grid[:, 0], projection="3d"), path[now], np.asarray(model[0], float))
    X, steps = clouds.pancake(), [step for step, *_ in path]
    bound = np.array([float(elbo(X, W, s, V, d)) for _, W, s, V, d in path])
    evidence = np.array([float(log_likelihood(X, W, s)) for _, W, s, _, _ in path])
    tilt = np.array([float(least_gap(W, s)) for _, W, s, _, _ in path])
    above, below = figure.add_subplot(grid[0, 1]), figure.add_subplot(grid[1, 1])
    above.axhline(float(log_likelihood(X, *model)), color=PRIOR, lw=1, label="the highest evidence: PPCA")
    above.plot(steps, evidence, color=EVIDENCE, label="evidence $\\log p(x)$ of the VAE")
    above.plot(steps, bound, color=Q, label="its bound")
    above.fill_between(steps, bound, evidence, color=QUIET, alpha=0.5, lw=0)
    above.plot([steps[now]] * 2, [bound[now], evidence[now]], "o", color=Q, ms=4)
    above.set(ylabel="nats per point", ylim=(evidence[-1] - 1.9, evidence[-1] + 0.15), xticklabels=[])
    above.set_title(f"step {steps[now]}: evidence {evidence[now]:.4f}, bound {bound[now]:.4f}")
    below.plot(steps, evidence - bound, color=Q, label="gap")
    below.plot(steps, np.maximum(tilt, 1e-9), color=POSTERIOR, label="gap of the best $q$ for this W")
    below.plot(steps[now], (evidence - bound)[now], "o", color=Q, ms=4)
    below.set(xlabel="step", ylabel="nats", yscale="log", ylim=(1e-5, 3))
    for axes in (above, below):
        axes.set_xscale("symlog")
        axes.set_xlim(-0.3, 1.1 * steps[-1])
        axes.legend(loc="lower right" if axes is above else "lower left")
    return figure


def _draw_planes(axes: Any, now: Step, pca: Array) -> None:
    """Both planes, and the columns of W against the principal axes, through the centred cloud."""
    X, W = clouds.pancake(), now[1]
    axes.scatter(*X[::4].T, color=POSTERIOR, s=4, alpha=0.5)
    for columns, colour, name in [(pca @ _axes_of(pca), EVIDENCE, "PCA"), (W, Q, "linear VAE")]:
        basis = np.linalg.qr(columns)[0]
        side = np.array([[-1, -1], [-1, 1], [1, 1], [1, -1]]) * 2.6
        corners = side @ basis.T
        axes.plot_trisurf(*corners.T, triangles=[[0, 1, 2], [0, 2, 3]], color=colour, alpha=0.22, lw=0)
        for w in columns.T:
            axes.plot(*np.transpose([-w, w]), color=colour, lw=2.2)
        axes.plot([], [], [], color=colour, label=name)
    axes.set(xlim=(-3, 3), ylim=(-3, 3), zlim=(-3, 3), xticks=[], yticks=[], zticks=[])
    axes.view_init(elev=14, azim=-60)
    axes.set_box_aspect((1, 1, 1), zoom=1.25)
    axes.legend(loc="upper left")


@from_answers
def switching_off(collapse: Answer, *, noise: float) -> Figure:
    """The variances of the data and what is left of them in W when the noise is fixed at {noise}; right, the nats."""
    figure = Figure(figsize=(9.6, 3.9), layout="constrained")
    left, right = figure.subplots(1, 2)
    X, k = clouds.spectrum(), 6
    values = np.linalg.eigvalsh(np.cov(X.T, bias=True))[::-1][:k]
    lengths = np.asarray(collapse(X, k, noise), float)
    names = np.arange(1, k + 1)
    left.bar(names, values, color=QUIET, label="variance of the data, $\\lambda_j$")
    left.bar(names, lengths, bottom=noise * (lengths > 0), color=Q, label="$\\|w_j\\|^2$")
    left.axhline(noise, color="black", lw=1, ls="--")
    left.text(k + 0.5, noise + 0.05, "σ²", ha="right")
    left.set(xlabel="latent $j$", title=f"{int((lengths > 1e-9).sum())} of {k} latents are on")
    left.legend()
    sweep = np.geomspace(0.05, 6, 60)
    nats = np.array([0.5 * np.log1p(np.asarray(collapse(X, k, s), float) / s) for s in sweep])
    for j in range(k):
        right.plot(sweep, nats[:, j], color=Q, lw=1.2)
        right.text(sweep[0] * 0.95, nats[0, j], f"$z_{j + 1}$", ha="right", va="center", fontsize=9)
    right.axvline(noise, color="black", lw=1, ls="--")
    right.set(xscale="log", xlabel="σ²", ylabel="KL, nats", title="what each latent tells of x")
    return figure


def _axes_of(W: Array) -> Array:
    """The rotation of the latents that makes the columns of W orthogonal, the longest first."""
    return np.linalg.svd(W)[2].T


def _rotation(angle: float) -> Array:
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    return np.array([[c, -s], [s, c]])


def _ellipse(cov: Array) -> Array:
    """The points one standard deviation from 0."""
    angle = np.linspace(0, 2 * np.pi, 200)
    return np.linalg.cholesky(cov) @ np.stack([np.cos(angle), np.sin(angle)])
