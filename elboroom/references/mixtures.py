"""Gaussians and their mixtures by definition: densities themselves, averages over a grid, searches for the least.

A density of the mixture is the mean of the components' densities; it is worked out in thirty digits with exponents of
any size, so that nothing underflows and no trick is needed. A divergence is E_q[log q - log p], by quadrature. Arrays
are float64, values are nats; the tests compare each function with a second route (torch.distributions, a closed form)
to the relative error in its docstring.
"""

from typing import Any

import mpmath
import numpy as np
from scipy import optimize, stats

from elboroom.references.remembered import remembered

Array = np.ndarray

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(3)  # exact for the averages of parabolas
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


def log_factors(z: Any, mu: Any, var: Any) -> Array:
    """(..., K): the log density of each coordinate, N(z; mu, var)."""
    z, mu, var = (np.asarray(a, float) for a in (z, mu, var))
    return np.asarray(stats.norm.logpdf(z, mu, np.sqrt(var)))


def log_components(z: Any, mu: Any, var: Any) -> Array:
    """(N, k): the log density of each row of z (N, K) under each component of mu and var (1 or N, k, K)."""
    return log_factors(np.asarray(z, float)[:, None], mu, var).sum(axis=-1)


@remembered
def log_normal(z: Any, mu: Any, var: Any) -> Array:
    """(...,): the log of the product of the coordinates' densities. 1e-14 of its largest term."""
    return log_factors(z, mu, var).sum(axis=-1)


@remembered
def log_mean_density(logs: Any) -> Array:
    """(...,): the log of the mean over the last axis of the densities with these logs. 1e-15."""
    logs = np.asarray(logs, float)
    rows = logs.reshape(-1, logs.shape[-1]).tolist()
    with mpmath.workdps(30):
        means = [float(mpmath.log(mpmath.fsum(map(mpmath.exp, row)) / len(row))) for row in rows]
    return np.array(means).reshape(logs.shape[:-1])


def log_normal_mixture(z: Any, mu: Any, var: Any) -> Array:
    """(N,): the log of the mean over the components of the density of each row of z (N, K). 1e-14."""
    return log_mean_density(log_components(z, mu, var))


def kl_monte_carlo(z: Any, mu: Any, var: Any, prior_mu: Any, prior_var: Any) -> Array:
    """(N,): log q(z) - log p(z) for one sample z of each q. 1e-14 of its largest term."""
    return log_normal(z, mu, var) - log_normal_mixture(z, prior_mu, prior_var)


@remembered
def kl_to_mixture(mu: float, var: float, prior_mu: Any, prior_var: Any) -> float:
    """KL(q || p) on the line: q = N(mu, var), p the mixture of N(prior_mu, prior_var), (k,) each. The sum over a fine
    grid of ten standard deviations to each side; 1e-12."""
    t = np.linspace(-10.0, 10.0, 4001)
    z = (mu + np.sqrt(var) * t)[:, None]
    log_p = np.logaddexp.reduce(log_factors(z, prior_mu, prior_var), axis=1) - np.log(len(prior_mu))
    ratio = stats.norm.logpdf(t) - 0.5 * np.log(var) - log_p
    return float((stats.norm.pdf(t) * ratio).sum() * (t[1] - t[0]))


def expected_log(mu: Any, var: Any, of_mu: Any, of_var: Any) -> Array:
    """(..., K): E[log N(z; of_mu, of_var)] for z ~ N(mu, var), coordinate by coordinate. 1e-14."""
    mu, deviation = np.asarray(mu, float), np.sqrt(np.asarray(var, float))
    pairs = zip(_WEIGHTS, _NODES, strict=True)
    return np.asarray(sum(weight * log_factors(mu + deviation * node, of_mu, of_var) for weight, node in pairs))


@remembered
def kl_to_components(mu: Any, var: Any, prior_mu: Any, prior_var: Any) -> Array:
    """(N, k): KL(q_n || p_k) for q (N, K) and components (1 or N, k, K). 1e-14 of its largest term."""
    mu, var = np.asarray(mu, float)[:, None], np.asarray(var, float)[:, None]
    return (expected_log(mu, var, mu, var) - expected_log(mu, var, prior_mu, prior_var)).sum(axis=-1)


@remembered
def least_bound(divergences: Any) -> Array:
    """(N,): the least value, over weights r, of Σ_k r_k (KL_k + log r_k + log k), KL_k = divergences (N, k). Mirror
    descent: each step goes half of the gradient down, in log r. 1e-12."""
    costs = np.asarray(divergences, float)
    log_r = np.full(costs.shape, -np.log(costs.shape[1]))
    for _ in range(120):
        slope = costs + log_r + 1.0
        log_r = log_r - slope / 2
        log_r = log_r - np.logaddexp.reduce(log_r, axis=1, keepdims=True)
    return np.asarray((np.exp(log_r) * (costs + log_r)).sum(axis=1) + np.log(costs.shape[1]))


@remembered
def best_gaussian(mu: Any, var: Any) -> tuple[Array, Array]:
    """The (mean, variance), (K,) each, of the Gaussian p with the least mean over n of KL(q_n || p). 1e-6."""
    columns = [_least_on_average(m, v) for m, v in zip(np.asarray(mu, float).T, np.asarray(var, float).T, strict=True)]
    mean, variance = np.array(columns).T
    return mean, variance


def _least_on_average(mu: Array, var: Array) -> tuple[float, float]:
    def value(free: Array) -> float:
        return -float(expected_log(mu, var, free[0], np.exp(free[1])).mean())

    start = np.array([mu.mean(), np.log(var.mean() + np.ptp(mu) ** 2)])
    options = {"xatol": 1e-10, "fatol": 1e-15, "maxiter": 2000}
    found = optimize.minimize(value, start, method="Nelder-Mead", options=options).x
    return float(found[0]), float(np.exp(found[1]))
