"""What a learner's kernel is seeded with says nothing about the inputs of the checks."""

from typing import Any

from autograder.grading.launching import Warm, of_kernels


class Launcher:
    def __init__(self) -> None:
        self.seeds: list[int] = []

    def launch(self, seed: int = 0) -> Any:
        self.seeds.append(seed)
        return object()


def test_kernels_are_seeded_alike_in_runs_of_one_seed_and_never_by_the_runs_own() -> None:
    launcher = Launcher()
    Warm(launcher, 7)()
    assert launcher.seeds == [of_kernels(7)] * 2 and 7 not in launcher.seeds
    assert of_kernels(7) == of_kernels(7) != of_kernels(8)
    assert 0 <= of_kernels(2**52 - 1) < 2**32
