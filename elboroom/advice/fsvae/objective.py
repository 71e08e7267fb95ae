"""The objective: `negative_elbo`, `best_variance`, and hints for the training run."""

import math
from typing import Any

import numpy as np

from elboroom.advice.fsvae import SIZES, STATE, check, mistake
from elboroom.references import fsvae as by_definition
from elboroom.references.fsvae import Terms, encode, floats, log_normal, sampled
from elboroom.references.vae import kl

Array = np.ndarray
K, D, _, CLASSES = SIZES

check.hints(
    "negative_elbo",
    "As in unit 06: encode, sample with the noise you are given, decode, two terms. The label goes into both halves.",
    "reconstruction is minus the mean of your `gaussian_log_likelihood`, with the model's own variance. The KL "
    "compares q(z | x, y) with N(0, I): y has no part in the prior.",
    "KL of each image: ½ Σ (mu² + var - 1 - log var), over the latents. Sums over dimensions, means over the batch; "
    "return (kl + reconstruction, kl, reconstruction).",
)
check.hints(
    "best_variance",
    "Write the reconstruction as a function of σ² alone: D/2 log σ² + S/(2σ²), S the squared error of an image.",
    "Set its derivative in σ² to zero. Over how many pixels is S a sum, and over how many images do you average?",
    "Encode, sample, decode as in `negative_elbo`; then `(x - mean).square().mean()`.",
)
check.hints(
    "train_fsvae",
    "Hold the variance fixed: `model.log_sigma2.requires_grad_(False)`. Give Adam the parameters that are left, with a "
    "rate of 2e-3 or so.",
    "For each batch: fresh noise `torch.randn(len(x), z_dim)`, `negative_elbo`, `zero_grad`, `backward`, `step`.",
    "A rate that falls to zero over the run helps: `torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)`, one "
    "`schedule.step()` a step.",
)


def terms(kl: float, reconstruction: float) -> Terms:
    return kl + reconstruction, kl, reconstruction


def missed(x: Any, y: Any, z: Array, var: float | None = None) -> Array:
    """(N,): -log p(x|z,y), with the model's variance unless told."""
    return -log_normal(x, by_definition.decode(STATE, z, y), by_definition.variance(STATE) if var is None else var)


def divergence(x: Any, y: Any) -> Array:
    return kl(*encode(STATE, x, y))


@mistake("negative_elbo")
def kl_of_the_decoders_output(model: Any, x: Any, y: Any, eps: Any) -> Terms:
    """The KL is that of the decoder's Gaussian, over pixels. What is compared with N(0, I) is q(z | x, y), which the
    encoder gives."""
    _, _, reconstruction = by_definition.negative_elbo(STATE, x, y, eps)
    mean = by_definition.decode(STATE, sampled(STATE, x, y, eps), y)
    return terms(float(kl(mean, np.full_like(mean, by_definition.variance(STATE))).mean()), reconstruction)


@mistake("negative_elbo")
def kl_against_itself(model: Any, x: Any, y: Any, eps: Any) -> Terms:
    """The KL is zero: q is compared with itself. The prior p(z | y) = p(z) is N(0, I), for every label."""
    return terms(0.0, by_definition.negative_elbo(STATE, x, y, eps)[2])


@mistake("negative_elbo")
def label_charged(model: Any, x: Any, y: Any, eps: Any) -> Terms:
    """There is log p(y) in it. This bounds log p(x | y): the label is given, and costs nothing."""
    _, kl, reconstruction = by_definition.negative_elbo(STATE, x, y, eps)
    return kl + reconstruction + math.log(CLASSES), kl, reconstruction


@mistake("negative_elbo")
def reversed_kl(model: Any, x: Any, y: Any, eps: Any) -> Terms:
    """This is KL(p‖q), from the prior to q; the bound has KL(q‖p)."""
    mu, var = encode(STATE, x, y)
    price = 0.5 * ((1 + mu**2) / var - 1 + np.log(var)).sum(-1).mean()
    return terms(float(price), by_definition.negative_elbo(STATE, x, y, eps)[2])


@mistake("negative_elbo")
def mean_over_latents(model: Any, x: Any, y: Any, eps: Any) -> Terms:
    """The KL is a mean over the latents. Sum over dimensions; only the images are averaged."""
    return terms(float(divergence(x, y).mean()) / K, by_definition.negative_elbo(STATE, x, y, eps)[2])


