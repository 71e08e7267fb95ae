"""Two trained models to look at: a VAE and a GMVAE, trained on all of MNIST by the protocol of CS 236, homework 2.

They encode, decode, and know the density of their prior; what is computed of that is the reader's affair. Weights are
named as in `elboroom train`, which made these (see scripts/make_specimens.py); they are kept in half precision.
"""

import math
from importlib import resources

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F


def network(inputs: int, outputs: int, hidden: int) -> nn.ModuleDict:
    """inputs -> hidden -> hidden -> outputs, with ELU between."""
    layers = [nn.Linear(inputs, hidden), nn.ELU(), nn.Linear(hidden, hidden), nn.ELU(), nn.Linear(hidden, outputs)]
    return nn.ModuleDict({"net": nn.Sequential(*layers)})


class VAE(nn.Module):
    """p(z) = N(0, I), p(x|z) = Bernoulli(logits = decode(z)), q(z|x) = N(mu, diag var) with (mu, var) = encode(x)."""

    def __init__(self, z_dim: int = 10, x_dim: int = 784, hidden: int = 300) -> None:
        super().__init__()
        self.z_dim = z_dim
        self.enc, self.dec = network(x_dim, 2 * z_dim, hidden), network(z_dim, x_dim, hidden)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(mu, var) of q(z|x): x (N, D) to (N, K) each."""
        mu, h = self.enc["net"](x).chunk(2, -1)
        return mu, F.softplus(h) + 1e-8

    def decode(self, z: Tensor) -> Tensor:
        """The logits of p(x|z): z (..., K) to (..., D)."""
        return self.dec["net"](z)

    def log_prior(self, z: Tensor) -> Tensor:
        """log p(z): z (..., K) to (...)."""
        return -0.5 * (math.log(2 * math.pi) + z.square()).sum(-1)


class GMVAE(VAE):
    """The same with another prior: p(z) is the mean of k Gaussians N(mu_j, diag var_j), which are learnt."""

    def __init__(self, z_dim: int = 10, x_dim: int = 784, hidden: int = 300, k: int = 500) -> None:
        super().__init__(z_dim, x_dim, hidden)
        self.z_pre = nn.Parameter(torch.randn(2 * k, z_dim) / math.sqrt(k * z_dim))

    def log_prior(self, z: Tensor) -> Tensor:
        mu, h = self.z_pre.chunk(2)  # (k, K) each
        precision = 1 / (F.softplus(h) + 1e-8)
        constant = (math.log(2 * math.pi) - precision.log() + mu.square() * precision).sum(-1)  # (k,)
        squares = z.square() @ precision.T - 2 * z @ (mu * precision).T  # (..., k)
        return torch.logsumexp(-0.5 * (constant + squares), -1) - math.log(len(mu))


KINDS = {"vae": VAE, "gmvae": GMVAE}


def load(name: str, device: str = "cpu") -> VAE:
    """The trained model called `name`, "vae" or "gmvae". Its weights don't ask for gradients."""
    with torch.random.fork_rng(devices=[]):
        model = KINDS[name]()
    with resources.files("elboroom.specimens").joinpath(f"{name}.npz").open("rb") as file:
        weights = np.load(file)
        state = {each: torch.from_numpy(weights[each].astype("f4")) for each in weights.files}
    model.load_state_dict(state)
    return model.requires_grad_(False).to(device)
