"""A unit's checks at hand for a test: judge answers in this process, say what failed, and assert what is asked of every
right answer and of every known mistake."""

import re
import sys
import warnings
from collections.abc import Iterable, Mapping
from functools import cached_property
from types import ModuleType
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

from autograder.build.read import read_master
from autograder.checks import run
from autograder.checks.loading import load
from autograder.checks.registry import Mistake
from autograder.checks.verdict import Verdict
from autograder.course import Course
from autograder.local import Local
from autograder.mutants.unit import worked_out
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

    @cached_property
    def model(self) -> dict[str, Any]:
        """The names of the master, worked out, but for what takes training."""
        InteractiveShell.clear_instance()  # or units would write their names over each other's
        return dict(worked_out(read_master(self.unit)))

    @cached_property
    def written(self) -> dict[str, list[str]]:
        """Exercise -> the functions and classes that its solution defines, where it defines any and trains nothing."""
        cells = read_master(self.unit).named("solution")
        asked = {name: cells[name].source for name in self.names if "run" not in cells[name].tags}
        defined = {name: re.findall(r"^(?:def|class) (\w+)", source, re.M) for name, source in asked.items()}
        return {name: names for name, names in defined.items() if names}

    @property
    def hidden(self) -> ModuleType:
        """The unit's hidden file, which holds its closed forms."""
        return sys.modules[f"_hidden_{self.unit.name}"]

    def mistakes(self, *but: str) -> list[tuple[str, Mistake]]:
        """(exercise, known mistake), all of them but those of some exercises; `labels` names them for parametrize."""
        known = self.check.mistakes.items()
        return [(name, mistake) for name, mistakes in known if name not in but for mistake in mistakes]

    def assert_right(self, name: str, namespace: Mapping[str, Any], seeds: Iterable[int] = (0, 1)) -> None:
        """All points, and no part failed, whatever the seed."""
        for seed in seeds:
            result = self(name, namespace, seed)
            assert (result.status, failures(result), result.points) == ("passed", [], 1.0)

    def assert_named(
        self, name: str, namespace: Mapping[str, Any], mistake: Mistake, hidden: bool = False, any_order: bool = True
    ) -> None:
        """Rejected by the public parts, by this name and in its words alone, in whatever order the mistakes are tried
        (unless told) and whatever the hidden parts would add (where they are asked to)."""
        known = self.check.mistakes[name]
        for seed, order, whole in ((0, known, hidden), (1, known[::-1] if any_order else known, False)):
            self.check.mistakes[name] = order
            try:
                result = self(name, namespace, seed, whole)
            finally:
                self.check.mistakes[name] = known
            public = [part for part in result.parts if part.public]
            assert sum(part.weight * part.share for part in public) < sum(part.weight for part in public) - 1e-9
            assert result.points < 1.0 - (0.0 if whole else result.hidden_share) - 1e-9
            assert (result.mistake, result.message) == (mistake.name, mistake.says)


def labels(mistakes: list[tuple[str, Mistake]]) -> list[str]:
    return [f"{name}-{mistake.name}" for name, mistake in mistakes]


def failures(result: Verdict) -> list[tuple[str, str]]:
    """(part, message) of the parts that failed."""
    return [(part.name, part.message) for part in result.parts if not part.ok]
