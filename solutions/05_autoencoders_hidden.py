"""Unit 05, hidden: the inputs that only closed forms reach (many columns, few rows, equal eigenvalues, any dtype)."""

import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograder import expect
from autograder.checks import part, rng
from autograder.student import Answer, Student, Wrong, tensor, view
from elboroom.advice.autoencoders.network import weights
from elboroom.checks.autoencoders import check
from elboroom.checks.modules import with_weights
from elboroom.references.autoencoders import centred, error, error_slope, forward, outer_products

Array = np.ndarray
closed = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("05_autoencoders_closed_forms.py"))))


def cloud(rows: int, columns: int, centre: float = 0.0) -> Array:
    """Rows that are the same for every submission of a run, with very different variances."""
    return rng().normal(size=(rows, columns)) * np.linspace(3.0, 0.5, columns) + centre


def corners(D: int) -> Array:
    """±2 e_i for every coordinate: the covariance is a multiple of the identity."""
    return 2.0 * np.vstack([np.eye(D), -np.eye(D)])


def in_other_forms(X: Array) -> list[tuple[Any, Array]]:
    """(what is sent, the numbers it stands for): integers, float32, a list, a tensor, a view."""
    whole, single = np.round(10 * X).astype(int), X.astype("f4")
    return [(whole, whole.astype(float)), (single, single.astype(float)), (X.tolist(), X), (tensor(X), X), (view(X), X)]


def in_any_form(function: Callable[..., Answer], truth: Callable[..., Any], *arguments: Any) -> None:
    """The function computes in float64, whatever holds the numbers."""
    forms = [in_other_forms(a) if isinstance(a, np.ndarray) else [(a, a)] * 5 for a in arguments]
    for together in zip(*forms, strict=True):
        want = truth(*(numbers for _, numbers in together))
        expect.close(function(*(sent for sent, _ in together)), want, rtol=1e-10, atol=1e-12)


def a_good_pair(answer: Answer, X: Any, k: int, rtol: float = 1e-7) -> None:
    D, scale = np.shape(X)[1], float((centred(X) ** 2).sum()) + 1e-9
    shapes: list[tuple[int, ...]] = [(D, k), (k, D)]
    want = closed.least_error(X, k)
    expect.equivalent(answer, lambda E, D: error(X, E, D), want, shapes, "its squared error", rtol, 1e-12 * scale)


@check.hidden
def pca_autoencoder(student: Student) -> None:
    with part("k = 1 and k = D - 1, very far from the origin", weight=0.5):
        X = cloud(15, 6, centre=1e5)
        for k in (1, 5):
            a_good_pair(student.pca_autoencoder(X, k), X, k)
    with part("fewer rows than columns, down to a single one", weight=0.5):
        X = cloud(4, 9, centre=3.0)
        for rows, k in [(X, 2), (X, 6), (X[:1], 2)]:
            a_good_pair(student.pca_autoencoder(rows, k), rows, k)
    with part("equal eigenvalues", weight=0.5):
        a_good_pair(student.pca_autoencoder(corners(4), 2), corners(4), 2)
    with part("integers, float32, a list, a tensor, a view", weight=0.5):
        for sent, X in in_other_forms(cloud(12, 5, centre=20.0)):
            a_good_pair(student.pca_autoencoder(sent, 2), X, 2, rtol=1e-9)


def gradient(answer: Answer) -> Any:
    """The gradient that `student.grad` asked for."""
    value = answer.data()
    if not isinstance(value, list) or len(value) != 2 or not isinstance(value[1], list) or len(value[1]) != 1:
        raise Wrong("`squared_error` has no gradient.")
    return value[1][0]


@check.hidden
def autoencoder(student: Student) -> None:
    sizes = (5, 1, 3)
    state, x = weights(*sizes, seed=1), rng().normal(size=(4, 5)).astype("f4")
    with part("other sizes, and a single row", weight=0.75):
        module = with_weights(student.autoencoder(*sizes), state)
        for rows in (x, x[:1]):
            expect.close(module.call(tensor(rows)), forward(rows, state)[1], rtol=1e-4, atol=1e-5)
    with part("the error can be differentiated", weight=0.75):
        module = with_weights(student.autoencoder(*sizes), state)
        slope = gradient(student.grad("squared_error", module.handle(), tensor(x), wrt=[1]))
        expect.close(slope, error_slope(x.astype(float), state), rtol=1e-3, atol=1e-4)


