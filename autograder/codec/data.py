"""The kinds of data that may cross between judge and learner, beyond Python's own, and the limits on all of them."""

from dataclasses import dataclass
from typing import Any

import numpy as np

MAX_HEADER, MAX_BODY = 1 << 20, 64 << 20  # bytes
MAX_NODES, MAX_DEPTH, MAX_DIMENSIONS = 60_000, 64, 8
DTYPES = {"|b1", "|i1", "<i2", "<i4", "<i8", "|u1", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16"}


class Refused(ValueError):
    """This is not data that may cross; the message says what it was and is fit for a learner."""


@dataclass(frozen=True)
class Tensor:
    """A torch tensor on the judge's side: its numbers, its torch dtype, and whether it asks for gradients."""

    array: np.ndarray
    requires_grad: bool = False
    dtype: str = ""

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return self.array if dtype is None else self.array.astype(dtype)


@dataclass(frozen=True)
class View:
    """An array that reaches the learner's function as a read-only view with gaps between its entries, as slicing and
    broadcasting make them."""

    array: np.ndarray

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return self.array if dtype is None else self.array.astype(dtype)


@dataclass(frozen=True)
class Handle:
    """A thing that stays in the learner's kernel (a module, a callable); the judge holds its number."""

    id: int


@dataclass(frozen=True)
class Function:
    """A function from a fixed table (autograder.kernel.functions), sent by name; called here, it is that function."""

    name: str

    def __call__(self, *arguments: Any) -> Any:
        from autograder.kernel.functions import FUNCTIONS

        return FUNCTIONS[self.name](*arguments)


@dataclass(frozen=True)
class Expression:
    """A sympy expression as a tree; autograder.expressions reads and writes it."""

    tree: Any


@dataclass(frozen=True)
class Derived:
    """A structured answer (a derivation) as plain data, to be validated by whoever understands `kind`."""

    kind: str
    data: Any


def article(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"
