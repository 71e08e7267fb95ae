"""What a known mistake returns is computed once for the same inputs, and only for those."""

import gc
import weakref

import numpy as np
import pytest

from autograder.checks import Checks
from autograder.checks.remember import ARGUMENTS, remembering


@pytest.fixture
def asked() -> list[tuple]:
    return []


@pytest.fixture
def doubled(asked: list[tuple]):  # type: ignore[no-untyped-def]
    def doubled(x, times=2):  # type: ignore[no-untyped-def]
        asked.append((x, times))
        if np.any(np.asarray(x) < 0):
            raise ValueError("negative")
        return times * x

    return remembering(doubled)


def test_the_same_inputs_are_computed_once(doubled, asked):
    assert [doubled(3), doubled(3), doubled(3, times=5), doubled(3, times=5)] == [6, 6, 15, 15]
    assert asked == [(3, 2), (3, 5)]


def test_arrays_are_told_apart_by_shape_kind_and_numbers(doubled, asked):
    different = [np.array([1.0, 2.0]), np.array([[1.0, 2.0]]), np.array([1, 2]), np.array([1.0, 2.5])]
    for array in [*different, *(each.copy() for each in different)]:
        assert np.array_equal(doubled(array), 2 * array)
    assert len(asked) == len(different)


def test_an_exception_is_raised_again(doubled, asked):
    for _ in range(3):
        with pytest.raises(ValueError, match="negative"):
            doubled(-1.0)
    assert len(asked) == 1


def test_no_more_than_so_many_are_kept(doubled, asked):
    for x in [*range(ARGUMENTS + 1), 0]:
        doubled(x)
    assert len(asked) == ARGUMENTS + 2


def test_registered_mistakes_remember(asked):
    check = Checks("00_example")

    @check.mistake("elbo", "Twice as large.")
    def twice(x):  # type: ignore[no-untyped-def]
        asked.append((x,))
        return 2 * x

    (mistake,) = check.mistakes["elbo"]
    assert (mistake.returns(2.0), mistake.returns(2.0), mistake.name) == (4.0, 4.0, "twice")
    assert len(asked) == 1
    assert twice(2.0) == 4.0 and len(asked) == 2


def test_an_exception_that_is_raised_again_keeps_nothing_of_who_met_it_alive(doubled):
    class Submission:
        pass

    def meets_it() -> weakref.ref:
        submission = Submission()
        with pytest.raises(ValueError, match="negative"):
            doubled(-1)
        return weakref.ref(submission)

    met = [meets_it() for _ in range(3)]
    gc.collect()
    assert [submission() for submission in met] == [None] * 3
