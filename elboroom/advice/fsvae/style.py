"""Style and content: swapped labels, the grid, the line between two styles, the probe, two choices."""

from typing import Any

import numpy as np

from elboroom.advice.fsvae import STATE, check, mistake
from elboroom.references import fsvae as by_definition
from elboroom.references.fsvae import decode, encode, floats, ints, sampled, with_constant

Array = np.ndarray
Figures = tuple[float, float]

check.hints(
    "swap",
    "Two labels play a part: the one that the image has, and the one that you want. Which half gets which?",
    "The encoder looks at a real image, whose label is y. The decoder draws a new one.",
    "z = mu + √var · eps from `model.encode(x, y)`, then `model.decode(z, wanted)`.",
)
check.hints(
    "style_grid",
    "Every style meets every class: R · C pairs. Which index changes fastest when you write the pairs down row by row?",
    "Row by row z[0] comes C times, then z[1]: that is `repeat_interleave` for z, and `repeat` for the classes.",
    "`z.repeat_interleave(classes, dim=0)` with `torch.arange(classes).repeat(len(z))`, decoded, then "
    "`.reshape(len(z), classes, -1)`.",
)
check.hints(
    "interpolate",
    "`steps` points on the straight line, the first of them z_a and the last z_b.",
    "`torch.linspace(0, 1, steps)` are the weights of z_b; make a column of them.",
    "z = (1 - w) z_a + w z_b, (steps, K), and the same label `steps` times: `torch.full((steps,), y)`.",
)
check.hints(
    "probe",
    "A column of ones beside the features, indicators of the classes as targets, least squares; then the largest of "
    "the outputs is the class predicted.",
    "Fit on (features, labels), predict for the others. `torch.linalg.lstsq(A, targets).solution` or NumPy's.",
    "accuracy a = mean of (predicted == their_labels), its standard error √(a (1 - a)/n), with n the number of the "
    "others. Return two floats.",
)
check.hints(
    "leak",
    "Who needs the digit, in order to make the reconstruction good? And from whom can it get it?",
    "The encoder may see the digit in x anyway. It matters whether *z* is the only way to the decoder.",
    "What is already known on the other side needn't be sent, and sending it costs KL.",
)


@mistake("swap")
def keeps_its_label(model: Any, x: Any, y: Any, wanted: Any, eps: Any) -> Array:
    """These are reconstructions: the decoder was given the label that the image has already."""
    return decode(STATE, sampled(STATE, x, y, eps), y)


@mistake("swap")
def encoder_told_the_wish(model: Any, x: Any, y: Any, wanted: Any, eps: Any) -> Array:
    """The encoder was given the label that is wanted. It looks at the real image: tell it what that is."""
    return by_definition.swap(STATE, x, wanted, wanted, eps)


@mistake("swap")
def exchanged(model: Any, x: Any, y: Any, wanted: Any, eps: Any) -> Array:
    """The two labels are exchanged: the encoder gets y, the decoder what is wanted."""
    return by_definition.swap(STATE, x, wanted, y, eps)


@mistake("swap")
def without_noise(model: Any, x: Any, y: Any, wanted: Any, eps: Any) -> Array:
    """The style is the mean of q: the noise is not used."""
    return decode(STATE, encode(STATE, x, y)[0], wanted)


@mistake("swap")
def variance_for_deviation(model: Any, x: Any, y: Any, wanted: Any, eps: Any) -> Array:
    """The style is mu + var·eps; the noise is scaled by the root of the variance."""
    mu, var = encode(STATE, x, y)
    return decode(STATE, mu + var * floats(eps), wanted)


def pairs(z: Any, classes: int) -> Array:
    """(R, C, D), as it should be."""
    return by_definition.style_grid(STATE, z, classes)


@mistake("style_grid")
def rows_and_columns_exchanged(model: Any, z: Any, classes: int) -> Array:
    """Rows and columns are exchanged: here a column shares z. Along a row the style stays and the class changes."""
    return pairs(z, classes).transpose(1, 0, 2)


@mistake("style_grid")
def class_major(model: Any, z: Any, classes: int) -> Array:
    """The pairs were made class by class and then cut into rows as if they were made style by style: styles and classes
    run through the grid diagonally."""
    grid = pairs(z, classes)
    return grid.transpose(1, 0, 2).reshape(grid.shape)


