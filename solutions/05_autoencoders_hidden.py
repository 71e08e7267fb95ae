"""Unit 05, hidden: the closed forms, and the inputs that only they reach (many columns, few rows)."""

from typing import Any

import numpy as np

from autograder import expect
from autograder.checks import part, rng
from autograder.student import Answer, Student, Wrong, tensor
from elboroom.advice.autoencoders.formula import symbols
from elboroom.advice.autoencoders.network import weights
from elboroom.checks.autoencoders import check
from elboroom.checks.autoencoding import with_weights
from elboroom.references.autoencoders import centred, covariance, error, error_slope, forward, outer_products

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


def cloud(rows: int, columns: int, centre: float = 0.0) -> Array:
    """Rows that are the same for every submission of a run, with very different variances."""
    return rng().normal(size=(rows, columns)) * np.linspace(3.0, 0.5, columns) + centre


def corners(D: int) -> Array:
    """±2 e_i for every coordinate: the covariance is a multiple of the identity."""
    return 2.0 * np.vstack([np.eye(D), -np.eye(D)])


def in_other_forms(X: Array) -> list[tuple[Any, Array]]:
    """(what is sent, the numbers it stands for): integers, float32, a list, a tensor."""
    whole, single = np.round(10 * X).astype(int), X.astype("f4")
    return [(whole, whole.astype(float)), (single, single.astype(float)), (X.tolist(), X), (tensor(X), X)]


def a_good_pair(answer: Answer, X: Any, k: int, rtol: float = 1e-7) -> None:
    D, scale = np.shape(X)[1], float((centred(X) ** 2).sum()) + 1e-9
    shapes: list[tuple[int, ...]] = [(D, k), (k, D)]
    want = least_error(X, k)
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
    with part("integers, float32, a list, a tensor", weight=0.5):
        for sent, X in in_other_forms(cloud(12, 5, centre=20.0)):
            a_good_pair(student.pca_autoencoder(sent, 2), X, 2, rtol=1e-3)


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
        module = with_weights(student, *sizes, state)
        for rows in (x, x[:1]):
            expect.close(module.call(tensor(rows)), forward(rows, state)[1], rtol=1e-4, atol=1e-5)
    with part("the error can be differentiated", weight=0.75):
        module = with_weights(student, *sizes, state)
        slope = gradient(student.grad("squared_error", module.handle(), tensor(x), wrt=[1]))
        expect.close(slope, error_slope(x.astype(float), state), rtol=1e-3, atol=1e-4)


def good_scores(answer: Answer, gram: Any, k: int, view: Any = outer_products, rtol: float = 1e-6) -> None:
    want = view(principal_scores(gram, k))
    expect.equivalent(answer, view, want, (len(gram), k), "s sᵀ for each of its columns s", rtol)


@check.hidden
def kernel_pca(student: Student) -> None:
    X = cloud(9, 4)
    flat = X[:, :2] @ X[:, :2].T
    with part("more components than the features have dimensions", weight=0.5):
        good_scores(student.kernel_pca(flat, 4), flat, 4)
    with part("equal eigenvalues, and the smallest size", weight=0.5):
        good_scores(student.kernel_pca(np.eye(6), 5), np.eye(6), 5, view=lambda scores: scores @ scores.T)
        pair = np.array([[2.0, 0.5], [0.5, 1.0]])
        good_scores(student.kernel_pca(pair, 1), pair, 1)
    with part("integers, float32, a list, a tensor", weight=0.5):
        for sent, rows in in_other_forms(X):
            gram = sent if isinstance(sent, list) else np.asarray(sent)
            gram = np.asarray(gram) @ np.asarray(gram).T
            form = gram.tolist() if isinstance(sent, list) else gram if isinstance(sent, np.ndarray) else tensor(gram)
            good_scores(student.kernel_pca(form, 2), rows @ rows.T, 2, rtol=1e-3)


def most_likely(answer: Answer, X: Any, k: int, rtol: float = 1e-7) -> None:
    W, sigma2 = most_likely_model(X, k)
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
        for X, k in [(corners(3), 1), (corners(5) / 7, 3), (np.array([[3.0, 1.0, 2.0]]), 1)]:
            most_likely(student.ppca_maximum_likelihood(X, k), X, k)
    with part("integers, float32, a list, a tensor", weight=0.5):
        for sent, X in in_other_forms(cloud(12, 5)):
            most_likely(student.ppca_maximum_likelihood(sent, 2), X, 2, rtol=1e-3)


@check.hidden
def ppca_log_likelihood(student: Student) -> None:
    with part("many columns, where a determinant underflows", weight=0.75):
        X, W = rng().normal(size=(20, 300)), rng().normal(size=(300, 4))
        expect.close(student.ppca_log_likelihood(X, W, 1e-3), log_density(X, W, 1e-3), rtol=1e-7)
    with part("a latent that is off, more latents, a single row", weight=0.75):
        X, W = cloud(6, 5, centre=9.0), rng().normal(size=(5, 3)) * [1.0, 0.0, 2.0]
        for rows, sigma2 in [(X, 0.4), (X[:1], 2.0)]:
            want = log_density(rows, W, sigma2)
            expect.close(student.ppca_log_likelihood(rows, W, sigma2), want, rtol=1e-9)
    with part("integers, float32, a list, a tensor", weight=0.5):
        W = rng().normal(size=(5, 2))
        for sent, X in in_other_forms(cloud(6, 5)):
            got = student.ppca_log_likelihood(sent, W.tolist() if isinstance(sent, list) else W, 1.5)
            expect.close(got, log_density(X, W, 1.5), rtol=1e-4)


