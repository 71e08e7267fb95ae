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


def normals(generator: np.random.Generator) -> tuple[Any, ...]:
    """Means and log variances of q and p, (4, 3) each."""
    return tuple(generator.normal(size=(4, 4, 3)))


def to_standard(generator: np.random.Generator) -> tuple[Any, ...]:
    """mu and log_var, (4, 3)."""
    return tuple(generator.normal(size=(2, 4, 3)))


DOMAIN = {
    "kl_discrete": tables,
    "kl_mvn": covariances,
    "best_diagonal": covariance,
    "kl_normal": normals,
    "kl_standard_normal": to_standard,
}

PROVED = {"kl_is_nonnegative": {'.ge(log(1), by="normalisation")': "log 1 = -log 1 = 0."}}
