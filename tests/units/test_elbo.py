"""Unit 01's checks: right answers of any form pass, every known mistake is told apart and named, and proofs are judged
line by line."""

import types

import pytest

from autograder.checks import run
from autograder.derivation import KL, Derivation, E, H, log
from autograder.local import Local
from autograder.student import Student
from elboroom.checks import elbo_goals as goals
from elboroom.checks.elbo_goals import ELBO, POSTERIOR, Q, p, x, z
from tests.units import elbo_loops, elbo_numpy, elbo_torch
from tests.units.judging import Judge, failures, labels

judge = Judge("01_elbo")
UNIT, check = judge.unit, judge.check
PROOFS = [
    "elbo_is_reconstruction_minus_kl",
    "evidence_is_elbo_plus_gap",
    "evidence_under_the_integral",
    "free_energy",
    "maximum_likelihood_is_minimum_kl",
    "upper_bound_is_evidence_plus_kl",
]
CODE = [name for name in check.names if name not in [*PROOFS, "tight"]]
MISTAKES = judge.mistakes("tight")


@pytest.mark.parametrize("name", check.names)
def test_the_model_solution_passes_whatever_the_seed_and_without_a_warning(name):
    for seed in range(3):
        assert failures(run(check, name, Student(Local(judge.model)), 1.0, seed)) == []


@pytest.mark.parametrize("answers", [elbo_numpy, elbo_torch, elbo_loops], ids=lambda a: a.__name__)
@pytest.mark.parametrize("name", check.names)
def test_right_answers_of_another_kind_pass(name, answers):
    judge.assert_right(name, vars(answers))


@pytest.mark.parametrize(("name", "mistake"), MISTAKES, ids=labels(MISTAKES))
def test_a_known_mistake_is_rejected_by_its_name_alone(name, mistake):
    judge.assert_named(name, {name: mistake.returns}, mistake, hidden=True)


def test_a_message_begins_as_a_sentence_or_with_a_formula():
    assert all(mistake.says[0].isupper() or mistake.says[0] in "-l" for _, mistake in MISTAKES)


# Proofs --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PROOFS)
def test_half_a_proof_earns_a_part_and_a_bare_claim_nothing(name):
    whole = judge.model[name]
    shares = [
        judge(name, {name: Derivation(whole.start, None, whole.steps[:n])}).points for n in range(len(whole.steps))
    ]
    assert shares[0] == 0.0 and shares == sorted(shares) and 0 < shares[-1] < 1
    claimed = Derivation(whole.start).eq(whole.lines[-1], by="definition")
    assert judge(name, {name: claimed}).points == 0.0


def test_a_wrong_line_is_told_by_its_number():
    bad = (
        Derivation(ELBO).eq(E(Q, log(p(x, z)) - log(Q)), by="definition").eq(E(Q, log(p(x, z))) - H(Q), by="linearity")
    )
    result = judge("free_energy", {"free_energy": bad})
    assert result.message.startswith("Line 2 (false)") and result.points < 1.0


def test_the_proof_by_bayes_must_begin_with_the_gap():
    name = "evidence_is_elbo_plus_gap"
    other = Derivation(log(p(x))).eq(E(Q, log(p(x))), by="constant").eq(E(Q, log(p(x, z) / POSTERIOR)), by="chain rule")
    other = other.eq(E(Q, log(p(x, z) / Q)) + E(Q, log(Q / POSTERIOR)), by="linearity").eq(
        ELBO + KL(Q, POSTERIOR), by="definition"
    )
    assert other.check().proved
    assert "begin" in judge(name, {name: other}).message


def test_goals_and_first_lines_in_the_notebook_are_those_of_the_checks():
    model = judge.model
    exercises = (
        goals.SPLIT,
        goals.BY_BAYES,
        goals.UNDER_THE_INTEGRAL,
        goals.FREE_ENERGY,
        goals.TWO_MODELS,
        goals.ABOVE,
    )
    for name, exercise in zip(PROOFS, exercises, strict=True):
        assert str(model[name].goal) == str(exercise["goal"])
        assert str(model[name].start) == str(exercise.get("start", model[name].start))


# What a learner could import -----------------------------------------------------------------------------------------


def test_no_picture_that_a_learner_could_import_answers_an_exercise():
    assert UNIT.kernel == ("elboroom.plots", "elboroom.widgets", "autograder.derivation")
    from elboroom import widgets
    from elboroom.plots import elbo as plots
    from elboroom.plots import picture

    found = [f for m in (plots, picture, widgets) for f in vars(m).values() if isinstance(f, types.FunctionType)]
    for function in found:
        for name in CODE:
            assert judge(name, {name: function}).points == 0.0