@check.hidden
def linear_vae_elbo(student: Student) -> None:
    with part("many latents", weight=0.75):
        X, W, V = cloud(7, 60), rng().normal(size=(60, 40)), 0.1 * rng().normal(size=(40, 60))
        d = rng().uniform(0.1, 2.0, 40)
        expect.close(student.linear_vae_elbo(X, W, 2.0, V, d), bound(X, W, 2.0, V, d), rtol=1e-9)
    X, W, V = cloud(6, 4, centre=50.0), rng().normal(size=(4, 2)), rng().normal(size=(2, 4))
    with part("hardly any variance, and a single row", weight=0.75):
        for rows, sigma2, d in [(X, 1e-6, [1e-12, 0.5]), (X, 1e6, [1e-3, 1e3]), (X[:1], 0.5, [1.0, 1.0])]:
            want = bound(rows, W, sigma2, V, d)
            expect.close(student.linear_vae_elbo(rows, W, sigma2, V, np.array(d)), want, rtol=1e-8)
    with part("integers, float32, a list, a tensor", weight=0.5):
        for sent, rows in in_other_forms(X):
            got = student.linear_vae_elbo(sent, W, 0.5, V.tolist() if isinstance(sent, list) else V, [0.5, 0.2])
            expect.close(got, bound(rows, W, 0.5, V, [0.5, 0.2]), rtol=1e-4)


@check.hidden
def best_linear_encoder(student: Student) -> None:
    with part("many latents, and one that is off", weight=0.5):
        W = rng().normal(size=(30, 12)) * np.append(np.ones(11), 0.0)
        expect.close(student.best_linear_encoder(W, 0.7), best_encoder(W, 0.7), rtol=1e-7, atol=1e-10)
    W = rng().normal(size=(5, 2))
    with part("hardly any noise, and very much", weight=0.5):
        for sigma2 in (1e-10, 1e10):
            want = best_encoder(W, sigma2)
            expect.close(student.best_linear_encoder(W, sigma2), want, rtol=1e-6, atol=1e-15)
    with part("integers, float32, a list, a tensor", weight=0.5):
        for sent, numbers in in_other_forms(W):
            expect.close(student.best_linear_encoder(sent, 0.5), best_encoder(numbers, 0.5), rtol=1e-4, atol=1e-6)


@check.hidden
def linear_vae_gap(student: Student) -> None:
    with part("many latents, where a determinant overflows", weight=0.5):
        W = 1e6 * rng().normal(size=(70, 60))
        expect.close(student.linear_vae_gap(W, 0.7), gap(W, 0.7), rtol=1e-7)
    W = rng().normal(size=(5, 3))
    with part("a single latent, and latents that are off", weight=0.5):
        for decoder in (W[:, :1], 0 * W):
            expect.close(student.linear_vae_gap(decoder, 0.3), 0.0, atol=1e-10)
        expect.close(student.linear_vae_gap(W * [1.0, 1.0, 0.0], 0.3), gap(W * [1.0, 1.0, 0.0], 0.3), 1e-9)
    with part("integers, float32, a list, a tensor", weight=0.5):
        for sent, numbers in in_other_forms(W):
            expect.close(student.linear_vae_gap(sent, 0.5), gap(numbers, 0.5), rtol=1e-4)


@check.hidden
def collapse(student: Student) -> None:
    with part("all off, all on, and eigenvalues equal to the noise", weight=0.5):
        X = cloud(12, 5, centre=7.0)
        for rows, k, sigma2 in [(X, 4, 100.0), (X, 4, 1e-9), (corners(4), 2, 2.0)]:
            want = shrunk_lengths(rows, k, sigma2)
            expect.close(student.collapse(rows, k, sigma2), want, rtol=1e-7, atol=1e-9)
    with part("few rows, a single one, integers, float32, a list, a tensor", weight=0.5):
        few = cloud(3, 6)
        for rows in (few, few[:1]):
            expect.close(student.collapse(rows, 4, 0.2), shrunk_lengths(rows, 4, 0.2), rtol=1e-7, atol=1e-9)
        for sent, rows in in_other_forms(cloud(12, 5)):
            expect.close(student.collapse(sent, 2, 0.5), shrunk_lengths(rows, 2, 0.5), rtol=1e-3, atol=1e-5)


@check.hidden
def squared_error_is_a_gaussian(student: Student) -> None:
    with part("the formulas hold everywhere"):
        answers = (student.gaussian_elbo(), student.kl_weight(), student.best_variance())
        for answer, want in zip(answers, gaussian_formulas(), strict=True):
            expect.symbolically_equal(answer, want)


@check.hidden
def smaller_kl(student: Student) -> None:
    with part("is the right choice"):
        expect.equal(student.value("smaller_kl"), "d")
