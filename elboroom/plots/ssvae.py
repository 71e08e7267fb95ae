"""The pictures of unit 09: the best q for two classes, learning curves, one hand in ten digits, a lottery."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from matplotlib.figure import Figure

from elboroom.plots.answers import from_answers
from elboroom.plots.digits import mosaic
from elboroom.plots.picture import EVIDENCE, POSTERIOR, PRIOR, QUIET, Q, Unanswered

Function = Callable[..., Any]
HIGH = -90.0  # the better of two bounds, in nats
WAITS = "This picture needs your `train`: write it above, then run this cell again."


def array(values: Any) -> np.ndarray:
    """A tensor's numbers, wherever it lies."""
    return np.asarray(values.detach().cpu() if hasattr(values, "detach") else values, dtype=float)


@from_answers
def two_classes(best_posterior: Function, *, difference: float) -> Figure:
    """U as a function of q, for two classes whose bounds are {difference} nats apart, with your maximum."""
    figure = Figure(figsize=(7.0, 3.8), layout="constrained")
    axes = figure.subplots()
    q = np.linspace(0, 1, 401)
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy = -np.nan_to_num(q * np.log(q)) - np.nan_to_num((1 - q) * np.log(1 - q))
    expectation = q * HIGH + (1 - q) * (HIGH - difference)
    axes.plot(q, expectation, color=QUIET, label="expectation of $L$ alone")
    axes.plot(q, expectation + entropy, color=Q, lw=2.5, label="$U$: with the entropy")
    found = best_posterior(torch.tensor([[HIGH, HIGH - difference]], dtype=torch.float64))
    best, top = array(found[0])[0, 0], array(found[1])[0]
    axes.plot([best], [top], "o", color=EVIDENCE, ms=9, label=f"yours: $q$ = {best:.3f}, $U$ = {top:.3f}")
    axes.set(xlabel="probability of the better class", ylabel="nats", ylim=(HIGH - difference - 0.3, HIGH + 0.9))
    axes.legend(loc="lower right")
    return figure


@from_answers
def learning_curves(curves: Any) -> Figure:
    """The share of test digits classified rightly, against the steps: the hundred labels alone, and with the rest."""
    if not any(curves.values()):
        raise Unanswered(WAITS)
    figure = Figure(figsize=(7.0, 3.6), layout="constrained")
    axes = figure.subplots()
    for (gw, curve), colour in zip(curves.items(), (PRIOR, Q), strict=False):
        steps, shares = np.array(curve).T
        axes.plot(steps, 100 * shares, color=colour, lw=2.2, label=f"gw = {gw}")
    axes.set(xlabel="steps", ylabel="accuracy, %", ylim=(50, None))
    axes.legend(loc="lower right")
    return figure


@from_answers
def in_all_classes(images: Any) -> Figure:
    """Each row: a test digit, then its z decoded with the classes 0 to 9."""
    rows = array(images)  # (N, 1 + C, 784)
    figure = Figure(figsize=(7.2, 6.4), layout="constrained")
    axes = figure.subplots()
    axes.imshow(mosaic(rows), cmap="gray_r", vmin=0, vmax=1)
    names = ["given", *map(str, range(rows.shape[1] - 1))]
    axes.set_xticks(28 * np.arange(len(names)) + 14, names)
    axes.set(yticks=[], xlabel="class")
    axes.axvline(27.5, color=POSTERIOR, lw=2)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure


@from_answers
def lottery(accuracies: Any) -> Figure:
    """The accuracy of the classifier alone: five draws of a hundred labels side by side, five seeds in each."""
    shares = 100 * trained(accuracies)  # (draws, seeds)
    figure = Figure(figsize=(7.0, 3.4), layout="constrained")
    axes = figure.subplots()
    for draw, of_seeds in enumerate(shares):
        axes.plot([draw] * len(of_seeds), of_seeds, "o", color=Q, alpha=0.6)
        axes.plot([draw - 0.25, draw + 0.25], [of_seeds.mean()] * 2, color="black", lw=1.5)
    axes.axhline(shares.mean(), color=QUIET, ls=":")
    axes.set(xlabel="draw of the labels", ylabel="accuracy, %", xticks=range(len(shares)))
    return figure


@from_answers
def worth_of_labels(labels: Any, accuracies: Any, reached: Any) -> Figure:
    """The accuracy of the classifier alone against its labels; dashed, what the whole model reached with 100."""
    shares = 100 * trained(accuracies)
    figure = Figure(figsize=(7.0, 3.6), layout="constrained")
    axes = figure.subplots()
    axes.plot(labels, shares, "o-", color=PRIOR, label="classifier alone")
    axes.axhline(100 * reached, color=Q, ls="--", label="with the unlabelled digits, 100 labels")
    axes.set(xscale="log", xlabel="labels", ylabel="accuracy, %")
    axes.set_xticks(labels, [f"{n:,}" for n in labels])
    axes.minorticks_off()
    axes.legend(loc="lower right")
    return figure


def trained(accuracies: Any) -> np.ndarray:
    """Accuracies as an array. Raises Unanswered where a training has given none."""
    found = np.array(accuracies, dtype=object)
    if any(each is None for each in found.ravel()):
        raise Unanswered(WAITS)
    return found.astype(float)
