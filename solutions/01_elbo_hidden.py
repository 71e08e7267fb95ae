"""Unit 01, hidden: stable formulas for many values at once, and hostile inputs (far, empty, single, impossible)."""

from typing import Any

import numpy as np
from scipy import special

from autograder import expect
from autograder.checks import part, rng
from autograder.student import Student, tensor, view
from elboroom.checks.elbo import check

Array = np.ndarray
EXACT = {"rtol": 1e-9, "atol": 1e-9}
SINGLE = {"rtol": 1e-4, "atol": 1e-4}
IMPOSSIBLE = -np.inf
SHAPES = [(4, 3, 5), (1, 6), (7, 1), (5,)]  # a batch of batches, a batch of one, K = 1, no batch


def exact_log_evidence(log_joint: Any) -> Array:
    """logsumexp over the last axis."""
    return np.asarray(special.logsumexp(log_joint, axis=-1))


def exact_posterior(log_joint: Any) -> Array:
    """softmax over the last axis."""
    return np.asarray(special.softmax(log_joint, axis=-1))


def exact_kl(q: Any, p: Any) -> Array:
    """Σ q log q/p over the last axis, by rel_entr, for p that sums to 1."""
    return np.asarray(special.rel_entr(q, p).sum(axis=-1))


def exact_gap(log_joint: Any, q: Any) -> Array:
    """KL(q || softmax)."""
    return exact_kl(q, exact_posterior(log_joint))


def exact_elbo(log_joint: Any, q: Any) -> Array:
    """The evidence less the gap."""
    return exact_log_evidence(log_joint) - exact_gap(log_joint, q)


def exact_elbo_terms(log_likelihood: Any, log_prior: Any, q: Any) -> tuple[Array, Array]:
    """The ELBO plus the KL, and the KL; for finite log_likelihood and a log_prior that is normalised."""
    kl = exact_kl(q, np.exp(log_prior))
    return np.sum(np.multiply(q, log_likelihood), axis=-1), kl


def exact_sandwich(log_joint: Any, q: Any) -> tuple[Array, Array]:
    """The evidence less KL(q || p(z | x)), and plus KL(p(z | x) || q)."""
    return exact_elbo(log_joint, q), exact_log_evidence(log_joint) + exact_kl(exact_posterior(log_joint), q)


def exact_likelihood_and_kl(data: Any, models: Any) -> tuple[Array, Array]:
    """Σ_v counts log p, and Σ_v rel_entr(shares, p)."""
    counts = np.bincount(data, minlength=np.shape(models)[1])
    return special.xlogy(counts, models).sum(axis=-1), exact_kl(counts / len(data), models)


def exact_log_joint(x: Any, weights: Any, means: Any) -> Array:
    """log p(x_n, z_n = k), (N, K), of a mixture of products of Bernoullis."""
    x = np.asarray(x, float)[:, None]
    return np.log(weights) + (special.xlogy(x, means) + special.xlog1py(1 - x, -np.asarray(means))).sum(axis=-1)


def exact_em_step(x: Any, weights: Any, means: Any) -> tuple[Array, Array]:
    """Shares by softmax, then their averages."""
    q = exact_posterior(exact_log_joint(x, weights, means))
    return q.mean(axis=0), q.T @ np.asarray(x, float) / q.sum(axis=0)[:, None]


def tables(*shape: int) -> Array:
    """Log joints that are the same for every submission of a run."""
    return 3 * rng().normal(size=shape) - 2


def guesses(*shape: int) -> Array:
    """Distributions over the last axis."""
    return rng().dirichlet(np.ones(shape[-1]), shape[:-1])


@check.hidden
def log_evidence(student: Student) -> None:
    with part("takes tables of any shape, and single precision"):
        for log_joint in (tables(4, 3, 5), tables(1, 6), tables(7, 1), tables(5) + 800):
            expect.close(student.log_evidence(log_joint), exact_log_evidence(log_joint), **EXACT)
        small = tables(3, 4).astype(np.float32)
        expect.close(student.log_evidence(small), exact_log_evidence(small), **SINGLE)
    with part("takes whole numbers, tensors and an empty batch", weight=0.5):
        whole, table = np.array([[-3, -1], [0, -2]]), tables(2, 3)
        expect.close(student.log_evidence(whole), exact_log_evidence(whole), **EXACT)
        expect.close(student.log_evidence(tensor(table)), exact_log_evidence(table), **EXACT)
        expect.close(student.log_evidence(view(table)), exact_log_evidence(table), **EXACT)
        expect.shape(student.log_evidence(np.zeros((0, 4))), (0,))