@mistake("negative_elbo")
def mean_over_pixels(model: Any, x: Any, y: Any, eps: Any) -> Terms:
    """The reconstruction is a mean over the pixels. Sum over dimensions; only the images are averaged."""
    _, kl, reconstruction = by_definition.negative_elbo(STATE, x, y, eps)
    return terms(kl, reconstruction / D)


@mistake("negative_elbo")
def summed_over_the_batch(model: Any, x: Any, y: Any, eps: Any) -> Terms:
    """These are sums over the batch; give means over the images."""
    N = len(floats(x))
    return terms(*(N * term for term in by_definition.negative_elbo(STATE, x, y, eps)[1:]))


@mistake("negative_elbo")
def variance_for_deviation(model: Any, x: Any, y: Any, eps: Any) -> Terms:
    """The sample is mu + var·eps. The noise is scaled by the standard deviation, the root of the variance."""
    mu, var = encode(STATE, x, y)
    return terms(float(divergence(x, y).mean()), float(missed(x, y, mu + var * floats(eps)).mean()))


@mistake("negative_elbo")
def without_noise(model: Any, x: Any, y: Any, eps: Any) -> Terms:
    """The decoder is given the mean of q: the noise is not used. The expectation is over q."""
    return terms(float(divergence(x, y).mean()), float(missed(x, y, encode(STATE, x, y)[0]).mean()))


@mistake("negative_elbo")
def homeworks_variance(model: Any, x: Any, y: Any, eps: Any) -> Terms:
    """The variance of the pixels is 0.1, whatever the model's is. Ask the model: `model.variance()`."""
    z = sampled(STATE, x, y, eps)
    return terms(float(divergence(x, y).mean()), float(missed(x, y, z, 0.1).mean()))


@mistake("negative_elbo")
def squared_error_alone(model: Any, x: Any, y: Any, eps: Any) -> Terms:
    """The reconstruction is half the squared error over σ²: the normaliser, D/2 log 2πσ², is missing, and with it what
    keeps a learnt variance from growing for ever."""
    _, kl, reconstruction = by_definition.negative_elbo(STATE, x, y, eps)
    return terms(kl, reconstruction - 0.5 * D * math.log(2 * math.pi * by_definition.variance(STATE)))


@mistake("negative_elbo")
def elbo(model: Any, x: Any, y: Any, eps: Any) -> Terms:
    """The signs are those of the ELBO. From unit 06 on, all three are costs."""
    _, kl, reconstruction = by_definition.negative_elbo(STATE, x, y, eps)
    return -kl - reconstruction, kl, -reconstruction


def errors(x: Any, y: Any, z: Array) -> Array:
    return (floats(x) - by_definition.decode(STATE, z, y)) ** 2


@mistake("best_variance")
def best_deviation(model: Any, x: Any, y: Any, eps: Any) -> float:
    """This is the best standard deviation; the variance is its square."""
    return math.sqrt(by_definition.best_variance(STATE, x, y, eps))


@mistake("best_variance")
def summed_errors(model: Any, x: Any, y: Any, eps: Any) -> float:
    """This is the squared error of a whole image. All its pixels share it: divide by their number."""
    return D * by_definition.best_variance(STATE, x, y, eps)


@mistake("best_variance")
def half_of_it(model: Any, x: Any, y: Any, eps: Any) -> float:
    """This is half of it. Set the derivative of D/2 log σ² + S/(2σ²) to zero once more."""
    return by_definition.best_variance(STATE, x, y, eps) / 2


@mistake("best_variance")
def models_own(model: Any, x: Any, y: Any, eps: Any) -> float:
    """This is the variance that the model has. Which one would be best for these images?"""
    return by_definition.variance(STATE)


@mistake("best_variance")
def errors_of_the_mean(model: Any, x: Any, y: Any, eps: Any) -> float:
    """The decoder was given the mean of q. The noise in z makes errors, too, and the variance has to cover them."""
    return float(errors(x, y, encode(STATE, x, y)[0]).mean())


@mistake("best_variance")
def around_their_mean(model: Any, x: Any, y: Any, eps: Any) -> float:
    """This is the variance of the residuals about their own mean. The Gaussian stands at the decoder's mean: take the
    mean of the squares."""
    return float((floats(x) - by_definition.decode(STATE, sampled(STATE, x, y, eps), y)).var())
