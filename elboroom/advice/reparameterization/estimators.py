"""The two estimators of the bound, and the gradient in theta: elbo_estimate_joint, elbo_estimate_kl, theta_gradient."""

from typing import Any

import numpy as np

from elboroom.advice.reparameterization import check, mistake
from elboroom.references import exponential as by_definition
from elboroom.references import reparameterization as noisy
from elboroom.references.reparameterization import transported

check.hints(
    "elbo_estimate_joint",
    "Bring the noise to q first: z from eps, as in your first exercise.",
    "For each z write log p(x | z) + log p(z) - log q(z), with every constant.",
    "`log_joint` and `log_q` stand above: the mean of their difference at z is the estimate.",
)
check.hints(
    "elbo_estimate_kl",
    "Only log p(x | z) is averaged. The rest of the bound is minus KL(q‖p(z)), which doesn't need samples.",
    "KL = E_q[log φ - φz - log θ + θz], and E_q[z] = 1/φ.",
    "That gives log φ - log θ - 1 + θ/φ. Subtract it from the average of log p(x | z).",
)
check.hints(
    "theta_gradient",
    "The samples don't depend on θ, so the derivative goes straight inside the average.",
    "Only log p(z) = log θ - θz contains θ.",
    "Its derivative is 1/θ - z. Average that over the samples.",
)


def terms(x: float, theta: float, phi: float, z: Any) -> tuple[Any, Any, Any]:
    """(log p(x | z), log p(z), log q(z)), each (m,)."""
    return (
        by_definition.log_normal(x, z),
        by_definition.log_exponential(z, theta),
        by_definition.log_exponential(z, phi),
    )


def kl_term(theta: float, phi: float) -> Any:
    """KL(Exp(phi)‖Exp(theta)), by quadrature."""
    return by_definition.expectation(
        lambda z: by_definition.log_exponential(z, phi) - by_definition.log_exponential(z, theta), phi
    )


def estimate_joint(x: float, theta: float, phi: float, eps: Any) -> Any:
    """By definition: the mean of log p(x, z) - log q(z) over the samples."""
    return np.mean(noisy.log_weight(transported(eps, phi), x, theta, phi))


def estimate_kl(x: float, theta: float, phi: float, eps: Any) -> Any:
    """By definition: the mean of log p(x | z) over the samples, less the KL."""
    return np.mean(by_definition.log_normal(x, transported(eps, phi))) - kl_term(theta, phi)


@mistake("elbo_estimate_joint")
def prior_left_out(x: float, theta: float, phi: float, eps: Any) -> Any:
    """The prior is missing: log p(x, z) is log p(x | z) + log p(z). The same slip is in the notes this comes from."""
    likelihood, _, q = terms(x, theta, phi, transported(eps, phi))
    return np.mean(likelihood - q)


@mistake("elbo_estimate_joint")
def q_left_out(x: float, theta: float, phi: float, eps: Any) -> Any:
    """This is the average of log p(x, z) alone; minus log q(z) is missing, and with it the entropy of q."""
    likelihood, prior, _ = terms(x, theta, phi, transported(eps, phi))
    return np.mean(likelihood + prior)


@mistake("elbo_estimate_joint")
def q_added(x: float, theta: float, phi: float, eps: Any) -> Any:
    """log q(z) is subtracted in the bound, not added."""
    return np.mean(sum(terms(x, theta, phi, transported(eps, phi))))


@mistake("elbo_estimate_joint")
def likelihood_only(x: float, theta: float, phi: float, eps: Any) -> Any:
    """This is the reconstruction term alone: log p(z) - log q(z) is missing."""
    return np.mean(terms(x, theta, phi, transported(eps, phi))[0])


@mistake("elbo_estimate_joint")
def summed(x: float, theta: float, phi: float, eps: Any) -> Any:
    """This is the sum over the samples. The estimate is their mean: it must not grow with m."""
    return np.size(eps) * estimate_joint(x, theta, phi, eps)


@mistake("elbo_estimate_joint")
def noise_for_sample(x: float, theta: float, phi: float, eps: Any) -> Any:
    """You use the noise as if it were z. First bring it to Exp(φ)."""
    return np.mean(noisy.log_weight(np.asarray(eps, float), x, theta, phi))


@mistake("elbo_estimate_joint")
def samples_of_the_wrong_rate(x: float, theta: float, phi: float, eps: Any) -> Any:
    """Your z have mean φ instead of 1/φ: look at your first exercise again."""
    return np.mean(noisy.log_weight(transported(eps, 1 / phi), x, theta, phi))