@check.hidden
def posterior(student: Student) -> None:
    with part("takes tables of any shape, and single precision"):
        for log_joint in (tables(4, 3, 5), tables(1, 6), tables(7, 1), tables(5) - 1e4):
            expect.close(student.posterior(log_joint), exact_posterior(log_joint), **EXACT)
        small = tables(3, 4).astype(np.float32)
        expect.close(student.posterior(small), exact_posterior(small), **SINGLE)
    with part("takes whole numbers, tensors and an empty batch; refuses a single row that can't be", weight=0.5):
        whole, table = np.array([[-3, -1], [0, -2]]), tables(2, 3)
        expect.close(student.posterior(whole), exact_posterior(whole), **EXACT)
        expect.close(student.posterior(tensor(table)), exact_posterior(table), **EXACT)
        expect.close(student.posterior(view(table)), exact_posterior(table), **EXACT)
        expect.shape(student.posterior(np.zeros((0, 4))), (0, 4))
        expect.raises(student.posterior(np.full(3, IMPOSSIBLE)), "ValueError")


@check.hidden
def elbo(student: Student) -> None:
    with part("takes tables of any shape, and single precision"):
        for shape in SHAPES:
            log_joint, q = tables(*shape), guesses(*shape)
            expect.close(student.elbo(log_joint, q), exact_elbo(log_joint, q), **EXACT)
        small, q = tables(3, 4).astype(np.float32), guesses(3, 4).astype(np.float32)
        expect.close(student.elbo(small, q), exact_elbo(small, q), **SINGLE)
    with part("broadcasts", weight=0.5):
        log_joint, q = tables(3, 1, 4), guesses(2, 4)
        expect.close(student.elbo(log_joint, q), exact_elbo(log_joint, q), **EXACT)
        expect.close(student.elbo(view(log_joint), view(q)), exact_elbo(log_joint, q), **EXACT)
    far, certain = tables(2, 3) - 1e4, np.array([[0, 1, 0], [0, 0, 1]])
    with part("is exact far out, and for a q that is certain", weight=0.5):
        expect.close(student.elbo(far, certain), far[[0, 1], [1, 2]], rtol=1e-12)
        expect.close(student.elbo(tensor(far), tensor(certain.astype(float))), far[[0, 1], [1, 2]], rtol=1e-12)
        expect.shape(student.elbo(np.zeros((0, 4)), np.full((0, 4), 0.25)), (0,))


@check.hidden
def elbo_terms(student: Student) -> None:
    with part("takes tables of any shape, and broadcasts"):
        for shape in SHAPES:
            log_likelihood, log_prior, q = tables(*shape), np.log(guesses(shape[-1])), guesses(*shape)
            want = exact_elbo_terms(log_likelihood, log_prior, q)
            expect.close(student.elbo_terms(log_likelihood, log_prior, q), want, **EXACT)
    with part("knows what is excluded", weight=0.5):
        log_prior, q = np.array([np.log(0.5), IMPOSSIBLE, np.log(0.5)]), np.array([[0.5, 0, 0.5], [0.2, 0.3, 0.5]])
        log_likelihood = np.array([[-1.0, IMPOSSIBLE, -2.0], [IMPOSSIBLE, -3.0, -1.0]])
        want = np.array([-1.5, IMPOSSIBLE]), np.array([0.0, np.inf])
        expect.close(student.elbo_terms(log_likelihood, log_prior, q), want, **EXACT)
        expect.close(student.elbo_terms(*map(tensor, (log_likelihood, log_prior, q))), want, **EXACT)


@check.hidden
def gap(student: Student) -> None:
    with part("takes tables of any shape, and single precision"):
        for shape in SHAPES:
            log_joint, q = tables(*shape), guesses(*shape)
            expect.close(student.gap(log_joint, q), exact_gap(log_joint, q), **EXACT)
        small, q = tables(3, 4).astype(np.float32), guesses(3, 4).astype(np.float32)
        expect.close(student.gap(small, q), exact_gap(small, q), **SINGLE)
    with part("broadcasts, is zero at the posterior, and exact far out", weight=0.5):
        log_joint, q = tables(3, 1, 4), guesses(2, 4)
        expect.close(student.gap(log_joint - 1e4, q), exact_gap(log_joint, q), **EXACT)
        expect.close(student.gap(log_joint, exact_posterior(log_joint)), np.zeros((3, 1)), **EXACT)
        expect.close(student.gap(tensor(log_joint), tensor(q)), exact_gap(log_joint, q), **EXACT)
        expect.shape(student.gap(np.zeros((0, 4)), np.full((0, 4), 0.25)), (0,))


