"""Two arithmetics: float64 over all models at once, to screen, and 40 digits in one model, to confirm."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

DIGITS, MORE_DIGITS = 40, 60
Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Arithmetic:
    """How numbers are represented; `model` is the only model looked at, or None for all in float64."""

    model: int | None = None
    digits: int = 0

    @property
    def models(self) -> slice:
        return slice(None) if self.model is None else slice(self.model, self.model + 1)

    def numbers(self, whole: Array, denominator: int) -> Array:
        """An array of whole numbers divided by a whole number."""
        if self.model is None:
            return whole / denominator
        import mpmath

        return np.frompyfunc(lambda n: mpmath.mpf(int(n)) / denominator, 1, 1)(whole)

    def number(self, value: Fraction) -> Any:
        """One number."""
        if self.model is None:
            return float(value)
        import mpmath

        return mpmath.mpf(value.numerator) / value.denominator

    def function(self, name: str, values: Array) -> Array:
        """log, exp or sqrt."""
        if self.model is None:
            return getattr(np, name)(values)
        import mpmath

        if name == "exp":
            return np.frompyfunc(mpmath.exp, 1, 1)(values)
        zero, real = (mpmath.mpf("-inf"), mpmath.log) if name == "log" else (mpmath.mpf(0), mpmath.sqrt)
        return np.frompyfunc(lambda v: real(v) if v > 0 else zero if v == 0 else mpmath.nan, 1, 1)(values)

    def power(self, values: Array, exponent: int) -> Array:
        """values**exponent; 1/0 is infinite."""
        if self.model is None:
            return values ** float(exponent)
        import mpmath

        return np.frompyfunc(lambda v: v**exponent if v or exponent > 0 else mpmath.inf, 1, 1)(values)

    def cost(self, cells: int) -> int:
        """Operations (see `effort`) that it takes to do something to so many cells."""
        return 1 + (cells // 64 if self.model is None else cells)

    def finite(self, values: Array) -> Array:
        """Where the values are defined and not infinite (in 40 digits even exp(exp(9)) is)."""
        if self.model is None:
            return np.isfinite(values)
        import mpmath

        return np.frompyfunc(lambda v: bool(mpmath.isfinite(v)), 1, 1)(values).astype(bool)

    def ratio(self, top: Array, bottom: Array) -> Array:
        """top / bottom, undefined where bottom is 0."""
        if self.model is None:
            return top / bottom
        import mpmath

        return np.frompyfunc(lambda a, b: a / b if b else mpmath.nan, 2, 1)(top, bottom)


FAST = Arithmetic()


def exactly(digits: int = DIGITS) -> AbstractContextManager[Any]:
    """Inside, mpmath works with so many digits."""
    import mpmath

    return mpmath.workdps(digits)
