"""The gradient of the bound and its zero in φ: elbo_gradient, best_phi."""

from collections.abc import Callable
from typing import Any

import numpy as np

from elboroom.advice.exponential import RATES, check, ignores_the_domain, mistake
from elboroom.references import exponential as by_definition
from elboroom.references.exponential_terms import Numbers

Pair = tuple[Any, Any]

check.hints(
    "elbo_gradient",
    "Differentiate the closed form, one parameter at a time. Only two of its terms contain θ.",
    "Let sympy do it if you like: `sympy.diff(elbo_symbolic(), ...)`. Then write the result as code.",
    "In φ there are three kinds of term: 1/φ², 1/φ and log φ. Their derivatives are -2/φ³, -1/φ² and 1/φ. "
    "Return `(by_theta, by_phi)`, in this order.",
)
check.hints(
    "best_phi",
    "At the top the derivative in φ is zero. Multiply that equation by φ³: what kind of equation is left?",
    "A quadratic in φ, with one positive root. For x - θ = 10⁹ that root is the difference of two numbers that agree "
    "to 18 digits: multiply and divide by their sum.",
    "With d = x - θ the root is (-d + r)/2, r = √(d² + 8), and (r - d)(r + d) = 8. Use one form for d < 0, the other "
    "for d ≥ 0; `np.hypot` gives r without overflow.",
)


def gradient(bound: Callable[[Numbers], Any], x: Any, theta: Any, phi: Any) -> Pair:
    """(∂θ, ∂φ) by differences of a bound written on the terms."""
    x, theta, phi = by_definition.floats(x, theta, phi)
    return (
        by_definition.derivative(lambda t: bound(Numbers(x, t, phi))[..., 0], theta),
        by_definition.derivative(lambda p: bound(Numbers(x, theta, p))[..., 0], phi),
    )


ignores_the_domain("elbo_gradient", RATES.format("θ or φ"), by_definition.elbo_gradient)


@mistake("elbo_gradient")
def other_order(x: Any, theta: Any, phi: Any) -> Pair:
    """The two derivatives are in the other order: first the one in θ, then the one in φ."""
    by_theta, by_phi = by_definition.elbo_gradient(x, theta, phi)
    return by_phi, by_theta


@mistake("elbo_gradient")
def downhill(x: Any, theta: Any, phi: Any) -> Pair:
    """This points downhill: it is the gradient of minus the bound."""
    by_theta, by_phi = by_definition.elbo_gradient(x, theta, phi)
    return -by_theta, -by_phi


@mistake("elbo_gradient")
def inside_the_expectation_only(x: Any, theta: Any, phi: Any) -> Pair:
    """You differentiated inside the expectation only. φ also stands in the density that z is drawn from, and moving it
    changes the average."""
    x, theta, phi = by_definition.floats(x, theta, phi)

    def with_q_inside(p: Any) -> Any:
        inside, outside = Numbers(x, theta, p), Numbers(x, theta, phi)
        return outside.E(lambda z: inside.log_prior(z) + inside.log_likelihood(z) - inside.log_q(z))[..., 0]

    return by_definition.elbo_gradient(x, theta, phi)[0], np.round(
        by_definition.derivative(with_q_inside, phi), 9
    ) + 0.0


@mistake("elbo_gradient")
def without_the_entropy(x: Any, theta: Any, phi: Any) -> Pair:
    """The entropy of q depends on φ too: its derivative is missing."""
    return gradient(lambda t: t.E(lambda z: t.log_prior(z) + t.log_likelihood(z)), x, theta, phi)


@mistake("elbo_gradient")
def in_the_logarithms(x: Any, theta: Any, phi: Any) -> Pair:
    """These are the derivatives in log θ and log φ. They will be useful; return those in θ and φ."""
    by_theta, by_phi = by_definition.elbo_gradient(x, theta, phi)
    return theta * by_theta, phi * by_phi


@mistake("elbo_gradient")
def gradient_of_the_evidence(x: Any, theta: Any, phi: Any) -> Pair:
    """Your θ-derivative averages z over the true posterior: that is the gradient of the evidence. In the bound z comes
    from q."""
    x, theta, phi = by_definition.floats(x, theta, phi)
    by_theta = by_definition.derivative(lambda t: by_definition.log_evidence(x, t), theta)
    return by_theta, by_definition.elbo_gradient(x, theta, phi)[1]


@mistake("elbo_gradient")
def square_of_the_mean(x: Any, theta: Any, phi: Any) -> Pair:
    """Here E[z²] was taken to be E[z]²: the variance of q also depends on φ."""
    return gradient(
        lambda t: t.log_likelihood(t.E(lambda z: z)) + t.E(lambda z: t.log_prior(z) - t.log_q(z)), x, theta, phi
    )


ignores_the_domain("best_phi", RATES.format("θ"), by_definition.best_phi)


@mistake("best_phi")
def mean_instead_of_rate(x: Any, theta: Any) -> Any:
    """This is the mean of the best q. Return its rate."""
    return 1 / by_definition.best_phi(x, theta)


@mistake("best_phi")
def x_and_theta_swapped(x: Any, theta: Any) -> Any:
    """x and θ have changed places: as x grows the posterior moves to larger z, and the rate must fall."""
    return by_definition.best_phi(theta, x)


@mistake("best_phi")
def same_mean_as_the_posterior(x: Any, theta: Any) -> Any:
    """This q has the same mean as the posterior. That minimises the KL the other way round, KL(p(z|x)‖q); the bound
    asks for KL(q‖p(z|x))."""
    return 1 / by_definition.posterior_mean(x, theta)


@mistake("best_phi")
def the_prior(x: Any, theta: Any) -> Any:
    """This makes q the prior. It is never charged for leaving the prior, but it ignores x."""
    return by_definition.floats(x, theta)[1]


@mistake("best_phi")
def best_without_the_prior(x: Any, theta: Any) -> Any:
    """The prior has been left out: this φ is best when θ plays no part."""
    return best(lambda t: t.E(lambda z: t.log_likelihood(z) - t.log_q(z)), x, theta)


@mistake("best_phi")
def best_with_the_square_of_the_mean(x: Any, theta: Any) -> Any:
    """Here E[z²] was taken to be E[z]²: the variance of q costs reconstruction too."""
    return best(lambda t: t.log_likelihood(t.E(lambda z: z)) + t.E(lambda z: t.log_prior(z) - t.log_q(z)), x, theta)


@mistake("best_phi")
def negative_root(x: Any, theta: Any) -> Any:
    """This is the negative root of the quadratic. A rate is positive."""
    return -by_definition.best_phi(theta, x)


def best(bound: Callable[[Numbers], Any], x: Any, theta: Any) -> Any:
    """The phi at the top of a bound written on the terms."""
    x, theta = by_definition.floats(x, theta)
    return by_definition.highest(lambda phi: bound(Numbers(x, theta, phi))[..., 0], x.shape)
