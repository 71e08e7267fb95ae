"""What a learner hands in for an item of unit 11, read and judged: a counterexample, a mended line, or reasons.

A counterexample is judged here, in public: both sides of the line are computed by definition at the learner's own
point. First the learner's two numbers are held against them, so that nobody learns from this what a line does without
having worked it out. Reasons and mended lines are recorded here and confirmed in grading.
"""

import functools
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder import codec
from autograder.student import Wrong, describe_kind, reals
from elboroom.references.arguments import ARGUMENTS, Claim, Point

REASONS = (
    "definition",
    "algebra",
    "normalisation",
    "constant",
    "linearity",
    "chain rule",
    "bayes",
    "marginal",
    "independence",
    "jensen",
    "kl >= 0",
    "identically distributed",
    "substitution",
    "under the integral",
    "derivative",
    "score",
    "moments",
    "eckart-young",
    "more choice",
)
DIGITS = 2e-3  # how far a learner's number may be off, relative to numbers over 1
SOUND = "sound"


@dataclass(frozen=True)
class Witness:
    """An answer in its form. kind: "numbers", "mended" or "reasons"; line 0 stands for "sound"."""

    kind: str
    line: int
    point: Point = field(default_factory=dict)
    left: float = 0.0
    right: float = 0.0
    reasons: tuple[str, ...] = ()
    mended: codec.Handle | None = None


@functools.cache
def lines_of(name: str) -> int:
    """How many lines the argument has."""
    argument = ARGUMENTS[name]
    return len(claims_at(name, argument.draw(np.random.default_rng(0))))


def claims_at(name: str, point: Point) -> list[Claim]:
    """What each line claims at a point."""
    argument = ARGUMENTS[name]
    with np.errstate(all="ignore"):
        return argument.claims(**{part: kind.read(point[part]) for part, kind in argument.point.items()})


def read(name: str, data: Any) -> Witness:
    """The learner's answer to the item `name`. Raises Wrong where it is not in the form that the card asks for."""
    if type(data) is not dict:
        raise Wrong(f"`{name}` should be a dict, as in dict(line=…, …), not {describe_kind(data)}.")
    line = _line(data.get("line"), lines_of(name))
    if line == 0:
        return Witness("reasons", 0, reasons=_reasons(data, lines_of(name)))
    if "mended" in data:
        _only(data, {"line", "mended"})
        if not isinstance(data["mended"], codec.Handle):
            raise Wrong(f"`mended` should be a function of the point, not {describe_kind(data['mended'])}.")
        return Witness("mended", line, mended=data["mended"])
    return _numbers(name, data, line)


def _line(value: Any, most: int) -> int:
    value = value.item() if isinstance(value, np.ndarray) and value.shape == () else value
    if type(value) is str and value == SOUND:
        return 0
    if type(value) is not int or not 1 <= value <= most:
        raise Wrong(f'`line` should be the number of one line, from 1 to {most}, or "{SOUND}".')
    return value


def _reasons(data: dict[str, Any], lines: int) -> tuple[str, ...]:
    _only(data, {"line", "why"})
    given = data.get("why")
    if not isinstance(given, list | tuple) or len(given) != lines or not all(type(reason) is str for reason in given):
        raise Wrong(f"`why` should be a list of {lines} names, the reason for each line.")
    for reason in given:
        if reason not in REASONS:
            raise Wrong(f"{reason!r} is not in the list of reasons.")
    return tuple(given)


def _numbers(name: str, data: dict[str, Any], line: int) -> Witness:
    argument = ARGUMENTS[name]
    wanted = [*argument.point, "left", "right"]
    missing = [part for part in wanted if part not in data]
    if missing:
        parts = ", ".join(f"`{part}`" for part in wanted)
        raise Wrong(f"A counterexample consists of {parts} here; `{missing[0]}` is missing.")
    _only(data, {"line", *wanted})
    for part, kind in argument.point.items():
        try:
            kind.read(data[part])
        except (ValueError, TypeError):
            raise Wrong(f"`{part}` should be {kind.says}.") from None
    point = {part: kind.read(data[part]) for part, kind in argument.point.items()}
    trouble = argument.misfit(**point)
    if trouble:
        raise Wrong(trouble)
    left, right = (_side(data[side], side) for side in ("left", "right"))
    return Witness("numbers", line, point, left, right)


def _side(value: Any, side: str) -> float:
    array = reals(value, f"`{side}`")
    if array.shape != ():
        raise Wrong(f"`{side}` should be a single number.")
    return float(array)


def _only(data: dict[str, Any], allowed: set[str]) -> None:
    unknown = [key for key in data if key not in allowed]
    if unknown:
        raise Wrong(f"`{unknown[0]}` has no place in this answer; it consists of {', '.join(sorted(allowed))}.")


def refutes(witness: Witness, claims: list[Claim]) -> None:
    """Raises Wrong unless the witness's numbers are those of its line at its point, and refute it, it first."""
    claim, line = claims[witness.line - 1], f"line {witness.line}"
    if claim.unless:
        raise Wrong(f"At your point {line} says nothing: {claim.unless}.")
    for side, claimed, truth in (("left", witness.left, claim.left), ("right", witness.right, claim.right)):
        if not _near(claimed, truth):
            raise Wrong(f"The {side} side of {line} is not {claimed:.6g} at your point. {_WHERE[side]}")
    if not claim.refuted:
        raise Wrong(_holds(claim, line))
    if any(above.refuted for above in claims[: witness.line - 1]):
        raise Wrong(f"L{line[1:]} fails at your point, but a line above it fails there, too. Asked is the first.")


_WHERE = {
    "left": "The left side is what stands before the sign; in a chain, the value of the line above.",
    "right": "The right side is what the line itself says, after its sign.",
}


def _near(claimed: float, truth: float) -> bool:
    if not np.isfinite(truth):
        return claimed == truth
    return bool(abs(claimed - truth) <= DIGITS * max(1.0, abs(truth)))


def _holds(claim: Claim, line: str) -> str:
    """Why the point doesn't refute the line, with the numbers that the learner has worked out already."""
    if claim.sign == "=" and claim.difference > DIGITS:
        return f"The two sides of {line} differ by {claim.difference:.4f} only; take a point at which it shows (0.01)."
    if claim.sign in "=≥≤" and claim.difference <= DIGITS:
        return f"L{line[1:]} holds at your point: both sides are {_shown(claim.left)}."
    if claim.sign == "≠":
        sides = f"{_shown(claim.left, 6)} and {_shown(claim.right, 6)}"
        return f"L{line[1:]} holds at your point: {sides} are not the same number."
    return f"L{line[1:]} holds at your point: {_shown(claim.left)} {claim.sign} {_shown(claim.right)}."


def _shown(value: float, digits: int = 4) -> str:
    """A number without a minus in front of zeros."""
    return f"{round(value, digits) + 0.0:.{digits}f}"
