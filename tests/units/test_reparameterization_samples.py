"""Unit 04's sample class is made of today's notebook, and each submission earns what its name says."""

import numpy as np
import pytest
import torch

from autograder.checks.loading import points_of
from samples.make_04_reparameterization import CLASS
from tests.units import reparameterization_answers as answers
from tests.units.judging import Judge
from tests.units.sample_class import assert_all_or_nothing, shares

judge = Judge("04_reparameterization")
GIVEN = {
    "np": np,
    "torch": torch,
    "f": lambda z, x, theta, phi: answers.weight(x, theta, phi, z),
    "log_likelihood": lambda x, z: -0.5 * answers.LOG_2PI - 0.5 * (x - z) ** 2,
    "log_q": lambda z, phi: np.log(phi) - phi * z,
    "log_joint": lambda z, x, theta: -0.5 * answers.LOG_2PI - 0.5 * (x - z) ** 2 + np.log(theta) - theta * z,
}


@pytest.mark.parametrize(
    ("student", "lost"),
    [
        ("ada-numpy", []),
        ("ben-torch", []),
        ("chloe-loops", []),
        ("dana-other-maps", []),
        ("hana-half-done", judge.names[6:]),
        ("ivo-blank", judge.names),
        ("jo-crashes", ["exponential_from_uniform", "gaussian_diagonal", "optimal_baseline"]),
    ],
)
def test_a_submission_earns_all_of_an_exercise_or_nothing(student, lost):
    assert_all_or_nothing(judge, GIVEN, CLASS[student], lost)


@pytest.mark.parametrize(
    ("student", "total"), [("emil-rates-for-means", 17.79), ("fay-as-in-the-notes", 12.33), ("gil-draws-inside", 23.33)]
)
def test_a_submission_with_mistakes_earns_part(student, total):
    earned = shares(judge, GIVEN, CLASS[student])
    assert sum(points_of(judge.check, name) * share for name, share in earned.items()) == pytest.approx(
        total, abs=0.005
    )
