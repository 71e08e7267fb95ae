"""Unit 05, the linear VAE: probabilistic PCA, the bound and its gap, collapse, the squared error, a choice.

W is free up to a rotation of the latents, and so a view of it is compared, see `expect.equivalent`.
"""

from typing import Any

import numpy as np

from autograder import expect
from autograder.checks import part, rng
from autograder.student import Answer, Student
from elboroom import clouds
from elboroom.advice.autoencoders import bound, check, formula, noise, ppca
from elboroom.references import linear_vae as model
from elboroom.references.gaussian_bound import best_variance, gaussian_elbo, kl_weight

REGISTERED = (ppca, bound, noise, formula)  # importing them registers hints and mistakes
ROWS = np.array([[2.0, 1.0, 1.5, -1.0], [1.0, -1.0, 3.0, -0.5], [0.5, 0.5, 2.0, -2.5], [-0.5, 1.5, 0.5, 0.0]])
TILTED = np.array([[1.5, 0.4], [-0.3, 0.9], [0.6, 0.8], [0.2, -1.1]])  # W whose columns are not orthogonal
UPRIGHT = np.array([[1.2, 0.5], [1.2, -0.5], [0.6, 0.0], [0.0, 0.8]])  # W whose columns are
THREE = np.array([[1.5, 0.4, 0.2], [-0.3, 0.9, 0.7], [0.6, 0.8, -0.5], [0.2, -1.1, 0.6]])
V = np.array([[0.5, -0.1, 0.2, 0.3], [0.1, 0.4, -0.3, 0.2]])
ENCODERS = [(V, [0.3, 0.6]), (2 * V, [1.7, 0.05]), (V[::-1], [0.2, 0.2])]
RESIDUALS = [([0.5, -1.2, 0.3], 0.7, 0.6), ([2.0, 0.1], 1.9, 1.4), ([0.4, -0.4, 0.8, 0.1, -0.2], 0.05, 0.3)]


def is_most_likely(answer: Answer, X: Any, k: int) -> None:
    """W up to a rotation of its columns, and σ²."""
    W, sigma2 = model.climb(X, k)
    shapes = [(len(W), k), ()]
    expect.equivalent(answer, lambda W, s: s, sigma2, shapes, "its σ²", rtol=1e-6)
    expect.equivalent(answer, lambda W, s: W @ W.T, W @ W.T, shapes, "its W @ W.T", rtol=1e-6)


@check(hidden=2)
def ppca_maximum_likelihood(student: Student) -> None:
    """No other W and σ² make the data more likely."""
    with part("is the top of the likelihood, for data that are centred already", weight=1.5):
        for X, k in [(clouds.pancake(), 1), (clouds.pancake(), 2), (clouds.spectrum(), 3)]:
            is_most_likely(student.ppca_maximum_likelihood(X, k), X, k)
    with part("is the top far from the origin, too"):
        for X, k in [(clouds.ellipse(), 1), (clouds.factors(), 2)]:
            is_most_likely(student.ppca_maximum_likelihood(X, k), X, k)
    with part("says no unless 1 ≤ k < D", weight=0.5):
        for k in (0, 2, 3):
            expect.raises(student.ppca_maximum_likelihood(clouds.ellipse(), k), "ValueError")


@check(hidden=2)
def ppca_log_likelihood(student: Student) -> None:
    """The log of p(x | z) averaged over all z, found on a fine grid of z."""
    with part("is log ∫ p(x | z) p(z) dz, averaged over the rows", weight=2):
        for W, sigma2 in [(TILTED, 0.8), (UPRIGHT, 1.5), (THREE[:, :1], 0.6)]:
            want = model.log_likelihood(ROWS, W, sigma2)
            expect.close(student.ppca_log_likelihood(ROWS, W, sigma2), want, rtol=1e-7)
    with part("says no to a variance that is not positive", weight=0.5):
        for sigma2 in (0.0, -1.0):
            expect.raises(student.ppca_log_likelihood(ROWS, TILTED, sigma2), "ValueError")


@check(hidden=2)
def linear_vae_elbo(student: Student) -> None:
    """The formula equals the expectation it stands for."""
    with part("is E_q[log p(x, z) - log q(z | x)], averaged over the rows", weight=2):
        for (encoder, d), W, sigma2 in zip(ENCODERS, (TILTED, UPRIGHT, TILTED), (0.8, 1.5, 0.3), strict=True):
            want = model.elbo(ROWS, W, sigma2, encoder, d)
            expect.close(student.linear_vae_elbo(ROWS, W, sigma2, encoder, np.array(d)), want, rtol=1e-9)
    with part("touches the likelihood at the best q, when the columns of W are orthogonal"):
        encoder, variances = model.best_encoder(UPRIGHT, 0.8)
        want = model.log_likelihood(ROWS, UPRIGHT, 0.8)
        expect.close(student.linear_vae_elbo(ROWS, UPRIGHT, 0.8, encoder, variances), want, rtol=1e-7)
    with part("says no to a variance that is not positive", weight=0.5):
        for sigma2, d in [(0.0, [0.3, 0.6]), (-1.0, [0.3, 0.6]), (0.8, [0.3, 0.0]), (0.8, [-0.3, 0.6])]:
            expect.raises(student.linear_vae_elbo(ROWS, TILTED, sigma2, V, np.array(d)), "ValueError")


