"""The pictures of unit 01. Each takes the learner's functions first, then the values of its sliders."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from elboroom.plots.answers import from_answers
from elboroom.plots.picture import EVIDENCE, POSTERIOR, PRIOR, QUIET, Q

Function = Any
RED = np.log([0.6, 0.2])  # log p(red | urn), the example of the notebook
SHARES = np.array([[0.45, 0.35, 0.2]])
W = np.linspace(0.005, 0.995, 199)


def urns(prior: float) -> tuple[Any, Any]:
    """(log prior, log joint) of a red ball, for p(A) = prior."""
    log_prior = np.log([prior, 1 - prior])
    return log_prior, RED + log_prior


def two(w: Any) -> Any:
    """The distributions (w, 1 - w) over the two urns."""
    return np.stack([w, 1 - np.asarray(w)], axis=-1)


@from_answers
def identity(log_evidence: Function, elbo: Function, gap: Function) -> Figure:
    """A hundred random models: the gap against evidence minus ELBO; every point should lie on the diagonal."""
    generator = np.random.default_rng(1)
    log_joint, q = generator.normal(-3, 2, (100, 5)), generator.dirichlet(np.ones(5), 100)
    distance, divergence = numbers(log_evidence(log_joint)) - numbers(elbo(log_joint, q)), numbers(gap(log_joint, q))
    figure = Figure(figsize=(4.2, 3.6), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, distance.max()], [0, distance.max()], color=QUIET, lw=1)
    axes.plot(distance, divergence, ".", color=POSTERIOR)
    axes.set(xlabel="$\\log p(x)$ − ELBO, nats", ylabel="gap, nats")
    axes.set_title(f"they differ by {np.abs(distance - divergence).max():.0e} at most")
    return figure


@from_answers
def bars(elbo_terms: Function, log_evidence: Function, gap: Function, *, q: float, prior: float) -> Figure:
    """How q(A) = {q} divides the evidence, with p(A) = {prior}: reconstruction, price and gap; right, for every q."""
    log_prior, log_joint = urns(prior)
    evidence = float(numbers(log_evidence(log_joint)))
    reconstruction, kl = (float(numbers(v)) for v in elbo_terms(RED, log_prior, two(q)))
    between = float(numbers(gap(log_joint, two(q))))
    figure = Figure(figsize=(10.5, 3.9), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[1.15, 1])
    _waterfall(left, evidence, reconstruction, kl, between)
    left.set_title(f"q(A) = {q:.2f}, p(A) = {prior:.2f}: ELBO = {reconstruction - kl:.4f}")
    _curves(right, [numbers(v) for v in elbo_terms(RED, log_prior, two(W))], evidence)
    right.plot(q, reconstruction - kl, "o", color=Q, zorder=5)
    right.vlines(q, reconstruction - kl, evidence, color=EVIDENCE, lw=2.5, alpha=0.5)
    return figure


def _waterfall(axes: Axes, evidence: float, reconstruction: float, kl: float, between: float) -> None:
    """From 0 down by the reconstruction, down by the price, up by the gap: there is the evidence."""
    bound = reconstruction - kl
    parts = [("reconstruction", 0.0, reconstruction, POSTERIOR), ("price: KL to the prior", reconstruction, -kl, Q),
             ("gap: KL to the posterior", bound, between, EVIDENCE)]  # fmt: skip
    for row, (_, start, length, colour) in enumerate(parts):
        axes.barh(row, length, left=start, color=colour, height=0.55)
        axes.text(max(start, start + length) + 0.04, row, f"{length + 0.0:+.4f}", va="center", fontsize=9)
        axes.vlines(start + length, row, row + 1, color=QUIET, lw=1)
    axes.barh(3, bound, color=QUIET, height=0.55)
    axes.barh(3, between, left=bound, color=EVIDENCE, height=0.55, alpha=0.6)
    axes.axvline(evidence, color="black", lw=1, ls=":")
    axes.set_yticks(range(4), [name for name, *_ in parts] + ["ELBO + gap = evidence"])
    axes.invert_yaxis()
    axes.set(xlabel="nats", xlim=(-4.4, 0.55))


def _curves(axes: Axes, terms: list[Any], evidence: float) -> None:
    """Reconstruction, reconstruction less the price, and the evidence, against q(A)."""
    axes.axhline(evidence, color="black", lw=1, ls=":", label="evidence")
    axes.plot(W, terms[0], color=POSTERIOR, lw=1.2, label="reconstruction")
    axes.plot(W, terms[0] - terms[1], color=Q, label="ELBO")
    axes.fill_between(W, terms[0] - terms[1], evidence, color=EVIDENCE, alpha=0.15, lw=0, label="gap")
    axes.set(xlabel="q(A)", ylabel="nats", ylim=(evidence - 1.3, evidence + 0.75))
    axes.legend(loc="lower right", ncols=2)


@from_answers
def two_rankings(likelihood_and_kl: Function) -> Figure:
    """Three hundred random models of twenty observations: log likelihood against divergence, on one falling line."""
    generator = np.random.default_rng(2)
    data, models = np.repeat([0, 1, 2], [9, 7, 4]), generator.dirichlet(np.ones(3) * 2, 300)
    likelihood, kl = (numbers(v) for v in likelihood_and_kl(data, models))
    figure = Figure(figsize=(6.2, 3.6), layout="constrained")
    axes = figure.subplots()
    axes.plot(kl, likelihood, ".", color=POSTERIOR, alpha=0.6)
    best, (top, least) = int(np.argmax(likelihood)), (numbers(v)[0] for v in likelihood_and_kl(data, SHARES))
    axes.plot(kl[best], likelihood[best], "o", color=Q, label="the most likely of them, and the nearest")
    axes.plot(least, top, "*", ms=12, color=EVIDENCE, label="the shares themselves")
    axes.set(xlabel="$\\mathrm{KL}(\\hat p\\,\\|\\,p)$, nats", ylabel="$\\sum_i \\log p(x_i)$, nats")
    axes.legend()
    return figure


@from_answers
def from_both_sides(sandwich: Function, log_evidence: Function, *, prior: float) -> Figure:
    """The evidence between its bounds, for every q, with p(A) = {prior}; they meet where q is the posterior."""
    _, log_joint = urns(prior)
    evidence = float(numbers(log_evidence(log_joint)))
    below, above = (numbers(v) for v in sandwich(np.broadcast_to(log_joint, (len(W), 2)), two(W)))
    figure = Figure(figsize=(7.2, 3.6), layout="constrained")
    axes = figure.subplots()
    axes.fill_between(W, below, above, color=QUIET, alpha=0.3, lw=0)
    axes.plot(W, above, color=POSTERIOR, label="averaged over the posterior")
    axes.axhline(evidence, color=EVIDENCE, label="evidence")
    axes.plot(W, below, color=Q, label="averaged over q: the ELBO")
    axes.axvline(prior, color=PRIOR, lw=1, ls=":", label="q = prior")
    axes.set(xlabel="q(A)", ylabel="nats", ylim=(evidence - 1.5, evidence + 1.5), title=f"p(A) = {prior:.2f}")
    axes.legend(loc="upper center", ncols=2)
    return figure


@from_answers
def climb(
    em_step: Function,
    posterior: Function,
    elbo: Function,
    log_evidence: Function,
    log_joint_of: Function,
    images: Any,
    start: Any,
    *,
    step: float,
) -> Figure:
    """EM on small images: left, evidence and bound on the way of one step; middle, all steps; right, the stencils."""
    path = [tuple(numbers(v) for v in start)]
    while len(path) < 12:
        path.append(tuple(numbers(v) for v in em_step(images, *path[-1])))
    at = min(int(step), len(path) - 2)
    q = numbers(posterior(log_joint_of(images, *path[at])))

    def evidence(parameters: Any) -> float:
        return float(numbers(log_evidence(log_joint_of(images, *parameters))).sum())

    def bound(parameters: Any) -> float:
        return float(numbers(elbo(log_joint_of(images, *parameters), q)).sum())

    figure = Figure(figsize=(11.5, 3.7), layout="constrained")
    axes = figure.subplots(1, 3, width_ratios=[1.2, 1, 0.85])
    _one_step(axes[0], path[at], path[at + 1], evidence, bound)
    heights = [evidence(parameters) for parameters in path]
    axes[1].plot(heights, ".-", color=EVIDENCE)
    axes[1].plot(at, heights[at], "o", color=Q, ms=8)
    axes[1].set(xlabel="step", ylabel="log evidence of all images, nats", title=f"after step {at}: {heights[at]:.2f}")
    side = int(np.sqrt(np.shape(images)[1]))
    pictures = path[at][1].reshape(-1, side, side)
    framed = np.pad(pictures, ((0, 0), (0, 0), (0, 1)), constant_values=np.nan)
    axes[2].imshow(np.hstack(list(framed))[:, :-1], cmap="gray_r", vmin=0, vmax=1)
    axes[2].set(xticks=[], yticks=[], title="weights " + ", ".join(f"{w:.2f}" for w in path[at][0]))
    return figure


def _one_step(axes: Axes, old: Any, new: Any, evidence: Function, bound: Function) -> None:
    """Both along the line from the old parameters to the new ones, and half as far again where the model exists."""
    t = np.array([s for s in np.linspace(-0.6, 1.8, 61) if all(_inside(_between(old, new, s)))])
    points = [_between(old, new, s) for s in t]
    here, risen = evidence(old), bound(new) - evidence(old)
    axes.plot(t, [evidence(p) - here for p in points], color=EVIDENCE, label="log evidence")
    axes.plot(t, [bound(p) - here for p in points], color=Q, label="bound, q from the E-step")
    axes.plot(0, 0, "o", color=EVIDENCE)
    axes.plot(1, risen, "o", color=Q)
    axes.vlines(1, risen, evidence(new) - here, color=QUIET, lw=3)
    axes.set(xlabel="from old (0) to new (1) parameters", ylabel="nats above the old evidence")
    axes.legend(loc="lower center")


def _between(old: Any, new: Any, t: float) -> list[Any]:
    return [a + t * (b - a) for a, b in zip(old, new, strict=True)]


def _inside(parameters: Any) -> list[bool]:
    return [bool(np.all((p > 0) & (p < 1))) for p in parameters]


def numbers(value: Any) -> Any:
    """An answer (array, list, tensor) as an array of floats."""
    return np.asarray(value, dtype=float)
