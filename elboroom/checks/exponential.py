"""The public checks of unit 03: every answer is held against its definition in elboroom.references.exponential.

Hints and known mistakes come from elboroom.advice.exponential; closed forms and hidden parts stand beside the master.
A part that wants a ValueError asks for an ordinary value too: only then can a mistake be named with confidence.
"""

import copy
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograder import expect
from autograder.checks import part, rng
from autograder.student import Answer, Student, Wrong
from elboroom.advice.exponential import bound, check, evidence, gradient, posterior, top
from elboroom.references import exponential as definitions
from elboroom.references.remembered import remembered

__all__ = ["check"]

DEFINED = ("log_joint", "log_evidence", "elbo", "elbo_gradient", "best_phi", "maximise_elbo", "maximum_likelihood")
by_definition = SimpleNamespace(  # worked out once for all submissions of a run, which meet the same inputs
    **{name: remembered(getattr(definitions, name)) for name in (*DEFINED, "ascend", "gamma_elbo")}
)
REGISTERED = (posterior, evidence, bound, gradient, top)  # importing them registers hints and mistakes
PAIRS = [(1.5, 1.0), (0.3, 2.0), (-2.0, 0.5), (2.0, 2.0)]  # (x, theta)
TRIPLES = [(1.5, 1.0, 1.2), (0.3, 2.0, 0.7), (-2.0, 0.5, 3.0), (4.0, 0.25, 0.4)]
GAMMAS = [(1.5, 1.0, 1.8, 1.9), (0.3, 2.0, 0.6, 1.5), (-2.0, 0.5, 1.0, 3.0), (4.0, 0.25, 9.0, 2.5)]  # x, theta, a, b
X, THETA, PHI = np.array([-1.0, 0.5, 2.0])[:, None], np.array([0.4, 1.0, 1.5, 3.0]), np.array([2.0, 0.8, 1.1, 0.5])
Z = np.array([0.1, 0.5, 1.0, 2.5, 4.0])


def inside_and_outside(function: Any, inside: tuple[Any, ...], want: Any, *outside: tuple[Any, ...]) -> Answer:
    """The value `want` inside the domain, a ValueError outside; returns the last answer."""
    expect.close(function(*inside), want, rtol=1e-5, atol=1e-7)
    for arguments in outside:
        answer: Answer = function(*arguments)
        expect.raises(answer, "ValueError")
    return answer


def above_the_first(answer: Answer) -> Answer:
    """The same answer less its first row: a log density up to its constant."""
    values = answer.array()
    if not values.ndim or not values.size:
        raise Wrong(f"{answer} should be an array: one value for each z.")
    changed = copy.copy(answer)
    changed.result = {"ok": posterior.above_the_first(values)}
    return changed


def says_why(answer: Answer) -> None:
    """The exception that was raised comes with a reason."""
    _, text = answer.outcome().get("raised", (None, "-"))
    if not text.strip():
        raise Wrong(f"{answer} raises an error without a word: say why, as in ValueError('...').")


@check(hidden=0.5)
def log_unnormalised_posterior(student: Student) -> None:
    """Up to a constant, the log of the posterior is the log of the joint."""
    with part("is the log joint, up to a constant in z", weight=2):
        answers = [student.log_unnormalised_posterior(Z, x, theta) for x, theta in PAIRS]
        for answer, (x, theta) in zip(answers, PAIRS, strict=True):
            want = posterior.above_the_first(by_definition.log_joint(Z, x, theta))
            expect.close(above_the_first(answer), want, rtol=1e-9, atol=1e-9)
    with part("is minus infinity where the prior has no mass"):
        z = np.array([1.0, 0.0, -0.5, -3.0])
        got = above_the_first(student.log_unnormalised_posterior(z, 1.5, 1.0))
        expect.close(got, posterior.above_the_first(by_definition.log_joint(z, 1.5, 1.0)))
    with part("says no to a rate that is not positive", weight=0.5):
        z = np.array([1.0, 0.5, 3.0, -1.0])
        answer, *refused = [student.log_unnormalised_posterior(z, 1.5, theta) for theta in (2.0, 0.0, -1.0)]
        want = posterior.above_the_first(by_definition.log_joint(z, 1.5, 2.0))
        expect.close(above_the_first(answer), want, rtol=1e-9, atol=1e-9)
        for each in refused:
            expect.raises(each, "ValueError")


