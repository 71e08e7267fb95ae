"""Unit 05's answers in closed form, for the hidden checks: what the definitions in elboroom.references come to."""

from typing import Any

import numpy as np

from elboroom.advice.autoencoders.formula import symbols
from elboroom.references.autoencoders import centred, covariance

Array = np.ndarray


def eigenvalues(X: Any) -> Array:
    """(D,), the largest first: squared singular values of the centred rows over N."""
    singular = np.linalg.svd(centred(X), compute_uv=False) ** 2 / len(X)
    return np.concatenate([singular, np.zeros(max(0, np.shape(X)[1] - len(singular)))])


def least_error(X: Any, k: int) -> float:
    """Σ_{i>k} s_i² (Eckart and Young)."""
    return len(X) * float(eigenvalues(X)[k:].sum())


def principal_scores(gram: Any, k: int) -> Array:
    """Eigenvectors of H K H, each times the root of its eigenvalue."""
    H = np.eye(len(gram)) - 1 / len(gram)
    values, vectors = np.linalg.eigh(H @ np.asarray(gram, float) @ H)
    return (vectors * np.sqrt(np.maximum(values, 0.0)))[:, ::-1][:, :k]


def most_likely_model(X: Any, k: int) -> tuple[Array, float]:
    """σ² the mean of the discarded eigenvalues, W = U (Λ - σ²I)^½."""
    values, vectors = np.linalg.eigh(covariance(X))
    sigma2 = max(float(values[:-k].mean()), 0.0)
    return vectors[:, -k:] * np.sqrt(np.maximum(values[-k:] - sigma2, 0.0)), sigma2


def log_density(X: Any, W: Any, sigma2: float) -> float:
    """log N(x; mean, WWᵀ + σ²I), by the Cholesky factor."""
    C, W = centred(X), np.asarray(W, float)
    root = np.linalg.cholesky(W @ W.T + sigma2 * np.eye(len(W)))
    white = np.linalg.solve(root, C.T)
    return float(-0.5 * (len(W) * np.log(2 * np.pi) + (white**2).sum(axis=0).mean()) - np.log(np.diag(root)).sum())


def bound(X: Any, W: Any, sigma2: float, V: Any, d: Any) -> float:
    """-½[D log 2πσ² + (‖x - WVx‖² + Σ d_j‖w_j‖²)/σ²] - ½[‖Vx‖² + Σ(d_j - 1 - log d_j)], the mean over the rows."""
    C, W, V, d = centred(X), np.asarray(W, float), np.asarray(V, float), np.asarray(d, float)
    squares = ((C - C @ V.T @ W.T) ** 2).sum(axis=1) + (W**2).sum(axis=0) @ d
    kl = 0.5 * (((C @ V.T) ** 2).sum(axis=1) + (d - 1 - np.log(d)).sum())
    return float((-0.5 * (len(W) * np.log(2 * np.pi * sigma2) + squares / sigma2) - kl).mean())


def best_encoder(W: Any, sigma2: float) -> tuple[Array, Array]:
    """V = M⁻¹Wᵀ and d_j = σ²/M_jj, M = WᵀW + σ²I."""
    W = np.asarray(W, float)
    M = W.T @ W + sigma2 * np.eye(W.shape[1])
    return np.linalg.solve(M, W.T), sigma2 / np.diag(M)


def gap(W: Any, sigma2: float) -> float:
    """½[Σ log M_jj - log|M|]."""
    W = np.asarray(W, float)
    M = W.T @ W + sigma2 * np.eye(W.shape[1])
    return 0.5 * float(np.log(np.diag(M)).sum() - np.linalg.slogdet(M)[1])


def shrunk_lengths(X: Any, k: int, sigma2: float) -> Array:
    """max(λ_j - σ², 0)."""
    return np.maximum(eigenvalues(X)[:k] - sigma2, 0.0)


def gaussian_formulas() -> tuple[Any, Any, Any]:
    """The bound, λ and the best σ², in sympy."""
    import sympy

    S, KL, D, sigma = symbols()
    return -S / (2 * sigma**2) - D * sympy.log(2 * sympy.pi * sigma**2) / 2 - KL, 2 * sigma**2, S / D
