"""The public checks of unit 02: every answer is held against its definition in elboroom.references.kl.

Tables are enumerated, Gaussians are averaged by quadrature. Hints and known mistakes come from elboroom.advice.kl; edge
cases stand beside the master. A proof is checked line by line, by the machine that answers while it is written.
"""

import math

import numpy as np

from autograder import expect
from autograder.checks import part, rng
from autograder.codec import Function
from autograder.student import Answer, Student, numbers
from elboroom.advice.kl import check, full, gaussians, jensen, products, samples, tables
from elboroom.checks import kl_goals as goals
from elboroom.checks.proofs import proof
from elboroom.references import kl as by_definition

__all__ = ["check"]

REGISTERED = (tables, jensen, gaussians, full, products, samples)  # importing them registers hints and mistakes
CLOSE = {"rtol": 1e-9, "atol": 1e-9}
GUESSES = np.array([[0.2, 0.5, 0.3], [0.6, 0.3, 0.1]])
TARGETS = np.array([[0.3, 0.1, 0.6], [0.25, 0.45, 0.3]])
HALF, SKEWED = np.array([0.5, 0.5]), np.array([0.75, 0.25])
AWAY, PARTIAL = np.array([[0.4, 0.0, 0.6], [0.0, 0.3, 0.7]]), np.array([[0.5, 0.0, 0.5], [0.2, 0.2, 0.6]])
ASTRAY = np.array([[0.4, 0.1, 0.5], [0.3, 0.3, 0.4]])


@check(hidden=2)
def kl_discrete(student: Student) -> None:
    """The average of log q − log p under q, added up value by value."""
    with part("is E_q[log q - log p]", weight=2):
        expect.close(student.kl_discrete(GUESSES, TARGETS), by_definition.kl_discrete(GUESSES, TARGETS), **CLOSE)
        expect.close(student.kl_discrete(HALF, SKEWED), by_definition.kl_discrete(HALF, SKEWED), **CLOSE)
    with part("takes 0 log 0 as 0"):
        expect.close(student.kl_discrete(AWAY, PARTIAL), by_definition.kl_discrete(AWAY, PARTIAL), **CLOSE)
    with part("is infinite where q gives what p calls impossible"):
        expect.close(student.kl_discrete(ASTRAY, PARTIAL), by_definition.kl_discrete(ASTRAY, PARTIAL), **CLOSE)


@check
def symmetric_but_different(student: Student) -> None:
    """Any pair of different distributions will do, if their KLs are finite and agree to nine digits."""
    with part("two different distributions, with the same KL both ways"):
        fault = counterexample_fault(student.symmetric_but_different())
        if fault:
            raise check.known("symmetric_but_different", fault)


def counterexample_fault(answer: Answer) -> str:
    """The name of what keeps the answer from being a counterexample, "" if it is one."""
    pair = answer.data()
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        return "not_a_pair"
    p, q = (numbers(each, str(answer)) for each in pair)
    if p.ndim != 1 or p.shape != q.shape:
        return "not_a_pair"
    if not all(np.all(d >= 0) and abs(d.sum() - 1) < 1e-6 for d in (p, q)):
        return "not_distributions"
    there, back = float(by_definition.kl_discrete(p, q)), float(by_definition.kl_discrete(q, p))
    return _fault(float(np.max(np.abs(p - q))), there, back)


def _fault(apart: float, there: float, back: float) -> str:
    if apart < 1e-3:
        return "twice_the_same"
    if math.isinf(there) or math.isinf(back):
        return "both_infinite" if there == back else "infinite_one_way"
    return "" if abs(there - back) <= 1e-9 + 1e-6 * there else "not_symmetric"


VALUES, WEIGHTS = np.array([0.4, 1.0, 2.5]), np.array([0.5, 0.2, 0.3])
BENT = ("negative log", "square", "exp", "sqrt")


