"""The posterior: log_unnormalised_posterior, posterior_is_truncated_normal."""

from typing import Any

import numpy as np

from elboroom.advice.exponential import RATES, check, ignores_the_domain, mistake
from elboroom.references import exponential as by_definition

check.hints(
    "log_unnormalised_posterior",
    "Bayes' rule: as a function of z, the posterior is proportional to the joint, p(x | z) p(z). Take its logarithm.",
    "Write out log p(x | z) + log p(z) and multiply out the square. Which terms contain z? Only those matter.",
    "Two terms contain z: one is quadratic, one is linear. `np.where(z > 0, ..., -np.inf)` takes care of the support.",
)
check.hints(
    "posterior_is_truncated_normal",
    "The log of a normal density with mean m and standard deviation s is -(z - m)²/(2s²) plus a constant.",
    "Compare the coefficient of z² with that of your log posterior: it gives s. Then compare the coefficient of z.",
    "Complete the square: -½z² + cz = -½(z - c)² + ½c². The truncation to z > 0 changes neither loc nor scale.",
)


def above_the_first(values: Any) -> Any:
    """A log density up to its constant: its values less those at the first z."""
    return values - values[:1]


def support_only(z: Any, values: Any) -> Any:
    return above_the_first(np.where(np.asarray(z) > 0, values, -np.inf))


ignores_the_domain(
    "log_unnormalised_posterior",
    RATES.format("θ"),
    lambda z, x, theta: above_the_first(by_definition.log_joint(z, x, theta)),
)


@mistake("log_unnormalised_posterior")
def without_the_prior(z: Any, x: Any, theta: Any) -> Any:
    """This is the likelihood alone. The posterior weighs it by the prior p(z)."""
    return support_only(z, by_definition.log_normal(x, z))


@mistake("log_unnormalised_posterior")
def without_the_likelihood(z: Any, x: Any, theta: Any) -> Any:
    """This is the prior alone: the observation x has left no trace in it."""
    return above_the_first(by_definition.log_exponential(z, theta))


@mistake("log_unnormalised_posterior")
def rising_prior(z: Any, x: Any, theta: Any) -> Any:
    """Your prior grows with z. An exponential density falls: look at the sign of θz."""
    return support_only(z, by_definition.log_normal(x, z) + theta * z)


@mistake("log_unnormalised_posterior")
def without_the_half(z: Any, x: Any, theta: Any) -> Any:
    """The square of the likelihood counts twice: the density of N(z, 1) has a ½ before it."""
    return support_only(z, 2 * by_definition.log_normal(x, z) - theta * z)


@mistake("log_unnormalised_posterior")
def not_the_logarithm(z: Any, x: Any, theta: Any) -> Any:
    """This is the density itself. Return its logarithm, where products become sums."""
    return above_the_first(np.exp(by_definition.log_joint(z, x, theta)))


@mistake("log_unnormalised_posterior")
def gaussian_prior(z: Any, x: Any, theta: Any) -> Any:
    """The prior here looks Gaussian, quadratic in z. Ours is exponential: what is log p(z)?"""
    return support_only(z, by_definition.log_normal(x, z) - 0.5 * theta * np.square(z))


@mistake("log_unnormalised_posterior")
def x_pulls_the_wrong_way(z: Any, x: Any, theta: Any) -> Any:
    """Large x should favour large z, here it is the other way round: it is (x - z)², not (x + z)²."""
    return support_only(z, by_definition.log_normal(x, -np.asarray(z)) - theta * z)


@mistake("log_unnormalised_posterior")
def forgets_the_support(z: Any, x: Any, theta: Any) -> Any:
    """For z > 0 this is right, but it carries on below zero, where the prior has no mass: what is log 0?"""
    return above_the_first(by_definition.log_normal(x, z) - theta * np.asarray(z))


def loc_and_scale(x: Any, theta: Any) -> tuple[Any, Any]:
    """By definition: the log joint is a parabola in z; three of its points give centre and width."""
    below, middle, above = (by_definition.log_joint(z, x, theta) for z in (1.0, 2.0, 3.0))
    variance = -1 / (above - 2 * middle + below)
    return 2.0 + variance * (above - below) / 2, np.sqrt(variance)


ignores_the_domain("posterior_is_truncated_normal", RATES.format("θ"), loc_and_scale)


@mistake("posterior_is_truncated_normal")
def centred_on_x(x: Any, theta: Any) -> tuple[Any, Any]:
    """Your normal is centred on x, as if every z were equally likely beforehand. What does the prior do?"""
    return x + 0.0 * theta, loc_and_scale(x, theta)[1]


@mistake("posterior_is_truncated_normal")
def pushed_upwards(x: Any, theta: Any) -> tuple[Any, Any]:
    """The prior prefers small z, so it can't push the centre above x: check the sign of the linear term."""
    loc, scale = loc_and_scale(x, theta)
    return 2 * x - loc, scale


@mistake("posterior_is_truncated_normal")
def moments_after_the_cut(x: Any, theta: Any) -> tuple[Any, Any]:
    """These are mean and standard deviation *after* the cut at zero. Return the parameters of the normal that is
    cut."""
    mean = by_definition.posterior_mean(x, theta)
    square = by_definition.posterior_expectation(np.square, x, theta)
    return mean, np.sqrt(square - mean**2)


@mistake("posterior_is_truncated_normal")
def mode_instead_of_centre(x: Any, theta: Any) -> tuple[Any, Any]:
    """This is where the posterior is highest. The normal that is cut at zero may well have its centre below zero."""
    loc, scale = loc_and_scale(x, theta)
    return np.maximum(loc, 0.0), scale


@mistake("posterior_is_truncated_normal")
def half_the_centre(x: Any, theta: Any) -> tuple[Any, Any]:
    """Your centre is half of what it should be: mind the ½ before z² when you complete the square."""
    loc, scale = loc_and_scale(x, theta)
    return loc / 2, scale


@mistake("posterior_is_truncated_normal")
def as_with_a_gaussian_prior(x: Any, theta: Any) -> tuple[Any, Any]:
    """This is the answer for a Gaussian prior with variance 1/θ. An exponential prior adds a line, not another
    parabola."""
    return x / (1.0 + theta), 1 / np.sqrt(1.0 + theta)
