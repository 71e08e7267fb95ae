"""Linear pairs: pca_autoencoder, and the weights handed in for train_linear_autoencoder."""

from typing import Any

import numpy as np

from elboroom import clouds
from elboroom.advice.autoencoders import check, mistake
from elboroom.references import autoencoders as by_definition

Pair = tuple[np.ndarray, np.ndarray]

check.hints(
    "pca_autoencoder",
    "The error is measured around the mean of the rows. Take the mean off before you look for directions.",
    "The plane is spanned by the k right singular vectors of the centred data with the largest singular values: what "
    "shape has the matrix that `np.linalg.svd` returns third, and are its vectors rows or columns?",
    "`_, _, Vt = np.linalg.svd(X - X.mean(axis=0))`; the rows of `Vt[:k]` are the directions. "
    "One of your two matrices is that, the other its transpose.",
)
check.hints(
    "train_linear_autoencoder",
    "Centre the data once. Then only two matrices have to move; begin with small random numbers, not with zeros.",
    "With torch: `loss = ((X - X @ E @ F) ** 2).sum(dim=1).mean()`, `loss.backward()`, a step against the gradient.",
    "If the loss explodes, the step is too large: with this loss it must stay below 1/(2 · the largest eigenvalue), "
    "here 1/18. If the angle stays above 1°, take more steps; `torch.optim.Adam([E, F], lr=0.01)` needs some 2,000.",
)


def of_moment(second_moment: Any, k: int) -> Pair:
    """The orthonormal pair that projects on the best plane for data with this second moment."""
    basis = by_definition.plane(second_moment, k)
    return basis, basis.T


@mistake("pca_autoencoder")
def uncentred(X: Any, k: int) -> Pair:
    """The data are not centred: the first direction points from the origin to the cloud instead of along the cloud.
    Subtract the mean of the rows first."""
    X = np.asarray(X, float)
    return of_moment(X.T @ X / len(X), k)


@mistake("pca_autoencoder")
def centred_by_rows(X: Any, k: int) -> Pair:
    """This subtracts from each row its own mean. The mean to subtract is that of the cloud: one number for each column,
    taken over the rows."""
    X = np.asarray(X, float)
    X = X - X.mean(axis=1, keepdims=True)
    return of_moment(X.T @ X / len(X), k)


@mistake("pca_autoencoder")
def least_spread(X: Any, k: int) -> Pair:
    """These are the k directions of *least* variance. `eigh` lists eigenvalues from the smallest up, `svd` from the
    largest down."""
    S = by_definition.covariance(X)
    return of_moment(np.linalg.inv(S), k)


@mistake("pca_autoencoder")
def standardised(X: Any, k: int) -> Pair:
    """These are the directions of the *standardised* data, each column divided by its standard deviation. The error
    here is measured in the columns' own units."""
    S = by_definition.covariance(X)
    sd = np.sqrt(np.diag(S))
    return of_moment(S / np.outer(sd, sd), k)


@mistake("pca_autoencoder")
def whitened_one_way(X: Any, k: int) -> Pair:
    """The encoder divides by the standard deviations along the plane (it whitens), and the decoder doesn't multiply
    them back: together they shrink every point."""
    basis, _ = of_moment(by_definition.covariance(X), k)
    values, turn = np.linalg.eigh(basis.T @ by_definition.covariance(X) @ basis)
    return basis @ turn / np.sqrt(values), (basis @ turn).T


@mistake("pca_autoencoder")
def singular_values_kept(X: Any, k: int) -> Pair:
    """One of the two matrices carries the singular values along. They belong to the data (X = U S Vᵀ): encoding and
    decoding only turn and project."""
    basis, _ = of_moment(by_definition.covariance(X), k)
    values, turn = np.linalg.eigh(basis.T @ by_definition.covariance(X) @ basis)
    return basis @ turn * np.sqrt(values * len(np.asarray(X))), (basis @ turn).T


@mistake("train_linear_autoencoder", function="linear_autoencoder")
def trained_uncentred() -> Pair:
    """These weights were trained on data that were not centred: their plane goes through the origin and the cloud."""
    return uncentred(clouds.factors(), 2)


@mistake("train_linear_autoencoder", function="linear_autoencoder")
def trained_standardised() -> Pair:
    """These weights were trained on standardised data. Centre the data, but leave their scales alone."""
    return standardised(clouds.factors(), 2)
