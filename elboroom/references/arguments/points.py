"""The kinds of things that a point consists of, read from whatever a learner hands in: lists, arrays, tensors."""

from typing import Any

import numpy as np

from elboroom.references.arguments.claims import Kind

Array = np.ndarray
MOST = 12  # values of one latent variable


def number(low: float, high: float) -> Kind:
    """A number in [low, high]."""
    return Kind(f"a number from {low:g} to {high:g}", lambda value: _single(_between(_array(value, 0), low, high)))


def whole(low: int, high: int) -> Kind:
    """An integer in [low, high]."""

    def read(value: Any) -> int:
        found = _single(_between(_array(value, 0), low, high))
        return _demand(int(found), found == int(found))

    return Kind(f"a whole number from {low} to {high}", read)


def numbers(length: int, low: float, high: float) -> Kind:
    """`length` numbers in [low, high]."""

    def read(value: Any) -> Array:
        array = _between(_array(value, 1), low, high)
        return _demand(array, len(array) == length)

    return Kind(f"{length} numbers from {low:g} to {high:g}", read)


def pmf(zeros: bool = False) -> Kind:
    """(K,) probabilities that sum to 1; with zeros=False, each of them positive."""

    def read(value: Any) -> Array:
        return _demand(array := _array(value, 1), 2 <= len(array) <= MOST and _sums_to_one(array, zeros))

    return Kind(f"a list of 2 to {MOST} probabilities{'' if zeros else ', each positive,'} that sum to 1", read)


def pmfs() -> Kind:
    """(L, K): a pmf in each row, every probability positive."""

    def read(value: Any) -> Array:
        array = _array(value, 2)
        sizes = all(2 <= size <= MOST for size in array.shape)
        return _demand(array, sizes and all(_sums_to_one(row, False) for row in array))

    return Kind("a list of rows, each of positive probabilities that sum to 1", read)


def likelihoods(axes: int = 1) -> Kind:
    """Values of p(x | z) at the one x that was observed: positive, they need not sum to anything."""

    def read(value: Any) -> Array:
        array = _between(_array(value, axes), 1e-9, 1e6)
        return _demand(array, all(2 <= size <= MOST for size in array.shape))

    what = "a list" if axes == 1 else "a list of rows"
    return Kind(f"{what} of positive numbers, p(x | …) at the x that was seen", read)


def matrix(most: int, low: float = -1e4, high: float = 1e4) -> Kind:
    """(rows, columns), each at most `most`, of numbers in [low, high]."""

    def read(value: Any) -> Array:
        array = _between(_array(value, 2), low, high)
        return _demand(array, all(1 <= size <= most for size in array.shape))

    return Kind(f"a matrix of at most {most} rows and columns, of numbers from {low:g} to {high:g}", read)


def _array(value: Any, axes: int) -> Array:
    array = np.asarray(value)
    _demand(array, not isinstance(value, str | bytes | bool) and array.dtype.kind in "iuf")
    array = array.astype(float)
    return _demand(array, array.ndim == axes and bool(np.isfinite(array).all()))


def _between(array: Array, low: float, high: float) -> Array:
    return _demand(array, bool(((array >= low) & (array <= high)).all()))


def _sums_to_one(array: Array, zeros: bool) -> bool:
    smallest = 0.0 if zeros else 1e-12
    return bool((array >= smallest).all() and abs(array.sum() - 1) < 1e-6)


def _single(array: Array) -> float:
    return float(array)


def _demand(value: Any, condition: Any) -> Any:
    if not condition:
        raise ValueError("not of this kind")
    return value
