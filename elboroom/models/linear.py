"""The linear VAE and probabilistic PCA (Tipping & Bishop 1999; Lucas et al. 2019): the bound can be tight, exactly."""

import math

import torch
from torch import Tensor, nn

from elboroom.models.densities import LOG_2PI, kl_standard_normal, log_normal, log_standard_normal, sample_normal
from elboroom.models.vae import Terms


class LinearVAE(nn.Module):
    """p(x|z) = N(Wz + b, sigma2 I), p(z) = N(0, I), q(z|x) = N(V(x - b), diag d). x (N, D) is real."""

    def __init__(self, z_dim: int, x_dim: int) -> None:
        super().__init__()
        self.z_dim = z_dim
        self.W = nn.Parameter(torch.randn(x_dim, z_dim) / math.sqrt(x_dim))
        self.V = nn.Parameter(torch.randn(z_dim, x_dim) / math.sqrt(x_dim))
        self.b = nn.Parameter(torch.zeros(x_dim))
        self.log_d = nn.Parameter(torch.zeros(z_dim))
        self.log_sigma2 = nn.Parameter(torch.zeros(()))

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(mean, variance) of q(z|x), (N, K) each."""
        mu = (x - self.b) @ self.V.T
        return mu, self.log_d.exp().expand_as(mu)

    def decode(self, z: Tensor) -> Tensor:
        """The mean of p(x|z): (..., K) -> (..., D)."""
        return z @ self.W.T + self.b

    def log_prior(self, z: Tensor) -> Tensor:
        """log p(z): (..., K) -> (...)."""
        return log_standard_normal(z)

    def kl(self, z: Tensor, mu: Tensor, var: Tensor) -> Tensor:
        """KL(q(z|x) || p(z)), in closed form: (N,)."""
        return kl_standard_normal(mu, var)

    def log_likelihood(self, x: Tensor) -> Tensor:
        """log p(x), exactly: N(b, W W^T + sigma2 I). (N, D) -> (N,)."""
        eye = torch.eye(x.shape[-1], dtype=x.dtype, device=x.device)
        covariance = self.W @ self.W.T + self.log_sigma2.exp() * eye
        return torch.distributions.MultivariateNormal(self.b, covariance).log_prob(x)

    def negative_elbo(self, x: Tensor, eps: Tensor | None = None) -> Terms:
        """(nelbo, kl, reconstruction), 0-d means. Without eps the expectation is exact; with eps (N, K), one sample."""
        mu, var = self.encode(x)
        sigma2 = self.log_sigma2.exp()
        spread = torch.zeros(()) if eps is not None else (self.W.square().sum(0) * var).sum(-1)  # E|W(z - mu)|^2
        z = mu if eps is None else sample_normal(mu, var, eps)
        squared = (x - self.decode(z)).square().sum(-1) + spread
        reconstruction = (0.5 * (squared / sigma2 + x.shape[-1] * (LOG_2PI + self.log_sigma2))).mean()
        kl = kl_standard_normal(mu, var).mean()
        return reconstruction + kl, kl, reconstruction

    def log_weights(self, x: Tensor, eps: Tensor) -> Tensor:
        """log p(x,z) - log q(z|x): eps (m, N, K) -> (m, N)."""
        return self.weigh(x, *self.encode(x), eps)

    def weigh(self, x: Tensor, mu: Tensor, var: Tensor, eps: Tensor) -> Tensor:
        """The same when q(z|x) = N(mu, diag var) is known already."""
        z = sample_normal(mu, var, eps)
        mean = self.decode(z)
        log_x = log_normal(x.expand_as(mean), mean, self.log_sigma2.exp().expand_as(mean))
        return log_x + self.log_prior(z) - log_normal(z, mu, var)

    def sample(self, n: int, generator: torch.Generator | None = None) -> Tensor:
        """n samples of p(x): (n, D)."""
        z = torch.randn(n, self.z_dim, generator=generator)
        mean = self.decode(z)
        return mean + (0.5 * self.log_sigma2).exp() * torch.randn(mean.shape, generator=generator)
