"""The bounds: two proofs, and the bound over the prior, measured on unit 03's model."""

from typing import Any

import numpy as np

from elboroom.advice.fsvae import check, mistake
from elboroom.references import exponential as model
from elboroom.references import fsvae as by_definition

Array = np.ndarray

check.hints(
    "conditional_bound",
    "Put z in first: p(x | y) is the integral of p(x, z | y) over z. Then multiply and divide by q, and you have an "
    "expectation.",
    "Jensen takes the log inside the expectation. What is left is to split p(x, z | y): by the chain rule it is "
    "p(x | z, y) p(z | y), and p(z | y) = p(z) is the independence that the model declares.",
    "marginal; algebra; expectation; jensen (with ≥); chain rule; independence; linearity; definition. Before the last "
    "line keep log(q / p(z)) together under one expectation, with a minus in front.",
)
check.hints(
    "bound_over_the_prior",
    "The same beginning as before, but no q: p(z) itself is the density to average over.",
    "p(x, z | y) = p(z | y) p(x | z, y) by the chain rule, and p(z | y) = p(z) by independence.",
    "marginal; chain rule; independence; expectation; jensen.",
)
check.hints(
    "prior_bound",
    "log p(x | z) is -½ log 2π - ½ (x - z)². You need the mean of a square under z ~ Exp(θ).",
    "E[(x - z)²] = (x - E[z])² + Var[z]. For an exponential the mean is 1/θ; and the variance?",
    "The variance is 1/θ². Refuse θ ≤ 0 with a ValueError before anything else.",
)
check.hints(
    "blind_decoder",
    "In E_p(z)[log p(x | z, y)], does the z that the decoder gets know anything about the x that it should produce?",
    "For each z on its own, the decoder wants to be near all images of class y at once, the same images for every z.",
    "One function of y alone is nearest to all images of a class in squared error. Which?",
)


def columns(*arguments: Any) -> list[Array]:
    """The arguments broadcast against each other, with a last axis for the points of quadrature."""
    return [each[..., None] for each in np.broadcast_arrays(*(np.asarray(a, float) for a in arguments))]


@mistake("prior_bound")
def evidence(x: Any, theta: Any) -> Array:
    """This is log p(x) itself, the log of the expectation. The bound is the expectation of the log."""
    return model.log_evidence(x, theta)


@mistake("prior_bound")
def at_the_mean(x: Any, theta: Any) -> Array:
    """This is log p(x | z) at the mean of the prior. The spread of z costs, too: E[(x - z)²] has the variance in it."""
    x, theta = (each[..., 0] for each in columns(x, theta))
    return model.log_normal(x, model.expectation(lambda z: z, theta))


@mistake("prior_bound")
def mean_for_rate(x: Any, theta: Any) -> Array:
    """θ is taken for the mean of z. It is the rate: the mean is 1/θ."""
    return by_definition.prior_bound(x, 1 / np.asarray(theta, float))


@mistake("prior_bound")
def without_the_constant(x: Any, theta: Any) -> Array:
    """The constant of the Gaussian, -½ log 2π, is left out."""
    return by_definition.prior_bound(x, theta) + 0.5 * np.log(2 * np.pi)


@mistake("prior_bound")
def joint(x: Any, theta: Any) -> Array:
    """The log of the prior is in it: this averages log p(x, z). With q = p(z) the prior cancels against q."""
    x, theta = columns(x, theta)
    return model.expectation(lambda z: model.log_joint(z, x, theta), theta[..., 0])


@mistake("prior_bound")
def not_halved(x: Any, theta: Any) -> Array:
    """The square is not halved: log N(x; z, 1) has -½ (x - z)²."""
    return 2 * by_definition.prior_bound(x, theta) + 0.5 * np.log(2 * np.pi)


@mistake("prior_bound")
def best_bound(x: Any, theta: Any) -> Array:
    """This is the best ELBO with an exponential q. Here q is not chosen: it is the prior."""
    return model.elbo(x, theta, model.best_phi(x, theta))