@check(hidden=1.5)
def best_linear_encoder(student: Student) -> None:
    """No other q of its kind has a higher bound."""
    with part("has the highest bound of all", weight=2):
        for W, sigma2 in [(UPRIGHT, 0.8), (TILTED, 0.8), (TILTED, 0.2), (THREE, 0.5)]:
            want = model.best_encoder(W, sigma2)
            expect.close(student.best_linear_encoder(W, sigma2), want, rtol=1e-6, atol=1e-9)
    with part("says no to a variance that is not positive", weight=0.5):
        for sigma2 in (0.0, -1.0):
            expect.raises(student.best_linear_encoder(TILTED, sigma2), "ValueError")


@check(hidden=1.5)
def linear_vae_gap(student: Student) -> None:
    """What is left between log p(x) and the best bound."""
    with part("is the least KL of a factorised q to the posterior", weight=2):
        for W, sigma2 in [(TILTED, 0.8), (TILTED, 0.2), (THREE, 0.5)]:
            expect.close(student.linear_vae_gap(W, sigma2), model.gap(W, sigma2), rtol=1e-6)
    with part("is zero when the columns of W are orthogonal"):
        expect.close(student.linear_vae_gap(TILTED, 0.5), model.gap(TILTED, 0.5), rtol=1e-6)
        expect.close(student.linear_vae_gap(UPRIGHT, 0.8), 0.0, atol=1e-9)
    with part("says no to a variance that is not positive", weight=0.5):
        for sigma2 in (0.0, -1.0):
            expect.raises(student.linear_vae_gap(TILTED, sigma2), "ValueError")


@check(hidden=1)
def collapse(student: Student) -> None:
    """The best decoder at a fixed noise, found by climbing, has columns of these lengths."""
    with part("is the squared length of each column of the most likely W", weight=2):
        for X, k, sigma2 in [(clouds.spectrum(), 4, 0.5), (clouds.spectrum(), 4, 1.1), (clouds.pancake(), 2, 2.5)]:
            want = model.column_lengths(X, k, sigma2)
            expect.close(student.collapse(X, k, sigma2), want, rtol=1e-6, atol=1e-7)
    with part("is the same far from the origin"):
        want = model.column_lengths(clouds.factors(), 4, 0.5)
        expect.close(student.collapse(clouds.factors(), 4, 0.5), want, rtol=1e-6, atol=1e-7)
    with part("says no unless 1 ≤ k < D and σ² > 0", weight=0.5):
        for k, sigma2 in [(0, 0.5), (3, 0.5), (2, 0.0), (2, -1.0)]:
            expect.raises(student.collapse(clouds.pancake(), k, sigma2), "ValueError")


@check(hidden=1)
def squared_error_is_a_gaussian(student: Student) -> None:
    """The three formulas give what the Gaussian density gives, on residuals that you can see."""
    residuals = [*RESIDUALS, (rng().normal(size=4).tolist(), *rng().uniform(0.3, 1.5, 2).tolist())]
    with part("the bound is the log density of the residuals, less the KL", weight=2):
        formula = student.once("gaussian_elbo")
        for off, kl, sigma in residuals:
            point = {"S": float(np.square(off).sum()), "KL": kl, "D": float(len(off)), "sigma": sigma}
            expect.value_at(formula, point, gaussian_elbo(**point))
    with part("λ is what a KL costs, in units of squared error"):
        formula = student.once("kl_weight")
        for _, _, sigma in residuals:
            expect.value_at(formula, {"sigma": sigma}, kl_weight(sigma), rtol=1e-6)
    with part("the best σ² is where the bound is highest"):
        formula = student.once("best_variance")
        for off, kl, _ in residuals:
            point = {"S": float(np.square(off).sum()), "KL": kl, "D": float(len(off))}
            expect.value_at(formula, point, best_variance(**point), rtol=1e-6)


@check(hidden=1)
def smaller_kl(student: Student) -> None:
    """Your answer is recorded; grading decides whether it is the right one."""
    with part("recorded", weight=0):
        expect.choice(student.value("smaller_kl"), "abcde")
