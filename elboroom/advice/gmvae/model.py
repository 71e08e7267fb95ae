"""The module: GMVAE. Its mistakes are about the weights STATE, which a check puts into the learner's module."""

from typing import Any

import numpy as np

from elboroom.advice.gmvae import check, mistake
from elboroom.references import gmvae as by_definition
from elboroom.references.gmvae import encode, network, prior, softplus

Array = np.ndarray

SIZES = (2, 6, 5, 3)  # z_dim, x_dim, hidden, k
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
