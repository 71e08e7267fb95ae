"""Unit 04's sample class is made of today's notebook, and each submission earns what its name says."""

import contextlib
import json
import warnings

import numpy as np
import pytest
import torch

from autograder.checks import run
from autograder.checks.loading import load
from autograder.course import Course
from autograder.local import Local
from autograder.student import Student
from samples.make_04_reparameterization import CLASS
from tests.units import reparameterization_answers as answers

UNIT = Course.find().unit("04_reparameterization")
check = load(UNIT.public, UNIT.hidden)
POINTS = json.loads((UNIT.root / "elboroom" / "checks" / "points.json").read_text())[UNIT.name]


GIVEN = {
    "np": np,
    "torch": torch,
    "f": lambda z, x, theta, phi: answers.weight(x, theta, phi, z),
    "log_likelihood": lambda x, z: -0.5 * answers.LOG_2PI - 0.5 * (x - z) ** 2,
    "log_q": lambda z, phi: np.log(phi) - phi * z,
    "log_joint": lambda z, x, theta: -0.5 * answers.LOG_2PI - 0.5 * (x - z) ** 2 + np.log(theta) - theta * z,
}


def earned(handed_in):
    """Exercise -> share of its points, without what would end the process."""
    namespace = dict(GIVEN)
    for source in handed_in.values():
        if "os._exit" not in source:
            with contextlib.suppress(SyntaxError):
                exec(source, namespace)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {name: run(check, name, Student(Local(namespace)), 1.0).points for name in check.names}


@pytest.mark.parametrize(
    ("student", "lost"),
    [
        ("ada-numpy", []),
        ("ben-torch", []),
        ("chloe-loops", []),
        ("dana-other-maps", []),
        ("hana-half-done", list(POINTS)[6:]),
        ("ivo-blank", list(POINTS)),
        ("jo-crashes", ["exponential_from_uniform", "gaussian_diagonal", "optimal_baseline"]),
    ],
)
def test_a_submission_earns_all_of_an_exercise_or_nothing(student, lost):
    assert earned(CLASS[student]) == {name: 0.0 if name in lost else 1.0 for name in check.names}


@pytest.mark.parametrize(
    ("student", "total"), [("emil-rates-for-means", 17.79), ("fay-as-in-the-notes", 12.33), ("gil-draws-inside", 23.33)]
)
def test_a_submission_with_mistakes_earns_part(student, total):
    shares = earned(CLASS[student])
    assert sum(POINTS[name] * share for name, share in shares.items()) == pytest.approx(total, abs=0.005)
