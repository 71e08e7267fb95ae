"""Gradients in phi, per sample: reparameterized_gradient, sticking_the_landing, score_function_gradient."""

from typing import Any

import numpy as np

from elboroom.advice.reparameterization import check, mistake
from elboroom.references import exponential as by_definition
from elboroom.references import reparameterization as noisy
from elboroom.references.reparameterization import along_the_path, score, transported

check.hints(
    "reparameterized_gradient",
    "Do the example by hand again, with letters for θ and φ. Which terms of log p(x, z) - log q(z) contain z?",
    "They are -½(x - z)² - θz + φz: differentiate in z. Then dz/dφ of z = ε/φ, and last the φ inside log q itself.",
    "d/dz gives (x - z) - θ + φ; dz/dφ = -ε/φ²; and the second part is z - 1/φ.",
)
check.hints(
    "sticking_the_landing",
    "Start from the reparameterized gradient. It has two parts: through the sample, and directly through log q.",
    "Keep the part through the sample: (d/dz of the integrand) · dz/dφ.",
    "That is ((x - z) - θ + φ) · (-z/φ). In your total derivative, find what is left when you drop z - 1/φ.",
)
check.hints(
    "score_function_gradient",
    "The score is the derivative of log q(z) = log φ - φz in φ, with z held fixed.",
    "Multiply it by f(z) = log p(x, z) - log q(z), sample by sample.",
    "`log_joint` and `log_q` stand above, and the score is 1/φ - z. Return the products: no mean.",
)


@mistake("reparameterized_gradient")
def path_only(x: float, theta: float, phi: float, eps: Any) -> Any:
    """This is the part through the sample alone. φ also stands in log q itself: add that part for the total
    derivative. (Leaving it out on purpose comes later.)"""
    return noisy.sticking_the_landing(x, theta, phi, eps)


@mistake("reparameterized_gradient")
def path_left_out(x: float, theta: float, phi: float, eps: Any) -> Any:
    """The sample is held fixed here, so only the φ inside log q is differentiated. z = ε/φ moves with φ, too, and what
    that does to the integrand is missing."""
    return -score(transported(eps, phi), phi)


@mistake("reparameterized_gradient")
def downhill(x: float, theta: float, phi: float, eps: Any) -> Any:
    """The sign is the other way round: this would make the bound smaller."""
    return -noisy.reparameterized_gradient(x, theta, phi, eps)


@mistake("reparameterized_gradient")
def entropy_left_out(x: float, theta: float, phi: float, eps: Any) -> Any:
    """This differentiates log p(x, z) alone; minus log q(z) belongs to the bound as well."""
    return along_the_path(lambda z, p: by_definition.log_joint(z, x, theta), eps, phi)


@mistake("reparameterized_gradient")
def prior_left_out(x: float, theta: float, phi: float, eps: Any) -> Any:
    """The prior is missing: log p(x, z) is log p(x | z) + log p(z)."""
    return along_the_path(lambda z, p: by_definition.log_normal(x, z) - by_definition.log_exponential(z, p), eps, phi)


@mistake("reparameterized_gradient")
def path_the_wrong_way(x: float, theta: float, phi: float, eps: Any) -> Any:
    """The sign of dz/dφ is lost: a larger rate pulls the sample towards 0."""
    total, path = (f(x, theta, phi, eps) for f in (noisy.reparameterized_gradient, noisy.sticking_the_landing))
    return total - 2 * path


@mistake("reparameterized_gradient")
def slope_in_the_noise(x: float, theta: float, phi: float, eps: Any) -> Any:
    """You multiply by dz/dε = 1/φ. The derivative is in φ: use dz/dφ."""
    total, path = (f(x, theta, phi, eps) for f in (noisy.reparameterized_gradient, noisy.sticking_the_landing))
    return total - path - path / np.asarray(eps)


@mistake("reparameterized_gradient")
def chain_not_finished(x: float, theta: float, phi: float, eps: Any) -> Any:
    """This uses d/dz of the integrand without the factor dz/dφ: the chain rule stops half way."""
    total, path = (f(x, theta, phi, eps) for f in (noisy.reparameterized_gradient, noisy.sticking_the_landing))
    return total - path - path * phi / transported(eps, phi)


@mistake("reparameterized_gradient")
def score_function_instead(x: float, theta: float, phi: float, eps: Any) -> Any:
    """This is the score-function estimator. It has the same mean, but here the derivative goes through the sample."""
    return noisy.score_function_gradient(x, theta, phi, transported(eps, phi))


@mistake("reparameterized_gradient")
def averaged(x: float, theta: float, phi: float, eps: Any) -> Any:
    """This is the mean over the samples. Return one value per sample: their spread is what we are after."""
    return np.mean(noisy.reparameterized_gradient(x, theta, phi, eps))


