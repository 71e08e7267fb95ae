"""Whatever is data arrives as it was sent; whatever isn't is refused in words."""

import math

import numpy as np
import pytest
import sympy
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder import codec
from autograder.codec.data import DTYPES
from autograder.codec.expressions import to_tree

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=5) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
arrays = st.sampled_from(sorted(DTYPES)).flatmap(
    lambda d: hnp.arrays(np.dtype(d), hnp.array_shapes(min_dims=0, min_side=0))
)


def same(a, b):
    """Equality to the last bit, nan included, types included."""
    if isinstance(a, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return type(b) is dict and list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, float | complex):
        return type(a) is type(b) and np.array_equal(np.asarray(a), np.asarray(b), equal_nan=True)
    return type(a) is type(b) and a == b


@given(plain)
def test_plain_data_arrives_as_it_was_sent(value):
    well_formed = codec.roundtrip(value)
    assert same(codec.roundtrip(well_formed), well_formed)
    if "surrogate" not in repr(value) and not _has_surrogate(value):
        assert same(well_formed, value)


def _has_surrogate(value):
    if isinstance(value, str):
        return any(0xD800 <= ord(c) < 0xE000 for c in value)
    if isinstance(value, dict):
        return any(map(_has_surrogate, [*value, *value.values()]))
    return isinstance(value, list | tuple) and any(map(_has_surrogate, value))


@given(arrays)
def test_arrays_of_every_dtype_and_shape_arrive_as_they_were_sent(array):
    received = codec.roundtrip(array)
    assert received.dtype == array.dtype and received.shape == array.shape
    assert received.tobytes() == array.tobytes()


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -0.0, 5e-324])
def test_special_floats_keep_their_bits(value):
    assert np.float64(codec.roundtrip(value)).tobytes() == np.float64(value).tobytes()


@pytest.mark.parametrize("array", [np.arange(6).reshape(2, 3).T, np.arange(9)[::2], np.arange(3, dtype=">i4")])
def test_strided_and_foreign_byte_orders_arrive_by_value(array):
    assert codec.roundtrip(array).tolist() == array.tolist()


@pytest.mark.parametrize("requires_grad", [False, True])
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_a_tensor_keeps_its_dtype_and_whether_it_asks_for_gradients(dtype, requires_grad):
    received = codec.roundtrip(torch.tensor([1.0, 2.5], dtype=dtype, requires_grad=requires_grad))
    assert received.array.tolist() == [1.0, 2.5]
    assert (received.dtype, received.requires_grad) == (str(dtype).removeprefix("torch."), requires_grad)


def test_a_long_list_of_floats_is_as_compact_as_an_array():
    assert len(codec.pack(0, [0.1] * 100_000)) < 801_000
    assert codec.roundtrip([0.1] * 100) == [0.1] * 100


x, n = sympy.Symbol("x", positive=True), sympy.Symbol("n", integer=True)
EXPRESSIONS = [
    x**2 / 3 - sympy.log(sympy.pi * x) + sympy.Rational(1, 7),
    sympy.erfc(x / sympy.sqrt(2)) * sympy.exp(-(x**2)) - sympy.EulerGamma,
    sympy.Float("0.1") + n * sympy.I,
    -sympy.oo,
    sympy.Max(x, 1) + sympy.gamma(x),
    sympy.Matrix([[x, 1], [0, n]]),
]


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
def test_an_expression_arrives_with_its_assumptions(expression):
    tree = codec.roundtrip(expression).tree
    assert tree == to_tree(expression)
    assert all(f"'{s.name}', {{" in str(tree) for s in expression.free_symbols)
    assert ("'positive': True" in str(tree)) == any(s.is_positive for s in expression.free_symbols)


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (sympy.Integral(x, x), "Integral"),
        (sympy.Function("f")(x), "f"),
        (lambda: 0, "function"),
        (object(), "object"),
        (np.array([{}]), "dtype"),
        (np.array(["a"]), "dtype"),
        ({(1, 2): 3}, "keys"),
        (1 << 5000, "4096 bits"),
        (torch.eye(2).to_sparse(), "layout"),
    ],
)
def test_what_is_not_data_is_refused_by_name(value, word):
    with pytest.raises(codec.Refused, match=word):
        codec.pack(0, value)


def test_deep_nesting_and_great_size_are_refused_before_they_cost():
    deep: list = []
    for _ in range(1000):
        deep = [deep]
    with pytest.raises(codec.Refused, match="deeply"):
        codec.pack(0, deep)
    with pytest.raises(codec.Refused, match="large"):
        codec.pack(0, [np.zeros(1 << 22)] * 3)


def test_a_subclass_crosses_as_its_plain_value():
    class Loud(float):
        def __eq__(self, other):
            return True

        __hash__ = float.__hash__

    received = codec.roundtrip(Loud(3.0))
    assert type(received) is float and received == 3.0 and received != 4.0


def test_a_function_that_is_sent_by_name_can_be_called_by_the_judge() -> None:
    assert codec.Function("square")(np.array([1.0, -3.0])).tolist() == [1.0, 9.0]


@pytest.mark.parametrize("shape", [(), (0, 2), (3,), (2, 3)])
def test_a_view_arrives_read_only_and_with_gaps(shape):
    from autograder.kernel.answers import Answers

    numbers = np.arange(np.prod(shape, dtype=int), dtype=float).reshape(shape)
    received = codec.roundtrip(codec.View(numbers), revive=Answers({}).revive)
    assert received.tolist() == numbers.tolist() and received.shape == shape and not received.flags.writeable
    assert received.size < 2 or not received.flags.c_contiguous
