"""Right answers to unit 02, written in ways that have nothing in common: NumPy, plain loops, torch, other formulas."""

import itertools
import math
from typing import Any

import numpy as np
import scipy.linalg
import sympy
import torch
from scipy import special


def real(value: Any) -> torch.Tensor:
    return torch.tensor(np.array(value), dtype=torch.float64)


# Tables ------------------------------------------------------------------------------------------------------------


def discrete_numpy(q: Any, p: Any) -> Any:
    with np.errstate(all="ignore"):
        return np.where(q > 0, q * (np.log(q) - np.log(p)), 0.0).sum(-1)


def discrete_torch(q: Any, p: Any) -> Any:
    q, p = real(q), real(p)
    return (torch.special.xlogy(q, q) - torch.special.xlogy(q, p)).sum(-1)


def discrete_loops(q: Any, p: Any) -> Any:
    found = np.zeros(np.shape(q)[:-1])
    for row in np.ndindex(found.shape):
        for a, b in zip(q[row].tolist(), p[row].tolist(), strict=True):
            if a > 0:
                found[row] += a * (math.log(a) - math.log(b)) if b > 0 else math.inf
    return found


def pair_mirrored() -> Any:
    return np.array([0.3, 0.7]), np.array([0.7, 0.3])


def pair_of_lists_of_three() -> Any:
    return [0.5, 0.3, 0.2], [0.2, 0.3, 0.5]


def pair_found_by_bisection() -> Any:
    """p = (1/2, t, 1/2 - t) against a q that isn't a rearrangement of it."""
    q = np.array([0.2, 0.5, 0.3])

    def difference(t: float) -> float:
        p = np.array([0.5, t, 0.5 - t])
        return float(np.sum(p * np.log(p / q)) - np.sum(q * np.log(q / p)))

    low, high = 0.01, 0.3
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if difference(middle) * difference(low) > 0 else (low, middle)
    return torch.tensor([0.5, low, 0.5 - low], dtype=torch.float64), torch.tensor(q)


# Jensen ------------------------------------------------------------------------------------------------------------


def jensen_numpy(f: Any, values: Any, weights: Any) -> Any:
    inside = weights > 0
    return np.sum(weights[inside] * f(values[inside])) - f(np.sum(weights * values))


def jensen_loops(f: Any, values: Any, weights: Any) -> Any:
    pairs = [(v, w) for v, w in zip(values, weights, strict=True) if w != 0]
    return sum(w * f(v) for v, w in pairs) - f(sum(w * v for v, w in pairs))


def jensen_where(f: Any, values: Any, weights: Any) -> Any:
    mean = np.average(values, weights=weights)
    return float(np.average(f(np.where(weights > 0, values, mean)), weights=weights) - f(mean))


# Gaussians ---------------------------------------------------------------------------------------------------------


def symbols() -> Any:
    return *sympy.symbols("mu_q mu_p", real=True), *sympy.symbols("sigma_q sigma_p", positive=True)


def general_as_printed() -> Any:
    mu_q, mu_p, sigma_q, sigma_p = symbols()
    return sympy.log(sigma_p / sigma_q) + (sigma_q**2 + (mu_q - mu_p) ** 2) / (2 * sigma_p**2) - sympy.Rational(1, 2)


def general_with_variances() -> Any:
    mu_q, mu_p, sigma_q, sigma_p = symbols()
    ratio = sigma_q**2 / sigma_p**2
    return (ratio - 1 - sympy.log(ratio)) / 2 + ((mu_q - mu_p) / sigma_p) ** 2 / 2


def general_by_moments() -> Any:
    """Unsimplified: the bracket as a polynomial in noise e, of which E[e] = 0 and E[e²] = 1."""
    mu_q, mu_p, sigma_q, sigma_p = symbols()
    e = sympy.Symbol("e", real=True)
    bracket = sympy.log(sigma_p) - sympy.log(sigma_q) - e**2 / 2 + (mu_q + sigma_q * e - mu_p) ** 2 / (2 * sigma_p**2)
    constant, _, square = sympy.Poly(bracket, e).all_coeffs()[::-1]
    return constant + square


def normal_numpy(mu_q: Any, log_var_q: Any, mu_p: Any, log_var_p: Any) -> Any:
    ratio = np.exp(log_var_q - log_var_p)
    return 0.5 * (ratio - np.log(ratio) - 1 + (mu_q - mu_p) ** 2 / np.exp(log_var_p)).sum(axis=1)


