"""Divergences by definition: sums over every value, averages over quadrature nodes, searches for the least.

A KL is E_q[log q - log p], nothing else: tables are enumerated; the log densities of Gaussians are parabolas, whose
averages three Gauss-Hermite nodes for each dimension give exactly. The tests compare each function with a second route
(scipy.stats, torch.distributions, closed forms, simulation) to the relative error in its docstring.
"""

import itertools
import math
from typing import Any

import numpy as np
from scipy import optimize

from autograder.expect import derivative
from elboroom.references.remembered import remembered

Array = np.ndarray
LARGEST = 10_000  # entries of a table or a grid: beyond it a definition is refused, not waited for

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(3)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


def surprise_saved(q: float, p: float) -> float:
    """q (log q - log p), with the limits at the zeros."""
    if q == 0:
        return 0.0
    return q * (math.log(q) - math.log(p)) if p > 0 else math.inf


@remembered
def kl_discrete(q: Any, p: Any) -> Array:
    """KL(q || p) of tables (..., K), value by value. 1e-15 of its largest term."""
    q, p = np.asarray(q, float), np.asarray(p, float)
    rows = [math.fsum(map(surprise_saved, *pair)) for pair in zip(_rows(q), _rows(p), strict=True)]
    return np.array(rows).reshape(q.shape[:-1])


def _rows(table: Array) -> list[list[float]]:
    rows: list[list[float]] = table.reshape(-1, table.shape[-1]).tolist()
    return rows


def average(values: Any, weights: Any) -> float:
    """Σ w v over the values that have a weight."""
    return math.fsum(float(w) * float(v) for v, w in zip(values, weights, strict=True) if w > 0)


def jensen_gap(f: Any, values: Any, weights: Any) -> float:
    """E[f(X)] - f(E[X]), value by value. 1e-14 of its largest term."""
    values = np.asarray(values, float)
    images = [f(np.array(v)) if w > 0 else 0.0 for v, w in zip(values, weights, strict=True)]
    return average(images, weights) - float(f(np.array(average(values, weights))))


# Gaussians ---------------------------------------------------------------------------------------------------------

Normal = tuple[Any, Any]  # mean and variance, any shape


def log_normal(z: Any, of: Normal) -> Array:
    """log N(z; mean, variance)."""
    mean, var = (np.asarray(a, float) for a in of)
    return -0.5 * (np.log(2 * np.pi * var) + (z - mean) ** 2 / var)


def expected_log(under: Normal, of: Normal) -> Array:
    """E[log N(z; of)] for z ~ N(under), entry by entry, by quadrature. 1e-14 of its largest term."""
    mean, var = (np.asarray(a, float) for a in under)
    nodes = [mean + np.sqrt(var) * node for node in _NODES]
    return np.asarray(sum(w * log_normal(z, of) for w, z in zip(_WEIGHTS, nodes, strict=True)))


def normals(mu_q: Any, log_var_q: Any, mu_p: Any, log_var_p: Any) -> tuple[Normal, Normal]:
    """(q, p) with variances, in double precision."""
    with np.errstate(over="ignore"):
        return (mu_q, np.exp(np.asarray(log_var_q, float))), (mu_p, np.exp(np.asarray(log_var_p, float)))


@remembered
def kl_normal(mu_q: Any, log_var_q: Any, mu_p: Any, log_var_p: Any) -> Array:
    """E_q[log q - log p] of diagonal Gaussians: (N, K) to (N,). 1e-13 of its largest term."""
    q, p = normals(mu_q, log_var_q, mu_p, log_var_p)
    return np.asarray((expected_log(q, q) - expected_log(q, p)).sum(axis=-1))


def kl_standard_normal(mu: Any, log_var: Any) -> Array:
    """KL to N(0, I): (N, K) to (N,). 1e-13 of its largest term."""
    return np.asarray(kl_normal(mu, log_var, np.zeros(np.shape(mu)), np.zeros(np.shape(mu))))


