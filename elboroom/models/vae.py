"""The variational autoencoder (Kingma & Welling 2014; Rezende et al. 2014): p(z) = N(0, I), Bernoulli pixels.

Every model here has the same interface: negative_elbo(x, eps), log_weights(x, eps), encode, decode, sample; noise is
an explicit argument, and x (N, D) holds 0 and 1.
"""

import torch
from torch import Tensor, nn

from elboroom.models.densities import (
    kl_standard_normal,
    log_bernoulli,
    log_normal,
    log_standard_normal,
    sample_normal,
)
from elboroom.models.networks import HIDDEN, Decoder, Encoder

Terms = tuple[Tensor, Tensor, Tensor]


class VAE(nn.Module):
    """q(z|x) = N(mu(x), diag var(x)), p(x|z) = Bernoulli(logits(z)). `beta` weighs the KL (beta-VAE)."""

    def __init__(self, z_dim: int = 10, x_dim: int = 784, hidden: int = HIDDEN, beta: float = 1.0) -> None:
        super().__init__()
        self.z_dim, self.beta = z_dim, beta
        self.enc = Encoder(x_dim, z_dim, hidden)
        self.dec = Decoder(z_dim, x_dim, hidden)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(mu, var) of q(z|x), (N, K) each."""
        return self.enc(x)

    def decode(self, z: Tensor) -> Tensor:
        """The logits of p(x|z): (..., K) -> (..., D)."""
        return self.dec(z)

    def log_prior(self, z: Tensor) -> Tensor:
        """log p(z): (..., K) -> (...)."""
        return log_standard_normal(z)

    def kl(self, z: Tensor, mu: Tensor, var: Tensor) -> Tensor:
        """KL(q(z|x) || p(z)), here in closed form: (N,)."""
        return kl_standard_normal(mu, var)

    def negative_elbo(self, x: Tensor, eps: Tensor) -> Terms:
        """(nelbo, kl, reconstruction), 0-d: means over the batch, one sample each, eps (N, K). In nats."""
        mu, var = self.encode(x)
        z = sample_normal(mu, var, eps)
        kl = self.kl(z, mu, var).mean()
        reconstruction = -log_bernoulli(x, self.decode(z)).mean()
        return reconstruction + self.beta * kl, kl, reconstruction

    def log_weights(self, x: Tensor, eps: Tensor) -> Tensor:
        """log p(x,z) - log q(z|x) for m samples of each image: eps (m, N, K) -> (m, N)."""
        return self.weigh(x, *self.encode(x), eps)

    def weigh(self, x: Tensor, mu: Tensor, var: Tensor, eps: Tensor) -> Tensor:
        """The same when q(z|x) = N(mu, diag var) is known already."""
        z = sample_normal(mu, var, eps)  # (m, N, K)
        return log_bernoulli(x, self.decode(z)) + self.log_prior(z) - log_normal(z, mu, var)

    def draw(self, n: int, generator: torch.Generator | None = None) -> Tensor:
        """n samples of the prior: (n, K)."""
        return torch.randn(n, self.z_dim, generator=generator, device=next(self.parameters()).device)

    def sample(self, n: int, generator: torch.Generator | None = None) -> Tensor:
        """The pixel probabilities of n samples from the model: (n, D)."""
        return torch.sigmoid(self.decode(self.draw(n, generator)))
