"""The objective: negative_elbo, with the weights STATE in the learner's module."""

from typing import Any

import numpy as np

from elboroom.advice.gmvae import check, mistake
from elboroom.advice.gmvae.model import STATE
from elboroom.references import mixtures
from elboroom.references.gmvae import encode, network, prior, reconstructions, softplus, terms

Array = np.ndarray
Terms = tuple[Array, Array, Array]

check.hints(
    "negative_elbo",
    "As in unit 06, but for the KL: encode, sample with eps, decode; then two terms.",
    "The KL of each row is your `kl_to_mixture_monte_carlo`, at the *same* z that is decoded. `model.prior()` gives "
    "(k, K) arrays; the mixture wants a dimension for the batch in front.",
    "For the reconstruction: `F.binary_cross_entropy_with_logits(logits, x, reduction='none')` is -log p of each "
    "pixel. Sum over the pixels, mean over the rows; likewise the mean of the KLs; nelbo is their sum.",
)


def returned(kl: Any, reconstruction: Any) -> Terms:
    """What `negative_elbo` makes of two terms of each row."""
    return np.mean(kl) + np.mean(reconstruction), np.mean(kl), np.mean(reconstruction)


def sampled(x: Any, eps: Any) -> tuple[Array, Array, Array]:
    """(z, mu, var) of these rows with this noise."""
    mu, var = encode(STATE, x)
    return mu + np.sqrt(var) * np.asarray(eps, float), mu, var


def components() -> tuple[Array, Array]:
    mu, var = prior(STATE)
    return mu[None], var[None]


check.hints(
    "train_gmvae",
    "Five lines in a loop over `studio.batches(digits.train, steps)`: noise of the shape (100, 10), your "
    "`negative_elbo`, `zero_grad`, `backward`, `step`. Does the NELBO fall below 130 in a few hundred steps?",
    "Stuck near 115, and the mixture worth nothing? Look at the decoded means in the live plot: if they all stay "
    "alike, the means of `z_pre` hardly move. Give `z_pre` a larger learning rate than the networks have.",
    "Adam with 2e-3 for the networks and 2e-2 for `z_pre`, and `torch.optim.lr_scheduler.CosineAnnealingLR` to let "
    "both fall to 0 by the last step.",
)


@mistake("negative_elbo")
def likelihood_for_reconstruction(model: Any, x: Any, eps: Any) -> Terms:
    """The reconstruction has the wrong sign: from unit 06 on it is -E_q[log p(x|z)], a cost like the KL."""
    kl, reconstruction = terms(STATE, x, eps)
    return returned(kl, -reconstruction)


@mistake("negative_elbo")
def kl_with_the_wrong_sign(model: Any, x: Any, eps: Any) -> Terms:
    """The KL has the wrong sign: log p - log q. Its mean over many samples would be negative."""
    kl, reconstruction = terms(STATE, x, eps)
    return returned(-kl, reconstruction)


@mistake("negative_elbo")
def kl_of_unit_six(model: Any, x: Any, eps: Any) -> Terms:
    """This is the KL of unit 06, to N(0, I). The prior is the model's mixture now: `model.prior()`."""
    mu, var = encode(STATE, x)
    kl = mixtures.kl_to_components(mu, var, np.zeros((1, 1, 2)), np.ones((1, 1, 2)))[:, 0]
    return returned(kl, terms(STATE, x, eps)[1])


@mistake("negative_elbo")
def sampled_kl_to_the_standard_normal(model: Any, x: Any, eps: Any) -> Terms:
    """The prior in the KL is N(0, I), which the model no longer has. Ask it for its `prior()`."""
    z, mu, var = sampled(x, eps)
    kl = mixtures.log_normal(z, mu, var) - mixtures.log_normal(z, np.zeros(2), np.ones(2))
    return returned(kl, terms(STATE, x, eps)[1])


@mistake("negative_elbo")
def kl_at_the_mean(model: Any, x: Any, eps: Any) -> Terms:
    """The KL is estimated at the mean of q, not at the sample z. The mean is not a draw from q: the average of such
    estimates isn't the KL."""
    mu, var = encode(STATE, x)
    return returned(mixtures.kl_monte_carlo(mu, mu, var, *components()), terms(STATE, x, eps)[1])


