"""The differences from stock nbgrader that the docs list: each is what the table says it is."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.nbgrader import differences
from tests.nbgrader.conftest import NbgraderCourse
from tests.nbgrader.differences import DIFFERENCES, DOCUMENT, Difference

pytestmark = [
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # of nbgrader's kernels
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
NAME = "plain"


def released(course: NbgraderCourse) -> NbgraderCourse:
    folder = course.root / "source" / NAME
    folder.mkdir(parents=True)
    (folder / f"{NAME}.ipynb").write_text(json.dumps(differences.perfect()))
    course.release(NAME)
    return course


@pytest.fixture(scope="module")
def ours(new_course: Any) -> NbgraderCourse:
    return released(new_course(Execute={"timeout": 3}))


@pytest.fixture(scope="module")
def stock(new_course: Any) -> NbgraderCourse:
    return released(new_course(ours=False, Execute={"timeout": 3}))


def grade(course: NbgraderCourse, difference: Difference, tmp_path: Path) -> tuple[float, bool] | None:
    student = f"student{DIFFERENCES.index(difference)}"
    path = tmp_path / "submission.ipynb"
    path.write_text(json.dumps(difference.submission))
    course.put("submitted", student, NAME, path)
    course.autograde(NAME, student)
    return course.result(NAME, student)


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda d: d.what)
def test_ours_is_what_the_table_says(ours: NbgraderCourse, difference: Difference, tmp_path: Path) -> None:
    assert grade(ours, difference, tmp_path) == difference.ours


@pytest.mark.full
@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda d: d.what)
def test_stocks_is_what_the_table_says(stock: NbgraderCourse, difference: Difference, tmp_path: Path) -> None:
    assert grade(stock, difference, tmp_path) == difference.stock


def test_the_docs_have_the_table_as_it_is_now() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert differences.document_with_table(text) == text, "run: python -m tests.nbgrader.differences"
