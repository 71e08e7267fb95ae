"""Shape, then kind, then finiteness, then the numbers; each failure in words of its own."""

import numpy as np
import pytest
import torch

from autograder import codec, expect
from autograder.wrong import Wrong


def said(expectation, *args, **kwargs):
    with pytest.raises(Wrong) as wrong:
        expectation(*args, **kwargs)
    return wrong.value.message


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (1.0, 1.0),
        (1, 1.0),
        (np.float32(0.1), np.float64(np.float32(0.1))),
        ([1.0, 2.0], np.array([1.0, 2.0])),
        (codec.roundtrip(torch.tensor([1.0])), [1.0]),
        (np.zeros((0, 3)), np.zeros((0, 3))),
        (np.inf, np.inf),
        ((1.0, [2.0, 3.0]), (1.0, np.array([2.0, 3.0]))),
    ],
)
def test_equal_values_are_close(got, want):
    expect.close(got, want)


@pytest.mark.parametrize(
    ("got", "want", "words"),
    [
        (np.array([]), 1.0, "shape (0,); it should have no shape"),
        (np.array([1.0]), 1.0, "shape (1,)"),
        ([1.0, 2.0], [[1.0, 2.0]], "shape (2,); it should have shape (1, 2)"),
        (True, 1.0, "not True or False"),
        ("1.0", 1.0, "not text"),
        (None, 1.0, "number"),
        ([1.0, "a"], [1.0, 2.0], "number"),
        ([[1.0], [1.0, 2.0]], [1.0], "number"),
        (np.nan, 1.0, "gives nan"),
        (np.inf, 1.0, "gives inf"),
        (1.0, np.inf, "where it should be infinite"),
        (-np.inf, np.inf, "gives -inf"),
        (1.1, 1.0, "gives 1.1, which is too large"),
        ([1.0, 1.9], [1.0, 2.0], "gives 1.9 at index (1,) (1 of 2 entries are off), which is too small"),
        (1.0, (1.0, 2.0), "a tuple of 2 values"),
        ((1.0, 3.0), (1.0, 2.0), "as its value number 2 gives 3"),
        (codec.Handle(0), 1.0, "an object"),
    ],
)
def test_what_is_off_is_said(got, want, words):
    assert words in said(expect.close, got, want)


def test_the_tolerance_is_relative_to_the_wanted_value():
    expect.close(1.0 + 0.9e-6, 1.0, rtol=1e-6)
    assert said(expect.close, 1.0 + 1.1e-6, 1.0, rtol=1e-6)
    assert said(expect.close, 1e-30, 0.0)


def test_monotone_tells_where_a_sequence_falls():
    expect.monotone([1.0, 2.0, 2.0])
    expect.monotone([3.0, 1.0], increasing=False)
    expect.monotone([1.0, 1.0 - 1e-9], slack=1e-8)
    assert "falls between steps 1 and 2" in said(expect.monotone, [1.0, 2.0, 1.5])
    assert "sequence of finite numbers" in said(expect.monotone, [1.0, np.nan])


def test_shape_and_finite():
    expect.shape(np.zeros((2, 0)), (2, 0))
    expect.finite([1.0])
    assert "should have shape (2,)" in said(expect.shape, 1.0, (2,))
    assert "not finite" in said(expect.finite, [np.inf])


def test_equal_compares_kind_and_value():
    expect.equal("a", "a")
    expect.equal(np.array(3), 3)
    expect.equal([1, 2], [1, 2])
    assert "not True or False" in said(expect.equal, True, 1)
    assert "not what it should be" in said(expect.equal, "b", "a")


def test_a_choice_is_one_letter_among_the_options():
    expect.choice("c", "abcd")
    for wrong in ("e", "ab", "", 1.0):
        assert "one of the letters 'a', 'b', 'c', 'd'" in said(expect.choice, wrong, "abcd")
