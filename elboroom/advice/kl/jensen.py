"""The Jensen gap, and the proof that is made of it: jensen_gap, kl_is_nonnegative."""

from typing import Any

import numpy as np

from elboroom.advice.kl import check, mistake
from elboroom.references import kl as by_definition
from elboroom.references.kl import average

check.hints(
    "jensen_gap",
    "E[X] is the average of the values with the given weights. E[f(X)] is the average of what?",
    "Of `f(values)`, with the same weights; `weights @ v` is the weighted average of v. Then subtract f at E[X].",
    "Before anything else keep only those values, and their weights, whose weight is positive: `values[weights > 0]`.",
)
check.hints(
    "kl_is_nonnegative",
    "Open the KL by its definition, and write the difference of logarithms as minus the log of p/q.",
    "Jensen takes the average into -log: .ge(-log(E(q(z), p(z)/q(z))), by='jensen: -log is convex'). Then write the "
    "expectation as an integral.",
    "Under the integral, q (p/q) is p where q > 0. Its integral is at most 1 by normalisation, so the step to -log(1) "
    "is .ge, not .eq; and -log(1) is 0.",
)


def gap(f: Any, values: Any, weights: Any, inside: Any = None) -> float:
    """E[f(X)] - f(E[X]), with other weights `inside` of f if these are given."""
    first = by_definition.jensen_gap(f, values, weights)
    if inside is None:
        return first
    return first + at(f, average(values, weights)) - at(f, average(values, inside))


def at(f: Any, value: float) -> float:
    """f at one number."""
    return float(f(np.array(value)))


def evenly(values: Any) -> Any:
    """The same weight for each value."""
    return np.full(len(values), 1 / len(values))


@mistake("jensen_gap")
def upside_down(f: Any, values: Any, weights: Any) -> Any:
    """This is f(E[X]) - E[f(X)]: the sign is turned. For a convex f the gap is not negative."""
    return -gap(f, values, weights)


@mistake("jensen_gap")
def weights_ignored(f: Any, values: Any, weights: Any) -> Any:
    """Here all values count the same. E is a weighted average: each value counts as often as its weight says."""
    return gap(f, values, evenly(values))


@mistake("jensen_gap")
def plain_mean_inside(f: Any, values: Any, weights: Any) -> Any:
    """The average inside f is the plain mean of the values. It needs the weights, too."""
    return gap(f, values, weights, inside=evenly(values))


@mistake("jensen_gap")
def plain_mean_outside(f: Any, values: Any, weights: Any) -> Any:
    """The average of f(X) is a plain mean here. It needs the weights, too."""
    return gap(f, values, evenly(values), inside=weights)


@mistake("jensen_gap")
def only_the_average_of_f(f: Any, values: Any, weights: Any) -> Any:
    """This is E[f(X)] alone: the height of the centre, not how far it is above the curve."""
    return gap(f, values, weights) + at(f, average(values, weights))


@mistake("jensen_gap")
def mean_subtracted_without_f(f: Any, values: Any, weights: Any) -> Any:
    """This is E[f(X)] - E[X]. The second term is the *curve* at E[X]."""
    mean = average(values, weights)
    return gap(f, values, weights) + at(f, mean) - mean


@mistake("jensen_gap")
def divided_by_their_number(f: Any, values: Any, weights: Any) -> Any:
    """The weights sum to 1 already. Here the weighted values are averaged once more, instead of added up."""
    n = len(values)
    total = gap(f, values, weights) + at(f, average(values, weights))
    return total / n - at(f, average(values, weights) / n)
