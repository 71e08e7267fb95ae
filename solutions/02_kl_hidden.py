"""Unit 02, hidden: closed forms for many values at once, and hostile inputs (zeros, far, empty, single, lopsided)."""

from typing import Any

import numpy as np
from scipy import special

from autograder import expect
from autograder.checks import part, rng
from autograder.codec import Function
from autograder.student import Student, view
from elboroom.checks.kl import AWAY, C_P, C_Q, M_P, M_Q, PARTIAL, check
from elboroom.references import kl as by_definition

Array = np.ndarray
EXACT = {"rtol": 1e-9, "atol": 1e-9}
SINGLE = {"rtol": 1e-3, "atol": 1e-4}


def exact_kl_discrete(q: Any, p: Any) -> Array:
    """Σ q log q/p over the last axis, by rel_entr."""
    return np.asarray(special.rel_entr(q, p).sum(axis=-1))


def exact_kl_normal(mu_q: Any, log_var_q: Any, mu_p: Any, log_var_p: Any) -> Array:
    """The closed form, with variances."""
    t = np.asarray(log_var_q, float) - log_var_p
    return np.asarray(0.5 * (special.expm1(t) - t + (mu_q - mu_p) ** 2 * np.exp(-log_var_p)).sum(axis=-1))


def exact_kl_mvn(mu_q: Any, cov_q: Any, mu_p: Any, cov_p: Any) -> float:
    """The closed form, with an inverse and determinants."""
    inverse, shift = np.linalg.inv(cov_p), mu_q - mu_p
    log_dets = np.linalg.slogdet(cov_p)[1] - np.linalg.slogdet(cov_q)[1]
    return float(0.5 * (np.trace(inverse @ cov_q) + shift @ inverse @ shift - len(mu_q) + log_dets))


def exact_best_diagonal(cov: Any) -> tuple[Array, float]:
    """The variance of each component when all the others are known, by Schur complements."""
    rest = [[j for j in range(len(cov)) if j != i] for i in range(len(cov))]
    left = [
        cov[i, i] - cov[i, r] @ np.linalg.solve(cov[np.ix_(r, r)], cov[r, i]) if r else cov[i, i]
        for i, r in enumerate(rest)
    ]
    return np.array(left), float(0.5 * (np.linalg.slogdet(cov)[1] - np.log(left).sum()))


@check.hidden
def kl_discrete(student: Student) -> None:
    with part("takes any leading shape, one value, and no rows at all"):
        for shape in ((4, 3, 5), (1, 6), (7, 1)):
            q, p = rng().dirichlet(np.ones(shape[-1]), size=(2, *shape[:-1]))
            expect.close(student.kl_discrete(q, p), exact_kl_discrete(q, p), **EXACT)
        expect.shape(student.kl_discrete(np.zeros((0, 4)), np.zeros((0, 4))), (0,))
    with part("holds where p is tiny but not zero, in single precision, and across a table in any layout"):
        q, p = np.array([0.5, 0.5]), np.array([1.0, 1e-310])
        expect.close(student.kl_discrete(q, p), by_definition.kl_discrete(q, p), **EXACT)
        q, p = rng().dirichlet(np.ones(4), size=(2, 3)).astype(np.float32)
        expect.close(student.kl_discrete(q, p), exact_kl_discrete(q.astype(float), p.astype(float)), **SINGLE)
        expect.close(student.kl_discrete(view(AWAY), view(PARTIAL)), exact_kl_discrete(AWAY, PARTIAL), **EXACT)


@check.hidden
def jensen_gap(student: Student) -> None:
    with part("gives a value of weight 0 no say, even where f is infinite"):
        values, weights = np.array([0.0, 1.0, 3.0]), np.array([0.0, 0.25, 0.75])
        for name in ("log", "negative log", "square"):
            want = by_definition.jensen_gap(Function(name), values[1:], weights[1:])
            expect.close(student.jensen_gap(Function(name), values, weights), want, **EXACT)
    with part("is 0 for one value, and for a straight line", weight=0.5):
        expect.close(student.jensen_gap(Function("exp"), np.array([1.7]), np.array([1.0])), 0.0, atol=1e-12)
        values, weights = rng().normal(size=5), rng().dirichlet(np.ones(5))
        expect.close(student.jensen_gap(Function("identity"), values, weights), 0.0, atol=1e-12)
        want = np.average(values**2, weights=weights) - np.average(values, weights=weights) ** 2
        expect.close(student.jensen_gap(Function("square"), values, weights), want, **EXACT)


