"""The pieces: a label beside features, and the log density of a picture with Gaussian noise."""

from typing import Any

import numpy as np
from scipy import stats

from elboroom.advice.fsvae import check, mistake
from elboroom.references import fsvae as by_definition
from elboroom.references.fsvae import floats, ints

Array = np.ndarray

check.hints(
    "with_label",
    "A label is not a quantity: 7 is not more than 3. Each class gets a column of its own.",
    "`torch.nn.functional.one_hot(y, classes)` makes the columns; they are whole numbers, the features are not.",
    "`torch.cat([features, indicators], dim=-1)`, the indicators turned into the features' dtype.",
)
check.hints(
    "gaussian_log_likelihood",
    "Write log N(x; m, v) for one pixel, all of it, then sum over the pixels of each image.",
    "Three terms a pixel: -½ log 2π, -½ log v, -½ (x - m)²/v. If v is a single number, how often does its log count?",
    "Let the three terms broadcast to (N, D) *before* the sum: add `torch.zeros_like(x)`, say, or expand v. "
    "Then `.sum(-1)`.",
)


@mistake("with_label")
def label_as_a_number(features: Any, y: Any, classes: int) -> Array:
    """The label is put in as one number. Then 9 is nine times as much as 1; give each class a column of its own."""
    return np.column_stack([floats(features), floats(y)])


@mistake("with_label")
def label_first(features: Any, y: Any, classes: int) -> Array:
    """The indicators stand before the features; they are asked for after them."""
    both = by_definition.with_label(features, y, classes)
    return np.roll(both, classes, axis=1)


@mistake("with_label")
def counted_from_one(features: Any, y: Any, classes: int) -> Array:
    """The 1 stands one place too far to the left: labels count from 0."""
    return by_definition.with_label(features, (ints(y) - 1) % classes, classes)


@mistake("with_label")
def class_major(features: Any, y: Any, classes: int) -> Array:
    """The indicators were laid out class by class and then cut into rows: they stand beside the wrong images."""
    indicators = by_definition.with_label(np.zeros((len(ints(y)), 0)), y, classes)
    return np.hstack([floats(features), indicators.T.reshape(indicators.shape)])


@mistake("with_label")
def indicators_alone(features: Any, y: Any, classes: int) -> Array:
    """These are the indicators alone. The features stand before them."""
    return by_definition.with_label(np.zeros((len(ints(y)), 0)), y, classes)


def pixels(x: Any, mean: Any, var: Any) -> Array:
    """(N, D): the log density of each pixel."""
    return stats.norm.logpdf(floats(x), floats(mean), np.sqrt(floats(var)))


def half_squares(x: Any, mean: Any, var: Any) -> Array:
    """(N,): ½ Σ (x - m)²/v, what the density of a pixel loses by being away from its mean."""
    return (pixels(mean, mean, var) - pixels(x, mean, var)).sum(-1)


@mistake("gaussian_log_likelihood")
def no_normaliser(x: Any, mean: Any, var: Any) -> Array:
    """The normaliser, -½ log 2πv for each pixel, is left out. With a fixed variance that is a constant; once the
    variance is learnt it is all that keeps it from growing for ever."""
    return -half_squares(x, mean, var)


@mistake("gaussian_log_likelihood")
def normaliser_once(x: Any, mean: Any, var: Any) -> Array:
    """The normaliser counts once; it belongs to every pixel. A variance that is one number broadcasts in the squares,
    but its log doesn't by itself."""
    return -half_squares(x, mean, var) - 0.5 * np.log(2 * np.pi * floats(var))


@mistake("gaussian_log_likelihood")
def without_log_2pi(x: Any, mean: Any, var: Any) -> Array:
    """-½ log 2π is left out, once for each pixel."""
    return by_definition.log_normal(x, mean, var) + 0.5 * np.log(2 * np.pi) * np.shape(x)[-1]


@mistake("gaussian_log_likelihood")
def variance_for_deviation(x: Any, mean: Any, var: Any) -> Array:
    """The variance is used as a standard deviation (`Normal(mean, scale)` wants the latter)."""
    return by_definition.log_normal(x, mean, floats(var) ** 2)


@mistake("gaussian_log_likelihood")
def log_variance(x: Any, mean: Any, var: Any) -> Array:
    """The variance is taken for its logarithm. In this unit it comes as it is."""
    return by_definition.log_normal(x, mean, np.exp(floats(var)))


@mistake("gaussian_log_likelihood")
def mean_over_the_pixels(x: Any, mean: Any, var: Any) -> Array:
    """This is the mean over the pixels. The density of an image is a product over its pixels, its log their sum."""
    return pixels(x, mean, var).mean(-1)


@mistake("gaussian_log_likelihood")
def one_for_all(x: Any, mean: Any, var: Any) -> Array:
    """This sums over the images, too. Give one number for each image."""
    return pixels(x, mean, var).sum()


@mistake("gaussian_log_likelihood")
def one_per_pixel(x: Any, mean: Any, var: Any) -> Array:
    """This is the log density of each pixel. Sum over them."""
    return pixels(x, mean, var)


@mistake("gaussian_log_likelihood")
def not_halved(x: Any, mean: Any, var: Any) -> Array:
    """The squares are not halved."""
    return by_definition.log_normal(x, mean, var) - half_squares(x, mean, var)


@mistake("gaussian_log_likelihood")
def minus(x: Any, mean: Any, var: Any) -> Array:
    """The sign is turned: this is the cost, -log p. The likelihood is asked for."""
    return -by_definition.log_normal(x, mean, var)
