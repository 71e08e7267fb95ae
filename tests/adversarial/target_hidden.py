"""The hidden parts of the target."""

import numpy as np

from autograder import expect
from autograder.checks import part, rng
from autograder.student import Student
from tests.adversarial.target_checks import check


@check.hidden
def double(student: Student) -> None:
    with part("of arrays"):
        x = rng().normal(size=(3, 4))
        expect.close(student.double(x), 2 * x)


@check.hidden
def triangle(student: Student) -> None:
    with part("for more n"):
        for n in rng().integers(50, 500, 3).tolist():
            expect.close(student.triangle(n), np.arange(n + 1).sum())
