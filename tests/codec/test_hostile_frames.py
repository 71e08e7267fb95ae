"""A frame that an attacker writes ends in Refused, quickly, whatever it holds."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder import codec
from autograder.codec.read import _READERS

nodes = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*sorted(_READERS), "?"]), inner, max_size=2)
    ),
    max_leaves=15,
)


def decode(header, body=b""):
    return codec.unpack(header if isinstance(header, bytes) else json.dumps(header).encode(), body)


@given(nodes, st.binary(max_size=40))
def test_a_random_tree_decodes_or_is_refused(tree, body):
    with contextlib.suppress(codec.Refused):
        decode(tree, body)


@given(st.binary(max_size=200), st.binary(max_size=40))
def test_random_bytes_decode_or_are_refused(header, body):
    with contextlib.suppress(codec.Refused):
        decode(header, body)


@given(st.binary(min_size=codec.HEAD.size, max_size=codec.HEAD.size))
def test_a_random_head_is_refused(head):
    with pytest.raises(codec.Refused):
        codec.sizes(head)


@pytest.mark.parametrize(
    ("header", "body"),
    [
        ({"a": ["<f8", [1 << 40]]}, b""),
        ({"a": ["<f8", [10**9, 0]]}, b""),
        ({"a": ["<f8", [-1]]}, b""),
        ({"a": ["<f8", [2]]}, b"\0" * 8),
        ({"a": ["|O", [1]]}, b"\0" * 8),
        ({"a": ["|b1", [1]]}, b"\x02"),
        ({"a": ["<f8", [1] * 9]}, b"\0" * 8),
        ({"l": 1 << 60}, b""),
        ({"l": -1}, b""),
        ({"i": "0x" + "f" * 2000}, b""),
        ({"i": "__import__('os')"}, b""),
        ({"d": [[[1], 2]]}, b""),
        ({"t": ["<f8", [], 1, "float64"]}, b"\0" * 8),
        (None, b"left over"),
        ({"f": "1.0"}, b""),
        ({"f": "nan", "i": "0x1"}, b""),
        (b"NaN", b""),
        (b"[" * 100_000, b""),
        (b"9" * 100_000, b""),
        ([0] * 70_000, b""),
    ],
)
def test_a_malformed_frame_is_refused(header, body):
    with pytest.raises(codec.Refused):
        decode(header, body)


INTEGER = ["Integer", "2"]


@pytest.mark.parametrize(
    "tree",
    [
        ["Symbol", "__import__('os')", {}],
        ["Symbol", "x", {"commutative": False}],
        ["Symbol", "x", {"positive": 1}],
        ["Integer", "9" * 1000],
        ["Integer", "2**9"],
        ["Integer", "2.5"],
        ["Rational", "1", "0"],
        ["Integral", INTEGER],
        ["Lambda", INTEGER, INTEGER],
        ["exp"],
        ["Matrix", []],
        ["Add", ["Matrix", [INTEGER]]],
        "x",
        [],
    ],
)
def test_a_tree_that_no_closed_form_has_is_refused(tree):
    with pytest.raises(codec.Refused):
        decode({"e": tree})
