"""The pieces of the objective: `binarise`, `sample`, `bernoulli_log_likelihood`, `kl`."""

from typing import Any

import numpy as np
from scipy import stats

from elboroom.advice.vae import check, mistake
from elboroom.references import vae as by_definition
from elboroom.references.vae import NODES, WEIGHTS, sigmoid

Array = np.ndarray

check.hints(
    "binarise",
    "u is uniform on [0, 1). With which probability does it fall below a number c between 0 and 1?",
    "A comparison of two tensors gives True and False; `.float()` makes 1 and 0 of them. The pixel first has to become "
    "a number between 0 and 1.",
    "Compare u with pixels / 255. For the boundary cases think of u = 0: a black pixel of value 0 must stay 0.",
)
check.hints(
    "sample",
    "Unit 04: a sample of N(mu, var) is a shifted and stretched sample of N(0, 1). Which one is handed to you?",
    "What stretches eps has the unit of z, not of z squared.",
    "The mean, plus the standard deviation (the root of var) times eps. Nothing is drawn inside.",
)
check.hints(
    "bernoulli_log_likelihood",
    "The pixels are independent given z, so the probability of an image is a product over them, and its log a sum.",
    "A pixel with logit a is on with probability 1/(1 + e^-a), and off with probability 1/(1 + e^a). Write the log of "
    "both without ever forming the probability: log(1 + e^a) is `torch.nn.functional.softplus(a)`.",
    "`torch.nn.functional.binary_cross_entropy_with_logits` is minus the log probability of each pixel. Which "
    "`reduction` leaves the pixels alone, and over which dimension do you then add?",
)
check.hints(
    "kl",
    "Unit 02 had it in terms of the log variance; here you are given the variance itself.",
    "For one latent it is ½(μ² + σ² - 1 - log σ²). The latents are independent under q and p, so theirs add.",
    "Add over the last dimension only: one number for each image. At mu = 0 and var = 1 it must be zero.",
)


def reals(x: Any) -> Array:
    return np.asarray(x, float)


# --- binarise


@mistake("binarise")
def grey(pixels: Any, u: Any) -> Array:
    """This leaves the pixels grey. A Bernoulli variable is 0 or 1; a density at 0.7 is not what the decoder has."""
    return reals(pixels) / 255


@mistake("binarise")
def rounded(pixels: Any, u: Any) -> Array:
    """This cuts at one half, always in the same way. Each pixel should be a coin that falls on 1 with probability
    value/255: use u."""
    return (reals(pixels) > 127.5).astype(float)


@mistake("binarise")
def negative_picture(pixels: Any, u: Any) -> Array:
    """This is the negative: a bright pixel should be 1 often, and here it is 0 often. Turn the comparison round."""
    return (reals(u) >= reals(pixels) / 255).astype(float)


@mistake("binarise")
def not_scaled(pixels: Any, u: Any) -> Array:
    """The pixels go from 0 to 255 and u from 0 to 1: compared as they are, everything that isn't quite black is on."""
    return (reals(u) < reals(pixels)).astype(float)


# --- sample


@mistake("sample")
def variance_as_scale(mu: Any, var: Any, eps: Any) -> Array:
    """eps is stretched by the variance; it should be by the standard deviation."""
    return reals(mu) + reals(var) * reals(eps)


@mistake("sample")
def variance_as_log(mu: Any, var: Any, eps: Any) -> Array:
    """This takes `var` for a log variance. From this unit on the functions are given the variance itself."""
    return reals(mu) + np.exp(reals(var) / 2) * reals(eps)


@mistake("sample")
def not_shifted(mu: Any, var: Any, eps: Any) -> Array:
    """The mean is missing: this is a sample of N(0, var)."""
    return np.sqrt(reals(var)) * reals(eps)


@mistake("sample")
def no_noise(mu: Any, var: Any, eps: Any) -> Array:
    """This is the mean, without noise. Then the decoder never sees that z is uncertain: an autoencoder."""
    return reals(mu) + 0 * reals(eps)


@mistake("sample")
def precision_as_variance(mu: Any, var: Any, eps: Any) -> Array:
    """eps is divided by the standard deviation instead of multiplied with it."""
    return reals(mu) + reals(eps) / np.sqrt(reals(var))


# --- bernoulli_log_likelihood


def pixelwise(x: Any, logits: Any) -> Array:
    """(N, D): the log probability of each pixel."""
    on, a = reals(x) == 1, reals(logits)
    return np.log(np.where(on, sigmoid(a), sigmoid(-a)))


@mistake("bernoulli_log_likelihood")
def mean_over_pixels(x: Any, logits: Any) -> Array:
    """This is the mean over the pixels. Log probabilities of independent pixels add; a mean makes the reconstruction
    D times too cheap against the KL."""
    return pixelwise(x, logits).mean(axis=-1)


