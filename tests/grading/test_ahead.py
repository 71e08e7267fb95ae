"""The first unit's launcher is started before the run begins, handed over once, and ended whatever happens."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course
from autograder.errors import UserError
from autograder.grading import launching
from autograder.grading.ahead import started_ahead
from tests.grading.conftest import UNIT, HandIn


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What launchers are asked for, as it happens; the launchers are numbers."""
    said: list[str] = []

    @contextmanager
    def launcher(course: Course, unit: Any, isolated: bool) -> Iterator[int]:
        said.append(f"start {unit.name} {isolated}")
        try:
            yield len(said)
        finally:
            said.append("end")

    monkeypatch.setattr(launching, "launcher", launcher)
    return said


def test_it_is_started_at_once_and_handed_over_once(
    course: Course, submitted: Path, hand_in: HandIn, told: list[str]
) -> None:
    hand_in("ada", b"")
    unit = course.unit(UNIT)
    with started_ahead(course, submitted, None, isolated=True) as launch:
        assert told == [f"start {UNIT} True"]
        with launch(course, unit, True) as first:
            assert first == 1
        assert told[1:] == ["end"]
        with launch(course, unit, True) as second:
            assert second == 3
    assert told[1:] == ["end", f"start {UNIT} True", "end"]


def test_one_that_nobody_took_is_ended_by_an_error_too(
    course: Course, submitted: Path, hand_in: HandIn, told: list[str]
) -> None:
    hand_in("ada", b"")
    with pytest.raises(KeyError), started_ahead(course, submitted, UNIT, isolated=False):
        raise KeyError
    assert told == [f"start {UNIT} False", "end"]


def test_where_nothing_was_handed_in_nothing_is_started(course: Course, submitted: Path, told: list[str]) -> None:
    with started_ahead(course, submitted, None, isolated=True):
        pass
    assert told == []


def test_an_unknown_assignment_is_said_before_anything_is_started(
    course: Course, submitted: Path, told: list[str]
) -> None:
    with pytest.raises(UserError, match="99_none"), started_ahead(course, submitted, "99_none", isolated=True):
        pass
    assert told == []