def good_scores(answer: Answer, gram: Any, k: int, view: Any = outer_products, rtol: float = 1e-6) -> None:
    want = view(closed.principal_scores(gram, k))
    expect.equivalent(answer, view, want, (len(gram), k), "s sᵀ for each of its columns s", rtol)


@check.hidden
def kernel_pca(student: Student) -> None:
    X = cloud(9, 4)
    flat = X[:, :2] @ X[:, :2].T
    with part("more components than the features have dimensions", weight=0.5):
        for k in (3, 8):
            good_scores(student.kernel_pca(flat, k), flat, k)
    with part("equal eigenvalues, and the smallest size", weight=0.5):
        good_scores(student.kernel_pca(np.eye(6), 5), np.eye(6), 5, view=lambda scores: scores @ scores.T)
        pair = np.array([[2.0, 0.5], [0.5, 1.0]])
        good_scores(student.kernel_pca(pair, 1), pair, 1)
    with part("integers, float32, a list, a tensor, a view", weight=0.5):
        whole = np.round(10 * X)
        for sent, gram in in_other_forms(whole @ whole.T):
            good_scores(student.kernel_pca(sent, 2), gram, 2)


def most_likely(answer: Answer, X: Any, k: int, rtol: float = 1e-7) -> None:
    W, sigma2 = closed.most_likely_model(X, k)
    shapes: list[tuple[int, ...]] = [(len(W), k), ()]
    tiny = 1e-12 * float(np.square(X).max())
    expect.equivalent(answer, lambda W, s: s, sigma2, shapes, "its σ²", rtol, tiny)
    expect.equivalent(answer, lambda W, s: W @ W.T, W @ W.T, shapes, "its W @ W.T", rtol, tiny)


@check.hidden
def ppca_maximum_likelihood(student: Student) -> None:
    with part("an almost flat spectrum, in many columns", weight=0.5):
        X = rng().normal(size=(400, 40))
        for k in (1, 12):
            most_likely(student.ppca_maximum_likelihood(X, k), X, k)
    with part("k = D - 1, and fewer rows than columns", weight=0.5):
        for X, k in [(cloud(15, 6, centre=1e3), 5), (cloud(5, 9), 2)]:
            most_likely(student.ppca_maximum_likelihood(X, k), X, k)
    with part("equal eigenvalues, and a single row", weight=0.5):
        flat = [(0.15 * corners(4), 1), (corners(5), 2), (0.55 * corners(6), 1)]  # λ - σ² is -1e-17 in some of them
        for X, k in [*flat, (np.array([[3.0, 1.0, 2.0]]), 1)]:
            most_likely(student.ppca_maximum_likelihood(X, k), X, k)
    with part("integers, float32, a list, a tensor, a view", weight=0.5):
        for sent, X in in_other_forms(cloud(12, 5)):
            most_likely(student.ppca_maximum_likelihood(sent, 2), X, 2, rtol=1e-9)


@check.hidden
def ppca_log_likelihood(student: Student) -> None:
    with part("many columns, where a determinant underflows", weight=0.75):
        X, W = rng().normal(size=(20, 300)), rng().normal(size=(300, 4))
        expect.close(student.ppca_log_likelihood(X, W, 1e-3), closed.log_density(X, W, 1e-3), rtol=1e-7)
    with part("a latent that is off, more latents, a single row", weight=0.75):
        X, W = cloud(6, 5, centre=9.0), rng().normal(size=(5, 3)) * [1.0, 0.0, 2.0]
        for rows, sigma2 in [(X, 0.4), (X[:1], 2.0)]:
            want = closed.log_density(rows, W, sigma2)
            expect.close(student.ppca_log_likelihood(rows, W, sigma2), want, rtol=1e-9)
    with part("integers, float32, a list, a tensor, a view", weight=0.5):
        W = rng().normal(size=(5, 2))
        in_any_form(student.ppca_log_likelihood, closed.log_density, cloud(6, 5), W, 1.5)


