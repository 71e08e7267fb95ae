"""Sums over tables: divergences, bounds and posteriors of small discrete models, by definition, in nats.

likelihood, prior, q: (K,), p(x | z) at the x that was seen, p(z) and q(z | x).
"""

from typing import Any

import numpy as np

Array = np.ndarray


def mean(weights: Any, values: Any) -> float:
    """Σ w v over the entries with a weight, so that 0 · ∞ = 0."""
    weights, values = np.broadcast_arrays(np.asarray(weights, float), np.asarray(values, float))
    return float(np.sum(weights[weights > 0] * values[weights > 0]))


def log(values: Any) -> Array:
    """log, with log 0 = −∞."""
    with np.errstate(divide="ignore"):
        return np.log(np.asarray(values, float))


def kl(q: Any, p: Any) -> float:
    """Σ q log q/p."""
    return mean(q, log(q) - log(p)) if np.all(np.asarray(p)[np.asarray(q) > 0] > 0) else float("inf")


def entropy(q: Any) -> float:
    """−Σ q log q."""
    return -mean(q, log(q))


def log_evidence(likelihood: Array, prior: Array) -> float:
    """log Σ p(x | z) p(z)."""
    return float(np.log(np.sum(likelihood * prior)))


def posterior(likelihood: Array, prior: Array) -> Array:
    """p(z | x)."""
    return likelihood * prior / np.sum(likelihood * prior)


def elbo(likelihood: Array, prior: Array, q: Array) -> float:
    """E_q[log p(x, z) − log q(z | x)]."""
    return mean(q, log(likelihood * prior) - log(q))


def random_pmf(rng: np.random.Generator, size: int) -> Array:
    """Positive probabilities, well away from 0."""
    weights = rng.uniform(0.1, 1.0, size)
    return weights / weights.sum()
