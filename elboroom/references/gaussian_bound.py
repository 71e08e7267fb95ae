"""A decoder N(x̂, σ²I) by definition: the bound as a sum of log densities, λ as a ratio of slopes, the best σ² climbed.

S is E_q‖x - x̂‖², the squared error, KL the divergence in nats, D the number of columns, sigma a standard deviation.
"""

import numpy as np
from scipy import stats

STEP = 1e-4


def gaussian_elbo(S: float, KL: float, D: float, sigma: float) -> float:
    """E_q[log N(x; x̂, σ²I)] - KL, from D residuals whose squares are S together. 1e-12."""
    residuals = np.full(int(D), np.sqrt(S / D))
    return float(stats.norm.logpdf(residuals, scale=sigma).sum() - KL)


def kl_weight(sigma: float) -> float:
    """How much squared error costs the bound as much as one nat of KL: the ratio of the bound's two slopes. 1e-7."""

    def bound(S: float, KL: float) -> float:
        return gaussian_elbo(S, KL, 3.0, sigma)

    by_kl = bound(1.0, 1.0 + STEP) - bound(1.0, 1.0 - STEP)
    by_error = bound(1.0 + STEP, 1.0) - bound(1.0 - STEP, 1.0)
    return by_kl / by_error


def best_variance(S: float, KL: float, D: float) -> float:
    """The σ² with the highest bound, by bisection of the bound's slope in log σ. 1e-7."""
    low, high = -10.0, 10.0
    for _ in range(60):
        u = (low + high) / 2
        rising = gaussian_elbo(S, KL, D, np.exp(u + STEP)) > gaussian_elbo(S, KL, D, np.exp(u - STEP))
        low, high = (u, high) if rising else (low, u)
    return float(np.exp(low + high))