def normal_torch(mu_q: Any, log_var_q: Any, mu_p: Any, log_var_p: Any) -> Any:
    q = torch.distributions.Normal(real(mu_q), (real(log_var_q) / 2).exp())
    p = torch.distributions.Normal(real(mu_p), (real(log_var_p) / 2).exp())
    return torch.distributions.kl_divergence(q, p).sum(-1)


def normal_loops(mu_q: Any, log_var_q: Any, mu_p: Any, log_var_p: Any) -> Any:
    found = [0.0] * len(mu_q)
    for i, j in np.ndindex(*np.shape(mu_q)):
        a, s, b, t = (float(each[i, j]) for each in (mu_q, log_var_q, mu_p, log_var_p))
        found[i] += (t - s) / 2 + (math.exp(s) + (a - b) ** 2) / (2 * math.exp(t)) - 0.5
    return np.array(found)


def standard_numpy(mu: Any, log_var: Any) -> Any:
    return 0.5 * (np.expm1(log_var) - log_var + np.square(mu)).sum(axis=-1)


def standard_torch(mu: Any, log_var: Any) -> Any:
    mu, log_var = torch.as_tensor(np.array(mu)), torch.as_tensor(np.array(log_var))
    return 0.5 * (torch.expm1(log_var) - log_var + mu**2).sum(dim=-1)


def standard_in_double(mu: Any, log_var: Any) -> Any:
    mu, log_var = np.asarray(mu, np.float64), np.asarray(log_var, np.float64)
    return -0.5 * np.sum(1 + log_var - np.exp(log_var) - mu**2, axis=-1)


def standard_loops(mu: Any, log_var: Any) -> Any:
    found = np.zeros(len(mu))
    for i, j in np.ndindex(*np.shape(mu)):
        t = float(log_var[i, j])
        found[i] += (float(mu[i, j]) ** 2 + math.expm1(t) - t) / 2
    return found


def symmetric(cov: Any) -> Any:
    if not np.allclose(cov, np.transpose(cov), rtol=1e-6):
        raise ValueError("not symmetric")
    return cov


def mvn_cholesky(mu_q: Any, cov_q: Any, mu_p: Any, cov_p: Any) -> Any:
    L_q, L_p = np.linalg.cholesky(symmetric(cov_q)), np.linalg.cholesky(symmetric(cov_p))
    A = scipy.linalg.solve_triangular(L_p, L_q, lower=True)
    b = scipy.linalg.solve_triangular(L_p, mu_p - mu_q, lower=True)
    return 0.5 * ((A**2).sum() + b @ b - len(b)) - np.log(np.diag(L_q) / np.diag(L_p)).sum()


def mvn_torch(mu_q: Any, cov_q: Any, mu_p: Any, cov_p: Any) -> Any:
    q, p = (
        torch.distributions.MultivariateNormal(real(m), scale_tril=torch.linalg.cholesky(real(symmetric(c))))
        for m, c in ((mu_q, _definite(cov_q)), (mu_p, _definite(cov_p)))
    )
    return torch.distributions.kl_divergence(q, p)


def mvn_solve(mu_q: Any, cov_q: Any, mu_p: Any, cov_p: Any) -> Any:
    for cov in (cov_q, cov_p):
        _definite(symmetric(cov))
    shift = mu_q - mu_p
    log_dets = np.linalg.slogdet(cov_p)[1] - np.linalg.slogdet(cov_q)[1]
    trace, distance = np.trace(np.linalg.solve(cov_p, cov_q)), shift @ np.linalg.solve(cov_p, shift)
    return float((trace + distance - len(shift) + log_dets) / 2)


def _definite(cov: Any) -> Any:
    if np.linalg.eigvalsh(cov).min() <= 0:
        raise ValueError("not positive definite")
    return cov


def diagonal_inverse(cov: Any) -> Any:
    precision = np.linalg.inv(cov)
    v = 1 / np.diag(precision)
    return v, -0.5 * np.log(v).sum() + 0.5 * np.linalg.slogdet(cov)[1]


def diagonal_torch(cov: Any) -> Any:
    precision = torch.linalg.inv(real(cov))
    v = 1 / precision.diagonal()
    q = torch.distributions.MultivariateNormal(torch.zeros(len(v), dtype=torch.float64), torch.diag(v))
    p = torch.distributions.MultivariateNormal(torch.zeros(len(v), dtype=torch.float64), real(cov))
    return v, torch.distributions.kl_divergence(q, p)


