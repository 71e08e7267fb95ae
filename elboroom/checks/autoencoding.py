"""Unit 05, encoders and decoders: pca_autoencoder, train_linear_autoencoder, autoencoder, kernel_pca.

Many answers are right: any invertible map may stand between encoder and decoder, and each component has a free sign. So
a view of the answer is compared, see `expect.equivalent`.
"""

from typing import Any

import numpy as np

from autograder import expect
from autograder.checks import part
from autograder.student import Answer, Student, tensor
from elboroom import clouds
from elboroom.advice.autoencoders import check, kernel, network, pca
from elboroom.checks.modules import with_weights
from elboroom.references import autoencoders as linear

REGISTERED = (pca, network, kernel)  # importing them registers hints and mistakes


def reaches_the_least_error(answer: Answer, X: Any, k: int) -> None:
    """The pair is as good as any: the one thing that all right pairs share."""
    D = np.shape(X)[1]

    def error(encoder: Any, decoder: Any) -> float:
        return linear.error(X, encoder, decoder)

    expect.equivalent(answer, error, linear.least_error(X, k), [(D, k), (k, D)], "its squared error", rtol=1e-7)


@check(hidden=2)
def pca_autoencoder(student: Student) -> None:
    """No other pair of matrices makes a smaller error on the centred data."""
    with part("reaches the least error, on data that are centred already", weight=1.5):
        for k in (1, 2):
            reaches_the_least_error(student.pca_autoencoder(clouds.pancake(), k), clouds.pancake(), k)
    with part("reaches it far from the origin, too"):
        for X, k in [(clouds.ellipse(), 1), (clouds.factors(), 2), (clouds.factors(), 4)]:
            reaches_the_least_error(student.pca_autoencoder(X, k), X, k)
    with part("says no unless 1 ≤ k < D", weight=0.5):
        for k in (0, 2, 3):
            expect.raises(student.pca_autoencoder(clouds.ellipse(), k), "ValueError")


@check
def train_linear_autoencoder(student: Student) -> None:
    """The weights that you hand in reach the PCA plane, to within one degree."""
    X, answer = clouds.factors(), student.value("linear_autoencoder")
    plane = linear.plane(linear.covariance(X), 2)
    shapes: list[tuple[int, ...]] = [(6, 2), (2, 6)]

    def angles(encoder: Any, decoder: Any) -> list[float]:
        return [linear.largest_angle(plane, decoder.T), linear.largest_angle(plane, encoder)]

    def excess(encoder: Any, decoder: Any) -> float:
        return linear.error(X, encoder, decoder) / linear.least_error(X, 2) - 1

    with part("decoder and encoder look along the plane of PCA", weight=2):
        expect.equivalent(answer, angles, [0.0, 0.0], shapes, "degrees off, decoder and encoder", atol=1.0)
    with part("the error is within 1 % of the least"):
        expect.equivalent(answer, excess, 0.0, shapes, "error above the least, relative", atol=0.01)


@check(hidden=1.5)
def autoencoder(student: Student) -> None:
    """With our weights in it, your network computes what ours does."""
    x = np.random.RandomState(1).standard_normal((5, network.D)).astype("f4")
    codes, decoded = linear.forward(x, network.STATE)
    with part("encodes and decodes", weight=2):
        module = with_weights(student.autoencoder(network.D, network.K, network.HIDDEN), network.STATE)
        expect.close(module.call(tensor(x)), decoded, rtol=1e-4, atol=1e-5)
        expect.close(module.method("encoder", tensor(x)), codes, rtol=1e-4, atol=1e-5)
        expect.close(module.method("decoder", tensor(codes.astype("f4"))), decoded, rtol=1e-4, atol=1e-5)
    with part("measures the squared error"):
        module = with_weights(student.autoencoder(network.D, network.K, network.HIDDEN), network.STATE)
        want = ((x - decoded) ** 2).sum(axis=1).mean()
        expect.close(student.squared_error(module.handle(), tensor(x)), want, rtol=1e-4)


def grams() -> list[np.ndarray]:
    """Kernel matrices of a few points: a polynomial kernel's, and a Gaussian kernel's."""
    X = clouds.rings()[0][::16]
    distances = ((X[:, None] - X[None]) ** 2).sum(axis=2)
    return [(1 + X @ X.T) ** 2, np.exp(-distances / 2)]


def are_principal_scores(answer: Answer, gram: Any, k: int) -> None:
    """Each column is right up to its sign."""
    want = linear.outer_products(linear.principal_scores(linear.features(gram), k))
    shape = (len(gram), k)
    expect.equivalent(answer, linear.outer_products, want, shape, "s sᵀ for each of its columns s", rtol=1e-6)


@check(hidden=1.5)
def kernel_pca(student: Student) -> None:
    """It is PCA of features that you never see, only their inner products."""
    with part("with the inner products of centred rows it is PCA", weight=1.5):
        C = linear.centred(clouds.factors()[::20])
        for k in (1, 3):
            are_principal_scores(student.kernel_pca(C @ C.T, k), C @ C.T, k)
    with part("centres the features, which it can't see", weight=1.5):
        for gram in grams():
            are_principal_scores(student.kernel_pca(gram, 2), gram, 2)
    with part("says no unless 1 ≤ k < N", weight=0.5):
        for k in (0, 4, 5):
            expect.raises(student.kernel_pca(np.eye(4), k), "ValueError")
