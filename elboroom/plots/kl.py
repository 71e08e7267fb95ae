"""The pictures of unit 02. Each takes the learner's functions first, then the values of its sliders."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse, Polygon

from elboroom.plots.answers import from_answers
from elboroom.plots.picture import EVIDENCE, POSTERIOR, PRIOR, QUIET, Q

Answer = Any
Array = np.ndarray

GRID = np.linspace(-12, 12, 481)


@from_answers
def both_ways(kl_discrete: Answer) -> Figure:
    """Pairs of coins; colour is KL(q‖p) - KL(p‖q), and on the black lines the two directions agree."""
    figure, (axes,) = _row(1)
    heads = np.linspace(0.02, 0.98, 97)
    q_head, p_head = np.meshgrid(heads, heads)
    q, p = (np.stack([head, 1 - head], axis=-1) for head in (q_head, p_head))
    difference = np.asarray(kl_discrete(q, p)) - np.asarray(kl_discrete(p, q))
    shown = axes.pcolormesh(q_head, p_head, difference, cmap="RdBu_r", vmin=-1, vmax=1, shading="gouraud")
    axes.contour(q_head, p_head, difference, levels=[0.0], colors="black", linewidths=1.5)
    figure.colorbar(shown, ax=axes, label="nats, cut off at ±1")
    axes.set(xlabel="q(head)", ylabel="p(head)", aspect="equal", title="KL(q‖p) - KL(p‖q)")
    return figure


@from_answers
def jensen(jensen_gap: Answer, *, spread: float, middle: float) -> Figure:
    """Three points on -log u, the middle one with weight {middle}: their centre is above the curve by the gap."""
    figure, (axes,) = _row(1)
    values = np.array([1 - spread, 1.0, 1 + spread])
    weights = np.array([(1 - middle) / 2, middle, (1 - middle) / 2])
    u, heights = np.linspace(0.03, 2.2, 300), _minus_log(values)
    mean = float(weights @ values)
    gap = float(jensen_gap(_minus_log, values, weights))
    bottom = float(_minus_log(np.array(mean)))
    axes.plot(u, _minus_log(u), color="black", label="$-\\log u$")
    axes.add_patch(Polygon(np.column_stack([values, heights]), color=QUIET, alpha=0.35, label="where centres can be"))
    axes.scatter(values, heights, s=30 + 400 * weights, color=POSTERIOR, zorder=3, label="values, by weight")
    axes.plot([mean, mean], [bottom, bottom + gap], color=Q, lw=4, solid_capstyle="butt", label="your Jensen gap")
    axes.plot(mean, bottom + gap, "o", color=Q, zorder=4)
    axes.set(xlabel="$u$", ylim=(-1, 3.3), title=f"E[f(X)] - f(E[X]) = {gap:.3f}")
    axes.legend(loc="upper right")
    return figure


@from_answers
def half(half_factorised: Answer, *, agreement: float) -> Figure:
    """Two equal coins q against two that agree with probability {agreement}: the KL, and the sum over marginals."""
    figure, (axes,) = _row(1)
    p = np.array([[agreement, 1 - agreement], [1 - agreement, agreement]]) / 2
    heads = np.linspace(0.01, 0.99, 99)
    coins = [np.array([head, 1 - head]) for head in heads]
    together, apart = np.transpose([np.asarray(half_factorised(q, q, p), float) for q in coins])
    axes.plot(heads, together, color=Q, label="$KL(q_1\\otimes q_2\\,\\|\\,p)$")
    axes.plot(heads, apart, color=POSTERIOR, ls="--", label="sum of the marginals' KLs")
    axes.fill_between(heads, together, apart, color=QUIET, alpha=0.3)
    axes.set(xlabel="q(head), both coins", ylabel="nats", ylim=(0, 2.2), title=f"agreement under p: {agreement:g}")
    axes.legend(loc="upper center")
    return figure


@from_answers
def ridge(best_diagonal: Answer, kl_mvn: Answer, *, rho: float) -> Figure:
    """A target with correlation {rho}, your best factorised q, and the product of the target's marginals."""
    figure, (left, right) = _row(2)
    zero = np.zeros(2)

    def both(r: float) -> tuple[Array, Array, float, float]:
        cov = np.array([[1.0, r], [r, 1.0]])
        variances, gap = best_diagonal(cov)
        return cov, np.asarray(variances, float), float(gap), float(kl_mvn(zero, np.eye(2), zero, cov))

    cov, variances, gap, _ = both(rho)
    _ellipse(left, cov, POSTERIOR, "-", "target p")
    _ellipse(left, np.diag(variances), Q, "-", "your best q")
    _ellipse(left, np.eye(2), PRIOR, "--", "p's own marginals")
    left.set(xlim=(-3.4, 3.4), ylim=(-3.4, 3.4), aspect="equal", title="two standard deviations")
    left.legend(loc="upper left", fontsize=8)
    correlations = np.linspace(-0.97, 0.97, 98)
    rows = [both(r) for r in correlations]
    right.plot(correlations, [row[2] for row in rows], color=Q, label="your best q")
    right.plot(correlations, [row[3] for row in rows], color=PRIOR, ls="--", label="p's own marginals")
    right.plot(rho, gap, "o", color=Q)
    right.set(xlabel="correlation", ylabel="KL(q‖p), nats", ylim=(0, 3), title=f"gap at {rho:g}: {gap:.3f} nats")
    right.legend(loc="upper center", fontsize=8)
    return figure


