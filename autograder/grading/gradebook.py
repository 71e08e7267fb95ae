"""Writes outcomes into nbgrader's gradebook, through nbgrader's own API, as `nbgrader autograde` would.

A person's scores and comments are never touched: where there is one, the cell is marked as needing a look again.
"""

import os
import sysconfig
from pathlib import Path
from typing import Any

from autograder.errors import UserError
from autograder.grading.assignment import Assignment
from autograder.grading.grade_one import Grade
from autograder.grading.outcome import Outcome

NO_RESPONSE = "No response."  # nbgrader's own words


class GradebookWriter:
    """The gradebook at `url`. A context manager."""

    def __init__(self, url: str, course_root: Path) -> None:
        from nbgrader.api import Gradebook

        _find_programs()
        try:
            self.gradebook = Gradebook(url, course_id(course_root))
        except Exception as error:  # SQLAlchemy's, of many kinds
            reason = str(error).splitlines()[0]
            raise UserError(f"the gradebook {url} can't be opened ({reason})", "As in sqlite:///gradebook.db") from None
        self.url = url

    def __enter__(self) -> "GradebookWriter":
        return self

    def __exit__(self, *exception: object) -> None:
        self.gradebook.close()

    def students(self) -> list[str]:
        """Everyone on the course."""
        return [student.id for student in self.gradebook.students]

    def enrol(self, students: list[str]) -> None:
        """Adds students who aren't there yet."""
        known = set(self.students())
        for student in students:
            if student not in known:
                self.gradebook.add_student(student)

    def prepare(self, assignment: Assignment) -> None:
        """Makes the assignment's cells known, as `nbgrader generate_assignment` does."""
        from nbgrader.preprocessors import ComputeChecksums, SaveCells

        self.gradebook.update_or_create_assignment(assignment.name)
        notebook, resources = _template_notebook(assignment), self._resources(assignment)
        try:
            for step in (ComputeChecksums(), SaveCells()):
                notebook, resources = step.preprocess(notebook, resources)
        except RuntimeError as error:
            reason = f"the gradebook has other cells for {assignment.name} ({error})"
            raise UserError(reason, "Use another gradebook, or remove its submissions first") from None
        self.gradebook.db.expire_all()

    def has(self, student: str, assignment: str) -> bool:
        """Whether this submission has been graded into the gradebook."""
        from nbgrader.api import MissingEntry

        try:
            notebook = self.gradebook.find_submission_notebook(assignment, assignment, student)
        except MissingEntry:
            return False
        return any(grade.auto_score is not None for grade in notebook.grades)

    def write(self, outcome: Outcome, grades: list[Grade], timestamp: str = "") -> None:
        """Records a submission; one that had nothing to grade gets no points in any cell."""
        self.enrol([outcome.student])
        gradebook, name = self.gradebook, outcome.assignment
        with gradebook.db.no_autoflush:  # nbgrader's objects are not whole while it makes them
            gradebook.update_or_create_submission(name, outcome.student, **_when(timestamp))
        notebook = gradebook.find_submission_notebook(name, name, outcome.student)
        by_id = {grade.grade_id: grade for grade in grades}
        for stored in notebook.grades:
            points = by_id[stored.name].points if stored.name in by_id else 0.0 if not grades else None
            stored.auto_score = points
            stored.needs_manual_grade = stored.manual_score is not None or points is None
        for comment in notebook.comments:
            blank = not grades or (comment.name in by_id and by_id[comment.name].blank)
            comment.auto_comment = NO_RESPONSE if blank else None
        gradebook.db.commit()

    def _resources(self, assignment: Assignment) -> dict[str, Any]:
        names = {"assignment": assignment.name, "notebook": assignment.name}
        return {"nbgrader": {**names, "db_url": self.url}}


def _find_programs() -> None:
    """nbgrader calls the program alembic, which lies beside this Python's own programs, activated or not."""
    ours = sysconfig.get_path("scripts")
    path = os.environ.get("PATH", "")
    if ours not in path.split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([path, ours])


def course_id(course_root: Path) -> str:
    """The course's name in the gradebook: what nbgrader_config.py says, else nbgrader's default."""
    from traitlets.config.loader import PyFileConfigLoader

    if not (course_root / "nbgrader_config.py").is_file():
        return "default_course"
    config = PyFileConfigLoader("nbgrader_config.py", path=str(course_root)).load_config()
    return str(config.CourseDirectory.get("course_id", "default_course"))


def _template_notebook(assignment: Assignment) -> Any:
    from nbformat import from_dict

    from autograder.grading.reading import Handed
    from autograder.grading.repair import repair

    cells, _ = repair(Handed([]), assignment.template)
    whole = {"cells": [cell.to_notebook() for cell in cells], "metadata": assignment.template.metadata}
    return from_dict({**whole, "nbformat": 4, "nbformat_minor": 5})


def _when(timestamp: str) -> dict[str, Any]:
    """The time of submission as nbgrader keeps it, if it can be read."""
    from nbgrader.utils import parse_utc

    try:
        return {"timestamp": parse_utc(timestamp.strip())} if timestamp.strip() else {}
    except Exception:  # of many kinds, and the text may be a learner's
        return {}
