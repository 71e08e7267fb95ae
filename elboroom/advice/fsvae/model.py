"""The model: `FSVAE`, its two halves and its variance."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from elboroom.advice.fsvae import SIZES, STATE, check, mistake
from elboroom.references import fsvae as by_definition
from elboroom.references.fsvae import FLOOR, encode, floats, softplus
from elboroom.references.vae import network

Array = np.ndarray
Pair = tuple[Array, Array]
CLASSES = SIZES[3]

check.hints(
    "FSVAE",
    "Two networks and one number. Both networks take the label beside their other input: what is the width of each?",
    "The encoder goes from x_dim + classes to 2 z_dim, the decoder from z_dim + classes to x_dim. Put your "
    "`with_label` in front of each.",
    "`self.log_sigma2 = nn.Parameter(torch.tensor(math.log(0.1)))`, `variance` is its exp plus ROUNDING. The encoder's "
    "output is cut in two (`chunk(2, dim=-1)`): mu, and h with var = softplus(h) + 1e-8.",
)


def encoded(inputs: Any, positive: Callable[[Array], Array] = softplus) -> Pair:
    """(mu, var) that our encoder makes of its inputs, x and indicators side by side."""
    mu, h = np.split(network(inputs, STATE, "enc.net"), 2, axis=-1)
    return mu, positive(h) + FLOOR


def beside(features: Any, y: Any) -> Array:
    return by_definition.with_label(features, y, CLASSES)


@mistake("FSVAE", function="FSVAE.encode")
def encoder_not_told(x: Any, y: Any) -> Pair:
    """The label doesn't reach the encoder: it answers the same whatever y is. q(z | x, y) knows both."""
    return encoded(np.hstack([floats(x), np.zeros((len(floats(x)), CLASSES))]))


@mistake("FSVAE", function="FSVAE.encode")
def label_before_the_image(x: Any, y: Any) -> Pair:
    """The label's columns come before the image's; weights are exchanged, so the order matters: x, then y."""
    return encoded(np.roll(beside(x, y), CLASSES, axis=1))


@mistake("FSVAE", function="FSVAE.encode")
def deviation(x: Any, y: Any) -> Pair:
    """The second value is a standard deviation; the functions of this unit take the variance."""
    mu, var = encode(STATE, x, y)
    return mu, np.sqrt(var)


@mistake("FSVAE", function="FSVAE.encode")
def exponential(x: Any, y: Any) -> Pair:
    """The second value is exp(h): here the variance is softplus(h) + 1e-8."""
    return encoded(beside(x, y), np.exp)


@mistake("FSVAE", function="FSVAE.decode")
def decoder_not_told(z: Any, y: Any) -> Array:
    """The label doesn't reach the decoder: it draws the same whatever y is, and z would have to carry the digit."""
    return network(np.hstack([floats(z), np.zeros((len(floats(z)), CLASSES))]), STATE, "dec.net")


@mistake("FSVAE", function="FSVAE.decode")
def label_before_the_style(z: Any, y: Any) -> Array:
    """The label's columns come before z; weights are exchanged, so the order matters: z, then y."""
    return network(np.roll(beside(z, y), CLASSES, axis=1), STATE, "dec.net")


@mistake("FSVAE", function="FSVAE.decode")
def squashed(z: Any, y: Any) -> Array:
    """The decoder's output is squashed into (0, 1). The mean of a Gaussian may be any number: nothing after the last
    layer."""
    return 1 / (1 + np.exp(-by_definition.decode(STATE, z, y)))


@mistake("FSVAE", function="FSVAE.variance")
def square_root() -> float:
    """This is the standard deviation; `variance` is its square."""
    return math.sqrt(by_definition.variance(STATE))


@mistake("FSVAE", function="FSVAE.variance")
def still_a_logarithm() -> float:
    """This is log σ² as it is stored. The variance is its exponential, and never below ROUNDING."""
    return float(STATE["log_sigma2"])
