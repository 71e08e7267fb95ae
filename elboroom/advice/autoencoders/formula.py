"""The squared error as a Gaussian: three formulas (squared_error_is_a_gaussian), and the choice on a small KL.

S is E_q‖x - x̂‖², D the number of columns. A mistake is a transformation of one of the three definitions: the bound as
a sum of D log densities less the KL, λ as a ratio of slopes, the best σ² as a zero of a slope.
"""

import functools
from typing import Any

from elboroom.advice.autoencoders import check, mistake

NAME = "squared_error_is_a_gaussian"

check.hints(
    NAME,
    "Write log N(x; x̂, σ²I) out: a sum over the D coordinates of the log of a one-dimensional density.",
    "E_q touches only ‖x - x̂‖², and S stands for that. For λ: multiply -ELBO by whatever makes the factor of S equal "
    "to 1, and read off the factor of KL.",
    "The bound is -S/(2σ²) - (D/2) log 2πσ² - KL. For the best σ² set its derivative in σ² to zero.",
)
check.hints(
    "smaller_kl",
    "The KL here is a mean over the data of numbers that can't be negative. If it is exactly 0, what is each of them?",
    "The bound has two terms. Judge each answer by what happens to the other one.",
    "If q(z | x) is the prior for every x, what does a sample of it tell the decoder of x?",
)


@functools.cache
def symbols() -> Any:
    """S, KL, D and sigma, positive."""
    import sympy

    return sympy.symbols("S KL D sigma", positive=True)


@functools.cache
def log_density(variance: Any, residual_squared: Any) -> Any:
    """The logarithm of the normal density of one coordinate."""
    import sympy

    density = sympy.exp(-residual_squared / (2 * variance)) / sympy.sqrt(2 * sympy.pi * variance)
    return sympy.expand_log(sympy.log(density), force=True)


def bound(S: Any, KL: Any, D: Any, variance: Any) -> Any:
    """The ELBO: D log densities whose squared residuals are S together, less the KL."""
    import sympy

    return sympy.expand(D * log_density(variance, S / D)) - KL


@mistake(NAME, function="gaussian_elbo")
def as_in_the_notes() -> Any:
    """This is squared error plus KL with a minus in front, as lecture notes have it. The Gaussian brings a factor
    1/(2σ²) with the error, and a constant."""
    S, KL, _, _ = symbols()
    return -S - KL


@mistake(NAME, function="gaussian_elbo")
def constant_left_out() -> Any:
    """The normalising constant is missing: the density has a factor (2πσ²)^(-D/2)."""
    S, KL, D, sigma = symbols()
    return bound(S, KL, D, sigma**2) - bound(0, 0, D, sigma**2)


@mistake(NAME, function="gaussian_elbo")
def one_coordinate_normalised() -> Any:
    """The normalising constant is that of a single coordinate. There are D."""
    S, KL, D, sigma = symbols()
    return bound(S, KL, D, sigma**2) - bound(0, 0, D - 1, sigma**2)


@mistake(NAME, function="gaussian_elbo")
def deviation_in_the_logarithm() -> Any:
    """In the constant stands log 2πσ; it is log 2πσ²."""
    S, KL, D, sigma = symbols()
    return bound(S, KL, D, sigma**2) - bound(0, 0, D, sigma**2) + bound(0, 0, D, sigma)


@mistake(NAME, function="gaussian_elbo")
def kl_rewarded() -> Any:
    """The KL comes in with a plus. It is a charge: the bound is reconstruction minus KL."""
    S, KL, D, sigma = symbols()
    return bound(S, -KL, D, sigma**2)


@mistake(NAME, function="gaussian_elbo")
def error_not_halved() -> Any:
    """The error stands over σ²; the Gaussian's exponent is -½‖x - x̂‖²/σ²."""
    S, KL, D, sigma = symbols()
    return bound(2 * S, KL, D, sigma**2)


@mistake(NAME, function="gaussian_elbo")
def negative_bound() -> Any:
    """This is minus the bound, the loss. Give the bound itself."""
    S, KL, D, sigma = symbols()
    return -bound(S, KL, D, sigma**2)


@mistake(NAME, function="kl_weight")
def variance_as_weight() -> Any:
    """λ = σ² misses the ½ in the Gaussian's exponent."""
    return symbols()[3] ** 2


@mistake(NAME, function="kl_weight")
def weight_upside_down() -> Any:
    """This is the error's weight when the KL has weight 1. Return the KL's weight when the error has weight 1."""
    return 1 / (2 * symbols()[3] ** 2)


@mistake(NAME, function="kl_weight")
def deviation_as_weight() -> Any:
    """This is 2σ; the exponent has the variance in it, σ²."""
    return 2 * symbols()[3]


@mistake(NAME, function="kl_weight")
def no_weight() -> Any:
    """λ = 1 holds for one particular σ only, σ² = ½. Give λ for any σ."""
    import sympy

    return sympy.Integer(1)


@mistake(NAME, function="best_variance")
def total_error() -> Any:
    """This is the whole error. It is shared among D coordinates, and σ² is the variance of one."""
    return symbols()[0]


@mistake(NAME, function="best_variance")
def best_deviation() -> Any:
    """This is the best σ. Return σ², the variance."""
    import sympy

    S, _, D, _ = symbols()
    return sympy.sqrt(S / D)


@mistake(NAME, function="best_variance")
def half_the_error() -> Any:
    """A ½ too many (or too few in the other term): both terms of the derivative have one, and they cancel."""
    S, _, D, _ = symbols()
    return S / (2 * D)


@mistake(NAME, function="best_variance")
def kl_counted() -> Any:
    """The KL doesn't depend on σ: it plays no role in where the bound is highest in σ."""
    S, KL, D, _ = symbols()
    return (S + KL) / D