@check(hidden=2)
def posterior_is_truncated_normal(student: Student) -> None:
    """The normal that is cut at zero has the curvature and the slope of the log joint."""
    with part("fits the parabola of the log joint", weight=1.5):
        for pair in PAIRS:
            want = posterior.loc_and_scale(*pair)
            expect.close(student.posterior_is_truncated_normal(*pair), want, rtol=1e-9, atol=1e-9)
    with part("says no to a rate that is not positive", weight=0.5):
        want = posterior.loc_and_scale(-2.0, 0.5)
        inside_and_outside(student.posterior_is_truncated_normal, (-2.0, 0.5), want, (1.5, 0.0), (1.5, -1.0))


@check(hidden=2)
def log_evidence(student: Student) -> None:
    """The log of the area under the joint, found by quadrature."""
    with part("is the log of the integral of the joint", weight=2):
        for pair in PAIRS:
            expect.close(student.log_evidence(*pair), by_definition.log_evidence(*pair), rtol=1e-9)
    with part("broadcasts", weight=0.5):
        expect.close(student.log_evidence(X, THETA), by_definition.log_evidence(X, THETA), rtol=1e-9)
    with part("survives where the tail of the normal underflows"):
        for pair in [(-40.0, 1.0), (1.5, 1e8), (-40.0, 1e8)]:
            expect.close(student.log_evidence(*pair), by_definition.log_evidence(*pair), rtol=1e-9)
    with part("says no to a rate that is not positive", weight=0.5):
        want = by_definition.log_evidence(0.3, 2.0)
        inside_and_outside(student.log_evidence, (0.3, 2.0), want, (1.5, 0.0), (1.5, -1.0))


@check(hidden=1)
def can_be_tight(student: Student) -> None:
    """Your answer is recorded; grading decides whether it is the right one."""
    with part("recorded", weight=0):
        expect.choice(student.value("can_be_tight"), "abcde")


check.hints(
    "can_be_tight",
    "The gap is KL(q‖p(z | x)), and a KL is zero only when its two densities agree for (almost) every z.",
    "Compare log q(z) with your log posterior as functions of z, and forget the constants.",
    "Put both on one sheet of paper: what shape is each of them, as a curve over z?",
)


@check(hidden=2)
def elbo_symbolic(student: Student) -> None:
    """The formula gives the expectation it stands for."""
    with part("gives the value of the expectation", weight=2):
        formula = student.once("elbo_symbolic")
        for x, theta, phi in [*TRIPLES, rng().uniform(0.3, 3.0, 3).tolist()]:
            point = {"x": x, "theta": theta, "phi": phi}
            expect.value_at(formula, point, float(by_definition.elbo(x, theta, phi)))


@check(hidden=3)
def elbo(student: Student) -> None:
    """The closed form equals the expectation it stands for."""
    with part("matches its definition", weight=2):
        for triple in TRIPLES:
            expect.close(student.elbo(*triple), by_definition.elbo(*triple), rtol=1e-9)
    with part("broadcasts", weight=0.5):
        expect.close(student.elbo(X, THETA, PHI), by_definition.elbo(X, THETA, PHI), rtol=1e-9)
    with part("says no to a rate that is not positive", weight=0.5):
        want = by_definition.elbo(0.3, 2.0, 0.7)
        inside_and_outside(student.elbo, (0.3, 2.0, 0.7), want, (1.5, 0.0, 1.2), (1.5, 1.0, 0.0), (1.5, 1.0, -2.0))


@check(hidden=1)
def elbo_gradient(student: Student) -> None:
    """The slope of the bound, found by moving each parameter a little."""
    with part("is the slope of the expectation", weight=2):
        for triple in TRIPLES:
            want = by_definition.elbo_gradient(*triple)
            expect.close(student.elbo_gradient(*triple), want, rtol=1e-6, atol=1e-7)
    with part("broadcasts", weight=0.5):
        want = by_definition.elbo_gradient(0.5, THETA, PHI)
        expect.close(student.elbo_gradient(0.5, THETA, PHI), want, rtol=1e-6, atol=1e-7)
    with part("says no to a rate that is not positive", weight=0.5):
        want = by_definition.elbo_gradient(0.3, 2.0, 0.7)
        inside_and_outside(student.elbo_gradient, (0.3, 2.0, 0.7), want, (1.5, -1.0, 1.2), (1.5, 1.0, 0.0))


