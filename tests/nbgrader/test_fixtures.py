"""nbgrader's own fixtures, from the installed wheel: we give the score that stock gives, where that is no accident."""

from pathlib import Path
from typing import Any

import pytest

from tests.nbgrader.cases import CASES, Case, fixture
from tests.nbgrader.conftest import NbgraderCourse

pytestmark = [
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # of nbgrader's kernels
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def assignment(case: Case) -> str:
    return Path(case.source).stem.replace("-", "_")


def grade(course: NbgraderCourse, case: Case) -> tuple[float, bool] | None:
    """Releases the case's source, unless another case has, and grades its submission."""
    name, student = assignment(case), f"student{CASES.index(case)}"
    if not (course.root / "release" / name).exists():
        course.put("source", "", name, fixture(case.folder, case.source))
        for extra in case.files:
            course.put("source", "", name, fixture(case.folder, extra))
        course.release(name)
    course.put("submitted", student, name, fixture(case.folder, case.submitted))
    for extra in case.files:
        course.put("submitted", student, name, fixture(case.folder, extra))
    course.autograde(name, student)
    return course.result(name, student)


@pytest.fixture(scope="module")
def ours(new_course: Any) -> NbgraderCourse:
    return new_course()  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def stock(new_course: Any) -> NbgraderCourse:
    return new_course(ours=False)  # type: ignore[no-any-return]


MARKED = [pytest.param(case, id=case.name, marks=[pytest.mark.full] if case.slow else []) for case in CASES]


@pytest.mark.parametrize("case", MARKED)
def test_our_score_of_nbgraders_fixture(ours: NbgraderCourse, case: Case) -> None:
    assert grade(ours, case) == case.ours


@pytest.mark.full
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_stocks_score_of_its_own_fixture(stock: NbgraderCourse, case: Case) -> None:
    assert grade(stock, case) == case.stock
