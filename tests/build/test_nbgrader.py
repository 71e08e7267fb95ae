"""What nbgrader itself makes of a course: it lists the units, releases the same notebook, brings rubrics back."""

import json
import os
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import OverwriteCells
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.build.content import edited_by_hand
from autograder.build.notebook import dumps
from autograder.build.release import release
from autograder.course import Course

PROJECT = Path(__file__).parents[2]


def nbgrader(root: Path) -> NbGraderAPI:
    """nbgrader in a course folder, as the project's nbgrader_config.py sets it up."""
    config: Config = PyFileConfigLoader("nbgrader_config.py", str(PROJECT)).load_config()
    return NbGraderAPI(CourseDirectory(config=config, root=str(root)), config=config)


@pytest.fixture
def released(tiny, monkeypatch):
    """The golden course with its students' notebook made by nbgrader, and the gradebook filled."""
    # nbgrader calls the program `alembic`, which is there only when the environment is activated
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    tiny.unit.student_notebook.unlink()
    result = nbgrader(tiny.root).generate_assignment("tiny")
    assert result["success"], result["log"]
    return tiny


def test_nbgrader_lists_exactly_the_units(tiny):
    assert nbgrader(tiny.root).get_source_assignments() == {"tiny"}


def test_nbgrader_lists_exactly_the_units_of_this_course():
    units = {unit.name for unit in Course.find(PROJECT).units.values() if unit.instructor_notebook.exists()}
    assert nbgrader(PROJECT).get_source_assignments() == units


def test_nbgrader_releases_the_notebook_that_the_build_writes(released):
    theirs = released.unit.student_notebook.read_text(encoding="utf-8")
    assert dumps(json.loads(theirs)) == released.build().texts[released.unit.student_notebook]
    assert not edited_by_hand(theirs)


def test_nbgrader_releases_no_outputs_of_an_instructor_who_ran_the_notebook(tiny):
    instructor = nbformat.read(tiny.unit.instructor_notebook, as_version=4)
    instructor.cells[1].update(outputs=[nbformat.v4.new_output("stream", text="the answer")], execution_count=3)
    cell = release(instructor)["cells"][1]
    assert (cell["outputs"], cell["execution_count"]) == ([], None)


def test_nbgrader_knows_the_points_of_every_graded_cell(released):
    with nbgrader(released.root).gradebook as gradebook:
        cells = gradebook.find_notebook("tiny", "tiny").grade_cells
        points = {cell.name: cell.max_score for cell in cells}
    assert points == {"check-double": 3, "check-parity": 0.5, "why_even": 2, "draw_it": 1}


def test_grading_with_nbgrader_brings_the_rubric_back(released):
    notebook = released.unit.student_notebook
    resources = {
        "nbgrader": {"notebook": "tiny", "assignment": "tiny", "db_url": f"sqlite:///{released.root}/gradebook.db"}
    }
    graded, _ = OverwriteCells().preprocess(nbformat.read(notebook, as_version=4), resources)
    rubric = next(cell for cell in graded.cells if cell.id == "tiny-rubric-why_even")
    assert "names the two halves" in rubric.source