@check(hidden=1)
def best_phi(student: Student) -> None:
    """No other φ gives a higher bound."""
    for_pairs = by_definition.best_phi(*np.transpose(PAIRS))
    with part("is where the bound is highest", weight=2):
        for pair, want in zip(PAIRS, for_pairs, strict=True):
            expect.close(student.best_phi(*pair), want, rtol=1e-6)
    with part("broadcasts", weight=0.5):
        expect.close(student.best_phi(X, THETA), by_definition.best_phi(X, THETA), rtol=1e-6)
    with part("says no to a rate that is not positive", weight=0.5):
        inside_and_outside(student.best_phi, PAIRS[1], for_pairs[1], (1.5, 0.0), (1.5, -1.0))


@check(hidden=1)
def maximise_elbo(student: Student) -> None:
    """The pair (θ, φ) at which neither derivative leads any higher."""
    with part("is the top of the bound", weight=2):
        for x in (0.4, 3.0):
            expect.close(student.maximise_elbo(x), by_definition.maximise_elbo(x), rtol=1e-6)
    with part("refuses, and says why, when there is no top"):
        says_why(inside_and_outside(student.maximise_elbo, (1.5,), by_definition.maximise_elbo(1.5), (0.0,), (-2.0,)))


SOME_X = np.array([0.4, 1.5, 3.0, 8.0])


@check(hidden=1.5)
def maximum_likelihood(student: Student) -> None:
    """No other θ gives the observation a higher evidence."""
    best = by_definition.maximum_likelihood(SOME_X)
    with part("is the top of the evidence, to five digits", weight=2.5):
        for x, want in zip(SOME_X, best, strict=True):
            expect.close(student.maximum_likelihood(float(x)), want, rtol=1e-5)
    with part("broadcasts"):
        expect.close(student.maximum_likelihood(SOME_X), best, rtol=1e-5)
    with part("refuses, and says why, when there is no top"):
        says_why(inside_and_outside(student.maximum_likelihood, (1.5,), best[1], (0.0,), (-2.0,)))


@check(hidden=1.5)
def ascend(student: Student) -> None:
    """Each step follows the slope of the bound: first on log φ, then, at the new φ, on log θ."""
    with part("takes the steps, start included", weight=3):
        for arguments in [(1.5, 0.3, 3.0, 8, 0.1), (0.5, 2.0, 1.0, 3, 0.05)]:
            expect.close(student.ascend(*arguments), by_definition.ascend(*arguments), rtol=1e-6)
    with part("stays among the positive numbers"):
        steep = (20.0, 0.1, 1.0, 1, 0.1)
        expect.close(student.ascend(*steep), by_definition.ascend(*steep), rtol=1e-6)
    with part("says no to a start that is not positive", weight=0.5):
        start = (0.5, 2.0, 1.0, 3, 0.05)
        inside_and_outside(
            student.ascend, start, by_definition.ascend(*start), (1.5, -0.3, 3.0, 5, 0.1), (1.5, 0.3, 0.0, 5, 0.1)
        )


@check(hidden=1)
def gamma_elbo_symbolic(student: Student) -> None:
    """The formula gives the expectation it stands for, with q a Gamma density."""
    with part("gives the value of the expectation"):
        formula = student.once("gamma_elbo_symbolic")
        for x, theta, a, b in [*GAMMAS, rng().uniform(0.6, 3.0, 4).tolist()]:
            point = {"x": x, "theta": theta, "a": a, "b": b}
            expect.value_at(formula, point, float(by_definition.gamma_elbo(x, theta, a, b)))


@check(hidden=1)
def gamma_elbo(student: Student) -> None:
    """The closed form equals the expectation it stands for, with q a Gamma density."""
    with part("matches its definition", weight=2):
        for gamma in GAMMAS:
            expect.close(student.gamma_elbo(*gamma), by_definition.gamma_elbo(*gamma), rtol=1e-7)
    with part("broadcasts", weight=0.5):
        want = by_definition.gamma_elbo(X, THETA, PHI, 1.5)
        expect.close(student.gamma_elbo(X, THETA, PHI, 1.5), want, rtol=1e-7)
    with part("says no to a parameter that is not positive", weight=0.5):
        bad = [(1.5, 0.0, 1.8, 1.9), (1.5, 1.0, -1.8, 1.9), (1.5, 1.0, 1.8, 0.0)]
        inside_and_outside(student.gamma_elbo, GAMMAS[1], by_definition.gamma_elbo(*GAMMAS[1]), *bad)
