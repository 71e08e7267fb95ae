"""What is to be proved, and what the names mean, is the instructor's."""

from __future__ import annotations

import pytest

from autograder.derivation import (
    KL,
    Count,
    Density,
    Derivation,
    E,
    Parameter,
    define,
    equal,
    grade,
    index,
    log,
    product,
    rules,
    variables,
)
from autograder.derivation.wire import write
from tests.derivation.right_chains import (
    ELBO,
    JOINT,
    POSTERIOR,
    PRIOR,
    Q,
    elbo_is_reconstruction_minus_kl,
    evidence_bounds_elbo_by_jensen,
    evidence_bounds_elbo_by_kl,
    gap_by_bayes,
    kl_is_nonnegative,
    p,
    q,
    x,
    z,
)

GOAL = equal(ELBO, E(Q, log(p(x | z))) - KL(Q, PRIOR))
BOUND = log(p(x)) >= ELBO


def test_a_proof_is_worth_everything_as_object_and_as_data() -> None:
    proof = elbo_is_reconstruction_minus_kl()
    for answer in (proof, write(proof)):
        report = grade(answer, GOAL)
        assert report.proved and report.fraction == 1.0 and report.status == "ok"


def test_the_learners_goal_does_not_count() -> None:
    proof = elbo_is_reconstruction_minus_kl()
    easy = Derivation(proof.start, goal=equal(ELBO, ELBO), steps=proof.steps[:1])
    assert easy.check().status == "goal-not-reached"
    assert grade(Derivation(ELBO, equal(ELBO, E(Q, log(JOINT) - log(Q))), proof.steps[:1]), GOAL).fraction < 1


def test_a_proof_of_something_else_is_worth_nothing() -> None:
    report = grade(kl_is_nonnegative(), BOUND)
    assert not report.proved and report.fraction == 0 and report.status == "goal-not-reached"


def test_extra_independence_is_refused() -> None:
    u, v = variables("u v")
    dependent, independent = Density("p", [u, v]), Density("p", [u, v], factors=[u, v])
    claim = Derivation(independent(u, v)).eq(independent(u) * independent(v), by="independence")
    report = grade(claim, equal(dependent(u, v), dependent(u) * dependent(v)))
    assert (report.status, report.fraction) == ("malformed", 0)
    assert "p has another meaning here" in report.problem.message  # type: ignore[union-attr]


def test_a_redefined_quantity_is_refused() -> None:
    mine = define("ELBO", log(p(x)))
    report = grade(Derivation(log(p(x))).eq(mine, by="definition"), equal(log(p(x)), ELBO))
    assert (report.status, report.fraction) == ("malformed", 0)


def test_the_same_definition_written_otherwise_is_the_same() -> None:
    mine = define("ELBO", E(Q, log(JOINT / Q)))
    proof = elbo_is_reconstruction_minus_kl()
    assert grade(Derivation(mine, steps=proof.steps), GOAL).proved


def test_an_abbreviation_of_ones_own_is_welcome() -> None:
    short = define("A", E(Q, log(p(x | z))))
    proof = elbo_is_reconstruction_minus_kl()
    longer = Derivation(proof.start, steps=proof.steps).eq(short - KL(Q, PRIOR), by="definition")
    assert grade(longer.eq(GOAL.right, by="definition"), GOAL).proved


@pytest.mark.parametrize("stranger", [
    Density("s", [z])(z),
    Parameter("beta", positive=True),
    Count("m"),
], ids=str)  # fmt: skip
def test_what_the_exercise_does_not_have_is_refused(stranger: object) -> None:
    answer = Derivation(ELBO).eq(ELBO + stranger - stranger, by="algebra")  # type: ignore[operator]
    report = grade(answer, GOAL)
    assert report.status == "malformed" and "has no" in report.problem.message  # type: ignore[union-attr]


NO_DERIVATIONS = [None, ..., 3, "a proof", [], {"version": 1}, object()]


@pytest.mark.parametrize("answer", NO_DERIVATIONS, ids=lambda answer: type(answer).__name__)
def test_what_is_no_derivation_gets_a_report_and_no_points(answer: object) -> None:
    report = grade(answer, GOAL)
    assert (report.status, report.fraction, report.proved) == ("malformed", 0, False)
    assert report._repr_markdown_() and report._repr_html_() and repr(report)


def test_a_rule_that_is_not_allowed_is_not_accepted() -> None:
    proof = evidence_bounds_elbo_by_kl()
    without = ["constant", "chain rule", "linearity", "definition", "jensen"]
    report = grade(proof, BOUND, allow=without)
    assert report.status == "wrong-rule" and "do without kl >= 0" in report.verdicts[4].message
    assert grade(proof, BOUND, allow=[*without, "kl >= 0"]).proved
    assert grade(
        evidence_bounds_elbo_by_jensen(), BOUND, allow=["marginal", "expectation", rules.jensen, "definition"]
    ).proved


def test_algebra_is_always_allowed() -> None:
    assert (
        grade(Derivation(log(p(x))).eq(log(p(x)) + 0, by="algebra"), equal(log(p(x)), log(p(x)) * 1), allow=[]).status
        != "wrong-rule"
    )


def test_a_prescribed_beginning_is_asked_for() -> None:
    goal = equal(log(p(x)), ELBO + KL(Q, POSTERIOR))
    start = KL(Q, POSTERIOR)
    steps = gap_by_bayes().steps
    end = log(p(x)) - ELBO
    last = (
        Derivation(start, steps=steps[:2])
        .eq(E(Q, log(Q / JOINT)) + log(p(x)), by="constant and chain rule")
        .eq(end, by="definition")
    )
    assert grade(last, goal, start=start).proved
    backwards = Derivation(log(p(x)) - ELBO).eq(log(p(x)) - E(Q, log(JOINT / Q)), by="definition")
    assert grade(backwards, goal, start=start).status == "goal-not-reached"


def test_the_goal_may_be_proved_from_right_to_left() -> None:
    assert grade(elbo_is_reconstruction_minus_kl(), equal(GOAL.right, GOAL.left)).proved


def test_an_equality_proves_a_bound_and_not_the_other_way_round() -> None:
    m = Count("m")
    i = index("i", m)
    start = E(product(i, q(z[i] | x)), log(p(x)))
    equality = Derivation(start).eq(log(p(x)), by="constant")
    assert grade(equality, start >= log(p(x))).proved
    bound = Derivation(ELBO + KL(Q, POSTERIOR)).ge(ELBO, by="kl >= 0")
    assert not grade(bound, equal(ELBO + KL(Q, POSTERIOR), ELBO)).proved
