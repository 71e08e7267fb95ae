"""The check of a proof: a variable that holds a derivation, judged line by line."""

from typing import Any

from autograder import expect
from autograder.checks import Checks, part
from autograder.student import Student


def proof(check: Checks, name: str, says: str, **exercise: Any) -> None:
    """Registers on `check` the check of a proof: a variable called `name` that holds a derivation of the goal.

    `says` is the sentence on the card; `exercise` are the arguments of `expect.proves`."""

    def proved(student: Student) -> None:
        with part("is proved, line by line"):
            expect.proves(student.value(name), **exercise)

    proved.__name__, proved.__doc__ = name, says
    check(proved)
