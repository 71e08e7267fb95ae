"""Principal components and kernels by definition: the least error that a linear pair reaches, by alternating least
squares; kernel PCA as PCA of any features whose inner products are the kernel.

Rows of X are examples; covariances are 1/N. No eigen- or singular value decomposition finds a component here: the tests
compare with those.
"""

from typing import Any

import numpy as np

from elboroom.references.remembered import remembered

Array = np.ndarray
LARGEST = 16  # the most columns that are worth a definition's time


def centred(X: Any) -> Array:
    """X less the mean of its rows, in float64."""
    X = np.asarray(X, float)
    return X - X.mean(axis=0)


def covariance(X: Any) -> Array:
    """(D, D): the mean of the outer products of the centred rows."""
    C = centred(X)
    return C.T @ C / len(C)


def error(X: Any, encoder: Any, decoder: Any) -> float:
    """The squared error of x̂ = mean + (x - mean) @ encoder @ decoder, summed over rows and columns."""
    C = centred(X)
    return float(((C - C @ np.asarray(encoder, float) @ np.asarray(decoder, float)) ** 2).sum())


@remembered
def best_pair(second_moment: Any, k: int, rounds: int = 400) -> tuple[Array, Array]:
    """(encoder (D, k), decoder (k, D)) with the least error on data of this (D, D) second moment: the best decoder for
    the encoder, then the best encoder for the decoder, and so on. 1e-10 where eigenvalues k and k+1 differ by a
    fifth. ValueError unless 1 ≤ k < D, and for more columns than a definition has time for."""
    S = np.asarray(second_moment, float)
    refuse(len(S), k)
    encoder = np.linalg.qr(np.random.default_rng(0).normal(size=(len(S), k)))[0]
    for _ in range(rounds):
        decoder = np.linalg.solve(encoder.T @ S @ encoder, encoder.T @ S)
        old, encoder = encoder, np.linalg.qr(decoder.T)[0]  # the best for it, up to a map that the next decoder undoes
        if np.abs(encoder - old @ (old.T @ encoder)).max() < 1e-12:
            break
    return encoder, np.linalg.solve(encoder.T @ S @ encoder, encoder.T @ S)


def refuse(D: int, k: int) -> None:
    """ValueError unless 1 ≤ k < D, and for more columns than a definition has time for."""
    if not 1 <= k < D or D > LARGEST:
        raise ValueError(f"k = {k} latents for D = {D} columns")


def plane(second_moment: Any, k: int) -> Array:
    """(D, k): an orthonormal basis, in no particular turn, of the plane that the best pair projects on. 1e-8."""
    return np.linalg.qr(best_pair(second_moment, k)[1].T)[0]


def least_error(X: Any, k: int) -> float:
    """The least error of any linear pair with k latents. 1e-9."""
    return error(X, *best_pair(covariance(X), k))


def largest_angle(plane: Any, other: Any) -> float:
    """The largest principal angle between the spans of two (D, k) matrices, in degrees. 1e-6."""
    P, Q = (np.linalg.qr(np.asarray(a, float))[0] for a in (plane, other))
    sine = float(np.linalg.norm(Q - P @ (P.T @ Q), 2))
    return float(np.degrees(np.arcsin(min(1.0, sine))))


def features(gram: Any) -> Array:
    """(N, N): rows whose inner products are the symmetric, nonnegative matrix `gram`. Any such rows will do."""
    values, vectors = np.linalg.eigh(np.asarray(gram, float))
    return vectors * np.sqrt(np.maximum(values, 0.0))


@remembered
def principal_scores(features: Any, k: int) -> Array:
    """(N, k): the features' coordinates, from their mean, along their k principal axes, the most spread-out first; the
    sign of each column is arbitrary. 1e-7 of the largest where the variances differ by a fifth."""
    C = centred(features)
    S, axes = C.T @ C / len(C), np.zeros((C.shape[1], 0))
    for _ in range(k):
        rest = S - axes @ (axes.T @ S)
        axes = np.hstack([axes, plane(rest - (rest @ axes) @ axes.T, 1)])
    return C @ axes


def outer_products(scores: Any) -> Array:
    """(k, N, N): s sᵀ for each column s. It forgets the signs of the columns and keeps their order."""
    columns = np.asarray(scores, float).T
    return columns[:, :, None] * columns[:, None, :]


def forward(x: Any, state: dict[str, Array], inner: Any = np.tanh) -> tuple[Array, Array]:
    """(codes, reconstructions) of an autoencoder with one hidden layer on each side; weights by their names."""

    def affine(h: Array, layer: str) -> Array:
        return h @ state[f"{layer}.weight"].T + state[f"{layer}.bias"]

    codes = affine(inner(affine(np.asarray(x, float), "encoder.0")), "encoder.2")
    return codes, affine(inner(affine(codes, "decoder.0")), "decoder.2")


def error_slope(x: Array, state: dict[str, Array]) -> Array:
    """(N, D): the derivative of the mean squared error of a batch in every entry of x, by differences. 1e-7."""
    slope, h = np.zeros_like(x), 1e-5
    for index in np.ndindex(*x.shape):
        ends = []
        for sign in (1, -1):
            moved = x.copy()
            moved[index] += sign * h
            ends.append(((moved - forward(moved, state)[1]) ** 2).sum(axis=1).mean())
        slope[index] = (ends[0] - ends[1]) / (2 * h)
    return slope