@mistake("elbo_estimate_joint")
def logarithm_of_the_mean(x: float, theta: float, phi: float, eps: Any) -> Any:
    """This is the logarithm of an average; the ELBO is the average of a logarithm. (Yours is another bound, in unit
    08.)"""
    return np.log(np.mean(np.exp(noisy.log_weight(transported(eps, phi), x, theta, phi))))


@mistake("elbo_estimate_joint")
def the_other_estimator(x: float, theta: float, phi: float, eps: Any) -> Any:
    """This is the other estimator, with the KL in closed form. Here every term is sampled."""
    return estimate_kl(x, theta, phi, eps)


@mistake("elbo_estimate_joint")
def constant_dropped(x: float, theta: float, phi: float, eps: Any) -> Any:
    """The constant -½ log 2π is missing: it moves no maximum, but it is part of the value."""
    return estimate_joint(x, theta, phi, eps) - by_definition.log_normal(0.0, 0.0)


@mistake("elbo_estimate_kl")
def everything_sampled(x: float, theta: float, phi: float, eps: Any) -> Any:
    """This is the first estimator, which samples the KL too. Here the KL is put in as a formula."""
    return estimate_joint(x, theta, phi, eps)


@mistake("elbo_estimate_kl")
def kl_added(x: float, theta: float, phi: float, eps: Any) -> Any:
    """The KL is subtracted in the bound: moving q away from the prior costs."""
    return estimate_kl(x, theta, phi, eps) + 2 * kl_term(theta, phi)


@mistake("elbo_estimate_kl")
def kl_the_other_way(x: float, theta: float, phi: float, eps: Any) -> Any:
    """This is KL(p(z)‖q). The bound has KL(q‖p(z)): the expectation is over q."""
    return estimate_kl(x, theta, phi, eps) + kl_term(theta, phi) - kl_term(phi, theta)


@mistake("elbo_estimate_kl")
def kl_left_out(x: float, theta: float, phi: float, eps: Any) -> Any:
    """The KL is missing: this is the reconstruction term alone."""
    return estimate_kl(x, theta, phi, eps) + kl_term(theta, phi)


@mistake("elbo_estimate_kl")
def reconstruction_summed(x: float, theta: float, phi: float, eps: Any) -> Any:
    """The reconstruction term is summed over the samples. It should be their mean."""
    return np.sum(terms(x, theta, phi, transported(eps, phi))[0]) - kl_term(theta, phi)


@mistake("elbo_estimate_kl")
def noise_as_sample(x: float, theta: float, phi: float, eps: Any) -> Any:
    """You use the noise as if it were z. First bring it to Exp(φ)."""
    return np.mean(by_definition.log_normal(x, eps)) - kl_term(theta, phi)


@mistake("elbo_estimate_kl")
def samples_with_mean_phi(x: float, theta: float, phi: float, eps: Any) -> Any:
    """Your z have mean φ instead of 1/φ: look at your first exercise again."""
    return np.mean(by_definition.log_normal(x, transported(eps, 1 / phi))) - kl_term(theta, phi)


@mistake("elbo_estimate_kl")
def without_the_constant(x: float, theta: float, phi: float, eps: Any) -> Any:
    """The constant -½ log 2π is missing: it moves no maximum, but it is part of the value."""
    return estimate_kl(x, theta, phi, eps) - by_definition.log_normal(0.0, 0.0)


@mistake("theta_gradient")
def sum_over_samples(theta: float, z: Any) -> Any:
    """This is the sum over the samples. The estimate is their mean: it must not grow with m."""
    return np.size(z) * noisy.theta_gradient(theta, z)


@mistake("theta_gradient")
def one_for_each_sample(theta: float, z: Any) -> Any:
    """These are the derivatives of the single samples. Here their mean is asked for: one number."""
    return np.array([noisy.theta_gradient(theta, each) for each in np.asarray(z)])


@mistake("theta_gradient")
def downhill(theta: float, z: Any) -> Any:
    """The sign is the other way round: this would make the bound smaller."""
    return -noisy.theta_gradient(theta, z)


@mistake("theta_gradient")
def normaliser_forgotten(theta: float, z: Any) -> Any:
    """You differentiate -θz alone. The density is θ exp(-θz), and log θ has a derivative, too."""
    return -np.mean(z)


@mistake("theta_gradient")
def density_for_its_log(theta: float, z: Any) -> Any:
    """This differentiates the density p(z). The bound holds its logarithm."""
    return np.mean(noisy.derivative(lambda t: noisy.density(z, t), [theta], 0))


@mistake("theta_gradient")
def samples_not_used(theta: float, z: Any) -> Any:
    """The samples play no role: -θz has a derivative in θ, too."""
    return noisy.theta_gradient(theta, z) + np.mean(z)
