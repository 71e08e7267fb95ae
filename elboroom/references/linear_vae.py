"""The linear VAE by definition: z ~ N(0, I_K), x | z ~ N(mean + W z, σ² I_D), q(z | x) = N(V (x - mean), diag d).

The mean is that of the rows of X. The likelihood is an integral over z on a grid, the bound an expectation by
Gauss-Hermite quadrature, a maximum is climbed to. Values are nats, means per row; arrays are float64.
"""

import itertools
from typing import Any

import numpy as np
from scipy import stats

from elboroom.references.autoencoders import centred, covariance, refuse
from elboroom.references.remembered import remembered

Array = np.ndarray


def positive(*variances: Any) -> None:
    """ValueError unless all of them are."""
    if not all(np.all(np.asarray(v, float) > 0) for v in variances):
        raise ValueError("a variance must be positive")


def log_normal(x: Any, mean: Any, variance: Any) -> Array:
    """The sum over the last axis of log N(x; mean, variance), coordinate by coordinate."""
    return -0.5 * (np.log(2 * np.pi * variance) + (np.asarray(x) - mean) ** 2 / variance).sum(axis=-1)


def log_joint(x: Any, z: Any, W: Any, sigma2: Any) -> Array:
    """log p(x, z) = log N(z; 0, I) + log N(x; W z, σ² I) for centred x (..., D) and z (..., K)."""
    D, z = W.shape[0], np.asarray(z)
    return log_normal(z, 0.0, np.ones(z.shape[-1])) + log_normal(x, z @ W.T, np.full(D, sigma2))


@remembered
def log_likelihood(X: Any, W: Any, sigma2: float) -> float:
    """The mean of log p(x) = log ∫ p(x, z) dz, summed over a grid of z: for K ≤ 2 and posteriors wider than 0.15 and
    nearer than 4 to the origin; ValueError for a larger K. 1e-8."""
    positive(sigma2)
    C, W = centred(X), np.asarray(W, float)
    z, cell = grid(W.shape[1])
    joint = log_joint(C[:, None, :], z, W, sigma2)
    return float((np.logaddexp.reduce(joint, axis=1) + np.log(cell)).mean())


def grid(K: int) -> tuple[Array, float]:
    """(n, K) points around 0, and the volume of the cell around each."""
    if K > 2:
        raise ValueError(f"a grid in {K} dimensions is too large")
    axis = np.arange(-7.0, 7.05, 0.1)
    return np.stack(np.meshgrid(*[axis] * K, indexing="ij"), axis=-1).reshape(-1, K), 0.1**K


def nodes(K: int) -> tuple[Array, Array]:
    """(3^K, K) points and (3^K,) weights: expectations under N(0, I_K), exact for polynomials of degree 5. ValueError
    for K above 6."""
    if K > 6:
        raise ValueError(f"a rule in {K} dimensions is too large")
    points, weights = np.polynomial.hermite_e.hermegauss(3)
    return np.array(list(itertools.product(points, repeat=K))), np.array(
        [np.prod(w) for w in itertools.product(weights / weights.sum(), repeat=K)]
    )


def expectation(f: Any, X: Any, V: Any, d: Any) -> Array:
    """(N,): E_q[f(x, z)] for each centred row x; f maps (N, 3^K, D) and (N, 3^K, K) to (N, 3^K)."""
    C, V, d = centred(X), np.asarray(V, float), np.asarray(d, float)
    noise, weights = nodes(len(d))
    z = (C @ V.T)[:, None, :] + np.sqrt(d) * noise
    return f(C[:, None, :], z) @ weights


def log_q(X: Any, V: Any, d: Any) -> Any:
    """The density log q(z | x), as a function of x (centred) and z."""
    V, d = np.asarray(V, float), np.asarray(d, float)
    return lambda x, z: log_normal(z, x @ V.T, d)


def reconstruction(X: Any, W: Any, sigma2: float, V: Any, d: Any) -> float:
    """The mean of E_q[log p(x | z)]. 1e-12."""
    positive(sigma2)
    W = np.asarray(W, float)
    f = lambda x, z: log_normal(x, z @ W.T, np.full(len(W), sigma2))  # noqa: E731
    return float(expectation(f, X, V, d).mean())


def kl(X: Any, V: Any, d: Any) -> float:
    """The mean of E_q[log q(z | x) - log p(z)]. 1e-12."""
    q = log_q(X, V, d)
    return float(expectation(lambda x, z: q(x, z) - log_normal(z, 0.0, np.ones(len(d))), X, V, d).mean())


def elbo(X: Any, W: Any, sigma2: float, V: Any, d: Any) -> float:
    """The mean of E_q[log p(x, z) - log q(z | x)]. 1e-12."""
    positive(sigma2, d)
    W, q = np.asarray(W, float), log_q(X, V, d)
    return float(expectation(lambda x, z: log_joint(x, z, W, sigma2) - q(x, z), X, V, d).mean())


