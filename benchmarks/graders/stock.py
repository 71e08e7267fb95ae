"""Stock nbgrader: a course whose notebook is unit 03 with plain asserts, and its grades.

The notebook has the cells that our grading executes, the same exercises and the same points; each `check(...)` has
become a cell of asserts. It does not import the checks. Our grading doesn't execute the cells tagged `run`, which draw
pictures; stock nbgrader executes what there is, so they are left out of its notebook unless `pictures` are wanted.
"""

import contextlib
import copy
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

from autograder.course import Course
from benchmarks.graders.asserts import HELPERS, plain_tests
from benchmarks.graders.handed_in import ROOT, UNIT, Notebook, source_of, write

IMPORTS_CHECK = "from elboroom.checks.exponential import check\n"


class StockCourse:
    """source/, submitted/ and a gradebook in a folder; `tests` are plain_tests of the unit."""

    def __init__(self, root: Path, tests: dict[str, str], pictures: bool = False) -> None:
        self.root, self.tests, self.pictures = root, tests, pictures
        os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # for alembic

    def prepare(self, submissions: dict[str, Notebook]) -> None:
        """Lays everything out, up to where `nbgrader autograde` begins."""
        path = ROOT / "solutions" / UNIT / f"{UNIT}.ipynb"
        instructor = self.with_asserts(json.loads(path.read_text(encoding="utf-8")))
        source = self.root / "source" / UNIT
        source.mkdir(parents=True)
        (source / f"{UNIT}.ipynb").write_text(json.dumps(instructor), encoding="utf-8")
        (self.root / "nbgrader_config.py").write_text("", encoding="utf-8")
        with contextlib.redirect_stderr(io.StringIO()):
            result = self._api().generate_assignment(UNIT)
        if not result["success"]:
            raise RuntimeError(result["log"])
        write({student: self.with_asserts(each) for student, each in submissions.items()}, self.root / "submitted")

    def with_asserts(self, notebook: Notebook) -> Notebook:
        """The notebook with asserts in its test cells."""
        kept = [cell for cell in notebook["cells"] if self.pictures or "run" not in cell["metadata"].get("tags", [])]
        cells = [self._plain(copy.deepcopy(cell)) for cell in kept]
        first = next(i for i, cell in enumerate(cells) if cell["cell_type"] == "code")
        metadata = {key: value for key, value in notebook["metadata"].items() if key != "autograder"}
        cells.insert(first + 1, _helpers(notebook))
        return notebook | {"cells": cells, "metadata": metadata}

    @property
    def command(self) -> list[str]:
        """What grades the whole course."""
        return [sys.executable, "-m", "nbgrader", "autograde", UNIT, "--log-level=ERROR"]

    def points(self) -> dict[str, dict[str, float]]:
        """Student -> check -> points."""
        from nbgrader.api import Gradebook

        found = {}
        with Gradebook(f"sqlite:///{self.root}/gradebook.db") as gradebook:
            for submission in gradebook.assignment_submissions(UNIT):
                (notebook,) = submission.notebooks
                tested = [grade for grade in notebook.grades if grade.name.startswith("check-")]
                found[submission.student.id] = {g.name.removeprefix("check-"): float(g.auto_score) for g in tested}
        return found

    def _plain(self, cell: dict[str, Any]) -> dict[str, Any]:
        _, _, check = cell["metadata"].get("nbgrader", {}).get("grade_id", "").partition("check-")
        cell["source"] = self.tests[check] if check else source_of(cell).replace(IMPORTS_CHECK, "")
        return cell

    def _api(self) -> Any:
        from nbgrader.apps.api import NbGraderAPI
        from nbgrader.coursedir import CourseDirectory
        from traitlets.config import Config

        config = Config()
        config.CourseDirectory.root = str(self.root)
        return NbGraderAPI(CourseDirectory(config=config), config=config)


def asserts_of_the_unit() -> dict[str, str]:
    return plain_tests(Course.find(ROOT).unit(UNIT))


def _helpers(notebook: Notebook) -> dict[str, Any]:
    """The functions that the asserts need, in a read-only cell."""
    about = {"grade": False, "grade_id": "helpers", "locked": True, "solution": False, "task": False}
    metadata = {"nbgrader": {**about, "cell_type": "code", "schema_version": 3}}
    cell: dict[str, Any] = {
        "cell_type": "code",
        "metadata": metadata,
        "source": HELPERS,
        "outputs": [],
        "execution_count": None,
    }
    return cell | ({"id": "helpers"} if notebook.get("nbformat_minor", 0) >= 5 else {})
