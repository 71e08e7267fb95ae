"""Log densities and divergences, stable from logits and variances. Sums over the last dimension, in nats."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

LOG_2PI = math.log(2 * math.pi)


def sample_normal(mu: Tensor, var: Tensor, eps: Tensor) -> Tensor:
    """mu + sqrt(var) * eps: a sample of N(mu, diag var) for standard normal noise eps, differentiable in both."""
    return mu + var.sqrt() * eps


def log_normal(z: Tensor, mu: Tensor, var: Tensor) -> Tensor:
    """log N(z; mu, diag var): (..., K) -> (...)."""
    return -0.5 * (LOG_2PI + var.log() + (z - mu).square() / var).sum(-1)


def log_standard_normal(z: Tensor) -> Tensor:
    """log N(z; 0, I): (..., K) -> (...)."""
    return -0.5 * (LOG_2PI + z.square()).sum(-1)


def log_bernoulli(x: Tensor, logits: Tensor) -> Tensor:
    """log p(x) of independent Bernoulli pixels with these logits: (..., D) -> (...). x is 0 or 1."""
    logits, x = torch.broadcast_tensors(logits, x)
    return -F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(-1)


def kl_standard_normal(mu: Tensor, var: Tensor) -> Tensor:
    """KL(N(mu, diag var) || N(0, I)): (..., K) -> (...)."""
    return 0.5 * (mu.square() + var - 1 - var.log()).sum(-1)


def log_normal_mixture(z: Tensor, mu: Tensor, var: Tensor) -> Tensor:
    """log of the mean over k of N(z; mu[k], diag var[k]): z (..., K), mu and var (k, K) -> (...).

    The square is expanded, so that all distances come from two matrix products instead of a (..., k, K) array."""
    precision = 1 / var
    constant = (LOG_2PI + var.log() + mu.square() * precision).sum(-1)  # (k,)
    squares = z.square() @ precision.T - 2 * z @ (mu * precision).T  # (..., k)
    return torch.logsumexp(-0.5 * (constant + squares), -1) - math.log(len(mu))


def iwae_bound(log_weights: Tensor) -> Tensor:
    """log of the mean weight over the first dimension: (m, N) -> (N,) (Burda et al. 2016)."""
    return torch.logsumexp(log_weights, 0) - math.log(len(log_weights))