@remembered
def best_encoder(W: Any, sigma2: float) -> tuple[Array, Array]:
    """(V (K, D), d (K,)) with the highest bound for given W and σ². The mean of q minimises ‖x - W m‖²/σ² + ‖m‖²; its
    variances are those of the closest factorised density. 1e-8."""
    positive(sigma2)
    W = np.asarray(W, float)
    return ridge(W, sigma2), closest_variances(lambda z: log_joint(np.zeros(len(W)), z, W, sigma2), W.shape[1])


def ridge(W: Array, sigma2: float) -> Array:
    """(K, D): V with V x = argmin over m of ‖x - W m‖²/σ² + ‖m‖², by least squares on stacked rows."""
    D, K = W.shape
    stacked = np.vstack([W / np.sqrt(sigma2), np.eye(K)])
    return np.linalg.lstsq(stacked, np.vstack([np.eye(D) / np.sqrt(sigma2), np.zeros((K, D))]), rcond=None)[0]


def closest_variances(log_density: Any, K: int) -> Array:
    """(K,): the variances d for which N(0, diag d) has the least KL to a Gaussian with mean 0 and this log density, up
    to a constant. Each is found alone, by bisection of the slope in its logarithm: the others only add a constant."""
    points, weights = nodes(1)

    def score(u: float, j: int) -> float:
        z = np.zeros((3, K))
        z[:, j] = np.exp(u / 2) * points[:, 0]
        return float(log_density(z) @ weights + u / 2)

    found = []
    for j in range(K):
        low, high = -60.0, 20.0
        for _ in range(60):
            u = (low + high) / 2
            low, high = (u, high) if score(u + 1e-4, j) > score(u - 1e-4, j) else (low, u)
        found.append((low + high) / 2)
    return np.exp(found)


@remembered
def factorised_gap(precision: Any) -> float:
    """The least KL(q‖p) of a factorised q to p = N(0, precision⁻¹), as an expectation under q. 1e-8."""
    A = np.asarray(precision, float)
    noise, weights = nodes(len(A))
    p = stats.multivariate_normal(np.zeros(len(A)), np.linalg.inv(A))
    d = closest_variances(p.logpdf, len(A))
    z = np.sqrt(d) * noise
    return float((log_normal(z, 0.0, d) - p.logpdf(z)) @ weights)


@remembered
def gap(W: Any, sigma2: float) -> float:
    """log p(x) less the best bound: the KL of the best q to the posterior, whose log density, up to a constant, is the
    log joint; its precision is minus the joint's second differences, the same at every x. 1e-7."""
    positive(sigma2)
    W = np.asarray(W, float)
    K = W.shape[1]
    steps = np.eye(K)[:, None, :] + np.eye(K)[None, :, :]  # e_i + e_j

    def height(z: Array) -> Array:
        return log_joint(np.zeros(len(W)), z, W, sigma2)

    mixed = height(steps) - height(np.eye(K))[:, None] - height(np.eye(K))[None, :] + height(np.zeros(K))
    return factorised_gap(-mixed)


def climb(X: Any, k: int, sigma2: float | None = None, rounds: int = 3000) -> tuple[Array, float]:
    """(W (D, k), σ²) of the highest likelihood, by expectation and maximisation in turn, which never lowers it; with
    `sigma2` given, of the best W at that noise. W is found up to a rotation. 1e-8 of W Wᵀ where the eigenvalues of the
    covariance differ by a fifth from each other and from the noise."""
    return climb_covariance(covariance(X), k, sigma2, rounds)


@remembered
def climb_covariance(S: Array, k: int, sigma2: float | None, rounds: int = 3000) -> tuple[Array, float]:
    """The same for data of which only the covariance is known."""
    D, fixed = len(S), sigma2 is not None
    refuse(D, k)
    noise = float(np.trace(S)) / D if sigma2 is None else sigma2
    W = np.random.default_rng(0).normal(size=(D, k)) * np.sqrt(np.trace(S) / D)
    for _ in range(rounds):
        positive(noise)
        spread = np.linalg.inv(W.T @ W / noise + np.eye(k))  # of z given x
        V = spread @ W.T / noise  # its mean
        second = spread + V @ S @ V.T  # the mean of E[z zᵀ | x]
        old, W = W, S @ V.T @ np.linalg.inv(second)
        if not fixed:
            noise = float(np.trace(S - W @ V @ S)) / D
        if np.abs(W - old).max() < 1e-13 * np.abs(W).max():
            break
    return W, noise


def lengths(S: Array, k: int, sigma2: float) -> Array:
    """(k,): the squared lengths of the most likely decoder's columns for a given covariance and noise, longest first,
    once they are turned to be orthogonal. 1e-8."""
    return np.linalg.svd(climb_covariance(S, k, sigma2)[0], compute_uv=False) ** 2


def column_lengths(X: Any, k: int, sigma2: float) -> Array:
    """The same for the rows of X."""
    return lengths(covariance(X), k, sigma2)
