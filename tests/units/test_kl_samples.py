"""Unit 02's sample class is made of today's notebook, and each submission earns what its name says."""

import numpy as np
import pytest
import sympy

from autograder import derivation
from elboroom.checks import kl_goals as goals
from samples.make_02_kl import CLASS
from tests.units.judging import Judge
from tests.units.sample_class import assert_all_or_nothing, shares

judge = Judge("02_kl")


def ln(values):
    with np.errstate(divide="ignore"):
        return np.log(np.asarray(values, dtype=float))


GIVEN = {name: getattr(derivation, name) for name in ("KL", "Density", "Derivation", "E", "equal", "integral", "log")}
GIVEN |= {name: getattr(goals, name) for name in ("z", "q", "p", "z1", "z2", "Q", "P")}
GIVEN |= {"np": np, "sympy": sympy, "ln": ln, "display": lambda shown: None}


@pytest.mark.parametrize(
    ("student", "lost"),
    [
        ("ada-numpy", []),
        ("ben-torch", []),
        ("chloe-loops", []),
        ("gil-half-done", judge.names[6:]),
        ("hana-blank", judge.names),
        ("ivo-crashes", ["jensen_gap", "kl_normal", "best_diagonal"]),
    ],
)
def test_a_submission_earns_all_of_an_exercise_or_nothing(student, lost):
    assert_all_or_nothing(judge, GIVEN, CLASS[student], lost)


WRONG = {
    "dana-wrong-way-round": [
        "kl_discrete", "kl_normal_general", "kl_of_products", "half_factorised", "kl_mvn", "best_diagonal",
    ],
    "emil-as-in-the-sources": [
        "symmetric_but_different", "kl_is_nonnegative", "kl_normal_general", "kl_normal", "kl_standard_normal",
    ],
    "fay-shortcuts": [
        "kl_discrete", "jensen_gap", "kl_is_nonnegative", "kl_is_additive", "kl_of_products", "half_factorised",
        "kl_monte_carlo",
    ],
}  # fmt: skip


@pytest.mark.parametrize("student", WRONG)
def test_a_submission_with_mistakes_loses_points_just_there(student):
    earned = shares(judge, GIVEN, CLASS[student])
    lost = {name for name, share in earned.items() if share < 1}
    assert lost <= set(WRONG[student])
    assert {name for name in WRONG[student] if name in CLASS[student]} - {"half_factorised", "kl_of_products"} <= lost
