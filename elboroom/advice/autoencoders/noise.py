"""The noise held fixed: collapse."""

from typing import Any

import numpy as np

from elboroom.advice.autoencoders import check, mistake
from elboroom.advice.autoencoders.ppca import spread_decoder
from elboroom.references.autoencoders import covariance
from elboroom.references.linear_vae import column_lengths, lengths

Array = np.ndarray

check.hints(
    "collapse",
    "Go back to the variance along a principal direction: ‖w‖² + σ² should be λ. What if λ is smaller than σ²?",
    "The noise alone already has more variance there than the data. The best that W can do is to add nothing.",
    "One line: the k largest eigenvalues less σ², cut at zero.",
)


def variances(S: Array, k: int) -> Array:
    """The variances along the k principal axes, largest first."""
    return np.linalg.svd(spread_decoder(S, k), compute_uv=False) ** 2


@mistake("collapse")
def below_nothing(X: Any, k: int, sigma2: float) -> Array:
    """Some lengths are negative. A column can't be shorter than nothing: where λ < σ², it is zero."""
    return variances(covariance(X), k) - sigma2


@mistake("collapse")
def cut_but_not_shrunk(X: Any, k: int, sigma2: float) -> Array:
    """A latent that stays on keeps the whole eigenvalue here. The noise already explains σ² of it."""
    kept = variances(covariance(X), k)
    return np.where(kept > sigma2, kept, 0.0)


@mistake("collapse")
def never_off(X: Any, k: int, sigma2: float) -> Array:
    """These are the eigenvalues themselves; the noise plays no role."""
    return variances(covariance(X), k)


@mistake("collapse")
def not_squared(X: Any, k: int, sigma2: float) -> Array:
    """These are the lengths of the columns; wanted are their squares."""
    return np.sqrt(column_lengths(X, k, sigma2))


@mistake("collapse")
def deviation_subtracted(X: Any, k: int, sigma2: float) -> Array:
    """σ has been taken off instead of σ²."""
    return np.maximum(variances(covariance(X), k) - np.sqrt(sigma2), 0.0)


@mistake("collapse")
def shortest_first(X: Any, k: int, sigma2: float) -> Array:
    """The right lengths, the shortest first. Give the longest first."""
    return column_lengths(X, k, sigma2)[::-1]


@mistake("collapse")
def far_from_the_origin(X: Any, k: int, sigma2: float) -> Array:
    """The data are not centred, and the distance from the origin keeps a latent busy."""
    X = np.asarray(X, float)
    return lengths(X.T @ X / len(X), k, sigma2)


@mistake("collapse")
def sample_variances(X: Any, k: int, sigma2: float) -> Array:
    """The covariance has 1/(N - 1) in it; here it is the mean square, 1/N."""
    N = len(np.asarray(X))
    return lengths(covariance(X) * N / (N - 1), k, sigma2)
