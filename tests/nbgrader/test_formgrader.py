"""Formgrader's autograde button, on a running server: the same points, essays to be graded, nothing that acts."""

import json
import os
import shutil
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.grading import example
from tests.grading.conftest import TOML, UNIT
from tests.grading.example import dict_of
from tests.infra.jupyter import api, lab_of
from tests.nbgrader.conftest import NbgraderCourse

pytestmark = [
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
PROJECT = Path(__file__).parents[2]
CONFIG = """
from autograder import nbgrader_plugin
c = get_config()
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "course"
nbgrader_plugin.configure(c)
"""
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> fine"


@pytest.fixture(scope="module")
def course(new_course: Any) -> NbgraderCourse:
    """A course as an instructor has it, with two submissions."""
    made: NbgraderCourse = new_course(CourseDirectory={"source_directory": "solutions", "release_directory": "course"})
    (made.root / "course.toml").write_text(TOML)
    (made.root / "nbgrader_config.py").write_text(CONFIG)
    hostile = example.perfect()
    dict_of(hostile, "why")["source"] = HOSTILE
    for path, notebook in (
        (f"solutions/{UNIT}", example.perfect()),
        (f"submitted/ada/{UNIT}", example.perfect()),
        (f"submitted/eve/{UNIT}", hostile),
    ):
        (made.root / path).mkdir(parents=True)
        (made.root / path / f"{UNIT}.ipynb").write_text(json.dumps(notebook))
    shutil.copy(example.HIDDEN, made.root / "solutions" / f"{UNIT}_hidden.py")
    made.release(UNIT)
    return made


@pytest.fixture(scope="module")
def address(course: NbgraderCourse) -> Iterator[str]:
    """The server that `make instructor` starts, with Formgrader in it."""
    os.environ["PYTHONPATH"] = str(PROJECT)  # for tests.grading.example_checks
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with lab_of(course.root, "--ServerApp.root_dir=.", "--allow-root", program="jupyter") as found:
        yield found


@pytest.mark.full
def test_the_button_gives_the_judges_points(course: NbgraderCourse, address: str) -> None:
    for student in ("ada", "eve"):
        reply = api(address, f"formgrader/api/submission/{UNIT}/{student}/autograde", {})
        assert reply["success"], reply
    checks = {"double-check": (2.0, False), "triple-check": (3.0, False)}
    assert course.grades(UNIT, "ada") == checks | {"why": (None, True)}
    assert course.result(UNIT, "eve") == (5.0, True)


@pytest.mark.full
def test_the_page_of_a_submission_has_the_essay_to_grade_and_runs_nothing(course: NbgraderCourse, address: str) -> None:
    if course.result(UNIT, "eve") is None:
        api(address, f"formgrader/api/submission/{UNIT}/eve/autograde", {})
    with course.gradebook as gradebook:
        id = gradebook.find_submission_notebook(UNIT, UNIT, "eve").id
    request = urllib.request.Request(f"{address}/formgrader/submissions/{id}", headers={"Authorization": "token test"})
    with urllib.request.urlopen(request) as reply:
        page = reply.read().decode()
    assert '<input class="score tabbable" id="why"' in page and "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page and "onerror" not in page
    assert "Twice a number." in page  # the card of a check