@mistake("style_grid")
def one_style(model: Any, z: Any, classes: int) -> Array:
    """All rows have the first style. Row r has z[r]."""
    return pairs(np.repeat(floats(z)[:1], len(floats(z)), axis=0), classes)


@mistake("style_grid")
def counted_from_one(model: Any, z: Any, classes: int) -> Array:
    """The columns are off by one: column c is class c, counted from 0."""
    return np.roll(pairs(z, classes), -1, axis=1)


@mistake("style_grid")
def flat(model: Any, z: Any, classes: int) -> Array:
    """The images are all there, one after the other. Give them as (rows, columns, pixels)."""
    grid = pairs(z, classes)
    return grid.reshape(-1, grid.shape[-1])


@mistake("interpolate")
def backwards(model: Any, z_a: Any, z_b: Any, y: int, steps: int) -> Array:
    """The line runs from z_b to z_a."""
    return by_definition.interpolate(STATE, z_b, z_a, y, steps)


@mistake("interpolate")
def end_left_out(model: Any, z_a: Any, z_b: Any, y: int, steps: int) -> Array:
    """The last point falls short of z_b. Both ends belong to the line."""
    return by_definition.interpolate(STATE, z_a, z_b, y, steps + 1)[:-1]


@mistake("interpolate")
def blended(model: Any, z_a: Any, z_b: Any, y: int, steps: int) -> Array:
    """The images are blended, like two slides on top of each other. Go along the line in z, and decode each point."""
    first, last = by_definition.interpolate(STATE, z_a, z_b, y, 2)
    weights = np.linspace(0, 1, steps)[:, None]
    return (1 - weights) * first + weights * last


@mistake("interpolate")
def from_the_origin(model: Any, z_a: Any, z_b: Any, y: int, steps: int) -> Array:
    """The line starts at 0 and runs along z_b - z_a. It should start at z_a."""
    return by_definition.interpolate(STATE, 0 * floats(z_a), floats(z_b) - floats(z_a), y, steps)


def outputs(features: Any, labels: Any, others: Any) -> Array:
    """(n, C): the linear functions that fit the labels, of the others."""
    indicators = np.eye(int(ints(labels).max()) + 1)[ints(labels)]
    return with_constant(others) @ by_definition.fitted(features, indicators)


@mistake("probe")
def no_constant(features: Any, labels: Any, others: Any, their_labels: Any) -> Figures:
    """The linear functions have no constant: they all go through the origin. Put a column of ones beside the
    features."""
    A, targets = floats(features), np.eye(int(ints(labels).max()) + 1)[ints(labels)]
    W = np.linalg.solve(A.T @ A, A.T @ targets)
    right = (floats(others) @ W).argmax(axis=1) == ints(their_labels)
    return float(right.mean()), float(right.std() / np.sqrt(len(right)))


@mistake("probe")
def on_what_was_fitted(features: Any, labels: Any, others: Any, their_labels: Any) -> Figures:
    """This is the accuracy on the rows that were fitted. A probe is judged on others."""
    return by_definition.probe(features, labels, features, labels)


@mistake("probe")
def spread_of_one(features: Any, labels: Any, others: Any, their_labels: Any) -> Figures:
    """The second value is the standard deviation of a single hit. That of the mean is √n times smaller."""
    accuracy, error = by_definition.probe(features, labels, others, their_labels)
    return accuracy, error * np.sqrt(len(ints(their_labels)))


@mistake("probe")
def square_of_the_error(features: Any, labels: Any, others: Any, their_labels: Any) -> Figures:
    """The second value is the variance of the accuracy; its standard error is the root of that."""
    accuracy, error = by_definition.probe(features, labels, others, their_labels)
    return accuracy, error**2


@mistake("probe")
def share_of_errors(features: Any, labels: Any, others: Any, their_labels: Any) -> Figures:
    """This is the share of *wrong* predictions."""
    accuracy, error = by_definition.probe(features, labels, others, their_labels)
    return 1 - accuracy, error


@mistake("probe")
def label_as_a_number(features: Any, labels: Any, others: Any, their_labels: Any) -> Figures:
    """The label itself was fitted, and rounded. Then a 3 lies between a 2 and a 4; fit an indicator for each class."""
    number = with_constant(others) @ by_definition.fitted(features, ints(labels)[:, None])
    right = np.round(number[:, 0]) == ints(their_labels)
    return float(right.mean()), float(right.std() / np.sqrt(len(right)))
