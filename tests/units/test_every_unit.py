"""What holds for every unit: its notebooks run, the instructor's earns everything and the untouched one nothing, and
its sample class is made of today's notebook."""

import importlib
import json

import pytest

from autograder.course import Course
from samples import classroom
from tests.units.judging import Judge
from tests.units.notebooks import earned, executed

COURSE = Course.find()
POINTS = json.loads((COURSE.root / "elboroom" / "checks" / "points.json").read_text(encoding="utf-8"))
WAITS = "This picture needs your"  # what stands in place of a picture whose answers are missing
QUICK = "03_exponential"  # the one whose notebooks `make test` runs
RUN = [
    pytest.param(unit, id=unit.name, marks=[] if unit.name == QUICK else [pytest.mark.full])
    for unit in COURSE.units.values()
]
GRADED = [unit.name for unit in COURSE.graded]
MAKERS = sorted(path.stem for path in (COURSE.root / "samples").glob("make_*.py"))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("unit", RUN)
def test_the_instructors_notebook_earns_everything_and_draws_and_the_untouched_students_earns_nothing(unit, tmp_path):
    worth = POINTS.get(unit.name, {})
    full = executed(unit, unit.instructor_notebook, tmp_path)
    assert earned(full) == worth
    assert WAITS not in str(full.cells)
    blank = executed(unit, unit.student_notebook, tmp_path)
    assert earned(blank) == dict.fromkeys(worth, 0.0)
    if "image/png" in str(full.cells) and worth:
        assert WAITS in str(blank.cells)


@pytest.mark.parametrize("unit", GRADED)
def test_every_exercise_has_points_three_hints_and_nothing_for_nothing(unit):
    judge = Judge(unit)
    assert set(judge.names) == set(POINTS[unit])
    for name in judge.names:
        assert len(set(judge.check.hinted[name])) == 3, name
        for namespace in ({}, {name: ...}):
            result = judge(name, namespace)
            assert (result.status, result.points) == ("blank", 0.0), name


def test_every_unit_that_grades_has_a_sample_class():
    assert {name.removeprefix("make_") for name in MAKERS} == set(GRADED)
    assert set(GRADED) == {unit for unit, checks in POINTS.items() if checks}


@pytest.mark.parametrize("name", MAKERS)
def test_the_sample_class_is_made_of_todays_notebook(name, tmp_path):
    maker = importlib.import_module(f"samples.{name}")
    classroom.hand_in(maker.UNIT, maker.CLASS, tmp_path)
    kept = classroom.ROOT / "samples" / maker.UNIT
    made = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    assert made == {path.relative_to(kept) for path in kept.rglob("*") if path.is_file()}
    for path in made:  # weights may differ in the last bits from machine to machine
        assert path.suffix != ".ipynb" or (tmp_path / path).read_bytes() == (kept / path).read_bytes(), path
