"""What a learner's kernel is asked for: a seed that says nothing about the inputs of the checks; torch where it is
used."""

from typing import Any

import pytest

from autograder.grading.assignment import Assignment
from autograder.grading.grade_one import judge_contents
from autograder.grading.launching import Warm, of_kernels
from autograder.grading.outcome import Outcome
from autograder.grading.submission import Contents
from autograder.limits import Limits
from autograder.sandbox.zygote import Zygote
from tests.grading import example
from tests.grading.kernels import InProcess


class Launcher:
    def __init__(self) -> None:
        self.seeds: list[int] = []

    def launch(self, seed: int = 0, torch: bool = False) -> Any:
        self.seeds.append(seed)
        return InProcess()


def test_kernels_are_seeded_alike_in_runs_of_one_seed_and_never_by_the_runs_own() -> None:
    launcher = Launcher()
    Warm(launcher, 7)()
    assert launcher.seeds == [of_kernels(7)] * 2 and 7 not in launcher.seeds
    assert of_kernels(7) == of_kernels(7) != of_kernels(8)
    assert 0 <= of_kernels(2**52 - 1) < 2**32


class Sparing(Zygote):
    """A zygote that does not import torch at the start; it notes who asks for it."""

    def __init__(self, torch: bool) -> None:
        self.torch, self.asked = torch, []  # type: ignore[var-annotated]

    def launch(self, seed: int = 0, torch: bool = False) -> Any:
        self.asked.append(torch)
        return InProcess()


NAMES_IT = f"# with torch\n{example.DOUBLE}"


@pytest.mark.parametrize(
    ("answer", "has", "asked"),
    [(example.DOUBLE, False, False), (NAMES_IT, False, True), (NAMES_IT, True, False)],
)
def test_who_uses_torch_where_the_unit_does_not_gets_a_kernel_that_has_it(answer: str, has: bool, asked: bool) -> None:
    launcher, handed = Sparing(has), example.handed(example.notebook(answer, example.TRIPLE, ""))
    assignment = Assignment("00_example", example.template(), example.checks(), Limits())
    kernels, outcome = Warm(launcher, 7, ahead=False), Outcome("ada", "00_example", "")
    graded = judge_contents(Contents(b"", {}, []), handed, assignment, kernels, outcome)
    assert launcher.asked == [asked] and graded.outcome.score == 5.0
    kernels.close()