def diagonal_conditional(cov: Any) -> Any:
    cov = np.asarray(cov, dtype=float)
    v = []
    for i in range(len(cov)):
        rest = np.arange(len(cov)) != i
        v.append(cov[i, i] - cov[i, rest] @ np.linalg.solve(cov[np.ix_(rest, rest)], cov[rest, i]))
    return v, 0.5 * (np.sum(2 * np.log(np.diag(np.linalg.cholesky(cov)))) - np.sum(np.log(v)))


# Products ----------------------------------------------------------------------------------------------------------


def products_numpy(q: Any, p: Any) -> Any:
    return sum(discrete_numpy(a, b) for a, b in zip(q, p, strict=True))


def products_torch(q: Any, p: Any) -> Any:
    if len(q) != len(p):
        raise ValueError("as many of each")
    return torch.stack([discrete_torch(a, b) for a, b in zip(q, p, strict=True)]).sum()


def products_loops(q: Any, p: Any) -> Any:
    total = 0.0
    if not len(q) == len(p):
        raise ValueError
    for i in range(len(q)):
        total += float(special.rel_entr(q[i], p[i]).sum())
    return total


def half_numpy(q1: Any, q2: Any, p: Any) -> Any:
    q = q1[:, None] * q2[None, :]
    apart = discrete_numpy(q1, p.sum(axis=1)) + discrete_numpy(q2, p.sum(axis=0))
    return discrete_numpy(q.reshape(-1), p.reshape(-1)), apart


def half_torch(q1: Any, q2: Any, p: Any) -> Any:
    q = torch.einsum("i,j->ij", real(q1), real(q2))
    apart = discrete_torch(q1, p.sum(1)) + discrete_torch(q2, p.sum(0))
    return discrete_torch(q.flatten().numpy(), p.flatten()), apart


def half_loops(q1: Any, q2: Any, p: Any) -> Any:
    q, flat = zip(
        *[(a * b, p[i][j]) for (i, a), (j, b) in itertools.product(enumerate(q1), enumerate(q2))], strict=True
    )
    rows = np.array([sum(p[i]) for i in range(len(q1))])
    columns = np.array([sum(p[i][j] for i in range(len(q1))) for j in range(len(q2))])
    return discrete_loops(np.array(q), np.array(flat)), discrete_loops(q1, rows) + discrete_loops(q2, columns)


# Samples -----------------------------------------------------------------------------------------------------------


def carlo_numpy(log_q: Any, log_p: Any, samples: Any) -> Any:
    terms = log_q(samples) - log_p(samples)
    return terms.mean(), terms.std(ddof=1) / len(terms) ** 0.5


def carlo_torch(log_q: Any, log_p: Any, samples: Any) -> Any:
    terms = torch.as_tensor(log_q(samples)) - torch.as_tensor(log_p(samples))
    return terms.mean(), terms.std() / math.sqrt(len(samples))


def carlo_loops(log_q: Any, log_p: Any, samples: Any) -> Any:
    terms = [log_q(row[None, :])[0] - log_p(row[None, :])[0] for row in samples]
    mean = sum(terms) / len(terms)
    return mean, math.sqrt(sum((t - mean) ** 2 for t in terms) / (len(terms) - 1) / len(terms))


RIGHT: dict[str, list[Any]] = {
    "kl_discrete": [discrete_numpy, discrete_torch, discrete_loops],
    "symmetric_but_different": [pair_mirrored, pair_of_lists_of_three, pair_found_by_bisection],
    "jensen_gap": [jensen_numpy, jensen_loops, jensen_where],
    "kl_normal_general": [general_as_printed, general_with_variances, general_by_moments],
    "kl_normal": [normal_numpy, normal_torch, normal_loops],
    "kl_standard_normal": [standard_numpy, standard_torch, standard_in_double, standard_loops],
    "kl_of_products": [products_numpy, products_torch, products_loops],
    "half_factorised": [half_numpy, half_torch, half_loops],
    "kl_mvn": [mvn_cholesky, mvn_torch, mvn_solve],
    "best_diagonal": [diagonal_inverse, diagonal_torch, diagonal_conditional],
    "kl_monte_carlo": [carlo_numpy, carlo_torch, carlo_loops],
}
