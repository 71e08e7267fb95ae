"""The baseline of the score-function estimator: optimal_baseline."""

from typing import Any

import numpy as np

from elboroom.advice.reparameterization import check, mistake
from elboroom.references import reparameterization as noisy

check.hints(
    "optimal_baseline",
    "The mean of (f - b)² s² is a parabola in b. Where is its lowest point?",
    "Its derivative in b is the mean of -2 (f - b) s². Set it to zero.",
    "So the mean of f s² is b times the mean of s².",
)


@mistake("optimal_baseline")
def plain_mean(f: Any, s: Any) -> Any:
    """This is the mean of f: a good baseline, but not the best. Samples with a large score count more."""
    return np.mean(f)


@mistake("optimal_baseline")
def weighted_by_the_score(f: Any, s: Any) -> Any:
    """The weights are the scores themselves, which are negative at times and cancel. The variance asks for s²."""
    return np.mean(np.multiply(f, s)) / np.mean(s)


@mistake("optimal_baseline")
def weighted_by_its_size(f: Any, s: Any) -> Any:
    """The weights are |s|. A variance is a mean of squares: it asks for s²."""
    return np.mean(np.multiply(f, np.abs(s))) / np.mean(np.abs(s))


@mistake("optimal_baseline")
def not_divided(f: Any, s: Any) -> Any:
    """The weights s² are not normalised: if f were constant, the best baseline would be that constant."""
    return noisy.optimal_baseline(f, s) * np.mean(np.square(s))


@mistake("optimal_baseline")
def slope_of_a_regression(f: Any, s: Any) -> Any:
    """This is the slope of f over s. It is the products f·s that should be explained by s."""
    return np.mean(np.multiply(f, s)) / np.mean(np.square(s))


@mistake("optimal_baseline")
def upside_down(f: Any, s: Any) -> Any:
    """The fraction is upside down: with a constant f, the best baseline is that constant."""
    return 1 / noisy.optimal_baseline(f, s)


@mistake("optimal_baseline")
def mean_of_the_score_kept(f: Any, s: Any) -> Any:
    """This makes the variance *in this sample* least and takes the sample's mean score seriously. In law that mean is
    0: leave it out, and minimise the mean of ((f - b) s)²."""
    products = np.multiply(f, s)
    return (np.mean(products * s) - np.mean(products) * np.mean(s)) / np.var(s)
