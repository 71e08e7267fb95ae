"""The first unit's launcher, started before anything heavy is imported: nothing takes as long as to be ready for it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

from autograder.course import Course, Unit
from autograder.grading import launching
from autograder.grading.submission import discover


class Ahead:
    """To be called as `launching.launcher` is. For the unit whose launcher has been started, it gives that one."""

    def __init__(self, unit: Unit | None) -> None:
        self.unit, self.launched, self.open = unit, None, ExitStack()

    def start(self, course: Course, isolated: bool) -> None:
        if self.unit is not None:
            self.launched = self.open.enter_context(launching.launcher(course, self.unit, isolated))

    def __call__(self, course: Course, unit: Unit, isolated: bool) -> AbstractContextManager[Any]:
        if unit is not self.unit:
            return launching.launcher(course, unit, isolated)
        self.unit = None  # whoever comes next gets another
        return self._taken()

    @contextmanager
    def _taken(self) -> Iterator[Any]:
        with self.open:
            yield self.launched


@contextmanager
def started_ahead(course: Course, submitted: Path, assignment: str | None, isolated: bool) -> Iterator[Ahead]:
    """Starts the launcher of the first unit that something was handed in for, if any. Raises NoSandbox, and UserError
    for an unknown assignment."""
    units = [course.unit(assignment)] if assignment else list(course.units.values())
    handed_in = {submission.assignment for submission in discover(submitted, [unit.name for unit in units])}
    ahead = Ahead(next((unit for unit in units if unit.name in handed_in), None))
    with ahead.open:
        ahead.start(course, isolated)
        yield ahead
