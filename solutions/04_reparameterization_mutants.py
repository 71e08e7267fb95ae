"""Unit 04: the mutants that are no mistakes."""

from typing import Any

import numpy as np


def covariance_or_not(generator: np.random.Generator) -> tuple[Any, ...]:
    """mu (3,), cov (3, 3), eps (2, 3): cov is a covariance, or lopsided by more or less."""
    factor = generator.normal(size=(3, 3))
    lopsided = generator.choice([0.0, 1e-12, 1e-3, 1.0]) * generator.normal(size=(3, 3))
    return generator.normal(size=3), factor @ factor.T + 0.1 * np.eye(3) + lopsided, generator.normal(size=(2, 3))


def estimate(generator: np.random.Generator) -> tuple[Any, ...]:
    """x, theta, phi, eps (5,)."""
    return generator.normal(), generator.uniform(0.1, 5), generator.uniform(0.1, 5), generator.exponential(size=5)


DOMAIN = {"gaussian_full": covariance_or_not, "elbo_estimate_kl": estimate}

MIRRORED = "The law of eps is symmetric: (-A)(-A)ᵀ = AAᵀ, so mu - A eps has the same law, and is a right answer."
PROVED = {
    "gaussian_diagonal": {"return (mu - np.exp(0.5 * log_var) * eps)": MIRRORED},
    "gaussian_full": {"return (mu - eps @ root.T)  # (n, K)": MIRRORED},
}
