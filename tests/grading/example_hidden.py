"""The hidden parts of the example course's checks."""

from autograder import expect
from autograder.checks import part
from autograder.student import Student
from tests.grading.example_checks import check


@check.hidden
def triple(student: Student) -> None:
    with part("of a negative number"):
        expect.close(student.triple(-1.0), -3.0)