@check(hidden=1.5)
def jensen_gap(student: Student) -> None:
    """The weighted average of f over the values, less f at the weighted average."""
    with part("is E[f(X)] - f(E[X])", weight=2):
        for name in BENT:
            want = by_definition.jensen_gap(Function(name), VALUES, WEIGHTS)
            expect.close(student.jensen_gap(Function(name), VALUES, WEIGHTS), want, **CLOSE)
    with part("is never negative for a convex f, never positive for a concave one", weight=0.5):
        values, weights = rng().uniform(0.1, 4.0, size=6), rng().dirichlet(np.ones(6))
        for name in BENT:
            want = by_definition.jensen_gap(Function(name), values, weights)
            expect.close(student.jensen_gap(Function(name), values, weights), want, **CLOSE)


proof(check, "kl_is_nonnegative", "From KL(q‖p) to 0, by Jensen's inequality; q may vanish.", **goals.NONNEGATIVE)

POINTS = [(0.5, 1.3, -1.0, 0.7), (2.0, 0.4, 1.5, 1.6), (-0.3, 2.0, 0.9, 2.5)]  # mu_q, sigma_q, mu_p, sigma_p
MU_Q, LOG_VAR_Q = np.array([[0.5, -1.0, 2.0], [0.0, 0.3, -0.7]]), np.array([[0.2, -1.5, 1.0], [-0.4, 0.6, -2.0]])
MU_P, LOG_VAR_P = np.array([[1.0, 0.4, -0.5], [0.8, -1.2, 0.1]]), np.array([[-0.3, 0.9, 0.4], [1.1, -0.8, 0.5]])


@check(hidden=1)
def kl_normal_general(student: Student) -> None:
    """The formula gives the average that it stands for."""
    with part("gives the average of log q - log p", weight=2):
        formula = student.once("kl_normal_general")
        for mu_q, sigma_q, mu_p, sigma_p in [*POINTS, rng().uniform(0.4, 2.0, 4).tolist()]:
            point = {"mu_q": mu_q, "sigma_q": sigma_q, "mu_p": mu_p, "sigma_p": sigma_p}
            given = mu_q, 2 * math.log(sigma_q), mu_p, 2 * math.log(sigma_p)
            want = by_definition.kl_normal(*(np.array([a]) for a in given))
            expect.value_at(formula, point, float(want))


@check(hidden=2)
def kl_normal(student: Student) -> None:
    """The average of log q − log p under q, by quadrature, for each row."""
    with part("is the average of log q - log p, one for each row", weight=2):
        given = MU_Q, LOG_VAR_Q, MU_P, LOG_VAR_P
        expect.close(student.kl_normal(*given), by_definition.kl_normal(*given), **CLOSE)
    with part("is 0 when q is p", weight=0.5):
        expect.close(student.kl_normal(MU_Q, LOG_VAR_Q, MU_Q, LOG_VAR_Q), np.zeros(2), **CLOSE)


SMALL = np.array([[1e-3], [-1e-3], [2e-3], [-3e-3]], dtype=np.float32)


@check(hidden=2)
def kl_standard_normal(student: Student) -> None:
    """The KL to the prior of a VAE, by quadrature, for each row."""
    with part("is the average of log q - log p, one for each row", weight=2):
        want = by_definition.kl_standard_normal(MU_Q, LOG_VAR_Q)
        expect.close(student.kl_standard_normal(MU_Q, LOG_VAR_Q), want, **CLOSE)
    with part("keeps its digits near the prior, in single precision"):
        want = by_definition.kl_standard_normal(np.zeros((4, 1)), SMALL)
        expect.close(student.kl_standard_normal(np.zeros((4, 1), np.float32), SMALL), want, rtol=0.01)


proof(check, "kl_is_additive", "The KL of two products, from its definition to the sum.", **goals.ADDITIVE)

COINS = [np.array([0.3, 0.7]), np.array([0.2, 0.5, 0.3]), np.array([0.9, 0.1]), np.array([0.4, 0.6])]
OTHERS = [np.array([0.6, 0.4]), np.array([0.1, 0.6, 0.3]), np.array([0.5, 0.5]), np.array([0.55, 0.45])]