@mistake("bernoulli_log_likelihood")
def one_number(x: Any, logits: Any) -> float:
    """This adds up the whole batch. Add over the pixels only: one number for each image."""
    return float(pixelwise(x, logits).sum())


@mistake("bernoulli_log_likelihood")
def mean_of_everything(x: Any, logits: Any) -> float:
    """This is the mean over pixels and images, what a loss does by default (`reduction="mean"`). One number for each
    image is asked for, the sum over its pixels."""
    return float(pixelwise(x, logits).mean())


@mistake("bernoulli_log_likelihood")
def one_for_each_pixel(x: Any, logits: Any) -> Array:
    """These are the log probabilities of single pixels; the image's is their sum."""
    return pixelwise(x, logits)


@mistake("bernoulli_log_likelihood")
def cross_entropy(x: Any, logits: Any) -> Array:
    """The sign is turned: this is the cross-entropy, minus the log-likelihood. The log of a probability is never
    positive."""
    return -pixelwise(x, logits).sum(axis=-1)


@mistake("bernoulli_log_likelihood")
def means_as_logits(x: Any, logits: Any) -> Array:
    """The sigmoid is applied twice: probabilities went where logits were expected. Every pixel is then on with 50 to
    73 %, and a dark one costs log 2 at least."""
    return pixelwise(x, sigmoid(reals(logits))).sum(axis=-1)


@mistake("bernoulli_log_likelihood")
def pixels_that_are_on(x: Any, logits: Any) -> Array:
    """Only the pixels that are on count here. The dark ones have a probability, too: 1 - p each."""
    return np.where(reals(x) == 1, pixelwise(x, logits), 0.0).sum(axis=-1)


@mistake("bernoulli_log_likelihood")
def squared_error(x: Any, logits: Any) -> Array:
    """This is minus a squared error, the log density of a Gaussian up to scale. The pixels are Bernoulli."""
    return -((reals(x) - sigmoid(reals(logits))) ** 2).sum(axis=-1)


@mistake("bernoulli_log_likelihood")
def clamped(x: Any, logits: Any) -> Array:
    """The probability is kept away from 0 and 1 by a small constant, so that a sure and wrong pixel costs too little.
    Compute from the logits: the log of the sigmoid is minus a softplus."""
    p = np.clip(sigmoid(reals(logits)), 1e-7, 1 - 1e-7)
    return np.log(np.where(reals(x) == 1, p, 1 - p)).sum(axis=-1)


# --- kl


def for_each_latent(mu: Any, var: Any) -> Array:
    """(N, K): the KL of each latent."""
    return by_definition.kl(reals(mu)[..., None], reals(var)[..., None])


@mistake("kl")
def variance_taken_for_its_log(mu: Any, var: Any) -> Array:
    """This takes `var` for a log variance, as in units 02 and 04. Here it is the variance itself."""
    return by_definition.kl(mu, np.exp(reals(var)))


@mistake("kl")
def standard_deviation(mu: Any, var: Any) -> Array:
    """This takes `var` for a standard deviation and squares it."""
    return by_definition.kl(mu, reals(var) ** 2)


@mistake("kl")
def mean_over_latents(mu: Any, var: Any) -> Array:
    """This is the mean over the latents. KLs of independent latents add; a mean makes them K times too cheap."""
    return for_each_latent(mu, var).mean(axis=-1)


@mistake("kl")
def one_for_each_latent(mu: Any, var: Any) -> Array:
    """This is the KL of each latent by itself; the image's is their sum."""
    return for_each_latent(mu, var)


@mistake("kl")
def sum_over_the_batch(mu: Any, var: Any) -> float:
    """This adds up the whole batch. Add over the latents only: one number for each image."""
    return float(for_each_latent(mu, var).sum())


@mistake("kl")
def turned(mu: Any, var: Any) -> Array:
    """The sign is turned: a KL is never negative. In the ELBO it is subtracted, here it stands by itself."""
    return -by_definition.kl(mu, var)


@mistake("kl")
def without_the_prior(mu: Any, var: Any) -> Array:
    """The prior is missing: this is E_q[log q], minus the entropy. The KL is E_q[log q - log p]."""
    sd = np.sqrt(reals(var))[..., None]
    z = reals(mu)[..., None] + sd * NODES
    return (stats.norm.logpdf(z, reals(mu)[..., None], sd) @ WEIGHTS).sum(axis=-1)


@mistake("kl")
def the_other_way_round(mu: Any, var: Any) -> Array:
    """This is KL(p‖q), the expectation under the prior. The bound has the expectation under q."""
    mu, sd = reals(mu)[..., None], np.sqrt(reals(var))[..., None]
    return ((stats.norm.logpdf(NODES) - stats.norm.logpdf(NODES, mu, sd)) @ WEIGHTS).sum(axis=-1)


@mistake("kl")
def twice(mu: Any, var: Any) -> Array:
    """This is twice the KL: the ½ of the Gaussian's exponent is missing."""
    return 2 * by_definition.kl(mu, var)
