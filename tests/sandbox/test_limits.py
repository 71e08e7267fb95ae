"""Limits come from one place, and a course overrides them only with what makes sense."""

import pytest

from autograder.errors import UserError
from autograder.limits import Limits


def test_a_course_overrides_some_and_a_unit_overrides_the_course() -> None:
    course = Limits.from_toml({"cell_seconds": 5, "memory_mb": 512})
    unit = Limits.from_toml({"cell_seconds": 60.5}, base=course)
    assert (unit.cell_seconds, unit.memory_mb, unit.processes) == (60.5, 512, Limits().processes)


def test_an_unknown_limit_is_named_with_the_known_ones() -> None:
    with pytest.raises(UserError, match=r"no limit named 'cel_seconds'.*cell_seconds, call_seconds"):
        Limits.from_toml({"cel_seconds": 5})


@pytest.mark.parametrize("value", [0, -1, True, "20", 1.5, float("nan")])
def test_a_limit_that_is_no_positive_whole_number_is_refused(value: object) -> None:
    with pytest.raises(UserError, match=r"processes is .* must be a whole number above 0"):
        Limits.from_toml({"processes": value})


@pytest.mark.parametrize("value", [0, -2.5, False, None, float("inf")])
def test_a_limit_that_is_no_positive_number_is_refused(value: object) -> None:
    with pytest.raises(UserError, match=r"cell_seconds is .* must be a number above 0"):
        Limits.from_toml({"cell_seconds": value})
