"""The evidence: log_evidence, maximum_likelihood."""

from typing import Any

import numpy as np

from elboroom.advice.exponential import RATES, check, ignores_the_domain, mistake
from elboroom.references import exponential as by_definition

check.hints(
    "log_evidence",
    "Complete the square in the exponent of the joint. What is left under the integral is a normal density over z > 0.",
    "The area of N(m, 1) over z > 0 is Φ(m). For m far below zero Φ(m) underflows: use "
    "Φ(-t) = ½ exp(-t²/2) erfcx(t/√2) with t = θ - x, and let exp(-t²/2) meet the other factors on paper, not in "
    "floating point.",
    "Two branches: for x ≥ θ use `special.log_ndtr(x - theta)`; for x < θ, once the squares have cancelled, the only "
    "large term left is -x²/2. `np.where` computes both branches, so clip each argument to its own side first.",
)
check.hints(
    "maximum_likelihood",
    "With m = x - θ, E[z | x] = m + φ(m)/Φ(m), φ the normal density. Write 1/θ - E[z | x] as a function first: at "
    "x = 1.5, θ = 1 it is -0.00916.",
    "Put t = -m. Both the density at t and Φ(-t) contain exp(-t²/2): cancel it on paper, and erfcx is left below.",
    "The ratio is √(2/π) / erfcx(-m/√2). `optimize.brentq(slope, 1 / x, 2 / x)` finds the zero for one x, "
    "`np.vectorize` lifts that to arrays.",
)

ignores_the_domain("log_evidence", RATES.format("θ"), by_definition.log_evidence)


@mistake("log_evidence")
def at_the_prior_mean(x: Any, theta: Any) -> Any:
    """This puts the prior's mean in place of z. The evidence averages p(x | z) over all z, it doesn't pick one."""
    return by_definition.log_normal(x, by_definition.expectation(lambda z: z, theta))


@mistake("log_evidence")
def average_of_the_logarithm(x: Any, theta: Any) -> Any:
    """This is the average of log p(x | z); the evidence is the log of the average. By Jensen yours is a lower bound."""
    x, theta = by_definition.columns(x, theta)
    return by_definition.expectation(lambda z: by_definition.log_normal(x, z), theta[..., 0])


@mistake("log_evidence")
def unnormalised_prior(x: Any, theta: Any) -> Any:
    """The prior you integrate does not have area one: what stands before exp(-θz)?"""
    return by_definition.log_evidence(x, theta) - np.log(theta)


@mistake("log_evidence")
def over_the_whole_line(x: Any, theta: Any) -> Any:
    """You integrate over all real z. The prior has mass only where z > 0, so only a part of the normal counts."""
    return log_mass(x, theta, np.maximum(np.subtract(x, theta), 0.0) + 12)


@mistake("log_evidence")
def below_zero(x: Any, theta: Any) -> Any:
    """You have the part of the normal below zero; the posterior lives above: check the sign inside Φ."""
    return log_mass(x, theta, 0.0)


def log_mass(x: Any, theta: Any, high: Any) -> Any:
    """log ∫ theta · exp(-theta z) N(x; z, 1) dz up to high: the prior continued below zero."""
    x, theta, high = by_definition.columns(x, theta, high)
    top = np.minimum(x - theta, high)

    def log_weight(z: Any) -> Any:
        return np.log(theta) - theta * z + by_definition.log_normal(x, z)

    height = log_weight(top)
    mass = by_definition.integral(lambda z: np.exp(log_weight(z) - height), (top - 12)[..., 0], high[..., 0])
    return np.log(mass) + height[..., 0]


@mistake("log_evidence")
def density_not_logarithm(x: Any, theta: Any) -> Any:
    """This is p(x). Return its logarithm; at x = -40 the density itself is zero in floating point."""
    return np.exp(by_definition.log_evidence(x, theta))


@mistake("log_evidence")
def highest_point(x: Any, theta: Any) -> Any:
    """This is the joint at its highest point. The evidence is the area under the joint, not its height."""
    return by_definition.log_joint(np.maximum(np.subtract(x, theta), 1e-300), x, theta)


@mistake("log_evidence")
def in_bits(x: Any, theta: Any) -> Any:
    """This is in bits. The course counts in nats: natural logarithms throughout."""
    return by_definition.log_evidence(x, theta) / np.log(2)


ignores_the_domain(
    "maximum_likelihood",
    "For x > 0 this is right. For x ≤ 0 the evidence rises for ever as θ grows, so there is no maximum to return: "
    "raise a ValueError that says so.",
    by_definition.maximum_likelihood,
)


@mistake("maximum_likelihood")
def maximises_the_bound(x: Any) -> Any:
    """This θ maximises the bound, not the evidence. They differ: that is the point of this section."""
    return np.vectorize(lambda each: by_definition.maximise_elbo(each)[0])(x)


@mistake("maximum_likelihood")
def method_of_moments(x: Any) -> Any:
    """This matches the prior's mean with x. That is the method of moments; the likelihood knows about the noise too."""
    return 1 / np.asarray(x, float)


@mistake("maximum_likelihood")
def mean_instead_of_rate(x: Any) -> Any:
    """This is the mean of the best prior. Return its rate."""
    return 1 / by_definition.maximum_likelihood(x)


@mistake("maximum_likelihood")
def one_step_of_em(x: Any) -> Any:
    """This is one step of expectation–maximisation from θ = 1. The posterior mean moves with θ: solve until nothing
    moves."""
    return 1 / by_definition.posterior_mean(x, 1.0)


@mistake("maximum_likelihood")
def height_of_the_top(x: Any) -> Any:
    """This is the height of the top, log p(x). Return where the top is: the θ."""
    return by_definition.log_evidence(x, by_definition.maximum_likelihood(x))


@mistake("maximum_likelihood")
def logarithm_of_the_rate(x: Any) -> Any:
    """This is log θ: you searched on a logarithmic scale. Take the exponential at the end."""
    return np.log(by_definition.maximum_likelihood(x))
