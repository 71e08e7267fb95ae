"""The conditional VAE for style and content (FSVAE of CS 236, homework 2; Kingma et al. 2014): labels are always seen.

p(x | y) = E_p(z)[p(x | z, y)], p(z | y) = N(0, I). Encoder and decoder both get the label, so z is left with what the
label doesn't say. x (N, D) holds colours in [0, 1], y (N,) whole numbers; noise is an explicit argument.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from elboroom.models.densities import LOG_2PI, kl_standard_normal, log_normal, log_standard_normal, sample_normal
from elboroom.models.networks import Decoder, Encoder
from elboroom.models.vae import Terms

WIDTH, VARIANCE = 500, 0.1  # the homework's
ROUNDING = 1 / (12 * 255**2)  # the variance that rounding a colour to a byte has: no decoder can be surer


def with_label(features: Tensor, y: Tensor, classes: int) -> Tensor:
    """The features with the label's indicators beside them: (..., K) and (N,) -> (..., K + classes)."""
    indicators = F.one_hot(y, classes).to(features.dtype)
    return torch.cat([features, indicators.expand(*features.shape[:-1], classes)], -1)


class FSVAE(nn.Module):
    """q(z|x,y) = N(mu(x,y), diag var(x,y)), p(x|z,y) = N(mean(z,y), sigma2 I), with sigma2 learnt or held fixed."""

    def __init__(
        self,
        z_dim: int = 10,
        x_dim: int = 3072,
        hidden: int = WIDTH,
        classes: int = 10,
        variance: float = VARIANCE,
        learn_variance: bool = False,
    ) -> None:
        super().__init__()
        self.z_dim, self.classes = z_dim, classes
        self.enc = Encoder(x_dim + classes, z_dim, hidden)
        self.dec = Decoder(z_dim + classes, x_dim, hidden)
        self.log_sigma2 = nn.Parameter(torch.tensor(math.log(variance)), requires_grad=learn_variance)

    @property
    def variance(self) -> Tensor:
        """sigma2 of every pixel, 0-d."""
        return self.log_sigma2.exp() + ROUNDING

    def encode(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """(mu, var) of q(z|x,y), (N, K) each."""
        return self.enc(with_label(x, y, self.classes))

    def decode(self, z: Tensor, y: Tensor) -> Tensor:
        """The mean of p(x|z,y): (..., N, K) and (N,) -> (..., N, D)."""
        return self.dec(with_label(z, y, self.classes))

    def log_likelihood(self, x: Tensor, z: Tensor, y: Tensor) -> Tensor:
        """log p(x|z,y), with all its constants (one of them for every pixel): (..., N)."""
        squared = (x - self.decode(z, y)).square().sum(-1)
        return -0.5 * (squared / self.variance + x.shape[-1] * (LOG_2PI + self.variance.log()))

    def negative_elbo(self, x: Tensor, y: Tensor, eps: Tensor) -> Terms:
        """(nelbo, kl, reconstruction), 0-d: means over the batch, one sample each, eps (N, K). In nats, of a density:
        nelbo may be negative."""
        mu, var = self.encode(x, y)
        z = sample_normal(mu, var, eps)
        kl = kl_standard_normal(mu, var).mean()
        reconstruction = -self.log_likelihood(x, z, y).mean()
        return reconstruction + kl, kl, reconstruction

    def log_weights(self, x: Tensor, y: Tensor, eps: Tensor) -> Tensor:
        """log p(x,z|y) - log q(z|x,y) for m samples of each image: eps (m, N, K) -> (m, N)."""
        mu, var = self.encode(x, y)
        z = sample_normal(mu, var, eps)  # (m, N, K)
        return self.log_likelihood(x, z, y) + log_standard_normal(z) - log_normal(z, mu, var)

    def sample(self, y: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """The mean image of a sample of the model for each label: (N,) -> (N, D)."""
        z = torch.randn(len(y), self.z_dim, generator=generator, device=y.device)
        return self.decode(z, y)

    def swap(self, x: Tensor, y: Tensor, wanted: Tensor, eps: Tensor) -> Tensor:
        """The images as they would be with other labels: style from x, content from `wanted` (N,) -> (N, D)."""
        return self.decode(sample_normal(*self.encode(x, y), eps), wanted)
