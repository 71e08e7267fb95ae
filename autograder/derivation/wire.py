"""Derivations as plain data that crosses a process boundary, and back."""

from __future__ import annotations

from autograder.derivation.derivation import Derivation
from autograder.derivation.mistakes import Malformed, Mistake
from autograder.derivation.reading import Reader
from autograder.derivation.writing import write

__all__ = ["read", "write"]


def read(data: object) -> Derivation:
    """The derivation that the data describes; raises Malformed."""
    try:
        return Reader(data).derivation()
    except Malformed:
        raise
    except (Mistake, RecursionError) as mistake:
        raise Malformed(str(mistake)) from None