@from_answers
def estimates(kl_monte_carlo: Answer, *, distance: float) -> Figure:
    """Estimates of the KL between two Gaussians {distance} apart, from 4 to 4,096 samples, with two standard errors."""
    figure, (axes,) = _row(1)
    random = np.random.default_rng(1)
    sizes = np.repeat(2 ** np.arange(2, 13), 3)

    def log_normal(mean: float) -> Any:
        return lambda z: -0.5 * ((z - mean) ** 2 + np.log(2 * np.pi)).sum(axis=-1)

    draws = [random.normal(size=(n, 1)) for n in sizes]
    means, errors = np.transpose([kl_monte_carlo(log_normal(0.0), log_normal(distance), z) for z in draws])
    places = sizes * np.tile([0.85, 1.0, 1.18], len(sizes) // 3)
    axes.errorbar(places, means, 2 * errors, fmt="o", ms=3.5, lw=1.2, color=Q, label="your estimate ± 2 errors")
    axes.axhline(distance**2 / 2, color="black", lw=1, label="the KL")
    axes.axhline(0, color=QUIET, lw=1, ls=":")
    axes.set(xscale="log", xlabel="samples", ylabel="nats", title=f"means {distance:g} apart")
    axes.legend(loc="upper right")
    return figure


@from_answers
def two_bumps(kl_discrete: Answer, *, a: float, m: float, s: float) -> Figure:
    """A target with bumps at ±{a}, q = N({m}, {s}²), and what each direction charges for it."""
    figure, (left, right) = _row(2)
    p, q = bumps(a), gaussian(m, s)
    paid = {"reverse\nKL(q‖p)": _nats(kl_discrete, q, p), "forward\nKL(p‖q)": _nats(kl_discrete, p, q)}
    reverse, forward = best_of_each(kl_discrete, a)
    least = [_nats(kl_discrete, gaussian(*reverse), p), _nats(kl_discrete, p, gaussian(*forward))]
    _densities(left, {"target p": (p, POSTERIOR), "q": (q, Q)})
    bars = right.bar(list(paid), [min(v, 4.0) for v in paid.values()], color=[Q, EVIDENCE], width=0.5)
    for bar, value, low in zip(bars, paid.values(), least, strict=True):
        middle = bar.get_x() + bar.get_width() / 2
        right.plot([middle - 0.35, middle + 0.35], [low, low], color="black", lw=2)
        right.text(middle, min(value, 3.75) + 0.08, f"{value:.2f}", ha="center")
    right.set(ylabel="nats, cut off at 4", ylim=(0, 4.2), title="what q pays; black: the least there is")
    return figure


@from_answers
def seek_or_cover(kl_discrete: Answer, *, a: float) -> Figure:
    """The best Gaussians, target with bumps at ±{a}: the forward one covers the mass, the reverse may seek a mode."""
    figure, (left, right) = _row(2)
    p, (reverse, forward) = bumps(a), best_of_each(kl_discrete, a)
    drawn = {
        "target p": (p, POSTERIOR),
        f"reverse: N({reverse[0]:.2f}, {reverse[1] ** 2:.2f})": (gaussian(*reverse), Q),
        f"forward: N({forward[0]:.2f}, {forward[1] ** 2:.2f})": (gaussian(*forward), EVIDENCE),
    }
    _densities(left, drawn)
    if abs(reverse[0]) > 0.05:
        left.plot(GRID, _per_unit(gaussian(-reverse[0], reverse[1])), color=Q, lw=1, ls=":")
    means = np.linspace(-5, 5, 81)
    for name, colour, (_, width), order in (
        ("reverse", Q, reverse, 1),
        ("forward", EVIDENCE, forward, -1),
    ):
        pairs = [(gaussian(m, width), p)[::order] for m in means]
        right.plot(means, [_nats(kl_discrete, *pair) for pair in pairs], color=colour, label=f"{name}, best width kept")
    right.set(xlabel="mean of q", ylabel="nats", ylim=(0, 4), title="moving q along")
    right.legend(loc="upper center")
    return figure


def bumps(a: float) -> Array:
    """½N(-a, 1) + ½N(a, 1), as a table over GRID."""
    return (gaussian(-a, 1.0) + gaussian(a, 1.0)) / 2


def gaussian(mean: float, sd: float) -> Array:
    """N(mean, sd²) as a table over GRID, with a trace of mass everywhere so that every KL is finite."""
    weights = np.exp(-0.5 * ((GRID - mean) / sd) ** 2) + 1e-300
    table: Array = weights / weights.sum()
    return table


def best_of_each(kl_discrete: Answer, a: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """((mean, sd) with the least KL(q‖p), (mean, sd) with the least KL(p‖q)), by search over a grid, then a finer one.

    Of two equally good means the one that isn't negative."""
    p = bumps(a)
    reverse = _search(lambda table: np.asarray(kl_discrete(table, np.broadcast_to(p, table.shape))))
    forward = _search(lambda table: np.asarray(kl_discrete(np.broadcast_to(p, table.shape), table)))
    return reverse, forward


def _search(cost: Any) -> tuple[float, float]:
    """The (mean, sd) of least cost; cost takes tables (n, len(GRID))."""
    means, sds = np.linspace(0, 4.5, 19), np.geomspace(0.5, 5, 19)
    for _ in range(4):
        places = [(m, s) for m in means for s in sds]
        m, s = places[int(np.argmin(cost(np.array([gaussian(*place) for place in places]))))]
        step, factor = means[1] - means[0], sds[1] / sds[0]
        means = np.linspace(max(m - step, 0), m + step, 9)
        sds = np.geomspace(s / factor, s * factor, 9)
    return float(m), float(s)


def _nats(kl_discrete: Answer, q: Array, p: Array) -> float:
    return float(kl_discrete(q, p))


def _minus_log(u: Any) -> Any:
    return -np.log(np.maximum(u, 1e-12))


def _per_unit(table: Array) -> Array:
    density: Array = table / (GRID[1] - GRID[0])
    return density


def _densities(axes: Axes, tables: dict[str, tuple[Array, str]]) -> None:
    for name, (table, colour) in tables.items():
        axes.plot(GRID, _per_unit(table), color=colour, label=name)
    axes.fill_between(GRID, _per_unit(next(iter(tables.values()))[0]), color=POSTERIOR, alpha=0.12)
    axes.set(xlabel="$z$", xlim=(-8, 8), ylim=(0, 0.6))
    axes.legend(loc="upper right", fontsize=8)


def _ellipse(axes: Axes, cov: Array, colour: str, style: str, name: str) -> None:
    """Where a Gaussian is two standard deviations from its mean."""
    values, vectors = np.linalg.eigh(cov)
    width, height = 4 * np.sqrt(values)
    angle = float(np.degrees(np.arctan2(vectors[1, 0], vectors[0, 0])))
    axes.add_patch(Ellipse((0, 0), width, height, angle=angle, fill=False, ec=colour, ls=style, lw=1.8, label=name))


def _row(n: int) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(5.2 if n == 1 else 9.6, 3.8), layout="constrained")
    return figure, list(np.atleast_1d(figure.subplots(1, n)))
