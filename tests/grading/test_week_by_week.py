"""Units graded one after the other into the same folder: each run replaces what it grades, and nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course
from autograder.grading.run import Options, Report, grade
from tests.grading import example
from tests.grading.conftest import TOML, UNIT, HandIn

pytestmark = pytest.mark.usefixtures("in_process")
MORE = "01_more"


@pytest.fixture
def two_units(course: Course, submitted: Path, hand_in: HandIn) -> Course:
    """The example course with a second unit like the first; ada and bob hand in both."""
    course.root.joinpath("course.toml").write_text(TOML + TOML.partition("\n\n")[2].replace(UNIT, MORE))
    for student in ("ada", "bob"):
        hand_in(student, example.perfect())
    for notebook in [*course.root.rglob("*.ipynb"), *submitted.rglob("*.ipynb")]:
        copy = notebook.parents[1] / MORE / f"{MORE}.ipynb"
        copy.parent.mkdir()
        copy.write_bytes(notebook.read_bytes())
    return Course.read(course.root / "course.toml")


def graded(course: Course, submitted: Path, **options: Any) -> Report:
    return grade(course, Options(submitted, submitted.parent / "out", **options))


def keys(submitted: Path) -> list[tuple[str, str]]:
    """Of the lines: student and assignment."""
    return [(line["student"], line["assignment"]) for line in lines(submitted)]


def lines(submitted: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (submitted.parent / "out" / "outcomes.jsonl").read_text().splitlines()]


BOTH = [("ada", UNIT), ("bob", UNIT), ("ada", MORE), ("bob", MORE)]


@pytest.mark.parametrize("weeks", [(UNIT, MORE), (MORE, UNIT)], ids=["in order", "the other way round"])
def test_the_units_of_other_weeks_stay(two_units: Course, submitted: Path, weeks: tuple[str, str]) -> None:
    graded(two_units, submitted, assignment=weeks[0])
    before = lines(submitted)
    report = graded(two_units, submitted, assignment=weeks[1])
    assert [outcome.key for outcome in report.outcomes] == [key for key in BOTH if key[1] == weeks[1]]
    assert keys(submitted) == BOTH
    assert [line for line in lines(submitted) if line["assignment"] == weeks[0]] == before
    index = (submitted.parent / "out" / "grades.html").read_text()
    assert all(f"feedback/{student}/{unit}/{unit}.html" in index for student, unit in BOTH)


def test_who_is_gone_is_gone_from_the_unit_that_is_graded_again(two_units: Course, submitted: Path) -> None:
    graded(two_units, submitted)
    (submitted / "bob").rename(submitted / "cyd")
    graded(two_units, submitted, assignment=MORE)
    assert keys(submitted) == [("ada", UNIT), ("bob", UNIT), ("ada", MORE), ("cyd", MORE)]


def test_units_with_seeds_of_their_own_are_all_kept_up_to_date(two_units: Course, submitted: Path) -> None:
    for unit, seed in ((UNIT, 7), (MORE, 8)):
        graded(two_units, submitted, assignment=unit, seed=seed)
    assert graded(two_units, submitted, only_changed=True).kept == 4
    assert [line["seed"] for line in lines(submitted)] == [7, 7, 8, 8]


def test_a_run_that_broke_off_is_continued_though_another_unit_was_graded_meanwhile(
    two_units: Course, submitted: Path
) -> None:
    graded(two_units, submitted, assignment=MORE)
    notes = submitted.parent / "out" / ".grading.jsonl"
    notes.write_text("".join(line for line in notes.read_text().splitlines(keepends=True) if "finished" not in line))
    graded(two_units, submitted, assignment=UNIT)
    assert graded(two_units, submitted, assignment=MORE).kept == 2
    assert graded(two_units, submitted, assignment=UNIT).kept == 0  # that one had come to its end
