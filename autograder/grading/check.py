"""Checks a single notebook, wherever it lies: what its learner, or whoever helps them, wants to know first."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Course, Unit
from autograder.errors import UserError
from autograder.feedback.text import plain
from autograder.grading.assignment import Assignment, load_assignment, load_public
from autograder.grading.extras import extra_files
from autograder.grading.files import MAX_NOTEBOOK, Unreadable, read_regular
from autograder.grading.grade_one import Graded, judge_contents
from autograder.grading.launching import NoSandbox, Warm, launcher, wait_until_warm
from autograder.grading.outcome import Outcome
from autograder.grading.reading import Handed, Malformed, Reader
from autograder.grading.submission import Contents
from autograder.grading.table import number


@dataclass
class Checked:
    """What became of the notebook; whether hidden parts had a share in it, and whether it ran in a sandbox."""

    graded: Graded
    hidden: bool
    isolated: bool

    @property
    def passed(self) -> bool:
        """Every check passed, and nothing went wrong."""
        outcome = self.graded.outcome
        return outcome.status == "graded" and all(check["status"] == "passed" for check in outcome.checks)

    def report(self) -> str:
        """What a person reads: a card for each check, what was mended, what went wrong, the sum."""
        outcome = self.graded.outcome
        tested = [cell for cell in self.graded.cells if cell.cell is not None and cell.cell.tested]
        cards = [cell.outputs[-2]["data"]["text/plain"] for cell in tested]
        said = [*(f"Mended: {sentence}." for sentence in outcome.repairs), f"Trouble: {outcome.reason}."]
        return plain("\n".join([*cards, "", *(said if outcome.reason else said[:-1]), self._sum()]))

    def _sum(self) -> str:
        outcome = self.graded.outcome
        automatic = sum(check["max_points"] for check in outcome.checks)
        waiting = f", {number(outcome.manual_max_points)} more for a person to give" if outcome.needs_manual else ""
        share = "" if self.hidden else "; hidden parts decide on more in grading"
        return f"{outcome.assignment}: {number(outcome.score)} of {number(automatic)} points by checks{waiting}{share}."


def check_notebook(course: Course, path: Path) -> Checked:
    """Repairs and judges the notebook at `path`. Raises UserError when it can't be read or belongs to no unit."""
    contents, handed = _read(path)
    unit = _unit(course, path)
    assignment = load_assignment(unit, 0) if unit.instructor_notebook.is_file() else load_public(unit)
    outcome = Outcome("", unit.name, "", max_score=assignment.template.max_score)
    with _kernels(course, unit, assignment) as (kernels, isolated):
        return Checked(judge_contents(contents, handed, assignment, kernels, outcome), assignment.hidden, isolated)


def _read(path: Path) -> tuple[Contents, Handed]:
    repairs: list[str] = []
    try:
        raw = read_regular(path.parent, (path.name,), MAX_NOTEBOOK)
        with Reader() as reader:
            handed = reader.read(raw)
    except FileNotFoundError:
        raise UserError(f"there is no folder {path.parent}", "Give the path of a notebook") from None
    except (Unreadable, Malformed) as why:
        raise UserError(f"{path} can't be checked: {why}", "Give the path of a notebook") from None
    return Contents(raw, extra_files(path.parent, (), repairs), repairs), handed


def _unit(course: Course, path: Path) -> Unit:
    """The unit whose name the notebook bears, or the folder that it lies in."""
    for said in (path.stem, path.absolute().parent.name):
        for name, unit in course.units.items():
            if name in said:
                return unit
    known = ", ".join(course.units)
    raise UserError(f"{path.name} is the notebook of no unit", f"It should bear a unit's name: {known}")


@contextmanager
def _kernels(course: Course, unit: Unit, assignment: Assignment) -> Iterator[tuple[Warm, bool]]:
    """Kernels in a sandbox, or where there can be none as plain processes; and which of the two."""
    with ExitStack() as stack:
        try:
            found, isolated = stack.enter_context(launcher(course, unit, isolated=True)), True
            wait_until_warm(found)
        except NoSandbox:
            found, isolated = stack.enter_context(launcher(course, unit, isolated=False)), False
        kernels = Warm(found, assignment.seed, ahead=False)
        stack.callback(kernels.close)
        yield kernels, isolated
