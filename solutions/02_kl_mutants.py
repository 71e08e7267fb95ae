"""Unit 02: the mutants that are no mistakes."""

from typing import Any

import numpy as np


def tables(generator: np.random.Generator) -> tuple[Any, ...]:
    """q, p (3, 4), with zeros now and then, in both."""
    q, p = generator.dirichlet(np.ones(4), size=(2, 3)) * (generator.uniform(size=(2, 3, 4)) > 0.2)
    return q, p


def covariances(generator: np.random.Generator) -> tuple[Any, ...]:
    """mu_q, cov_q, mu_p, cov_p for K = 3: covariances, or lopsided by more or less."""
    factors, mu = generator.normal(size=(2, 3, 3)), generator.normal(size=(2, 3))
    lopsided = generator.choice([0.0, 0.0, 1e-12, 1e-3, 1.0], size=(2, 1, 1)) * generator.normal(size=(2, 3, 3))
    cov_q, cov_p = factors @ factors.swapaxes(1, 2) + 0.1 * np.eye(3) + lopsided
    return mu[0], cov_q, mu[1], cov_p


def covariance(generator: np.random.Generator) -> tuple[Any, ...]:
    """A covariance (3, 3)."""
    factor = generator.normal(size=(3, 3))
    return (factor @ factor.T + 0.1 * np.eye(3),)


def weighted(generator: np.random.Generator) -> tuple[Any, ...]:
    """A function, values (5,) and weights (5,), some of them 0."""
    weights = generator.uniform(size=5) * (generator.uniform(size=5) > 0.2) + 1e-300
    return generator.choice([np.exp, np.square, np.abs]), generator.normal(size=5), weights / weights.sum()


DOMAIN = {"kl_discrete": tables, "kl_mvn": covariances, "best_diagonal": covariance, "jensen_gap": weighted}

PROVED: dict[str, dict[str, str]] = {}
