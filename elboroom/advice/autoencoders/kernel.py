"""Kernel PCA: kernel_pca. Each mistake is written on features whose inner products are the kernel."""

from typing import Any

import numpy as np

from elboroom.advice.autoencoders import check, mistake
from elboroom.references import autoencoders as by_definition

Array = np.ndarray

check.hints(
    "kernel_pca",
    "Everything PCA wants to know about the rows is in their inner products. First centre: with H = I - 1/N · 11ᵀ the "
    "features H Φ are centred, so what is their matrix of inner products, written with `gram`?",
    "Write the centred features as U S Vᵀ. Their inner products are then U S² Uᵀ, and their coordinates along the "
    "principal axes are the columns of U S: eigenvectors, each times the *root* of its eigenvalue.",
    "`values, vectors = np.linalg.eigh(H @ gram @ H)`; take the last k of each, reversed; an eigenvalue that should be "
    "zero may come out as -1e-17, so cut at zero before the root.",
)


def centred_scores(gram: Any, k: int) -> Array:
    return by_definition.principal_scores(by_definition.features(gram), k)


def lengths(scores: Array) -> Array:
    return np.sqrt((scores**2).sum(axis=0))


@mistake("kernel_pca")
def features_uncentred(gram: Any, k: int) -> Array:
    """The kernel matrix is not centred: the features have a mean, though you can't see it. Take H G H, with H on both
    sides."""
    F = by_definition.features(gram)
    return np.column_stack([F @ axis for axis in _axes(F.T @ F, k)])


def _axes(S: Array, k: int) -> list[Array]:
    found: list[Array] = []
    for _ in range(k):
        found.append(by_definition.plane(S, 1)[:, 0])
        S = S - np.outer(found[-1], found[-1]) @ S
    return found


@mistake("kernel_pca")
def unit_vectors(gram: Any, k: int) -> Array:
    """These columns all have length 1: the eigenvectors without their scale. A coordinate along an axis with eigenvalue
    λ has the length √λ over all rows."""
    scores = centred_scores(gram, k)
    return scores / lengths(scores)


@mistake("kernel_pca")
def times_the_eigenvalue(gram: Any, k: int) -> Array:
    """The eigenvectors are multiplied by their eigenvalues, not by the roots of them."""
    scores = centred_scores(gram, k)
    return scores * lengths(scores)


@mistake("kernel_pca")
def divided_by_the_root(gram: Any, k: int) -> Array:
    """These are the coefficients that build the principal axes out of the features (eigenvectors over √λ). Wanted are
    the rows' coordinates along those axes."""
    scores = centred_scores(gram, k)
    return scores / lengths(scores) ** 2


@mistake("kernel_pca")
def variances_instead(gram: Any, k: int) -> Array:
    """The columns are too short by a factor √N: take the eigenvalues of H G H, not those of H G H / N."""
    return centred_scores(gram, k) / np.sqrt(len(np.asarray(gram)))


@mistake("kernel_pca")
def in_rising_order(gram: Any, k: int) -> Array:
    """The right columns, in rising order. `eigh` lists the smallest eigenvalue first; the first column should be the
    most spread out."""
    return centred_scores(gram, k)[:, ::-1]