@check.hidden
def kl_normal_general(student: Student) -> None:
    import sympy

    mu_q, mu_p = sympy.symbols("mu_q mu_p", real=True)
    sigma_q, sigma_p = sympy.symbols("sigma_q sigma_p", positive=True)
    ratio = sigma_q / sigma_p
    with part("is the formula everywhere"):
        want = (ratio**2 - 1 + ((mu_q - mu_p) / sigma_p) ** 2) / 2 - sympy.log(ratio)
        expect.symbolically_equal(student.once("kl_normal_general"), want)


@check.hidden
def kl_normal(student: Student) -> None:
    with part("takes one row, one component, and no rows; single precision"):
        for shape in ((1, 4), (5, 1), (0, 3)):
            given = rng().normal(size=(4, *shape))
            expect.close(student.kl_normal(*given), exact_kl_normal(*given), **EXACT)
            expect.close(student.kl_normal(*map(view, given)), exact_kl_normal(*given), **EXACT)
        single = rng().normal(size=(4, 6, 3)).astype(np.float32)
        expect.close(student.kl_normal(*single), exact_kl_normal(*single.astype(float)), **SINGLE)
    with part("holds from log σ² = -40 to 40"):
        far = np.array([[-40.0, 40.0], [40.0, -40.0], [38.0, 40.0]])
        near = np.array([[-40.0, 40.0], [1.0, 0.0], [40.0, -40.0]])
        mu = rng().normal(size=(2, 3, 2))
        expect.close(student.kl_normal(mu[0], far, mu[1], near), exact_kl_normal(mu[0], far, mu[1], near), rtol=1e-9)


@check.hidden
def kl_standard_normal(student: Student) -> None:
    def exact(mu: Any, log_var: Any) -> Array:
        return exact_kl_normal(mu, log_var, np.zeros_like(mu), np.zeros_like(mu))

    with part("takes one row, one component, and no rows; single precision"):
        for shape in ((1, 4), (5, 1), (0, 3)):
            given = rng().normal(size=(2, *shape))
            expect.close(student.kl_standard_normal(*given), exact(*given), **EXACT)
            expect.close(student.kl_standard_normal(*map(view, given)), exact(*given), **EXACT)
        single = rng().normal(size=(2, 6, 3)).astype(np.float32)
        expect.close(student.kl_standard_normal(*single), exact(*single.astype(float)), **SINGLE)
    with part("holds from log σ² = -40 to 40"):
        far = np.array([[-40.0, 0.3], [40.0, -1.0], [20.0, -20.0], [0.0, 0.0]])
        mu = np.array([[1.0, -2.0], [0.5, 3.0], [0.0, 0.0], [0.0, 0.0]])
        expect.close(student.kl_standard_normal(mu, far), exact(mu, far), rtol=1e-9)
        expect.close(student.kl_standard_normal(*(a.astype(np.float32) for a in (mu, far))), exact(mu, far), rtol=1e-4)


@check.hidden
def kl_of_products(student: Student) -> None:
    with part("copes with zeros, one value, and one factor"):
        q, p = [np.array([1.0, 0.0]), np.array([1.0])], [np.array([0.5, 0.5]), np.array([1.0])]
        for given in ((q, p), (p, q), (q[:1], p[:1])):
            expect.close(student.kl_of_products(*given), sum(map(exact_kl_discrete, *given)), **EXACT)
    with part("takes more factors than a joint table could hold", weight=0.5):
        q, p = ([rng().dirichlet(np.ones(3)) for _ in range(25)] for _ in range(2))
        expect.close(student.kl_of_products(q, p), sum(map(exact_kl_discrete, q, p)), **EXACT)


@check.hidden
def half_factorised(student: Student) -> None:
    with part("copes with zeros, tables of any shape, and a p that is a product"):
        q1, q2 = np.array([1.0, 0.0]), rng().dirichlet(np.ones(3))
        table = rng().dirichlet(np.ones(6)).reshape(2, 3)
        holes = np.array([[0.5, 0.3, 0.2], [0.0, 0.0, 0.0]])
        for given in ((q1, q2, table), (q1, q2, holes), (q2, q1, holes.T)):
            expect.close(student.half_factorised(*given), by_definition.half_factorised(*given), **EXACT)
        given = q2, q1, np.outer(table[0] / table[0].sum(), [0.4, 0.6])
        same = float(exact_kl_discrete(np.outer(q2, q1).ravel(), given[2].ravel()))
        expect.close(student.half_factorised(*given), (same, same), **EXACT)


