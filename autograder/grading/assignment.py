"""What grading knows of an assignment before it opens a submission: template, checks, limits, instructor's files."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.checks import Checks, run
from autograder.checks.loading import load
from autograder.course import Unit
from autograder.errors import UserError
from autograder.grading.extras import Files, extra_files
from autograder.grading.template import Template, read_template
from autograder.limits import Limits
from autograder.student import Student

PLAIN_TESTS = 'import os\nos.environ["NBGRADER_EXECUTION"] = "autograde"'  # as nbgrader tells its test cells


@dataclass(frozen=True)
class Assignment:
    """One unit, ready to be graded. `files` are the instructor's: they replace the learner's of the same name. Without
    `hidden`, only public parts are judged."""

    name: str
    template: Template
    checks: Checks | None
    limits: Limits
    seed: int = 0
    files: Files = field(default_factory=dict)
    hidden: bool = True

    @property
    def before(self) -> tuple[str, ...]:
        """Code that runs ahead of the notebook."""
        return (PLAIN_TESTS,) if self.template.has_plain_tests else ()


def load_assignment(unit: Unit, seed: int) -> Assignment:
    """The unit's template, and its public and hidden checks. Raises UserError when one of them isn't there."""
    if not unit.instructor_notebook.is_file():
        where = unit.instructor_notebook.parent
        raise UserError(
            f"there is no instructor's notebook in {where}",
            "Grading needs the course's solutions folder; if it is there, run: autograder build",
        )
    template = read_template(unit.instructor_notebook, unit.student_notebook)
    checks = load(unit.public, unit.hidden if unit.hidden.is_file() else None)
    for name in template.checks:
        checks.require(name)
    return Assignment(unit.name, template, checks, unit.limits, seed, instructor_files(unit.instructor_notebook.parent))


def load_public(unit: Unit) -> Assignment:
    """The unit as a learner has it, without the solutions: public checks only. Raises UserError."""
    if not unit.student_notebook.is_file():
        raise UserError(f"there is no notebook {unit.student_notebook}", "Is this the course's folder?")
    template = read_template(unit.student_notebook, unit.student_notebook)
    return Assignment(unit.name, template, load(unit.public), unit.limits, hidden=False)


def compute_truths(assignment: Assignment) -> None:
    """Runs every check once on somebody who answers nothing, so that what the checks compare with is there, for all
    workers, before they are forked."""
    if assignment.checks is not None:
        for name in assignment.template.checks:
            run(assignment.checks, name, Student(_Nobody()), 1.0, assignment.seed)


class _Nobody:
    def request(self, message: dict[str, Any], seconds: float) -> list[dict[str, str]]:
        return [{"missing": "anything"}] * len(message["calls"])


def instructor_files(where: Path) -> Files:
    """The files beside the instructor's notebook, which are handed out with it."""
    return extra_files(where, (), [])
