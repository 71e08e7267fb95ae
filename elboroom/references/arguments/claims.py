"""What a numbered line of an argument claims at a point: one number, a sign, another number.

A line is refuted by a point at which the two numbers contradict its sign; a line with a condition says nothing about
points that don't meet it. Numbers can refute a line and can't prove one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

SHOWS = 0.01  # nats: a smaller difference could be rounding
AGREES = 1e-6  # relative: what counts as the same number
Point = dict[str, Any]


@dataclass(frozen=True)
class Claim:
    """left sign right, with sign one of = ≥ ≤ ≠. `unless` says why the line is silent here; "" where it speaks."""

    left: float
    sign: str
    right: float
    unless: str = ""

    @property
    def difference(self) -> float:
        """|left − right|; 0 where both are the same infinity."""
        return 0.0 if self.left == self.right else float(abs(self.left - self.right))

    @property
    def refuted(self) -> bool:
        """Whether the numbers contradict the line beyond rounding."""
        if self.unless:
            return False
        if self.sign == "≠":
            return self.difference <= AGREES * max(abs(self.left), abs(self.right))
        wrong_side = {"=": True, "≥": self.left < self.right, "≤": self.left > self.right}[self.sign]
        return bool(wrong_side and self.difference >= SHOWS)


@dataclass(frozen=True)
class Kind:
    """What a part of a point has to be: `says` it in words; `read` gives it as floats, or raises ValueError."""

    says: str
    read: Callable[[Any], Any]


@dataclass(frozen=True)
class Argument:
    """An argument at a point: what a point consists of, what each line claims there, how to draw one at random.

    `misfit` says what is wrong with a point as a whole ("" when nothing is)."""

    point: dict[str, Kind]
    claims: Callable[..., list[Claim]]
    draw: Callable[[np.random.Generator], Point]
    misfit: Callable[..., str] = field(default=lambda **point: "")


def chain(start: float, *steps: tuple[str, float]) -> list[Claim]:
    """Lines that each continue the one above: start, then (sign, value) for each line."""
    values = [start, *(value for _, value in steps)]
    return [Claim(float(values[i]), sign, float(value)) for i, (sign, value) in enumerate(steps)]