@check.hidden
def kl_mvn(student: Student) -> None:
    with part("holds where covariances are nearly singular, tiny, huge, or 1 by 1"):
        close = np.array([[1.0, 1.0 - 1e-7], [1.0 - 1e-7, 1.0]])
        mu_q, mu_p = rng().normal(size=(2, 2))
        for cov in (close, 1e-8 * C_P[:2, :2], 1e12 * C_P[:2, :2]):
            for cov_q, cov_p in ((cov, C_Q[:2, :2]), (cov, 2 * cov)):
                given = (mu_q, cov_q, mu_p, cov_p)
                expect.close(student.kl_mvn(*given), exact_kl_mvn(*given), rtol=1e-5, atol=1e-7)
        one = np.array([1.0]), np.array([[4.0]]), np.array([0.0]), np.array([[1.0]])
        expect.close(student.kl_mvn(*one), exact_kl_mvn(*one), **EXACT)
    with part("takes more dimensions than a determinant can stand, and single precision"):
        tiny = 1e-3 * np.eye(150), 2e-3 * np.eye(150)
        given = (np.zeros(150), tiny[0], np.full(150, 0.01), tiny[1])
        expect.close(student.kl_mvn(*given), exact_kl_mvn(*given), rtol=1e-8)
        single = [a.astype(np.float32) for a in (M_Q, C_Q, M_P, C_P)]
        expect.close(student.kl_mvn(*single), exact_kl_mvn(M_Q, C_Q, M_P, C_P), **SINGLE)
    with part("forgives rounding, and says no to what is slightly lopsided, or negative"):
        rounded = C_Q + np.triu(np.full((3, 3), 1e-15), 1)
        expect.close(student.kl_mvn(M_Q, rounded, M_P, C_P), exact_kl_mvn(M_Q, C_Q, M_P, C_P), **EXACT)
        for bad in (C_Q + np.triu(np.full((3, 3), 1e-3), 1), -C_Q, np.diag([1.0, 1.0, 0.0])):
            expect.raises(student.kl_mvn(M_Q, bad, M_P, C_P), "ValueError")
            expect.raises(student.kl_mvn(M_Q, C_Q, M_P, bad), "ValueError")


@check.hidden
def best_diagonal(student: Student) -> None:
    with part("leaves what is diagonal as it is, one dimension included", weight=0.5):
        for cov in (np.diag([0.5, 2.0, 3.0]), np.array([[4.0]])):
            expect.close(student.best_diagonal(cov), (np.diag(cov), 0.0), rtol=1e-9, atol=1e-12)
    with part("holds in many dimensions, and near the singular"):
        root = rng().normal(size=(40, 50))
        ridge = np.array([[1.0, 0.999], [0.999, 1.0]])
        for cov in (root @ root.T / 5000, ridge):
            expect.close(student.best_diagonal(cov), exact_best_diagonal(cov), rtol=1e-6)
        expect.close(student.best_diagonal(C_P.astype(np.float32)), exact_best_diagonal(C_P), rtol=1e-4)


@check.hidden
def kl_monte_carlo(student: Student) -> None:
    with part("holds for two samples and for many, in one dimension and in five, and when q is p"):
        for n, k in ((2, 1), (500, 5)):
            given = Function("log N(0, I)"), Function("log two bumps"), rng().normal(size=(n, k))
            expect.close(student.kl_monte_carlo(*given), by_definition.kl_monte_carlo(*given), **EXACT)
        same = Function("log Laplace"), Function("log Laplace"), rng().laplace(size=(9, 3))
        expect.close(student.kl_monte_carlo(*same), (0.0, 0.0), atol=1e-12)
        single = Function("log N(0, I)"), Function("log N(1, I)"), rng().normal(size=(20, 2)).astype(np.float32)
        expect.close(student.kl_monte_carlo(*single), by_definition.kl_monte_carlo(*single), rtol=1e-4, atol=1e-4)
