"""Samples of Exp(phi) out of noise: exponential_from_unit, exponential_from_uniform.

From uniform noise there are two usual maps, one rising with u and one falling (u and 1 - u have the same law), so a
misconception that can sit on either is registered for both.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from elboroom.advice.reparameterization import check, mistake
from elboroom.references.reparameterization import cdf, density, mean, quantile, transported

Function = Callable[..., Any]

check.hints(
    "exponential_from_unit",
    "Exp(1) and Exp(φ) are the same curve on different rulers. Which means do they have?",
    "You need a z with Pr(z ≤ a) = 1 - exp(-φa), and you know that Pr(ε ≤ b) = 1 - exp(-b).",
    "Those agree when b = φa. So which z corresponds to a given ε?",
)
check.hints(
    "exponential_from_uniform",
    "Read the picture of the distribution function backwards: from a height u between 0 and 1 to the place z.",
    "Solve u = 1 - exp(-φz) for z.",
    "A logarithm of 1 - u appears, divided by -φ. `np.log1p` keeps its digits where u is small.",
)


@mistake("exponential_from_unit")
def mean_for_rate(eps: Any, phi: Any) -> Any:
    """These samples have mean φ. But φ is a rate: the larger it is, the closer the samples lie to 0."""
    return transported(eps, 1 / np.asarray(phi, float))


@mistake("exponential_from_unit")
def untouched(eps: Any, phi: Any) -> Any:
    """φ plays no role here: these are still samples of Exp(1)."""
    return transported(eps, np.ones(np.shape(phi)))


@mistake("exponential_from_unit")
def shifted(eps: Any, phi: Any) -> Any:
    """You shift the noise, as for a Gaussian's mean. φ isn't a location: it sets the scale."""
    return mean(phi) + np.asarray(eps)


@mistake("exponential_from_unit")
def scaled_by_the_variance(eps: Any, phi: Any) -> Any:
    """This scales by 1/φ², the variance of Exp(φ). Which power of a scale factor does a variance see?"""
    return mean(phi) ** 2 * np.asarray(eps)


@mistake("exponential_from_unit")
def scaled_by_a_root(eps: Any, phi: Any) -> Any:
    """This scales by √(1/φ), as if 1/φ were a variance. It is the mean."""
    return np.sqrt(mean(phi)) * np.asarray(eps)


@mistake("exponential_from_unit")
def distribution_function(eps: Any, phi: Any) -> Any:
    """This is the distribution function at ε: it leads from samples to numbers between 0 and 1, the other way."""
    return cdf(eps, phi)


@mistake("exponential_from_unit")
def density_at_the_noise(eps: Any, phi: Any) -> Any:
    """This is the *density* of Exp(φ) at ε. Return a sample: a place on the axis, not a height above it."""
    return density(eps, phi)


@mistake("exponential_from_unit")
def noise_taken_for_uniform(eps: Any, phi: Any) -> Any:
    """The logarithm belongs to uniform noise, in the next exercise. This noise is exponential already."""
    return -mean(phi) * np.log(eps)


def either_way(returns: Function) -> Function:
    """Registers a mistake on exponential_from_uniform for the rising map and, with u for 1 - u, for the falling one."""

    def falling(u: Any, phi: Any) -> Any:
        return returns(1 - np.asarray(u, float), phi)

    falling.__name__, falling.__doc__ = f"{returns.__name__}_falling", returns.__doc__
    mistake("exponential_from_uniform")(falling)
    return mistake("exponential_from_uniform")(returns)


@either_way
def rate_for_mean(u: Any, phi: Any) -> Any:
    """These samples have mean φ. But φ is a rate: the larger it is, the closer the samples lie to 0."""
    return quantile(u, 1 / np.asarray(phi, float))


@either_way
def without_the_rate(u: Any, phi: Any) -> Any:
    """φ plays no role here: these are samples of Exp(1). One step is missing."""
    return quantile(u, np.ones(np.shape(phi)))


@either_way
def negative_samples(u: Any, phi: Any) -> Any:
    """Your samples are negative. The logarithm of a number below 1 is; a sign is missing."""
    return -quantile(u, phi)


@either_way
def rate_inside_the_logarithm(u: Any, phi: Any) -> Any:
    """φ multiplies inside the logarithm, which only shifts the samples. It has to divide outside."""
    return quantile(u, 1.0) - np.log(phi)


@mistake("exponential_from_uniform")
def forwards(u: Any, phi: Any) -> Any:
    """This is the distribution function itself, at u. You need its inverse: from a height u to a place z."""
    return cdf(u, phi)


@mistake("exponential_from_uniform")
def height_of_the_density(u: Any, phi: Any) -> Any:
    """This is the *density* of Exp(φ) at u. Return a sample: a place on the axis, not a height above it."""
    return density(u, phi)


@mistake("exponential_from_uniform")
def as_if_exponential(u: Any, phi: Any) -> Any:
    """Your samples are uniform on [0, 1/φ): dividing by φ is right for Exp(1) noise, but this noise is uniform."""
    return transported(u, phi)