@check(hidden=1.5)
def kl_of_products(student: Student) -> None:
    """The KL of the joint tables, all combinations of values written out."""
    with part("is the KL of the joint tables", weight=2):
        expect.close(student.kl_of_products(COINS, OTHERS), by_definition.kl_of_products(COINS, OTHERS), **CLOSE)
        want = by_definition.kl_of_products([HALF, HALF], [SKEWED, SKEWED])
        expect.close(student.kl_of_products([HALF, HALF], [SKEWED, SKEWED]), want, **CLOSE)
    with part("refuses a different number of factors", weight=0.5):
        expect.close(student.kl_of_products(COINS, OTHERS), by_definition.kl_of_products(COINS, OTHERS), **CLOSE)
        expect.raises(student.kl_of_products(COINS, OTHERS[:2]), "ValueError")
        expect.raises(student.kl_of_products(COINS[:1], OTHERS), "ValueError")


JOINT = np.array([[0.10, 0.25, 0.05], [0.30, 0.10, 0.20]])
SQUARE = np.array([[0.1, 0.3], [0.4, 0.2]])
AGREEING = np.array([[0.45, 0.05], [0.05, 0.45]])


@check(hidden=1)
def half_factorised(student: Student) -> None:
    """Both numbers by writing out every combination of values."""
    with part("is the KL to the joint table, and the sum over its marginals", weight=2):
        mostly = np.array([0.9, 0.1])
        for given in ((np.array([0.3, 0.7]), SKEWED, SQUARE), (mostly, mostly, AGREEING)):
            expect.close(student.half_factorised(*given), by_definition.half_factorised(*given), **CLOSE)
    with part("knows which variable has which axis"):
        given = COINS[0], COINS[1], JOINT
        expect.close(student.half_factorised(*given), by_definition.half_factorised(*given), **CLOSE)


M_Q, M_P = np.array([0.5, -1.0, 0.2]), np.array([-0.3, 0.4, 1.0])
C_Q = np.array([[1.5, 0.4, -0.2], [0.4, 0.8, 0.1], [-0.2, 0.1, 0.6]])
C_P = np.array([[0.9, -0.3, 0.2], [-0.3, 2.0, 0.5], [0.2, 0.5, 1.2]])
LOPSIDED, INDEFINITE = np.array([[1.0, 0.5], [0.2, 1.0]]), np.array([[1.0, 2.0], [2.0, 1.0]])


@check(hidden=3)
def kl_mvn(student: Student) -> None:
    """The average of log q − log p under q, over a grid that is exact for quadratic forms."""
    with part("is the average of log q - log p", weight=2):
        expect.close(student.kl_mvn(M_Q, C_Q, M_P, C_P), by_definition.kl_mvn(M_Q, C_Q, M_P, C_P), **CLOSE)
        expect.close(student.kl_mvn(M_P, C_P, M_Q, C_Q), by_definition.kl_mvn(M_P, C_P, M_Q, C_Q), **CLOSE)
    with part("says no to what is not a covariance"):
        expect.close(student.kl_mvn(M_Q, C_Q, M_P, C_P), by_definition.kl_mvn(M_Q, C_Q, M_P, C_P), **CLOSE)
        for bad in (LOPSIDED, INDEFINITE):
            expect.raises(student.kl_mvn(M_Q[:2], bad, M_P[:2], C_P[:2, :2]), "ValueError")
            expect.raises(student.kl_mvn(M_Q[:2], C_Q[:2, :2], M_P[:2], bad), "ValueError")


CORRELATED = np.array([[1.0, 0.8], [0.8, 1.0]])


@check(hidden=1.5)
def best_diagonal(student: Student) -> None:
    """No change of any variance makes the KL smaller; the gap is the KL there."""
    with part("is where the KL is least, and how large it is there", weight=2):
        for cov in (CORRELATED, C_P):
            expect.close(student.best_diagonal(cov), by_definition.best_diagonal(cov), rtol=1e-6, atol=1e-9)


PAIRS = [("log N(0, I)", "log N(1, I)"), ("log N(0, I)", "log Laplace"), ("log N(0, 9 I)", "log two bumps")]


@check(hidden=1)
def kl_monte_carlo(student: Student) -> None:
    """The mean of the terms and its standard error, added up one by one."""
    with part("is the mean of log q - log p, and its standard error", weight=2):
        for log_q, log_p in PAIRS:
            given = Function(log_q), Function(log_p), rng().normal(size=(7, 2))
            expect.close(student.kl_monte_carlo(*given), by_definition.kl_monte_carlo(*given), **CLOSE)
