"""The public checks of the tiny unit."""

from autograder import expect
from autograder.checks import Checks, part
from autograder.student import Student

check = Checks("tiny")


@check
def double(student: Student) -> None:
    """Twice the number."""
    with part("matches its definition"):
        expect.close(student.double(3.0), 6.0)


@check
def parity(student: Student) -> None:
    """Twice a whole number is even."""
    with part("is right"):
        expect.equal(student.value("parity"), "even")
