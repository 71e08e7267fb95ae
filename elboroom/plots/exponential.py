"""The pictures of unit 03. Each takes the learner's functions first, then x and theta."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullFormatter, ScalarFormatter

from elboroom.plots.picture import EVIDENCE, POSTERIOR, PRIOR, QUIET, Q, picture

Function = Any
RATES = (0.1, 0.2, 0.5, 1, 2, 5, 10)


@picture
def posterior(log_unnormalised_posterior: Function, truncated_normal: Function, *, x: float, theta: float) -> Figure:
    """Prior, likelihood and posterior over z at x = {x}, θ = {theta}: the posterior is a normal density cut at zero."""
    figure, axes = _one(z_axis=True)
    loc, scale = (float(v) for v in truncated_normal(x, theta))
    z = np.linspace(1e-6, max(4.0, x + 3), 400)
    all_z = np.linspace(min(loc, 0) - 3 * scale, z[-1], 500)
    density = _normalised(np.exp(log_unnormalised_posterior(z, x, theta)), z)
    cut = density[-1 - np.argmax(density[::-1])] / np.exp(-0.5 * ((z[np.argmax(density)] - loc) / scale) ** 2)
    axes.plot(all_z, cut * np.exp(-0.5 * ((all_z - loc) / scale) ** 2), color=POSTERIOR, lw=1, ls=":")
    axes.plot(z, theta * np.exp(-theta * z), color=PRIOR, label="prior $p(z)$")
    axes.plot(z, np.exp(-0.5 * (x - z) ** 2) / np.sqrt(2 * np.pi), color=Q, ls="--", label="likelihood $p(x\\mid z)$")
    axes.plot(z, density, color=POSTERIOR, label="posterior $p(z\\mid x)$")
    axes.fill_between(z, density, color=POSTERIOR, alpha=0.15, lw=0)
    axes.axvline(0, color=QUIET, lw=1)
    axes.set(xlabel="$z$", title=f"x = {x:g}, θ = {theta:g}")
    axes.legend()
    return figure


@picture
def parabola_and_lines(log_unnormalised_posterior: Function, *, x: float, theta: float) -> Figure:
    """On a logarithmic scale the posterior is a parabola and every Exp(φ) a straight line; x = {x}, θ = {theta}."""
    figure, axes = _one(z_axis=True)
    z = np.linspace(1e-6, 4, 300)
    log_density = log_unnormalised_posterior(z, x, theta)
    log_density = log_density - np.log(_area(np.exp(log_density), z))
    axes.plot(z, log_density, color=POSTERIOR, lw=2.5, label="$\\log p(z\\mid x)$")
    for phi in (0.3, 0.6, 1.2, 2.4):
        axes.plot(z, np.log(phi) - phi * z, color=Q, lw=1.2, label="$\\log q_\\phi(z)$" if phi == 0.3 else None)
        end = min(4.0, (5.5 + np.log(phi)) / phi)  # near where the line leaves the picture
        axes.text(end + 0.08, np.log(phi) - phi * end, f"φ = {phi:g}", color=Q, fontsize=9, va="center")
    axes.set(xlabel="$z$", ylabel="nats", ylim=(-6, 1.2), title=f"x = {x:g}, θ = {theta:g}")
    axes.legend(loc="lower left")
    return figure


@picture
def gap(elbo: Function, log_evidence: Function, log_posterior: Function, *, x: float, theta: float) -> Figure:
    """Left, the bound against φ under the evidence, the gap shaded; right, q at the best φ; x = {x}, θ = {theta}."""
    figure, (left, right) = _two()
    phi = np.geomspace(0.1, 10, 2000)
    bound, evidence = elbo(x, theta, phi), float(log_evidence(x, theta))
    best = int(np.argmax(bound))
    left.axhline(evidence, color=EVIDENCE, label="evidence $\\log p(x)$")
    left.plot(phi, bound, color=Q, label="ELBO")
    left.fill_between(phi, bound, evidence, color=QUIET, alpha=0.4, lw=0, label="gap")
    left.plot(phi[best], bound[best], "o", color=Q)
    left.set(xscale="log", xlabel="φ", ylabel="nats", ylim=(evidence - 2.5, evidence + 0.3))
    left.set_title(f"smallest gap: {evidence - bound[best]:.4f} nats at φ = {phi[best]:.2f}")
    _rates(left.xaxis)
    left.legend(loc="center left")
    _densities(right, log_posterior, x, theta)
    z = np.linspace(1e-6, max(4.0, x + 3), 300)
    right.plot(z, phi[best] * np.exp(-phi[best] * z), color=Q, label="best $q_\\phi(z)$")
    right.legend()
    return figure


@picture
def two_tops(
    elbo: Function,
    best_phi: Function,
    log_evidence: Function,
    maximise_elbo: Function,
    maximum_likelihood: Function,
    *,
    x: float,
) -> Figure:
    """Left, evidence and best bound against θ at x = {x}, with their tops; right, the ratio of the two θ against x."""
    figure, (left, right) = _two()
    theta = np.geomspace(0.1, 10, 300)
    bound, evidence = elbo(x, theta, best_phi(x, theta)), log_evidence(x, theta)
    top, best = float(maximise_elbo(x)[0]), float(maximum_likelihood(x))
    left.plot(theta, evidence, color=EVIDENCE, label="evidence $\\log p_\\theta(x)$")
    left.plot(theta, bound, color=Q, label="bound, best φ for each θ")
    left.fill_between(theta, bound, evidence, color=QUIET, alpha=0.4, lw=0)
    for at, curve, colour in ((best, evidence, EVIDENCE), (top, bound, Q)):
        height = np.interp(np.log(at), np.log(theta), curve)
        left.plot(at, height, "o", color=colour)
        left.vlines(at, -1e9, height, color=colour, lw=1, ls=":")
    left.set(xscale="log", xlabel="θ", ylabel="nats", ylim=(bound.max() - 1.2, evidence.max() + 0.2))
    left.set_title(f"tops at θ = {best:.4f} and θ = {top:.4f}")
    _rates(left.xaxis)
    left.legend(loc="lower right")
    xs = np.geomspace(0.1, 50, 60)
    right.plot(xs, maximise_elbo(xs)[0] / maximum_likelihood(xs), color=POSTERIOR)
    right.set(
        xscale="log", xlabel="$x$", ylim=(0.95, 2.05), title="θ at the top of the bound / θ at the top of the evidence"
    )
    right.axhline(1, color=QUIET, lw=1)
    right.axhline(2, color=QUIET, lw=1)
    right.xaxis.set_major_formatter(ScalarFormatter())
    return figure


@picture
def landscape(elbo: Function, log_evidence: Function, ascend: Function, *, x: float) -> Figure:
    """The ELBO over θ and φ at x = {x}: contour lines of the bound, the gap as colour, the path of 80 steps uphill."""
    figure, axes = _one(size=(7.2, 5.2))
    theta, phi = np.geomspace(0.1, 10, 90), np.geomspace(0.1, 10, 90)[:, None]
    bound = elbo(x, theta, phi)
    between = log_evidence(x, theta) + 0 * phi - bound
    image = axes.pcolormesh(theta, phi[:, 0], np.log10(np.maximum(between, 1e-3)), cmap="viridis_r", vmin=-2, vmax=2,
                            shading="gouraud")  # fmt: skip
    bar = figure.colorbar(image, ax=axes, label="gap in nats", ticks=[-2, -1, 0, 1, 2])
    bar.ax.set_yticklabels(["0.01", "0.1", "1", "10", "100"])
    levels = bound.max() - np.array([8, 4, 2, 1, 0.5, 0.2, 0.05])
    axes.contour(theta, phi[:, 0], bound, levels=levels, colors="white", linewidths=0.9, linestyles="solid")
    path = ascend(x, 0.3, 5.0, 80, 1 / (5 + x**2 / 2))  # steep where x is large: shorter steps
    axes.plot(path[:, 0], path[:, 1], ".-", color=Q, lw=1.5, ms=5, label="ascent, from (0.3, 5)")
    axes.plot(theta, theta, color="black", lw=1, ls=":", label="θ = φ: q is the prior")
    many = np.geomspace(0.1, 10, 2000)
    axes.axvline(many[np.argmax(log_evidence(x, many))], color="black", lw=1, label="θ at the top of the evidence")
    axes.set(xscale="log", yscale="log", xlabel="θ (model)", ylabel="φ (variational)", title=f"x = {x:.2f}")
    axes.set(xlim=(0.1, 10), ylim=(0.1, 10))
    _rates(axes.xaxis)
    _rates(axes.yaxis)
    axes.legend(loc="lower right", frameon=True, framealpha=0.9)
    return figure


@picture
def richer_family(
    elbo: Function, gamma_elbo: Function, log_evidence: Function, log_posterior: Function, *, x: float, theta: float
) -> Figure:
    """Left, the posterior with the best exponential and the best Gamma q; right, their gaps; x = {x}, θ = {theta}."""
    from scipy.optimize import minimize
    from scipy.stats import gamma

    figure, (left, right) = _two()
    evidence = float(log_evidence(x, theta))
    phi = np.geomspace(0.05, 20, 2000)
    bound = elbo(x, theta, phi)
    top = minimize(lambda u: -float(gamma_elbo(x, theta, *np.exp(u))), np.zeros(2), method="Nelder-Mead")
    (a, b), rate = np.exp(top.x), phi[np.argmax(bound)]
    _densities(left, log_posterior, x, theta)
    z = np.linspace(1e-6, max(4.0, x + 3), 300)
    left.plot(z, rate * np.exp(-rate * z), color=Q, label=f"Exp({rate:.2f})")
    left.plot(z, gamma.pdf(z, a, scale=1 / b), color=EVIDENCE, label=f"Gamma({a:.2f}, {b:.2f})")
    left.legend()
    gaps = [evidence - bound.max(), evidence + top.fun]
    bars = right.barh(["exponential", "Gamma"], gaps, color=[Q, EVIDENCE], height=0.5)
    right.invert_yaxis()
    right.bar_label(bars, fmt=" %.4f")
    right.set(xlabel="gap in nats, at the best q", xlim=(0, 1.25 * gaps[0]))
    return figure


def _one(size: tuple[float, float] = (7.2, 3.6), z_axis: bool = False) -> tuple[Figure, Axes]:
    figure = Figure(figsize=size, layout="constrained")
    return figure, figure.subplots()


def _two() -> tuple[Figure, Any]:
    figure = Figure(figsize=(10.5, 3.7), layout="constrained")
    return figure, figure.subplots(1, 2)


def _rates(axis: Any) -> None:
    """A logarithmic axis with numbers that people read."""
    axis.set_major_locator(FixedLocator(RATES))
    axis.set_major_formatter(ScalarFormatter())
    axis.set_minor_formatter(NullFormatter())


def _densities(axes: Axes, log_posterior: Function, x: float, theta: float) -> None:
    """The posterior, normalised numerically."""
    z = np.linspace(1e-6, max(4.0, x + 3), 300)
    density = _normalised(np.exp(log_posterior(z, x, theta)), z)
    axes.plot(z, density, color=POSTERIOR, label="posterior $p(z\\mid x)$")
    axes.fill_between(z, density, color=POSTERIOR, alpha=0.15, lw=0)
    axes.set(xlabel="$z$", ylim=(0, 2.2 * density.max()), title=f"x = {x:g}, θ = {theta:g}")


def _area(values: Any, z: Any) -> Any:
    return np.trapezoid(values, z)


def _normalised(values: Any, z: Any) -> Any:
    return values / _area(values, z)
