"""Arguments about matrices: centred_first (PCA), rotated (the linear VAE)."""

import numpy as np

from elboroom.references.arguments.claims import Argument, Claim, Point
from elboroom.references.arguments.points import Array, matrix, number, whole


def _centred_first(X: Array, k: int) -> list[Claim]:
    centre = X.mean(axis=0)
    centred, rank = X - centre, min(X.shape)
    s, s_raw = (np.linalg.svd(data, compute_uv=False) for data in (centred, X))
    V = np.linalg.svd(centred)[2][:k].T
    left = float(((centred - centred @ V @ V.T) ** 2).sum())
    about, about_zero = (float((data**2).sum()) / len(X) for data in (centred, X))
    lost = float((s[min(k, rank) :] ** 2).sum())
    return [
        Claim(left, "=", lost),
        Claim(float((s**2).sum()) / len(X), "=", about),
        Claim(about_zero, "=", about + float(centre @ centre)),
        Claim(float((s_raw[min(k, rank) :] ** 2).sum()), "≥", lost),
        Claim(float((s_raw[min(k + 1, rank) :] ** 2).sum()), "≤", lost),
    ]


def _enough_columns(X: Array, k: int) -> str:
    return "" if k < X.shape[1] else f"`X` has {X.shape[1]} columns; `k` should be smaller than that."


def draw_cloud(rng: np.random.Generator) -> Point:
    n, d = int(rng.integers(3, 9)), int(rng.integers(2, 5))
    return {"X": rng.normal(size=(n, d)) + rng.normal(scale=3, size=d), "k": int(rng.integers(1, d))}


def _rotated(W: Array, sigma2: float, angle: float) -> list[Claim]:
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    turned = W @ turn
    gaps = [_nearest_diagonal(_posterior_covariance(w, sigma2)) for w in (W, turned)]
    M, M_turned = (w.T @ w + sigma2 * np.eye(2) for w in (W, turned))
    by_formula = 0.5 * (np.log(np.diag(M)).sum() - _log_det(M))
    return [
        Claim(_log_det(W @ W.T + sigma2 * np.eye(len(W))), "=", _log_det(turned @ turned.T + sigma2 * np.eye(len(W)))),
        Claim(gaps[0], "=", gaps[1]),
        Claim(_log_det(M), "=", _log_det(M_turned)),
        Claim(gaps[0], "=", float(by_formula)),
    ]


def _posterior_covariance(W: Array, sigma2: float) -> Array:
    """The covariance of z given x: the inverse of I + WᵀW/σ²."""
    return np.linalg.inv(np.eye(2) + W.T @ W / sigma2)


def _nearest_diagonal(cov: Array) -> float:
    """min KL(N(0, diag d) ‖ N(0, cov)) over d, attained where each 1/d_j is the precision's diagonal entry."""
    precision = np.linalg.inv(cov)
    d = 1 / np.diag(precision)
    return 0.5 * float(np.sum(np.diag(precision) * d) - 2 + _log_det(cov) - np.log(d).sum())


def _log_det(symmetric: Array) -> float:
    return float(np.linalg.slogdet(symmetric)[1])


def _two_columns(W: Array, sigma2: float, angle: float) -> str:
    return "" if W.shape[1] == 2 else "`W` should have two columns, one for each latent."


def draw_loadings(rng: np.random.Generator) -> Point:
    W = rng.normal(size=(int(rng.integers(2, 5)), 2))
    return {"W": W, "sigma2": float(rng.uniform(0.2, 2.0)), "angle": float(rng.uniform(0, 3))}


LOADINGS = {"W": matrix(30, -100, 100), "sigma2": number(1e-3, 1e3), "angle": number(-10, 10)}
ARGUMENTS = {
    "centred_first": Argument({"X": matrix(30), "k": whole(1, 29)}, _centred_first, draw_cloud, _enough_columns),
    "rotated": Argument(LOADINGS, _rotated, draw_loadings, _two_columns),
}
