"""What a run is to do: which submissions there are, who is missing, which lines of an earlier run still hold."""

from dataclasses import dataclass, field
from pathlib import Path

from autograder.course import Course, Unit
from autograder.errors import UserError
from autograder.grading.submission import Submission, discover, unknown_folders


@dataclass
class Plan:
    """`submissions` and `absent` (student, assignment) together are what ends up in outcomes.jsonl; `strangers` handed
    in without being on the roster; `unknown` are folders beside the submissions that are no unit's."""

    units: list[Unit]
    submissions: list[Submission]
    absent: list[tuple[str, str]] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def order(self) -> list[tuple[str, str]]:
        """Every student and assignment, by assignment as the course orders them, then by student."""
        place = {unit.name: number for number, unit in enumerate(self.units)}
        keys = [(s.student, s.assignment) for s in self.submissions] + self.absent
        return sorted(set(keys), key=lambda key: (place[key[1]], key[0]))

    def of(self, unit: Unit) -> list[Submission]:
        return [submission for submission in self.submissions if submission.assignment == unit.name]


def make_plan(course: Course, submitted: Path, assignment: str | None, expected: list[str] | None) -> Plan:
    """The plan for the folder `submitted`; `expected` are the students of whom a submission is expected. Raises
    UserError when there is nothing to grade."""
    chosen = [course.unit(assignment)] if assignment else list(course.units.values())
    submissions = discover(submitted, [unit.name for unit in chosen])
    units = [unit for unit in chosen if assignment or any(s.assignment == unit.name for s in submissions)]
    if not submissions and not (expected and units):
        names = assignment or ", ".join(unit.name for unit in chosen)
        raise UserError(f"no submission in {submitted}", f"Expected: {submitted}/STUDENT/ASSIGNMENT/, with {names}")
    there = {(s.student, s.assignment) for s in submissions}
    absent = [(student, unit.name) for unit in units for student in expected or [] if (student, unit.name) not in there]
    strangers = sorted({s.student for s in submissions} - set(expected)) if expected is not None else []
    return Plan(units, submissions, absent, strangers, unknown_folders(submitted, set(course.units)))
