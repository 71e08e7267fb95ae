"""The bound and its health: iwae_bound, effective_sample_size."""

from typing import Any

import numpy as np
from scipy import special

from elboroom.advice.iwae import check, mistake
from elboroom.references import iwae as by_definition

check.hints(
    "iwae_bound",
    "Each column belongs to an image, each row to a sample. The mean is over the samples of one image, and it is a "
    "mean of weights, not of their logarithms.",
    "exp(-10000) is 0. `torch.logsumexp(log_w, dim=0)` is log of the sum of the weights, whatever their size.",
    "A mean is a sum divided by m: subtract log m, with m = len(log_w). `math.log` does for a number.",
)
check.hints(
    "effective_sample_size",
    "Multiply all weights of an image by the same factor: the ratio doesn't change. So you may choose the factor.",
    "In logarithms it is 2 log Σ w - log Σ w², and the log of w² is 2 log w.",
    "Either exponentiate the difference of two `torch.logsumexp`, or take softmax over dim 0: then Σ w is 1, and one "
    "over Σ w² is left.",
)


@mistake("iwae_bound")
def mean_of_the_logs(log_w: Any) -> Any:
    """This averages the *logarithms* of the weights: it is the ELBO, L_1, estimated from m samples. The mean goes
    inside the logarithm."""
    return np.mean(log_w, axis=0)


@mistake("iwae_bound")
def over_the_images(log_w: Any) -> Any:
    """This averages along axis 1, over different images. The samples of one image lie along axis 0."""
    return by_definition.iwae_bound(np.transpose(log_w))


@mistake("iwae_bound")
def over_everything(log_w: Any) -> Any:
    """This pools the weights of all images in one mean. Each image has a bound of its own: (m, N) becomes (N,)."""
    return by_definition.iwae_bound(np.reshape(log_w, (-1, 1)))[0]


@mistake("iwae_bound")
def log_m_forgotten(log_w: Any) -> Any:
    """This is the log of the *sum* of the weights: it grows by log 2 whenever m doubles. A mean is a sum divided by
    m."""
    return by_definition.iwae_bound(log_w) + np.log(np.shape(log_w)[0])


@mistake("iwae_bound")
def log_m_added(log_w: Any) -> Any:
    """log m has the wrong sign: dividing by m inside a logarithm subtracts log m outside."""
    return by_definition.iwae_bound(log_w) + 2 * np.log(np.shape(log_w)[0])


@mistake("iwae_bound")
def divided_by_m(log_w: Any) -> Any:
    """You divide the logarithm by m. It is the sum *inside* the logarithm that is divided by m."""
    return (by_definition.iwae_bound(log_w) + np.log(np.shape(log_w)[0])) / np.shape(log_w)[0]


@mistake("iwae_bound")
def divided_by_the_images(log_w: Any) -> Any:
    """You subtract the log of the number of images. What is averaged are the m samples of one image."""
    return by_definition.iwae_bound(log_w) + np.log(np.shape(log_w)[0]) - np.log(np.shape(log_w)[1])


@mistake("iwae_bound")
def best_sample_only(log_w: Any) -> Any:
    """Only the largest weight counts here. The bound is the log of the mean of all of them."""
    return np.max(log_w, axis=0)


@mistake("iwae_bound")
def without_the_logarithm(log_w: Any) -> Any:
    """This is the mean weight itself, an estimate of p(x). Return its logarithm, in nats."""
    return np.exp(by_definition.iwae_bound(log_w))


@mistake("iwae_bound")
def overflows(log_w: Any) -> Any:
    """On paper this is right, but exp(-10000) is 0 in floating point and exp(10000) is infinite. Take the largest log
    weight of each image out before you exponentiate, or use a function that does."""
    log_w = np.asarray(log_w, float)
    return np.log(np.exp(log_w).mean(axis=0))


@mistake("effective_sample_size")
def of_the_images(log_w: Any) -> Any:
    """This counts along axis 1, over images. The samples of one image lie along axis 0."""
    return by_definition.effective_sample_size(np.transpose(log_w))


@mistake("effective_sample_size")
def upside_down(log_w: Any) -> Any:
    """This is Σ w²/(Σ w)², the reciprocal. Of m equal weights all m count."""
    return 1 / by_definition.effective_sample_size(log_w)


@mistake("effective_sample_size")
def as_a_share(log_w: Any) -> Any:
    """This is the share of the samples that count, between 0 and 1. Return how many they are: don't divide by m."""
    return by_definition.effective_sample_size(log_w) / np.shape(log_w)[0]


@mistake("effective_sample_size")
def of_the_logarithms(log_w: Any) -> Any:
    """This takes the sums of the log weights. The weights themselves have to be summed and squared."""
    log_w = np.asarray(log_w, float)
    return log_w.sum(axis=0) ** 2 / (log_w**2).sum(axis=0)


@mistake("effective_sample_size")
def its_logarithm(log_w: Any) -> Any:
    """This is the logarithm of the effective sample size. Exponentiate at the end."""
    return np.log(by_definition.effective_sample_size(log_w))


@mistake("effective_sample_size")
def by_the_largest(log_w: Any) -> Any:
    """This is one over the largest share. A measure of the same thing, but not the one that is asked for: that has the
    squares of all shares."""
    return 1 / by_definition.normalised_weights(log_w).max(axis=0)


@mistake("effective_sample_size")
def by_entropy(log_w: Any) -> Any:
    """This is the exponential of the entropy of the shares. A measure of the same thing, but (Σ w)²/Σ w² is
    asked for."""
    return np.exp(special.entr(by_definition.normalised_weights(log_w)).sum(axis=0))


@mistake("effective_sample_size")
def squares_forgotten(log_w: Any) -> Any:
    """The denominator has no squares: (Σ w)²/Σ w is the sum of the weights. It is Σ w² that goes below."""
    return np.shape(log_w)[0] * np.exp(by_definition.iwae_bound(log_w))
