"""The pictures of unit 11: chords of convex functions, two curves at a learner's point, directions with and without
centring, a list that is cut into rows. They show what an item is about, and draw a witness once it is handed in."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from elboroom.plots.picture import EVIDENCE, POSTERIOR, QUIET, Q, Unanswered, picture

THETA = np.geomspace(0.05, 4.0, 61)
PHI = np.geomspace(0.05, 6.0, 120)
NODES, WEIGHTS = np.polynomial.legendre.leggauss(200)


@picture
def chords() -> Figure:
    """Two convex functions and a chord of each: −log u left, u log u right."""
    figure = Figure(figsize=(8.4, 3.0), layout="constrained")
    u = np.linspace(0.02, 3.2, 200)
    for axes, f, name in zip(
        figure.subplots(1, 2), (lambda v: -np.log(v), lambda v: v * np.log(v)), ("−log u", "u log u"), strict=True
    ):
        ends = np.array([0.3, 2.6])
        axes.axhline(0, color=QUIET, lw=1)
        axes.plot(u, f(u), color=POSTERIOR)
        axes.plot(ends, f(ends), "o-", color=Q, lw=1.2)
        axes.set(title=name, xlabel="u", ylim=(-1.3, 3.9))
    return figure


@picture
def pushing(witness: Any) -> Figure:
    """At the witness's x: the log evidence and the best bound B, over θ, with the two θ marked."""
    x, theta, theta2 = _entries(witness, 10, "x", "theta", "theta2")
    figure = Figure(figsize=(6.4, 3.4), layout="constrained")
    axes = figure.subplots()
    evidence, best = _evidence(x, THETA), _best_bound(x, THETA)
    axes.semilogx(THETA, evidence, color=EVIDENCE, label="$\\log p_\\theta(x)$")
    axes.semilogx(THETA, best, color=Q, label="$B(\\theta)$")
    for value, style in ((theta, ":"), (theta2, "--")):
        axes.axvline(value, color=QUIET, ls=style, lw=1.2)
    axes.set(xlabel="θ (dotted), θ₂ (dashed)", ylabel="nats", title=f"x = {x:g}")
    axes.set_ylim(float(best.max()) - 2.5, float(evidence.max()) + 0.3)
    axes.legend()
    return figure


@picture
def origins(*, offset: float) -> Figure:
    """A cloud {offset} away from the origin: its first direction through the mean, and through the origin."""
    generator = np.random.default_rng(3)
    cloud = generator.normal(size=(80, 2)) @ np.array([[1.6, 0.3], [0.0, 0.45]]) + np.array([0.0, offset])
    figure = Figure(figsize=(8.4, 3.6), layout="constrained")
    for axes, centre, title in zip(
        figure.subplots(1, 2, sharex=True, sharey=True), (cloud.mean(axis=0), np.zeros(2)), _TITLES, strict=True
    ):
        direction = np.linalg.svd(cloud - centre)[2][0]
        lost = ((cloud - centre) ** 2).sum() - (((cloud - centre) @ direction) ** 2).sum()
        axes.plot(*cloud.T, ".", color=QUIET)
        axes.axline(centre, centre + direction, color=POSTERIOR)
        axes.plot(0, 0, "+", color="black")
        axes.set(title=f"{title}: loses {lost:.1f}", xlim=(-5, 5), ylim=(-2, 8), aspect="equal")
    return figure


@picture
def reshaped(witness: Any) -> Figure:
    """The list v, and the table made of it row by row; a colour for each image."""
    (log_w,) = _entries(witness, 20, "log_w")
    table = np.atleast_2d(np.asarray(log_w, float))
    m, images = table.shape
    owner = np.tile(np.arange(images), m)
    figure = Figure(figsize=(8.4, 2.6), layout="constrained")
    above, below = figure.subplots(1, 2, width_ratios=[2, 1])
    _coloured(above, owner[None, :], "v")
    _coloured(below, owner.reshape(images, m), "A = v.reshape(N, m)")
    below.set(ylabel="row", yticks=range(images))
    return figure


_TITLES = ("through the mean", "through the origin")


def _coloured(axes: Axes, owner: Any, title: str) -> None:
    axes.imshow(owner, cmap="tab20", vmin=0, vmax=19, aspect="auto")
    for (row, column), image in np.ndenumerate(owner):
        axes.text(column, row, f"image {image}", ha="center", va="center", fontsize=7)
    axes.set(title=title, xticks=[], yticks=[])


def _entries(witness: Any, item: int, *names: str) -> list[Any]:
    """The named parts of a counterexample; Unanswered while it isn't one."""
    if not isinstance(witness, dict) or not all(name in witness for name in names):
        raise Unanswered(f"This picture needs your numbers for item {item}: {', '.join(names)}.")
    return [witness[name] for name in names]


def _over_z(integrand: Any, reach: Any) -> Any:
    """∫ integrand(z) dz from 0 to `reach` (...), on 200 nodes in the last axis."""
    half = np.asarray(reach, float)[..., None] / 2
    return (WEIGHTS * half * integrand(half * (1 + NODES))).sum(axis=-1)


def _evidence(x: float, theta: Any) -> Any:
    rate = theta[:, None]
    return np.log(_over_z(lambda z: np.exp(_log_joint(x, z, rate)), np.full(theta.shape, abs(x) + 10.0)))


def _best_bound(x: float, theta: Any) -> Any:
    """The largest bound over a grid of φ, for each θ."""

    def bound(z: Any) -> Any:
        log_q = np.log(PHI[:, None]) - PHI[:, None] * z
        return np.exp(log_q) * (_log_joint(x, z, theta[:, None, None]) - log_q)

    return _over_z(bound, 40 / PHI).max(axis=1)


def _log_joint(x: float, z: Any, rate: Any) -> Any:
    return -0.5 * np.log(2 * np.pi) - 0.5 * (x - z) ** 2 + np.log(rate) - rate * z
