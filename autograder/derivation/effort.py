"""A limit on the work that one line may cost, counted in operations: the verdict is the same on every machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from autograder.derivation.mistakes import TooLarge

OPERATIONS_PER_LINE, OPERATIONS_PER_DERIVATION = 60_000, 400_000
_left: ContextVar[list[int] | None] = ContextVar("operations left", default=None)


@contextmanager
def limited(operations: int = OPERATIONS_PER_LINE) -> Iterator[None]:
    """What is done inside may cost so many operations, and no more than is left around it."""
    around = _left.get()
    granted = operations if around is None else max(0, min(operations, around[0]))
    here = [granted]
    token = _left.set(here)
    try:
        yield
    finally:
        _left.reset(token)
        if around is not None:
            around[0] -= granted - here[0]


def spend(operations: int) -> None:
    """Count operations; raises TooLarge when the limit is passed."""
    left = _left.get()
    if left is not None:
        left[0] -= operations
        if left[0] < 0:
            raise TooLarge("this line is too large to check: write it with smaller steps or fewer copies")
