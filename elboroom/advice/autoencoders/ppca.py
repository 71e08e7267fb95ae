"""Probabilistic PCA: ppca_maximum_likelihood, ppca_log_likelihood."""

from typing import Any

import numpy as np

from elboroom.advice.autoencoders import check, mistake
from elboroom.references import linear_vae as by_definition
from elboroom.references.autoencoders import covariance, plane

Array = np.ndarray
Model = tuple[Array, float]

check.hints(
    "ppca_maximum_likelihood",
    "The model's covariance W Wᵀ + σ²I should match the data's: exactly along k directions, on average along the rest.",
    "Take the eigenvalues of the covariance (1/N), in falling order. What no latent explains is explained by noise, "
    "D - k directions of it, and the noise has one variance for all of them.",
    "Along a kept direction the model's variance is ‖w‖² + σ², and it should be λ. So each column of W is an "
    "eigenvector times √(λ - σ²); cut at zero before the root, for rounding's sake.",
)
check.hints(
    "ppca_log_likelihood",
    "z and the noise are Gaussian, and x is linear in both. So x is Gaussian: what is its mean, what its covariance?",
    "log N(x; 0, C) = -½(D log 2π + log|C| + xᵀC⁻¹x) with C = W Wᵀ + σ²I. `np.linalg.slogdet` gives log|C| where "
    "`det` would underflow.",
    "The mean over the rows of xᵀC⁻¹x is the trace of C⁻¹S, S the covariance of the data (1/N): "
    "`np.trace(np.linalg.solve(C, S))`.",
)


def spread_decoder(S: Array, k: int) -> Array:
    """(D, k): W with W Wᵀ the data's covariance within its best plane, and nothing outside."""
    basis = plane(S, k)
    return basis @ np.linalg.cholesky(basis.T @ S @ basis)


@mistake("ppca_maximum_likelihood")
def without_centring(X: Any, k: int) -> Model:
    """The data are not centred, so the distance of the cloud from the origin counts as variance."""
    X = np.asarray(X, float)
    return by_definition.climb_covariance(X.T @ X / len(X), k, None)


@mistake("ppca_maximum_likelihood")
def sample_covariance(X: Any, k: int) -> Model:
    """This uses the covariance with 1/(N - 1). Maximum likelihood wants the mean square, 1/N; `np.cov` needs
    `bias=True`."""
    N = len(np.asarray(X))
    return by_definition.climb_covariance(covariance(X) * N / (N - 1), k, None)


@mistake("ppca_maximum_likelihood")
def noise_spread_over_all(X: Any, k: int) -> Model:
    """σ² is the sum of the discarded eigenvalues over D. There are D - k of them, and σ² is their mean."""
    D = np.shape(X)[1]
    sigma2 = by_definition.climb(X, k)[1] * (D - k) / D
    return by_definition.climb(X, k, sigma2)[0], sigma2


@mistake("ppca_maximum_likelihood")
def smallest_variance(X: Any, k: int) -> Model:
    """σ² is the smallest eigenvalue alone. The noise stands for all discarded directions: it is the mean of theirs."""
    S = covariance(X)
    direction = plane(np.linalg.inv(S), 1)
    sigma2 = float((direction.T @ S @ direction).item())
    return by_definition.climb(X, k, sigma2)[0], sigma2


@mistake("ppca_maximum_likelihood")
def noise_counted_twice(X: Any, k: int) -> Model:
    """W alone already has the data's variance along the plane, and the noise comes on top. Take σ² off the eigenvalues
    before the root."""
    return spread_decoder(covariance(X), k), by_definition.climb(X, k)[1]


@mistake("ppca_maximum_likelihood")
def root_forgotten(X: Any, k: int) -> Model:
    """The columns of W have the length λ - σ². Their *square* should be that: take the root."""
    W, sigma2 = by_definition.climb(X, k)
    return W @ np.linalg.cholesky(W.T @ W), sigma2


@mistake("ppca_maximum_likelihood")
def deviation_returned(X: Any, k: int) -> Model:
    """W is right; the second value is the standard deviation σ, and σ² is wanted."""
    W, sigma2 = by_definition.climb(X, k)
    return W, np.sqrt(sigma2)


@mistake("ppca_maximum_likelihood")
def directions_only(X: Any, k: int) -> Model:
    """The columns of W are the principal directions, of length 1. They need their lengths, too: that is where the
    variances go."""
    return plane(covariance(X), k), by_definition.climb(X, k)[1]


@mistake("ppca_log_likelihood")
def around_the_origin(X: Any, W: Any, sigma2: float) -> float:
    """The data are not centred. The model's mean is that of the rows."""
    X = np.asarray(X, float)
    return by_definition.log_likelihood(np.vstack([X, -X]), W, sigma2)  # mirrored, their mean is 0


@mistake("ppca_log_likelihood")
def summed(X: Any, W: Any, sigma2: float) -> float:
    """This is the sum over the rows; here a likelihood is the mean over them."""
    return len(np.asarray(X)) * by_definition.log_likelihood(X, W, sigma2)


@mistake("ppca_log_likelihood")
def unnormalised(X: Any, W: Any, sigma2: float) -> float:
    """-½ D log 2π is missing."""
    return by_definition.log_likelihood(X, W, sigma2) + np.shape(X)[1] / 2 * np.log(2 * np.pi)


@mistake("ppca_log_likelihood")
def normalised_once(X: Any, W: Any, sigma2: float) -> float:
    """log 2π is counted once. There is one for each of the D coordinates of x."""
    return by_definition.log_likelihood(X, W, sigma2) + (np.shape(X)[1] - 1) / 2 * np.log(2 * np.pi)


@mistake("ppca_log_likelihood")
def variance_squared(X: Any, W: Any, sigma2: float) -> float:
    """σ² has been squared once more. The argument is the variance already."""
    return by_definition.log_likelihood(X, W, sigma2**2)


@mistake("ppca_log_likelihood")
def given_the_prior_mean(X: Any, W: Any, sigma2: float) -> float:
    """This is log p(x | z = 0): the noise alone has to explain x. The likelihood averages p(x | z) over all z."""
    return by_definition.log_likelihood(X, 0 * np.asarray(W, float), sigma2)


@mistake("ppca_log_likelihood")
def average_of_the_log(X: Any, W: Any, sigma2: float) -> float:
    """This averages log p(x | z) over the prior. The logarithm comes after the integral: log E[p(x | z)], not E[log
    p(x | z)] (Jensen: it is smaller)."""
    K = np.shape(W)[1]
    return by_definition.reconstruction(X, W, sigma2, np.zeros((K, np.shape(X)[1])), np.ones(K))


@mistake("ppca_log_likelihood")
def twice_the_value(X: Any, W: Any, sigma2: float) -> float:
    """The factor ½ is missing."""
    return 2 * by_definition.log_likelihood(X, W, sigma2)
