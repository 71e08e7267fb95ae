"""The pictures of unit 08, second half: rows of mixed images, published figures, and other choices of digits."""

import math
from typing import Any

import numpy as np
import torch
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from elboroom.plots.answers import from_answers
from elboroom.plots.iwae import _ready, mean_and_error
from elboroom.plots.picture import EVIDENCE, POSTERIOR, PRIOR, Q

Array = np.ndarray
Answer = Any
PUBLISHED = {1: 100.11, 10: 78.58, 100: 46.39, 1000: 45.55}  # the write-up's -IWAE-m of the VAE, on 100 test images


@from_answers
def rows(pooled_images: Answer, *, m: float) -> Figure:
    """Twelve images, {m} samples of each: the table that was meant, and the one that `reshape` made"""
    N, m = 12, int(m)
    figure = Figure(figsize=(9.8, 3.8), layout="constrained")
    left, right = figure.subplots(1, 2)
    _draw_table(left, np.repeat(np.arange(N)[:, None], m, axis=1), "meant: a row for each image")
    _draw_table(right, np.asarray(pooled_images(N, m)).astype(int), "made: rows of m, cut from the list")
    return figure


def _draw_table(axes: Axes, images: Array, title: str) -> None:
    """The number of the image in each cell, and its colour."""
    axes.imshow(images, cmap="twilight", vmin=0, vmax=12, aspect="auto")
    if images.shape[1] <= 16:
        for (row, column), image in np.ndenumerate(images):
            dark = sum(colormaps["twilight"](image / 12)[:3]) < 1.5
            axes.text(column, row, image, ha="center", va="center", fontsize=8, color="white" if dark else "black")
    axes.set(xticks=[], yticks=range(len(images)), xlabel="$m$ weights", ylabel="row", title=title)


def as_published(log_w: Any, m: int) -> Any:
    """The write-up's bounds of the first m samples: rows of m, cut from the list of m·N weights. (m, N) to (N,)."""
    table = log_w[:m].reshape(-1, m)
    return torch.logsumexp(table, 1) - math.log(m)


@from_answers
def beside_the_published(iwae_bound: Answer, log_w: Answer) -> Figure:
    """Published figures beside ours on a hundred digits: in class order, shuffled, and with each image by itself"""
    log_w = _ready({"": log_w})[""]
    sizes = [m for m in PUBLISHED if m <= len(log_w)]
    shuffled = log_w[:, torch.randperm(log_w.shape[1], generator=torch.Generator().manual_seed(0))]
    lines = {
        "ours, each image by itself": ([iwae_bound(log_w[:m]) for m in sizes], EVIDENCE),
        "ours, rows of m, in class order": ([as_published(log_w, m) for m in sizes], Q),
        "ours, rows of m, shuffled": ([as_published(shuffled, m) for m in sizes], POSTERIOR),
    }
    figure = Figure(figsize=(8.6, 4.4), layout="constrained")
    axes = figure.subplots()
    for name, (bounds, colour) in lines.items():
        means, errors = np.transpose([mean_and_error(-b) for b in bounds])
        axes.errorbar(sizes, means, 2 * errors, fmt="o-", color=colour, ms=5, capsize=3, label=name)
        for m, mean in zip(sizes, means, strict=True):
            axes.annotate(f"{mean:.1f}", (m, mean), (7, 5), textcoords="offset points", fontsize=8, color=colour)
    axes.plot(list(PUBLISHED), list(PUBLISHED.values()), "kx", ms=9, mew=2, label="published", zorder=5)
    axes.set(xscale="log", xlabel="$m$", ylabel="nats", title="minus the bound, mean over a hundred digits")
    axes.set_xlim(0.7, 2.2 * sizes[-1])
    axes.set_xticks(sizes, map(str, sizes))
    axes.minorticks_off()
    axes.legend()
    return figure


def draws(log_w: Any, labels: Any, n: int = 1000, shuffled: bool = False) -> dict[int, Array]:
    """The wrong figures on n choices of ten digits of each class, in class order or shuffled: m -> (n,).

    log_w (100, images) holds weights of all images to choose from. From m = N = 100 on a row holds every image m/N
    times; the figure for m = 1000 is estimated from ten of its hundred rows."""
    generator = np.random.default_rng(0)
    of_class = [np.flatnonzero(np.asarray(labels) == c) for c in range(10)]
    figures: dict[int, list[float]] = {m: [] for m in PUBLISHED}
    weights = np.exp(np.asarray(log_w, float))  # e^-180 is a number in double precision
    for _ in range(n):
        chosen = np.concatenate([generator.permuted(each)[:10] for each in of_class])
        table = weights[:, generator.permutation(chosen) if shuffled else chosen]
        for m in PUBLISHED:
            rows = table[: min(m, 100)].reshape(-1, m)
            figures[m].append(-float(np.log(rows.mean(axis=1)).mean()))
    return {m: np.array(values) for m, values in figures.items()}


@from_answers
def over_draws(log_w: Answer, labels: Answer) -> Figure:
    """The wrong figures for a thousand choices of ten digits of each class; the published ones as black lines"""
    figure = Figure(figsize=(8.6, 3.4), layout="constrained")
    axes = figure.subplots()
    figures = draws(_ready({"": log_w})[""], labels)
    for m, colour in ((1, EVIDENCE), (10, Q), (1000, PRIOR)):
        values = figures[m]
        below = (values < PUBLISHED[m]).mean()
        label = f"m = {m}: {values.mean():.1f} ± {values.std():.1f}; {100 * below:.0f} % below the published"
        axes.hist(values, bins=50, color=colour, alpha=0.7, label=label)
        axes.axvline(PUBLISHED[m], ymax=0.65, color="black", lw=1.5)
    axes.set(xlabel="nats", yticks=[], ylim=(0, 1.75 * axes.get_ylim()[1]))
    axes.spines["left"].set_visible(False)
    axes.legend(loc="upper center", fontsize=8.5)
    return figure


@from_answers
def two_trainings(iwae_bound: Answer, tables: Answer) -> Figure:
    """Models trained on L_1 and on L_5, measured with more and more samples: the second gains more by them"""
    figure = Figure(figsize=(8.6, 3.8), layout="constrained")
    axes = figure.subplots()
    for (name, log_w), colour in zip(_ready(tables).items(), (POSTERIOR, Q), strict=False):
        sizes = [m for m in (1, 2, 5, 10, 20, 50, 100) if m <= len(log_w)]
        means = [-float(np.asarray(iwae_bound(log_w[:m])).mean()) for m in sizes]
        axes.plot(sizes, means, "o-", color=colour, ms=5, label=name)
        for m in (sizes[0], sizes[-1]):
            axes.annotate(f"{means[sizes.index(m)]:.1f}", (m, means[sizes.index(m)]), (0, 8), **_CENTRED)
    axes.set(xscale="log", xlabel="$m$ in the measurement", ylabel="nats", title="$-L_m$ on test digits")
    axes.margins(y=0.15)
    axes.legend()
    return figure


_CENTRED: dict[str, Any] = {"textcoords": "offset points", "ha": "center", "fontsize": 8}
