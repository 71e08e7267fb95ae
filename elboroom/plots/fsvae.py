"""The pictures of unit 10: two bounds under the evidence; contents swapped, a grid of styles, walks, both measurements.

Images are rows of colours, one colour after the other: (N, 3·side²), from 0 to 1.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from elboroom.plots.answers import from_answers
from elboroom.plots.digits import mosaic
from elboroom.plots.picture import EVIDENCE, POSTERIOR, QUIET, Q, Unanswered

Function = Callable[..., Any]
Array = np.ndarray
X = np.linspace(-1.5, 6.0, 120)
CONTENTS = (0, 2, 3, 7, 8)  # what pictures are swapped to
CHANCE = 0.1


@from_answers
def bounds(prior_bound: Function, *, theta: float) -> Figure:
    """Unit 03's model at θ = {theta}: evidence, best bound with an exponential q, bound over the prior."""
    figure = Figure(figsize=(9.0, 3.8), layout="constrained")
    axes = figure.subplots()
    evidence, best = _by_sums(theta)
    loose = np.broadcast_to(np.asarray(prior_bound(X, theta), float), X.shape)
    axes.plot(X, evidence, color=EVIDENCE, lw=2.5, label="evidence $\\log p(x)$")
    axes.plot(X, best, color=Q, label="best exponential $q$")
    axes.plot(X, loose, color=POSTERIOR, label="$q$ = prior: your `prior_bound`")
    axes.fill_between(X, loose, evidence, color=QUIET, alpha=0.35, lw=0)
    at = int(np.argmin(abs(X - 1.5)))
    axes.set(xlabel="$x$", ylabel="nats", ylim=(max(loose.min(), -14.0), 0.0))
    axes.set_title(
        f"at x = 1.5 the prior loses {evidence[at] - loose[at]:.3f} nats, the best q {evidence[at] - best[at]:.3f}"
    )
    axes.legend(loc="lower center")
    return figure


def _by_sums(theta: float) -> tuple[Array, Array]:
    """(evidence, highest bound of all exponential q) at X, as sums over a fine grid of z."""
    z = (np.arange(4000) + 0.5) * 0.01 * max(1.0, 1 / theta)
    cell = np.log(z[1] - z[0])
    log_joint = np.log(theta) - theta * z - 0.5 * np.log(2 * np.pi) - 0.5 * (X[:, None] - z) ** 2
    rates = np.geomspace(0.1, 20, 150)[:, None]
    log_q = np.log(rates) - rates * z
    q = np.exp(log_q + cell)
    bounds = (q / q.sum(1, keepdims=True)) @ log_joint.T - (q * log_q).sum(1, keepdims=True)
    return np.logaddexp.reduce(log_joint + cell, axis=1), bounds.max(0)


def colours(images: Any) -> Array:
    """(N, 3·side²) as (N, 3, side, side) of colours that can be shown."""
    array = np.asarray(images.detach().cpu() if hasattr(images, "detach") else images, float)
    side = round((array.shape[-1] / 3) ** 0.5)
    return array.reshape(-1, 3, side, side).clip(0, 1)


def show(axes: Axes, rows: list[Any], names: list[str] | None = None) -> None:
    """Rows of images as one picture, each row with its name on the left."""
    strips = [colours(row) for row in rows]
    axes.imshow(mosaic(strips), interpolation="nearest")
    side = strips[0].shape[-1]
    axes.set_xticks([])
    axes.set_yticks([(r + 0.5) * side for r in range(len(rows))] if names else [], labels=names or [])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def sheet(rows: int, columns: int, inch: float = 0.55, room: float = 1.6) -> tuple[Figure, Axes]:
    """A figure for so many rows and columns of images, with room for names."""
    figure = Figure(figsize=(columns * inch + room, rows * inch + 0.3), layout="constrained")
    return figure, figure.subplots()


