"""Each attack works where the defence that it is aimed at is off. This takes some minutes: `make test-full`."""

from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course
from tests.adversarial import attack as kinds
from tests.adversarial import target, weakened
from tests.adversarial.families import ATTACKS
from tests.nbgrader.conftest import NbgraderCourse, empty_gradebook, new_course

__all__ = ["empty_gradebook", "new_course"]  # fixtures
pytestmark = [
    pytest.mark.full,
    pytest.mark.filterwarnings("ignore"),  # of nbgrader's and nbclient's own
]


def working_in(configuration: str) -> list[str]:
    return [name for name, attack in ATTACKS.items() if attack.works_in == configuration]


@pytest.fixture(scope="module")
def stock(new_course: Any) -> NbgraderCourse:
    return weakened.stock_course(new_course)


@pytest.fixture
def open_course(tmp_path: Path) -> Course:
    return target.make_course(tmp_path / "course")


@pytest.mark.parametrize("name", working_in(kinds.STOCK))
def test_it_gains_in_stock_nbgrader(stock: NbgraderCourse, name: str) -> None:
    assert weakened.stock(ATTACKS[name], stock) > 0


@pytest.mark.parametrize("name", working_in(kinds.OPEN))
def test_it_gains_without_isolation(open_course: Course, tmp_path: Path, name: str) -> None:
    assert weakened.unisolated(ATTACKS[name], open_course, tmp_path / "out") > 0


@pytest.mark.parametrize("name", working_in(kinds.UNREPAIRED))
def test_it_gains_without_repair(name: str) -> None:
    assert weakened.unrepaired(ATTACKS[name]) > 0


@pytest.mark.parametrize("name", working_in(kinds.TRUSTING))
def test_it_gains_where_its_own_process_compares(name: str) -> None:
    assert weakened.trusting(ATTACKS[name]) > 0