@mistake("sticking_the_landing")
def total_derivative(x: float, theta: float, phi: float, eps: Any) -> Any:
    """This is the total derivative. Leave out the part that differentiates the φ inside log q."""
    return noisy.reparameterized_gradient(x, theta, phi, eps)


@mistake("sticking_the_landing")
def what_should_go(x: float, theta: float, phi: float, eps: Any) -> Any:
    """This is the part to be dropped, minus the score. Keep the other one."""
    return -score(transported(eps, phi), phi)


@mistake("sticking_the_landing")
def score_subtracted_twice(x: float, theta: float, phi: float, eps: Any) -> Any:
    """You have taken the score away where it should be put back: it stands in the total derivative with a minus."""
    return noisy.reparameterized_gradient(x, theta, phi, eps) - score(transported(eps, phi), phi)


@mistake("sticking_the_landing")
def q_dropped_altogether(x: float, theta: float, phi: float, eps: Any) -> Any:
    """log q is gone altogether. Its φ is held fixed, but its z still moves with φ."""
    return along_the_path(lambda z, p: by_definition.log_joint(z, x, theta), eps, phi)


@mistake("sticking_the_landing")
def landing_downhill(x: float, theta: float, phi: float, eps: Any) -> Any:
    """The sign is the other way round: a larger rate pulls the samples towards 0, so dz/dφ is negative."""
    return -noisy.sticking_the_landing(x, theta, phi, eps)


@mistake("sticking_the_landing")
def landing_without_the_chain(x: float, theta: float, phi: float, eps: Any) -> Any:
    """This is d/dz of the integrand. By the chain rule it is still to be multiplied by dz/dφ."""
    return -noisy.sticking_the_landing(x, theta, phi, eps) * phi / transported(eps, phi)


@mistake("sticking_the_landing")
def landing_averaged(x: float, theta: float, phi: float, eps: Any) -> Any:
    """This is the mean over the samples. Return one value per sample: their spread is what we are after."""
    return np.mean(noisy.sticking_the_landing(x, theta, phi, eps))


@mistake("score_function_gradient")
def q_left_out(x: float, theta: float, phi: float, z: Any) -> Any:
    """The score multiplies log p(x, z) alone here. f also contains -log q(z); without it the entropy is lost."""
    return by_definition.log_joint(z, x, theta) * score(z, phi)


@mistake("score_function_gradient")
def prior_missing(x: float, theta: float, phi: float, z: Any) -> Any:
    """The prior is missing in f: log p(x, z) is log p(x | z) + log p(z)."""
    return (noisy.log_weight(z, x, theta, phi) - by_definition.log_exponential(z, theta)) * score(z, phi)


@mistake("score_function_gradient")
def score_reversed(x: float, theta: float, phi: float, z: Any) -> Any:
    """The score has the wrong sign: log q(z) = log φ - φz rises with φ where z is small."""
    return -noisy.score_function_gradient(x, theta, phi, z)


@mistake("score_function_gradient")
def score_left_out(x: float, theta: float, phi: float, z: Any) -> Any:
    """This is f(z) itself: it still has to be weighted by the score."""
    return noisy.log_weight(z, x, theta, phi)


@mistake("score_function_gradient")
def score_alone(x: float, theta: float, phi: float, z: Any) -> Any:
    """This is the score alone, whose mean is 0 whatever the model. Multiply it by f(z)."""
    return score(z, phi)


@mistake("score_function_gradient")
def gradient_of_the_density(x: float, theta: float, phi: float, z: Any) -> Any:
    """This weights f by the gradient of q. Samples bring the factor q with them: what is left is the gradient of
    *log* q."""
    return noisy.score_function_gradient(x, theta, phi, z) * noisy.density(z, phi)


@mistake("score_function_gradient")
def constants_dropped(x: float, theta: float, phi: float, z: Any) -> Any:
    """A constant of f is missing, -½ log 2π. The mean doesn't change, the variance does: that is the idea of a
    baseline, which comes later. Here keep the constants."""
    return (noisy.log_weight(z, x, theta, phi) - by_definition.log_normal(0.0, 0.0)) * score(z, phi)


@mistake("score_function_gradient")
def score_subtracted(x: float, theta: float, phi: float, z: Any) -> Any:
    """You differentiate -log q inside f as well. Its expectation is 0, so it is left out here: f(z) times the score
    is all."""
    return noisy.score_function_gradient(x, theta, phi, z) - score(z, phi)


@mistake("score_function_gradient")
def through_the_sample(x: float, theta: float, phi: float, z: Any) -> Any:
    """This is the reparameterized gradient. It has the same mean, but here z stays where it is: weight f by the
    score."""
    return noisy.reparameterized_gradient(x, theta, phi, np.asarray(z) / noisy.mean(phi))


@mistake("score_function_gradient")
def score_averaged(x: float, theta: float, phi: float, z: Any) -> Any:
    """This is the mean over the samples. Return one value per sample: their spread is what we are after."""
    return np.mean(noisy.score_function_gradient(x, theta, phi, z))
