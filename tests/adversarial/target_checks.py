"""What the attacks are aimed at: two exercises whose inputs are drawn afresh in every run."""

import numpy as np

from autograder import expect
from autograder.checks import Checks, part, rng
from autograder.student import Student

check = Checks("00_target")


@check(hidden=1)
def double(student: Student) -> None:
    """Twice a number."""
    with part("of numbers"):
        for x in rng().uniform(-9, 9, 3).tolist():
            expect.close(student.double(x), 2 * x)


@check(hidden=1)
def triangle(student: Student) -> None:
    """1 + 2 + … + n in closed form."""
    with part("for small n"):
        for n in rng().integers(3, 50, 3).tolist():
            expect.close(student.triangle(n), sum(range(n + 1)))
    with part("for a large n"):  # where only a closed form answers in time
        n = int(rng().integers(10**14, 10**15))
        expect.close(student.triangle(n), np.float64(n) * (n + 1) / 2)
