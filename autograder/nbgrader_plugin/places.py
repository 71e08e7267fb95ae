"""Where nbgrader keeps what concerns one submission: asked from its own configuration, whatever the layout."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory

from autograder.course import Course, Unit
from autograder.errors import UserError
from autograder.grading.template import Template, make_template

Notebook = dict[str, Any]


@dataclass(frozen=True)
class Places:
    """One submitted notebook, as nbgrader names it."""

    directory: CourseDirectory
    student: str
    assignment: str
    notebook: str
    url: str

    @classmethod
    def of(cls, config: Any, resources: dict[str, Any]) -> "Places":
        """From a preprocessor's configuration and resources."""
        names = resources["nbgrader"]
        directory = CourseDirectory(config=config)
        return cls(directory, names["student"], names["assignment"], names["notebook"], names["db_url"])

    def folder(self, step: str, student: str) -> Path:
        """The folder of this assignment for one of nbgrader's steps."""
        return Path(os.path.abspath(self.directory.format_path(step, student, self.assignment)))

    @property
    def submitted(self) -> tuple[Path, tuple[str, ...]]:
        """The folder of all submissions, and the way from there to this one."""
        folder = self.folder(self.directory.submitted_directory, self.student)
        root = Path(os.path.abspath(os.path.join(self.directory.root, self.directory.submitted_directory)))
        return root, folder.relative_to(root).parts

    @property
    def source(self) -> Path:
        return self.folder(self.directory.source_directory, ".")

    @property
    def unit(self) -> Unit | None:
        """The unit of our course that this is; None in a course of nbgrader's own."""
        try:
            units = Course.find(Path(self.directory.root)).units
        except UserError:
            return None
        return units.get(self.assignment) if self.notebook == self.assignment else None

    def template(self) -> Template:
        """The assignment as the gradebook has it, in the order of the released notebook. As in nbgrader, the gradebook
        decides: it holds the tests with their hidden parts, and the answers as they were given out."""
        stored = self._stored()
        known = {_grade_id(cell): cell for cell in stored["cells"]}
        released = _read(self.folder(self.directory.release_directory, "."), self.notebook)
        source = None if released else _read(self.source, self.notebook)
        notebook = released or source or stored
        for cell in notebook["cells"]:
            original = known.get(_grade_id(cell), cell)
            if notebook is source or _is_answer(original):
                cell["source"] = original["source"]
        return make_template(stored, notebook)

    def _stored(self) -> Notebook:
        with Gradebook(self.url) as gradebook:
            notebook = gradebook.find_notebook(self.notebook, self.assignment)
            grades = {cell.name: cell.max_score for cell in notebook.grade_cells}
            tasks = {cell.name: cell.max_score for cell in notebook.task_cells}
            answers = {cell.name for cell in notebook.solution_cells}
            return {"cells": [_cell(cell, grades, tasks, answers) for cell in notebook.source_cells]}


def _cell(cell: Any, grades: dict[str, float], tasks: dict[str, float], answers: set[str]) -> Notebook:
    name = cell.name
    flags = {"grade": name in grades, "task": name in tasks, "solution": name in answers, "locked": cell.locked}
    points = grades.get(name, tasks.get(name, 0.0))
    grader = {"grade_id": name, "points": points, **flags}
    return {"cell_type": cell.cell_type, "source": cell.source, "metadata": {"nbgrader": grader}}


def _read(folder: Path, notebook: str) -> Notebook | None:
    import nbformat

    path = folder / f"{notebook}.ipynb"
    return dict(nbformat.read(path, as_version=4)) if path.is_file() else None


def _is_answer(cell: Notebook) -> bool:
    return bool(cell.get("metadata", {}).get("nbgrader", {}).get("solution"))


def _grade_id(cell: Notebook) -> str | None:
    return cell.get("metadata", {}).get("nbgrader", {}).get("grade_id")