def log_mvn(z: Any, mu: Any, cov: Any) -> Array:
    """log N(z; mu, cov) of rows z (n, K), by eigenvectors."""
    values, vectors = np.linalg.eigh(cov)
    along = (np.asarray(z) - mu) @ vectors
    return -0.5 * (np.log(2 * np.pi * values) + along**2 / values).sum(axis=-1)


@remembered
def kl_mvn(mu_q: Any, cov_q: Any, mu_p: Any, cov_p: Any) -> float:
    """E_q[log q - log p], over a grid of 3**K nodes. 1e-13 of its largest term, for well conditioned covariances."""
    k = len(mu_q)
    if 3**k > LARGEST:
        raise ValueError(f"a grid in {k} dimensions is too large")
    values, vectors = np.linalg.eigh(cov_q)
    grid = np.array(list(itertools.product(_NODES, repeat=k)))  # (3**K, K)
    weights = np.array([math.prod(w) for w in itertools.product(_WEIGHTS, repeat=k)])
    z = mu_q + grid @ (vectors * np.sqrt(values)).T
    return float(weights @ (log_mvn(z, mu_q, cov_q) - log_mvn(z, mu_p, cov_p)))


@remembered
def best_diagonal(cov: Any) -> tuple[Array, Array]:
    """(variances (K,), gap): where the slope of KL(q || N(0, cov)) in each log variance is 0. 1e-8."""
    cov = np.asarray(cov, float)
    k = len(cov)

    def kl(log_var: Array) -> float:
        return float(kl_mvn(np.zeros(k), np.diag(np.exp(log_var)), np.zeros(k), cov))

    start = np.log(np.diag(cov))

    def slope(value: float, i: int) -> float:
        return float(derivative(lambda v: kl(np.where(np.arange(k) == i, v, start)), [value], 0))

    best = np.array([optimize.brentq(slope, s - 12, s + 1, args=(i,), xtol=1e-12) for i, s in enumerate(start)])
    return np.exp(best), np.array(kl(best))


# Products ----------------------------------------------------------------------------------------------------------


def joint(factors: Any) -> Array:
    """The table of a product, raveled: every combination of values, one factor after the other."""
    if math.prod(map(len, factors)) > LARGEST:
        raise ValueError(f"the joint table of {len(factors)} factors is too large")
    return np.array([math.prod(combination) for combination in itertools.product(*map(list, factors))])


def kl_of_products(q: Any, p: Any) -> float:
    """The KL of the joint tables. 1e-14 of its largest term."""
    return float(kl_discrete(joint(q), joint(p)))


def marginals(p: Any) -> tuple[Array, Array]:
    """(p_1, p_2) of a joint table (K, L), by adding up."""
    rows, columns = np.asarray(p).tolist(), np.asarray(p).T.tolist()
    return np.array([math.fsum(r) for r in rows]), np.array([math.fsum(c) for c in columns])


def half_factorised(q1: Any, q2: Any, p: Any) -> tuple[Array, Array]:
    """(KL(q1 ⊗ q2 || p), the sum of the marginals' KLs). 1e-14 of its largest term."""
    p1, p2 = marginals(p)
    together = kl_discrete(joint([q1, q2]), np.array([v for row in np.asarray(p).tolist() for v in row]))
    return np.asarray(together), np.asarray(kl_discrete(q1, p1) + kl_discrete(q2, p2))


# Samples -----------------------------------------------------------------------------------------------------------


def log_ratios(log_q: Any, log_p: Any, samples: Any) -> list[float]:
    """log q - log p, sample by sample."""
    return [float(log_q(row[None])[0]) - float(log_p(row[None])[0]) for row in np.asarray(samples, float)]


def kl_monte_carlo(log_q: Any, log_p: Any, samples: Any) -> tuple[float, float]:
    """(mean of log q - log p, its standard error), added up one by one. 1e-12."""
    terms = log_ratios(log_q, log_p, samples)
    n = len(terms)
    mean = math.fsum(terms) / n
    return mean, math.sqrt(math.fsum((t - mean) ** 2 for t in terms) / (n - 1) / n)
