"""The VAE whose prior is a learnt mixture of k Gaussians with equal weights (CS 236, homework 2; cf. VampPrior)."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from elboroom.models.densities import log_normal, log_normal_mixture
from elboroom.models.networks import FLOOR, HIDDEN
from elboroom.models.vae import VAE


class GMVAE(VAE):
    """p(z) = mean over k of N(mu_k, diag var_k). Its KL has no closed form: one sample of it, which may be negative.

    With `spread` the components begin apart: means drawn from N(0, spread^2), variances 1 - spread^2."""

    def __init__(
        self,
        z_dim: int = 10,
        x_dim: int = 784,
        hidden: int = HIDDEN,
        k: int = 500,
        beta: float = 1.0,
        spread: float = 0.0,
    ) -> None:
        super().__init__(z_dim, x_dim, hidden, beta)
        self.z_pre = nn.Parameter(torch.randn(2 * k, z_dim) / math.sqrt(k * z_dim))
        if spread:
            with torch.no_grad():
                self.z_pre[:k].normal_(0, spread)
                self.z_pre[k:].fill_(math.log(math.expm1(1 - spread**2)))  # softplus of it is the variance

    def prior(self) -> tuple[Tensor, Tensor]:
        """(mu, var) of the components, (k, K) each."""
        mu, h = self.z_pre.chunk(2)
        return mu, F.softplus(h) + FLOOR

    def log_prior(self, z: Tensor) -> Tensor:
        return log_normal_mixture(z, *self.prior())

    def kl(self, z: Tensor, mu: Tensor, var: Tensor) -> Tensor:
        return log_normal(z, mu, var) - self.log_prior(z)

    def draw(self, n: int, generator: torch.Generator | None = None) -> Tensor:
        mu, var = self.prior()
        component = torch.randint(len(mu), (n,), generator=generator, device=mu.device)
        return mu[component] + var[component].sqrt() * super().draw(n, generator)