@mistake("negative_elbo")
def decoded_mean(model: Any, x: Any, eps: Any) -> Terms:
    """The mean of q is decoded, not the sample: an autoencoder's reconstruction, too small for the bound."""
    mu, _ = encode(STATE, x)
    return returned(terms(STATE, x, eps)[0], reconstructions(x, network(STATE, "dec", mu)))


@mistake("negative_elbo")
def noise_times_variance(model: Any, x: Any, eps: Any) -> Terms:
    """The noise is multiplied by the variance. The sample is mu + sqrt(var) · eps."""
    mu, var = encode(STATE, x)
    z = mu + var * np.asarray(eps, float)
    kl = mixtures.kl_monte_carlo(z, mu, var, *components())
    return returned(kl, reconstructions(x, network(STATE, "dec", z)))


@mistake("negative_elbo")
def mean_over_pixels(model: Any, x: Any, eps: Any) -> Terms:
    """The reconstruction is a mean over the pixels; log p(x|z) is their sum. Divided by 784, it would count for nothing
    beside the KL."""
    kl, reconstruction = terms(STATE, x, eps)
    return returned(kl, reconstruction / np.shape(x)[1])


@mistake("negative_elbo")
def summed_over_the_batch(model: Any, x: Any, eps: Any) -> Terms:
    """These are sums over the batch; the objective is the mean over its rows."""
    kl, reconstruction = terms(STATE, x, eps)
    return returned(len(kl) * kl, len(kl) * reconstruction)


@mistake("negative_elbo")
def one_for_each_row(model: Any, x: Any, eps: Any) -> Terms:
    """These are the terms of each row. The last step is the mean over the rows: three tensors without a shape."""
    kl, reconstruction = terms(STATE, x, eps)
    return kl + reconstruction, kl, reconstruction


@mistake("negative_elbo")
def terms_exchanged(model: Any, x: Any, eps: Any) -> Terms:
    """The right numbers in the wrong order: return (nelbo, kl, reconstruction)."""
    kl, reconstruction = terms(STATE, x, eps)
    return np.mean(kl + reconstruction), np.mean(reconstruction), np.mean(kl)


@mistake("negative_elbo")
def kl_forgotten(model: Any, x: Any, eps: Any) -> Terms:
    """nelbo is the reconstruction alone; the KL belongs to it."""
    kl, reconstruction = terms(STATE, x, eps)
    return np.mean(reconstruction), np.mean(kl), np.mean(reconstruction)


@mistake("negative_elbo")
def log_k_forgotten(model: Any, x: Any, eps: Any) -> Terms:
    """The KL is too small by log k: the prior is the *mean* of its components. (Is k the right dimension of what
    `model.prior()` returns? The mixture wants a batch dimension in front of it.)"""
    kl, reconstruction = terms(STATE, x, eps)
    return returned(kl - np.log(3), reconstruction)


@mistake("negative_elbo")
def log_of_another_axis(model: Any, x: Any, eps: Any) -> Terms:
    """The KL is off by a constant: log K stands where log k should. `model.prior()` gives (k, K) arrays; the mixture
    wants a batch dimension in front of them."""
    kl, reconstruction = terms(STATE, x, eps)
    return returned(kl - np.log(3) + np.log(2), reconstruction)


@mistake("negative_elbo")
def clipped_estimates(model: Any, x: Any, eps: Any) -> Terms:
    """Negative estimates of the KL are set to 0 here. Leave them: clipped, their mean is too large."""
    kl, reconstruction = terms(STATE, x, eps)
    return returned(kl.clip(min=0.0), reconstruction)


@mistake("negative_elbo")
def probabilities_as_logits(model: Any, x: Any, eps: Any) -> Terms:
    """A sigmoid too many: `model.decode` returns logits, and the log likelihood takes logits."""
    z, _, _ = sampled(x, eps)
    squashed = np.exp(-softplus(-network(STATE, "dec", z)))
    return returned(terms(STATE, x, eps)[0], reconstructions(x, squashed))
