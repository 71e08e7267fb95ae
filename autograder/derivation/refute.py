"""The search for a counterexample: both sides of a line are evaluated in small random models.

float64 over many models at once screens; 40 digits in the one model where the sides seem to differ confirm. Silence
proves nothing: a line is accepted only if it is justified as well (`justify`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from autograder.derivation.arithmetic import DIGITS, FAST, MORE_DIGITS, Arithmetic, exactly
from autograder.derivation.effort import spend
from autograder.derivation.evaluate import Evaluation
from autograder.derivation.expressions import Count, DensityAt, Expr, Parameter
from autograder.derivation.instantiate import concrete
from autograder.derivation.mistakes import TooLarge
from autograder.derivation.names import Index, Name, Subset, Variable
from autograder.derivation.worlds import (
    EXTREME,
    EXTREME_SMALL,
    MIXED,
    SMALL,
    WIDE,
    WILD,
    ZEROS,
    Kind,
    World,
    cells,
    world,
)

EQUALITY = (SMALL, WIDE, MIXED, WILD)
INEQUALITY = (SMALL, EXTREME_SMALL, WIDE, MIXED, WILD, EXTREME)
MOST_CELLS = 400_000
SCREEN, CONFIRM = 1e-9, 1e-25


@dataclass(frozen=True)
class Counterexample:
    """A model, and values of the free variables, at which the claim fails."""

    world: World
    model: int
    at: dict[Variable, int]
    sizes: dict[Expr | Index | Subset, Any]
    left: Any
    right: Any
    densities: tuple[DensityAt, ...]

    @property
    def probabilities(self) -> bool:
        """Whether all cells have width 1, so that densities are probabilities."""
        return self.world.kind.widths == (64,)


@dataclass
class _Sides:
    """Both sides written out for some sizes, with what they depend on."""

    left: Expr
    right: Expr
    sizes: dict[Any, Any]
    axes: list[Variable]
    bound: set[Name]


def refute(left: Expr, relation: str, right: Expr, kinds: Iterable[Kind] | None = None) -> Counterexample | None:
    """A counterexample to left = right (>=, <=), or None if none is found."""
    nodes = [node for side in (left, right) for node in side.walk()]
    if kinds is None:
        kinds = EQUALITY if relation == "=" else INEQUALITY
        kinds = (*kinds, ZEROS) if any(isinstance(n, DensityAt) and not n.density.positive for n in nodes) else kinds
    written = [_write_out(left, right, sizes) for sizes in _sizes(left, right)]
    for kind in kinds:
        for sides in written:
            if found := _search(kind, sides, relation):
                return found
    return None


def _search(kind: Kind, sides: _Sides, relation: str) -> Counterexample | None:
    here = _world(kind, sides)
    if cells([v.name for v in sides.axes], here.states) * kind.models > MOST_CELLS:
        if kind is SMALL:
            raise TooLarge("this line has too many variables to check: use fewer copies")
        return None
    with np.errstate(all="ignore"):
        gaps, shape = _gaps(here, sides, relation, FAST, {}, SCREEN)
        suspects = np.argsort(-gaps, axis=None, kind="stable")[:2]
        for suspect in suspects:
            if not gaps.flat[suspect] > 0:
                return None
            where = np.unravel_index(suspect, shape)
            if found := _confirm(here, sides, relation, int(where[0]), [int(i) for i in where[1:]]):
                return found
    return None


def _confirm(here: World, sides: _Sides, relation: str, model: int, states: list[int]) -> Counterexample | None:
    """The claim at one point of one model, with 40 digits, and with 60 lest rounding be taken for a difference."""
    at = {v: i for v, i in zip(sides.axes, states, strict=True) if v in sides.left.free | sides.right.free}
    left, right = _at_point(here, sides, relation, model, at, DIGITS)
    if left is None:
        return None
    again, _ = _at_point(here, sides, relation, model, at, MORE_DIGITS)
    if again is None or abs(again - left) > SCREEN * (abs(left) + abs(again)):
        return None
    used = {node for side in (sides.left, sides.right) for node in side.walk() if isinstance(node, DensityAt)}
    return Counterexample(here, model, at, sides.sizes, left, right, tuple(used))


def _at_point(
    here: World, sides: _Sides, relation: str, model: int, at: dict[Variable, int], digits: int
) -> tuple[Any, Any]:
    """Both sides at the point, if the claim fails there; else (None, None)."""
    fixed = {v: i for v, i in at.items() if v not in sides.bound}
    with exactly(digits):
        arithmetic = Arithmetic(model, digits)
        gaps, shape = _gaps(here, sides, relation, arithmetic, fixed, CONFIRM)
        place = (
            0,
            *(at.get(v, 0) if n > 1 and v not in fixed else 0 for v, n in zip(sides.axes, shape[1:], strict=True)),
        )
        if not gaps[place] > 0:
            return None, None
        values = Evaluation(here, sides.axes, arithmetic, fixed)
        left, right = np.broadcast_arrays(values.value(sides.left), values.value(sides.right))
        return left[place], right[place]


def _gaps(
    here: World, sides: _Sides, relation: str, arithmetic: Arithmetic, fixed: dict[Variable, int], tolerance: float
) -> Any:
    """By how much the claim fails at each point, 0 where it holds; and the shape of that array."""
    values = Evaluation(here, sides.axes, arithmetic, fixed)
    left, right = np.broadcast_arrays(values.value(sides.left), values.value(sides.right))
    spend(4 * arithmetic.cost(left.size))
    difference = left - right
    wrong = abs(difference) if relation == "=" else -difference if relation == ">=" else difference
    scaled = (wrong / (1 + abs(left))).astype(float)
    undefined = ~(arithmetic.finite(left) & arithmetic.finite(right))
    scaled = np.where(undefined, 0.0 if here.kind.zeros else 1e-6, scaled)
    return np.where(scaled > tolerance, scaled, 0.0), scaled.shape


def _write_out(left: Expr, right: Expr, sizes: dict[Any, Any]) -> _Sides:
    left, right = concrete(left, sizes), concrete(right, sizes)
    nodes = [node for side in (left, right) for node in side.walk()]
    names = {n for node in nodes for n in (node.of | node.given if isinstance(node, DensityAt) else node.bound)}
    axes = sorted((n for n in names if isinstance(n, Variable)), key=lambda v: (v.name, str(v.copy)))
    return _Sides(left, right, sizes, axes, {n for node in nodes for n in node.bound})


def _world(kind: Kind, sides: _Sides) -> World:
    nodes = [node for side in (sides.left, sides.right) for node in side.walk()]
    densities = {n.density for n in nodes if isinstance(n, DensityAt)}
    parameters = {n for n in nodes if isinstance(n, Parameter)}
    declared = {v.name for d in densities for v in d.of + d.given}
    loose = {v.root for v in sides.axes if v.name not in declared}
    return world(
        kind,
        tuple(sorted(densities, key=lambda d: (d.name, repr(d.index), repr(d.of)))),
        tuple(sorted(loose, key=lambda v: v.name)),
        tuple(sorted(parameters, key=lambda p: p.name)),
    )


def _sizes(left: Expr, right: Expr) -> Iterator[dict[Any, Any]]:
    """Numbers for the symbolic sizes (2, 3, 1, as far as one is at most another) and for free indices."""
    counts = _counts([node for side in (left, right) for node in side.walk()])
    free = sorted((n for n in left.free | right.free if isinstance(n, (Index, Subset))), key=lambda n: n.name)
    for numbers in product((2, 3, 1), repeat=len(counts)):
        sizes: dict[Any, Any] = dict(zip(counts, numbers, strict=True))
        if all(c.at_most is None or sizes[c] <= sizes[c.at_most] for c in counts):
            for index in free:
                size = sizes.get(index.size, index.size)
                sizes[index] = tuple(range(1, size + 1)) if isinstance(index, Subset) else min(2, size)
            yield sizes


def _counts(nodes: list[Expr]) -> list[Count]:
    found: set[Count] = set()
    todo: list[object] = [part for node in nodes for part in (node, *node.content, *node.free, *node.bound)]
    while todo:
        part = todo.pop()
        if isinstance(part, Count) and part not in found:
            found.add(part)
            todo.append(part.at_most)
        size = getattr(part, "size", None)
        todo += [
            s for s in (size, getattr(part, "of", None) if isinstance(part, Subset) else None) if isinstance(s, Count)
        ]
    return sorted(found, key=lambda c: c.name)
