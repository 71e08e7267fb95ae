"""The share of a proof that an unfinished derivation establishes."""

from __future__ import annotations

import pytest

from autograder.derivation import KL, Derivation, E, equal, grade, log, rules
from autograder.derivation.line import Step
from autograder.derivation.progress import MOST_FOR_A_PART
from tests.derivation.other_right_chains import OTHER
from tests.derivation.right_chains import (
    ELBO,
    JOINT,
    POSTERIOR,
    PRIOR,
    RIGHT,
    Q,
    evidence_is_elbo_plus_gap,
    kl_is_nonnegative,
    p,
    x,
    z,
)
from tests.derivation.source_proofs import PROOFS

CHAINS = {name: build for name, build in (RIGHT | OTHER | PROOFS).items() if build().goal is not None}


@pytest.mark.parametrize("name", CHAINS)
def test_only_a_complete_proof_is_worth_1(name: str) -> None:
    whole = CHAINS[name]()
    assert grade(whole, whole.goal).fraction == 1  # type: ignore[arg-type]
    for kept in range(len(whole.steps)):
        part = grade(Derivation(whole.start, steps=whole.steps[:kept]), whole.goal)  # type: ignore[arg-type]
        assert part.fraction == 1 if part.proved else part.fraction <= MOST_FOR_A_PART


def test_more_of_the_way_is_worth_more() -> None:
    whole = evidence_is_elbo_plus_gap()
    shares = [grade(Derivation(whole.start, steps=whole.steps[:kept]), whole.goal).fraction for kept in range(1, 7)]  # type: ignore[arg-type]
    assert shares == sorted(shares)
    assert shares[0] == pytest.approx(1 / 4) and shares[-1] == 1


def test_a_line_with_the_wrong_reason_leaves_a_small_hole() -> None:
    whole = evidence_is_elbo_plus_gap()
    steps = list(whole.steps)
    steps[1] = Step("=", steps[1].right, (rules.tower,))
    report = grade(Derivation(whole.start, steps=tuple(steps)), whole.goal)  # type: ignore[arg-type]
    assert 0.5 <= report.fraction <= MOST_FOR_A_PART


def test_both_ends_count() -> None:
    whole = kl_is_nonnegative()
    steps = list(whole.steps)
    steps[2] = Step(">=", steps[2].right, (rules.jensen("log is convex"),))
    report = grade(Derivation(whole.start, steps=tuple(steps)), whole.goal)  # type: ignore[arg-type]
    assert report.status == "wrong-rule" and report.fraction == pytest.approx(0.75)


def test_padding_is_worth_nothing() -> None:
    """Right lines that lead nowhere, then a jump to the goal."""
    goal = equal(log(p(x)), ELBO + KL(Q, POSTERIOR))
    jump = Derivation(log(p(x))).eq(goal.right, by="algebra")
    padded = Derivation(log(p(x)))
    for extra in range(1, 12):
        padded = padded.eq(log(p(x)) + extra * log(JOINT) - extra * log(JOINT), by="algebra")
        padded = padded.eq(log(p(x)) + KL(Q, PRIOR) - KL(Q, PRIOR), by="algebra")
    padded = padded.eq(E(PRIOR, log(p(x))), by="constant").eq(E(PRIOR, E(Q, log(p(x)))), by="constant")
    padded = padded.eq(goal.right, by="algebra")
    assert all(verdict.ok for verdict in padded.check().verdicts[:-1])
    assert grade(jump, goal).fraction == 0  # type: ignore[arg-type]
    assert grade(padded, goal).fraction == 0  # type: ignore[arg-type]


def test_the_goal_written_down_is_worth_nothing() -> None:
    for name, build in CHAINS.items():
        goal = build().goal
        assert goal is not None
        written = Derivation(goal.left)._then(goal.relation, goal.right, "algebra")
        report = grade(written, goal)
        assert report.fraction in (0, 1) and (report.fraction == 0 or report.proved), name


def test_a_false_line_in_the_middle_costs_what_lies_between() -> None:
    whole = evidence_is_elbo_plus_gap()
    steps = list(whole.steps)
    steps[3] = Step("=", ELBO, (rules.log,))
    steps[4] = Step("=", ELBO, (rules.algebra,))
    report = grade(Derivation(whole.start, steps=tuple(steps)), whole.goal)  # type: ignore[arg-type]
    assert report.status == "false" and 0 < report.fraction < 1


def test_mixed_directions_are_worth_nothing() -> None:
    chain = (
        Derivation(log(p(x)))
        .eq(ELBO + KL(Q, POSTERIOR), by="algebra")
        .ge(ELBO, by="kl >= 0")
        .le(log(p(x)), by="jensen")
    )
    assert grade(chain, log(p(x)) >= ELBO).fraction == 0


def test_half_of_a_bound_from_one_end() -> None:
    """Everything up to Jensen, then nothing: what is left is Jensen and a definition."""
    begun = Derivation(kl_is_nonnegative().start, steps=kl_is_nonnegative().steps[:3])
    report = grade(begun, KL(Q, PRIOR) >= 0)
    assert 0 < report.fraction < 1
    assert z in E(Q, log(PRIOR)).bound
