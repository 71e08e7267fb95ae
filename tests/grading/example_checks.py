"""The checks of the example course: two exercises of two parts each."""

import numpy as np

from autograder import expect
from autograder.checks import Checks, part
from autograder.student import Student

check = Checks("00_example")


@check
def double(student: Student) -> None:
    """Twice a number."""
    with part("of a number"):
        expect.close(student.double(2.0), 4.0)
    with part("of an array"):
        expect.close(student.double(np.array([1.0, -3.0])), np.array([2.0, -6.0]))


@check(hidden=1)
def triple(student: Student) -> None:
    """Three times a number."""
    with part("of a number"):
        expect.close(student.triple(2.0), 6.0)
