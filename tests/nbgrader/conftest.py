"""A course of nbgrader's own, graded in this process by stock nbgrader or by us."""

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder import nbgrader_plugin


class NbgraderCourse:
    """source/, release/, submitted/ and a gradebook in a folder. `ours`: graded by the judge."""

    def __init__(self, root: Path, ours: bool, **settings: Any) -> None:
        self.root, self.url = root, f"sqlite:///{root}/gradebook.db"
        self.config = Config()
        self.config.CourseDirectory.root = str(root)
        if ours:
            nbgrader_plugin.configure(self.config)
        for name, table in settings.items():
            self.config[name].update(table)

    @property
    def api(self) -> NbGraderAPI:
        return NbGraderAPI(CourseDirectory(config=self.config), config=self.config)

    @property
    def gradebook(self) -> Gradebook:
        return Gradebook(self.url)

    def put(self, step: str, student: str, assignment: str, path: Path, name: str = "") -> Path:
        """Copies a file to where nbgrader looks for it; the assignment's notebook is named after it."""
        folder = self.root / step / student / assignment
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / (name or (f"{assignment}.ipynb" if path.suffix == ".ipynb" else path.name))
        shutil.copyfile(path, target)
        return target

    def release(self, assignment: str) -> None:
        result = self.api.generate_assignment(assignment)
        assert result["success"], result["log"]

    def autograde(self, assignment: str, student: str) -> str:
        """Returns the log."""
        result = self.api.autograde(assignment, student)
        return str(result["log"]) + str(result.get("error", ""))

    def result(self, assignment: str, student: str) -> tuple[float, bool] | None:
        """(score, whether a person is needed); None when it was not graded."""
        if not (self.root / "autograded" / student / assignment).is_dir():
            return None
        with Gradebook(self.url) as gradebook:
            try:
                notebook = gradebook.find_submission_notebook(assignment, assignment, student)
            except MissingEntry:
                return None
            return notebook.score, notebook.needs_manual_grade

    def grades(self, assignment: str, student: str) -> dict[str, tuple[float | None, bool]]:
        with Gradebook(self.url) as gradebook:
            notebook = gradebook.find_submission_notebook(assignment, assignment, student)
            return {grade.name: (grade.auto_score, grade.needs_manual_grade) for grade in notebook.grades}


@pytest.fixture(scope="session")
def empty_gradebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gradebook with nothing in it; nbgrader takes seconds to make one."""
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # for the program alembic
    path = tmp_path_factory.mktemp("gradebook") / "empty.db"
    Gradebook(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def new_course(empty_gradebook: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Makes a course with an empty gradebook."""

    def make(ours: bool = True, **settings: Any) -> NbgraderCourse:
        root = tmp_path_factory.mktemp("course")
        shutil.copy(empty_gradebook, root / "gradebook.db")
        return NbgraderCourse(root, ours, **settings)

    return make
