"""The exponential model: relative_variance, iwae_gradient."""

from typing import Any

import numpy as np

from elboroom.advice.iwae import check, mistake
from elboroom.references import exponential
from elboroom.references import iwae as by_definition

check.hints(
    "relative_variance",
    "Var(w) = E_q[w²] - p(x)², for the mean of w under q is p(x). Divided by p(x)², the second half is 1.",
    "E_q[w²] is the integral of p(x, z)²/q(z) over z > 0: in the exponent stands a quadratic in z. Complete the "
    "square, or let `integrate.quad` do it.",
    "The exponent is -(x - z)² - (2θ - φ) z. With b = 2x - 2θ + φ its integral over z > 0 is e^(b²/4 - x²) √π Φ(b/√2). "
    "In front stands θ²/(2πφ).",
)
check.hints(
    "iwae_gradient",
    "The bound is log of the mean of e^(log w). Differentiate: each sample's own derivative counts with its share of "
    "the weights.",
    "The shares are softmax of the log weights over the samples. z = eps/phi moves with φ, and φ stands in log q.",
    "By hand: d log w/dθ = 1/θ - z and d log w/dφ = (θ - x + z) z/φ - 1/φ. Or give every column its own θ and φ, "
    "tensors (n,) that ask for gradients, and call `torch.autograd.grad` on the sum of the bounds.",
)


@mistake("relative_variance")
def second_moment(x: float, theta: float, phi: float) -> float:
    """This is E_q[w²]/p(x)². The variance is that less the square of the mean: less 1."""
    return by_definition.relative_variance(x, theta, phi) + 1


@mistake("relative_variance")
def not_relative(x: float, theta: float, phi: float) -> float:
    """This is Var(w) itself. The variance of w/p(x) is asked for: divide by p(x)²."""
    return by_definition.relative_variance(x, theta, phi) * float(np.exp(2 * exponential.log_evidence(x, theta)))


@mistake("relative_variance")
def divided_once(x: float, theta: float, phi: float) -> float:
    """You divide Var(w) by p(x). A variance has the square of the units: divide by p(x)²."""
    return by_definition.relative_variance(x, theta, phi) * float(np.exp(exponential.log_evidence(x, theta)))


@mistake("relative_variance")
def deviation(x: float, theta: float, phi: float) -> float:
    """This is the relative standard deviation. Its square is asked for."""
    return by_definition.relative_variance(x, theta, phi) ** 0.5


@mistake("relative_variance")
def the_gap_itself(x: float, theta: float, phi: float) -> float:
    """This is half of it already: the predicted gap at m = 1. The factor 1/(2m) comes later."""
    return by_definition.relative_variance(x, theta, phi) / 2


@mistake("relative_variance")
def of_the_logarithm(x: float, theta: float, phi: float) -> float:
    """This is the variance of log w. The gap is about the variance of the weight itself, relative to its mean."""
    q_mean = [_log_moment(power, x, theta, phi) for power in (1, 2)]
    return q_mean[1] - q_mean[0] ** 2


@mistake("relative_variance")
def under_the_prior(x: float, theta: float, phi: float) -> float:
    """This is the variance with z drawn from the prior: φ plays no part. Here z comes from q, and the weight is p(x,
    z)/q(z)."""
    return by_definition.relative_variance(x, theta, theta)


def _log_moment(power: int, x: float, theta: float, phi: float) -> float:
    """E_q[(log w)^power]."""

    def log_w(z: Any) -> Any:
        return exponential.log_joint(z, x, theta) - exponential.log_exponential(z, phi)

    return float(exponential.expectation(lambda z: log_w(z) ** power, phi))


def slopes(x: float, theta: float, phi: float, eps: Any) -> tuple[Any, Any, Any]:
    """d log w/dθ, d log w/dφ, and the shares of the samples, (m, n) each."""
    h = 1e-30
    by_theta = by_definition.exponential_log_weights(x, theta + 1j * h, phi, eps).imag / h
    by_phi = by_definition.exponential_log_weights(x, theta, phi + 1j * h, eps).imag / h
    return by_theta, by_phi, shares(x, theta, phi, eps)


def shares(x: float, theta: float, phi: float, eps: Any) -> Any:
    return by_definition.normalised_weights(by_definition.exponential_log_weights(x, theta, phi, eps))


@mistake("iwae_gradient")
def every_sample_counts_the_same(x: float, theta: float, phi: float, eps: Any) -> Any:
    """Every sample counts the same here: this is the gradient of the ELBO, estimated from m samples. In L_m a sample
    counts with its share of the weights."""
    by_theta, by_phi, _ = slopes(x, theta, phi, eps)
    return by_theta.mean(axis=0), by_phi.mean(axis=0)


@mistake("iwae_gradient")
def of_the_mean_weight(x: float, theta: float, phi: float, eps: Any) -> Any:
    """This is the gradient of the mean weight. L_m is its logarithm: divide by the mean weight, which makes shares of
    the weights."""
    by_theta, by_phi, _ = slopes(x, theta, phi, eps)
    w = np.exp(by_definition.exponential_log_weights(x, theta, phi, eps))
    return (w * by_theta).mean(axis=0), (w * by_phi).mean(axis=0)


@mistake("iwae_gradient")
def in_the_other_order(x: float, theta: float, phi: float, eps: Any) -> Any:
    """The two come in the other order: first the derivative in θ, then in φ."""
    return by_definition.iwae_gradient(x, theta, phi, eps)[::-1]


@mistake("iwae_gradient")
def downhill(x: float, theta: float, phi: float, eps: Any) -> Any:
    """The signs are the other way round: this is the gradient of a loss, and L_m is to be maximised."""
    by_theta, by_phi = by_definition.iwae_gradient(x, theta, phi, eps)
    return -by_theta, -by_phi


@mistake("iwae_gradient")
def samples_held_fixed(x: float, theta: float, phi: float, eps: Any) -> Any:
    """In the derivative in φ the samples are held fixed. z = eps/phi moves with φ: it is the noise that is fixed."""
    z = np.asarray(eps) / phi
    return by_definition.iwae_gradient(x, theta, phi, eps)[0], (shares(x, theta, phi, eps) * (z - 1 / phi)).sum(axis=0)


@mistake("iwae_gradient")
def path_only(x: float, theta: float, phi: float, eps: Any) -> Any:
    """The derivative in φ has the part through the sample alone. φ also stands in log q itself; the whole derivative
    is asked for."""
    _, by_phi, share = slopes(x, theta, phi, eps)
    direct = 1 / phi - np.asarray(eps) / phi
    return by_definition.iwae_gradient(x, theta, phi, eps)[0], (share * (by_phi + direct)).sum(axis=0)


@mistake("iwae_gradient")
def shares_of_the_images(x: float, theta: float, phi: float, eps: Any) -> Any:
    """The weights are normalised along axis 1. The m samples of one estimate lie along axis 0."""
    by_theta, by_phi, _ = slopes(x, theta, phi, eps)
    w = np.exp(by_definition.exponential_log_weights(x, theta, phi, eps))
    across = w / w.sum(axis=1, keepdims=True)
    return (across * by_theta).sum(axis=0), (across * by_phi).sum(axis=0)


@mistake("iwae_gradient")
def summed_over_all(x: float, theta: float, phi: float, eps: Any) -> Any:
    """This adds up all n estimates. Each column of noise is an estimate of its own: (n,) for each parameter."""
    by_theta, by_phi = by_definition.iwae_gradient(x, theta, phi, eps)
    return by_theta.sum(), by_phi.sum()
