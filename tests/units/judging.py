"""A unit's checks at hand for a test: judge answers in this process, and say what failed."""

import warnings
from collections.abc import Mapping
from typing import Any

from autograder.checks import run
from autograder.checks.loading import load
from autograder.checks.verdict import Verdict
from autograder.course import Course
from autograder.local import Local
from autograder.student import Student


class Judge:
    """Judges namespaces by the checks of a unit, hidden ones included unless told, for one point each."""

    def __init__(self, unit: str) -> None:
        self.unit = Course.find().unit(unit)
        self.check = load(self.unit.public, self.unit.hidden)
        self.names = self.check.names

    def __call__(self, name: str, namespace: Mapping[str, Any], seed: int = 0, hidden: bool = True) -> Verdict:
        with warnings.catch_warnings():  # a learner's own kernel only prints them
            warnings.simplefilter("ignore")
            return run(self.check, name, Student(Local(dict(namespace))), 1.0, seed, hidden)

    def mistakes(self) -> list[tuple[str, Any]]:
        """(exercise, known mistake), all of them; `labels` names them for parametrize."""
        return [(name, mistake) for name, mistakes in self.check.mistakes.items() for mistake in mistakes]


def labels(mistakes: list[tuple[str, Any]]) -> list[str]:
    return [f"{name}-{mistake.name}" for name, mistake in mistakes]


def failures(result: Verdict) -> list[tuple[str, str]]:
    """(part, message) of the parts that failed."""
    return [(part.name, part.message) for part in result.parts if not part.ok]