@from_answers
def gallery(images: Any) -> Figure:
    """Digits that nobody has trained on: the colours are drawn whatever the digit is."""
    figure, axes = sheet(len(images) // 20, 20, room=0.2)
    show(axes, [images[i : i + 20] for i in range(0, len(images) // 20 * 20, 20)])
    return figure


def _noise(model: Any, x: Any, y: Any) -> Any:
    """Standard normal noise for the styles of x, always the same."""
    return torch.randn(model.encode(x, y)[0].shape, generator=torch.Generator().manual_seed(0)).to(x)


def _swaps(model: Any, swap: Function, x: Any, y: Any) -> list[Any]:
    """The images with their own labels, then with each of CONTENTS."""
    with torch.no_grad():
        eps = _noise(model, x, y)
        return [swap(model, x, y, y, eps), *(swap(model, x, y, torch.full_like(y, c), eps) for c in CONTENTS)]


@from_answers
def swapped(model: Any, swap: Function, x: Any, y: Any) -> Figure:
    """Pictures, what is decoded with their own label, and what with others: one column, one style."""
    rows = [x, *_swaps(model, swap, x, y)]
    figure, axes = sheet(len(rows), len(x))
    show(axes, rows, ["picture", "own label", *(f"as a {c}" for c in CONTENTS)])
    return figure


@from_answers
def styles(model: Any, style_grid: Function, z: Any) -> Figure:
    """Rows share a style drawn from the prior, columns share the digit."""
    with torch.no_grad():
        grid = style_grid(model, z, 10)
    figure, axes = sheet(len(grid), 10, inch=0.62)
    show(axes, list(grid), [f"style {r + 1}" for r in range(len(grid))])
    side = colours(grid[0]).shape[-1]
    axes.set_xticks([(c + 0.5) * side for c in range(10)], labels=[str(c) for c in range(10)])
    axes.xaxis.tick_top()
    return figure


@from_answers
def walks(model: Any, interpolate: Function, ends: Any) -> Figure:
    """Walks on straight lines between two styles, the digit held."""
    digits = [3, 4, 5, 7, 9][: len(ends)]
    with torch.no_grad():
        rows = [interpolate(model, a, b, y, 14) for (a, b), y in zip(ends, digits, strict=True)]
    figure, axes = sheet(len(rows), 14)
    show(axes, rows, [f"a {y}" for y in digits])
    return figure


@from_answers
def compared(held: Any, learnt: Any, swap: Function, x: Any, y: Any) -> Figure:
    """The same pictures decoded with their own label and as other digits: variance held, and learnt."""
    figure = Figure(figsize=(len(x) * 0.8 + 1.6, 3.7), layout="constrained")
    left, right = figure.subplots(1, 2)
    names = ["picture", "own label", *(f"as a {c}" for c in CONTENTS)]
    show(left, [x, *_swaps(held, swap, x, y)], names)
    left.set_title("variance held at 0.1")
    show(right, [x, *_swaps(learnt, swap, x, y)])
    right.set_title("variance learnt")
    return figure


@from_answers
def both_sides(results: Any) -> Figure:
    """How often a probe finds the digit in z, and a swapped digit is read as wanted; bars of two standard errors."""
    if not results:
        raise Unanswered("This picture needs an answer from above: write it, run its cell, then run this one again.")
    figure = Figure(figsize=(9.0, 1.0 + 0.5 * len(results)), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    for axes, which, title in [(left, 1, "digit found in z"), (right, 2, "swapped digit read as wanted")]:
        values, errors = np.array([figures[which] for figures in results.values()]).T
        axes.barh(range(len(values)), values, xerr=2 * errors, color=Q if which == 1 else POSTERIOR, height=0.6)
        axes.set(
            xlim=(0, 1),
            title=title,
            xlabel="share of 1,000 test digits; dashed: chance",
            yticks=range(len(values)),
            yticklabels=list(results),
        )
        axes.axvline(CHANCE, color="black", lw=1, ls="--")
    left.invert_yaxis()
    return figure
