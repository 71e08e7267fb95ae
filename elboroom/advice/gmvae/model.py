"""The module and its objective: GMVAE, negative_elbo."""

from typing import Any

import numpy as np

from elboroom.advice.gmvae import check, mistake
from elboroom.references import gmvae as by_definition
from elboroom.references import mixtures
from elboroom.references.gmvae import encode, network, prior, reconstructions, softplus, terms

Array = np.ndarray
Terms = tuple[Array, Array, Array]

SIZES = (6, 2, 5, 3)  # x_dim, z_dim, hidden, k
STATE = by_definition.weights(SIZES, seed=7)

check.hints(
    "GMVAE",
    "Three parts: `self.enc`, `self.dec`, and a parameter `self.z_pre` of shape (2k, z_dim) with the prior in it. "
    "Encoder and decoder are those of unit 06; copy them.",
    "`self.z_pre = nn.Parameter(...)` makes a tensor learnable. In `prior`, its first k rows are the means; the last k "
    "go through softplus, as the encoder's second half does, and get the same 1e-8.",
    "`mu, h = self.z_pre.chunk(2)` cuts along the rows. The encoder's outputs are cut along the columns: "
    "`.chunk(2, dim=-1)`.",
)
check.hints(
    "negative_elbo",
    "As in unit 06, but for the KL: encode, sample with eps, decode; then two terms.",
    "The KL of each row is your `kl_to_mixture_monte_carlo`, at the *same* z that is decoded. `model.prior()` gives "
    "(k, K) arrays; the mixture wants a dimension for the batch in front.",
    "For the reconstruction: `F.binary_cross_entropy_with_logits(logits, x, reduction='none')` is -log p of each "
    "pixel. Sum over the pixels, mean over the rows; likewise the mean of the KLs; nelbo is their sum.",
)


@mistake("GMVAE", "GMVAE.prior")
def negative_variances() -> tuple[Array, Array]:
    """The variances of the prior come straight from `z_pre`, and may be negative. Put them through softplus."""
    mu, h = np.split(STATE["z_pre"].astype(float), 2)
    return mu, h


@mistake("GMVAE", "GMVAE.prior")
def exponential_prior() -> tuple[Array, Array]:
    """The prior's variances are exponentials of `z_pre`; in these models they are its softplus (plus 1e-8)."""
    mu, h = np.split(STATE["z_pre"].astype(float), 2)
    return mu, np.exp(h)


@mistake("GMVAE", "GMVAE.prior")
def deviations_of_the_prior() -> tuple[Array, Array]:
    """The second array holds standard deviations; `prior` returns variances."""
    mu, var = prior(STATE)
    return mu, np.sqrt(var)


@mistake("GMVAE", "GMVAE.prior")
def squared_prior() -> tuple[Array, Array]:
    """The softplus has been squared, as if it were a standard deviation. It is the variance."""
    mu, var = prior(STATE)
    return mu, np.square(var)


@mistake("GMVAE", "GMVAE.prior")
def halves_exchanged() -> tuple[Array, Array]:
    """The halves of `z_pre` are exchanged: the first k rows are the means, the last k are for the variances."""
    h, mu = np.split(STATE["z_pre"].astype(float), 2)
    return mu, softplus(h)


@mistake("GMVAE", "GMVAE.prior")
def every_other_row() -> tuple[Array, Array]:
    """Means and variances alternate here. The first k rows of `z_pre` are the means, the last k are for the
    variances."""
    rows = STATE["z_pre"].astype(float)
    return rows[0::2], softplus(rows[1::2])


@mistake("GMVAE", "GMVAE.encode")
def exponential_encoder(x: Any) -> tuple[Array, Array]:
    """The encoder's variances are exponentials; in these models they are a softplus (plus 1e-8)."""
    mu, h = np.split(network(STATE, "enc", x), 2, axis=-1)
    return mu, np.exp(h)


@mistake("GMVAE", "GMVAE.encode")
def deviations_of_the_encoder(x: Any) -> tuple[Array, Array]:
    """The second array holds standard deviations; `encode` returns variances."""
    mu, var = encode(STATE, x)
    return mu, np.sqrt(var)


@mistake("GMVAE", "GMVAE.encode")
def outputs_exchanged(x: Any) -> tuple[Array, Array]:
    """The halves of the encoder's outputs are exchanged: the first K columns are the means."""
    h, mu = np.split(network(STATE, "enc", x), 2, axis=-1)
    return mu, softplus(h)


@mistake("GMVAE", "GMVAE.encode")
def rectified_encoder(x: Any) -> tuple[Array, Array]:
    """The encoder's hidden units are ReLUs; here they are ELUs."""
    mu, h = np.split(network(STATE, "enc", x, inner=lambda h: np.maximum(h, 0.0)), 2, axis=-1)
    return mu, softplus(h)


@mistake("GMVAE", "GMVAE.decode")
def probabilities(z: Any) -> Array:
    """The decoder returns probabilities. Return the logits: the log likelihood is stable from those."""
    return np.exp(-softplus(-network(STATE, "dec", z)))


@mistake("GMVAE", "GMVAE.decode")
def rectified_decoder(z: Any) -> Array:
    """The decoder's hidden units are ReLUs; here they are ELUs."""
    return network(STATE, "dec", z, inner=lambda h: np.maximum(h, 0.0))


# The objective -------------------------------------------------------------------------------------------------------


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
    """The KL is estimated at the mean of q, not at the sample z. At its mean q is at its highest: the estimate would
    be too large."""
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