@check.hidden
def linear_vae_elbo(student: Student) -> None:
    with part("many latents", weight=0.75):
        X, W, V = cloud(7, 60), rng().normal(size=(60, 40)), 0.1 * rng().normal(size=(40, 60))
        d = rng().uniform(0.1, 2.0, 40)
        expect.close(student.linear_vae_elbo(X, W, 2.0, V, d), closed.bound(X, W, 2.0, V, d), rtol=1e-9)
    X, W, V = cloud(6, 4, centre=50.0), rng().normal(size=(4, 2)), rng().normal(size=(2, 4))
    with part("hardly any variance, and a single row", weight=0.75):
        for rows, sigma2, d in [(X, 1e-6, [1e-12, 0.5]), (X, 1e6, [1e-3, 1e3]), (X[:1], 0.5, [1.0, 1.0])]:
            want = closed.bound(rows, W, sigma2, V, d)
            expect.close(student.linear_vae_elbo(rows, W, sigma2, V, np.array(d)), want, rtol=1e-8)
    with part("integers, float32, a list, a tensor, a view", weight=0.5):
        in_any_form(student.linear_vae_elbo, closed.bound, X, W, 0.5, V, np.array([0.5, 1.2]))


@check.hidden
def best_linear_encoder(student: Student) -> None:
    with part("many latents, and one that is off", weight=0.5):
        W = rng().normal(size=(30, 12)) * np.append(np.ones(11), 0.0)
        expect.close(student.best_linear_encoder(W, 0.7), closed.best_encoder(W, 0.7), rtol=1e-11, atol=1e-13)
    W = rng().normal(size=(5, 2))
    with part("hardly any noise, and very much", weight=0.5):
        for sigma2 in (1e-10, 1e10):
            want = closed.best_encoder(W, sigma2)
            expect.close(student.best_linear_encoder(W, sigma2), want, rtol=1e-6, atol=1e-15)
    with part("integers, float32, a list, a tensor, a view", weight=0.5):
        in_any_form(student.best_linear_encoder, closed.best_encoder, W, 0.5)


@check.hidden
def linear_vae_gap(student: Student) -> None:
    with part("many latents, where a determinant overflows", weight=0.5):
        W = 1e6 * rng().normal(size=(70, 60))
        expect.close(student.linear_vae_gap(W, 0.7), closed.gap(W, 0.7), rtol=1e-7)
    W = rng().normal(size=(5, 3))
    with part("a single latent, and latents that are off", weight=0.5):
        for decoder in (W[:, :1], 0 * W):
            expect.close(student.linear_vae_gap(decoder, 0.3), 0.0, atol=1e-10)
        expect.close(student.linear_vae_gap(W * [1.0, 1.0, 0.0], 0.3), closed.gap(W * [1.0, 1.0, 0.0], 0.3), 1e-9)
    with part("integers, float32, a list, a tensor, a view", weight=0.5):
        in_any_form(student.linear_vae_gap, closed.gap, W, 0.5)


@check.hidden
def collapse(student: Student) -> None:
    with part("all off, all on, and eigenvalues equal to the noise", weight=0.5):
        X = cloud(12, 5, centre=7.0)
        for rows, k, sigma2 in [(X, 4, 100.0), (X, 1, 1e-9), (corners(4), 2, 2.0)]:
            want = closed.shrunk_lengths(rows, k, sigma2)
            expect.close(student.collapse(rows, k, sigma2), want, rtol=1e-7, atol=1e-9)
    with part("few rows, a single one, integers, float32, a list, a tensor", weight=0.5):
        few = cloud(3, 6)
        for rows in (few, few[:1]):
            expect.close(student.collapse(rows, 4, 0.2), closed.shrunk_lengths(rows, 4, 0.2), rtol=1e-7, atol=1e-9)
        in_any_form(student.collapse, closed.shrunk_lengths, cloud(12, 5), 2, 0.5)


@check.hidden
def squared_error_is_a_gaussian(student: Student) -> None:
    with part("the formulas hold everywhere"):
        answers = [student.once(name) for name in ("gaussian_elbo", "kl_weight", "best_variance")]
        for answer, want in zip(answers, closed.gaussian_formulas(), strict=True):
            expect.symbolically_equal(answer, want)


@check.hidden
def smaller_kl(student: Student) -> None:
    with part("is the right choice"):
        expect.equal(student.value("smaller_kl"), "d")
