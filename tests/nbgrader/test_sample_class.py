"""The sample class of `make demo` through `nbgrader autograde`: score for score what `autograder grade` gives it."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from autograder.build.release import configure
from tests.golden.outcomes import QUICK, golden
from tests.nbgrader.conftest import NbgraderCourse

pytestmark = [
    pytest.mark.full,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]
PROJECT = Path(__file__).parents[2]
UNIT = "03_exponential"
UNOPENED = {"not-a-notebook", "renamed"}  # nbgrader can't open or find them
EXPECTED = json.loads(golden(UNIT).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def course(new_course: Any) -> NbgraderCourse:
    made: NbgraderCourse = new_course(CourseDirectory={"source_directory": "solutions", "release_directory": "course"})
    configure(made.config)
    for folder in ("solutions", "course"):
        shutil.copytree(PROJECT / folder / UNIT, made.root / folder / UNIT)
    shutil.copy(PROJECT / "solutions" / f"{UNIT}_hidden.py", made.root / "solutions")
    shutil.copytree(PROJECT / "samples" / UNIT, made.root / "submitted")
    limits = "\n".join(f"{name} = {value}" for name, value in QUICK.items())
    (made.root / "course.toml").write_text(f"{(PROJECT / 'course.toml').read_text()}\n[limits]\n{limits}\n")
    made.release(UNIT)
    return made


@pytest.mark.parametrize("student", [student for student in EXPECTED if student not in UNOPENED])
def test_nbgrader_gives_the_same_score(course: NbgraderCourse, student: str) -> None:
    log = course.autograde(UNIT, student)
    assert course.result(UNIT, student) is not None, log
    score, manual = course.result(UNIT, student) or (None, None)
    expected = EXPECTED[student]
    assert (round(score or 0.0, 6), manual) == (expected["score"], expected["manual_max_points"] > 0)


@pytest.mark.parametrize("student", sorted(UNOPENED))
def test_what_nbgrader_cannot_open_stops_nobody_else(course: NbgraderCourse, student: str) -> None:
    course.autograde(UNIT, student)
    assert course.result(UNIT, student) in (None, (0.0, False))