@check.hidden
def tight(student: Student) -> None:
    with part("is the right choice"):
        expect.equal(student.value("tight"), "d")


@check.hidden
def tight_q(student: Student) -> None:
    with part("leaves no gap far out, for any shape"):
        for shape in SHAPES:
            log_likelihood, log_prior = tables(*shape) - 1e4, np.log(guesses(shape[-1]))
            want = exact_posterior(log_likelihood + log_prior)
            expect.close(student.tight_q(log_likelihood, log_prior), want, **EXACT)
        log_prior, log_likelihood = np.array([0.0, IMPOSSIBLE, IMPOSSIBLE]), tables(2, 3)
        expect.close(student.tight_q(log_likelihood, log_prior), np.array([[1.0, 0, 0]] * 2), **EXACT)


@check.hidden
def likelihood_and_kl(student: Student) -> None:
    with part("takes many observations, one, and values never seen"):
        for n, values, models in [(500, 6, 4), (1, 3, 2), (20, 1, 1), (7, 40, 3)]:
            data, table = rng().integers(0, values, n), guesses(models, values)
            expect.close(student.likelihood_and_kl(data, table), exact_likelihood_and_kl(data, table), **EXACT)
    with part("is zero for the shares themselves", weight=0.5):
        data = np.array([3, 0, 0, 3, 1, 0])
        table = np.array([[0.5, 1 / 6, 0.0, 1 / 3], [1.0, 0.0, 0.0, 0.0]])
        expect.close(student.likelihood_and_kl(data, table), exact_likelihood_and_kl(data, table), **EXACT)


@check.hidden
def sandwich(student: Student) -> None:
    with part("takes tables of any shape, far out too, and broadcasts"):
        for shape in SHAPES:
            log_joint, q = tables(*shape) - 1e3, guesses(shape[-1])
            expect.close(student.sandwich(log_joint, q), exact_sandwich(log_joint, q), **EXACT)
    with part("is one number where q is the posterior", weight=0.5):
        log_joint = np.array([[-1.0, IMPOSSIBLE, -2.5], [0.5, 0.1, -1.0]])
        q, evidence = exact_posterior(log_joint), exact_log_evidence(log_joint)
        expect.close(student.sandwich(log_joint, q), (evidence, evidence), **EXACT)


@check.hidden
def em_step(student: Student) -> None:
    with part("takes any number of images, pixels and components"):
        for n, pixels, components in [(40, 6, 3), (1, 4, 2), (10, 1, 2), (12, 5, 1)]:
            x, weights = rng().integers(0, 2, (n, pixels)), guesses(components)
            means = rng().uniform(0.1, 0.9, (components, pixels))
            expect.close(student.em_step(x, weights, means), exact_em_step(x, weights, means), **EXACT)
    with part("survives two thousand pixels"):
        x, weights = rng().integers(0, 2, (6, 2000)), np.array([0.3, 0.7])
        means = 0.5 + 0.02 * rng().uniform(-1, 1, (2, 2000))
        expect.close(student.em_step(x, weights, means), exact_em_step(x, weights, means), **EXACT)


def chose(letter: str, says: str) -> None:
    """Registers what a wrong letter deserves to hear; in grading only, for the letters tell which is right."""

    def chosen() -> str:
        return letter

    chosen.__name__ = f"chose_{letter}"
    check.mistake("tight", says)(chosen)


chose("a", "At q = prior the KL to the prior is zero. That is the price; the gap is the KL to the posterior.")
chose("b", "A wide q is rewarded by its entropy, but pays in E_q[log p(x, z)] wherever the joint is small.")
chose(
    "c",
    "All weight on the best z gives the highest E_q[log p(x, z)], and an entropy of zero. Their sum is what counts.",
)
chose(
    "e",
    "p(x | z), normalised over z, has seen x but not the prior. Try urns that aren't equally likely.",
)
