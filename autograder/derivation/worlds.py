"""Small random models in which a claim can be tested exactly.

Every variable takes a few values, each a cell with a width; a density is constant on cells, its weights are whole
numbers. With all widths 1 that is a probability mass function, easy to redo by hand; with others it is a genuine
density, which may exceed 1. Several models of one shape are kept side by side in arrays (first axis: the model).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from math import prod
from random import Random
from typing import Any

import numpy as np

from autograder.derivation.arithmetic import Arithmetic
from autograder.derivation.densities import Density
from autograder.derivation.expressions import Parameter
from autograder.derivation.names import Variable

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Kind:
    """How the models of a world are drawn."""

    name: str
    models: int
    states: tuple[int, ...]
    widths: tuple[int, ...]  # in 64ths; (64,) is a probability mass function
    weights: tuple[int, ...]
    zeros: bool = False


DIGITS = tuple(range(1, 10))
POWERS = tuple(4**k for k in range(8))
SMALL = Kind("by hand", 6, (2,), (64,), DIGITS)
WIDE = Kind("densities", 8, (2,), (8, 32, 64, 128), DIGITS)
MIXED = Kind("mixed", 4, (2, 3, 4), (8, 32, 64, 192), tuple(range(1, 98)))
WILD = Kind("extreme", 4, (3, 2, 4), (1, 4, 16, 64, 256, 1024), POWERS)
EXTREME_SMALL = Kind("extreme, by hand", 12, (2,), (64,), (1, 2, 9, 50, 99))
EXTREME = Kind("more extreme", 16, (2, 3), (1, 4, 16, 64, 256, 1024), POWERS)
ZEROS = Kind("with zeros", 6, (2, 3), (64,), DIGITS, True)


@dataclass
class World:
    """Models of one kind for some densities and parameters."""

    kind: Kind
    states: dict[str, int]
    widths: dict[str, Array]  # (models, states), in 64ths
    weights: dict[tuple[Density, int], Array]  # per factor: (models, states of targets and conditions...)
    parameters: dict[Parameter, list[Fraction]]
    _tables: dict[Any, Array] = field(default_factory=dict)

    def width(self, name: str, arithmetic: Arithmetic) -> Array:
        """Widths of the cells, (models, states)."""
        return arithmetic.numbers(self.widths[name][arithmetic.models], 64)

    def table(self, density: Density, of: frozenset[str], given: frozenset[str], arithmetic: Arithmetic) -> Array:
        """p(of | given), (models, states of all its variables in declared order), 1 where it doesn't depend on one."""
        key = (density, of, given, arithmetic)
        if key not in self._tables:
            self._tables[key] = self._make_table(density, of, given, arithmetic)
        return self._tables[key]

    def _make_table(self, density: Density, of: frozenset[str], given: frozenset[str], arithmetic: Arithmetic) -> Array:
        names = [v.name for v in density.of + density.given]
        table = self._joint(density, names, arithmetic)
        table = self._summed(table, names, [v.name for v in density.of if v.name not in of | given], arithmetic)
        if not given <= density.conditions:
            total = self._summed(table, names, of, arithmetic)
            table = arithmetic.ratio(table, total)
        for axis, name in enumerate(names, 1):
            if name in density.conditions and name not in given:
                table = np.take(table, [0], axis=axis)
        return table

    def _joint(self, density: Density, names: list[str], arithmetic: Arithmetic) -> Array:
        joint: Any = 1
        for number, factor in enumerate(density.factors):
            weights = arithmetic.numbers(self.weights[density, number][arithmetic.models], 1)
            totals = self._summed(weights, names, [v.name for v in factor.targets], arithmetic)
            joint = joint * (weights / totals)
        return joint

    def _summed(self, table: Array, names: list[str], over: Iterable[str], arithmetic: Arithmetic) -> Array:
        for name in over:
            axis = names.index(name) + 1
            shape = [table.shape[0]] + [-1 if n == name else 1 for n in names]
            table = (table * self.width(name, arithmetic).reshape(shape)).sum(axis=axis, keepdims=True)
        return table


@lru_cache(512)
def world(
    kind: Kind, densities: tuple[Density, ...], loose: tuple[Variable, ...], parameters: tuple[Parameter, ...]
) -> World:
    """The world of a kind for these densities, further variables and parameters; always the same one."""
    rng = Random(f"{kind.name} {len(densities)}")
    variables = {v.name: v for d in densities for v in d.of + d.given} | {v.name: v for v in loose}
    states = {name: kind.states[i % len(kind.states)] for i, name in enumerate(sorted(variables))}
    widths = {
        name: _drawn(rng, (64,) if variables[name].discrete else kind.widths, (kind.models, states[name]))
        for name in sorted(variables)
    }
    weights = {(d, n): _weights(kind, rng, states, d, n) for d in densities for n in range(len(d.factors))}
    values = {p: _values(p, kind, rng) for p in parameters}
    return World(kind, states, widths, weights, values)


def _drawn(rng: Random, choices: Sequence[int], shape: tuple[int, ...]) -> Array:
    """An array of random choices, the same in all versions of numpy."""
    return np.array([choices[rng.randrange(len(choices))] for _ in range(prod(shape))]).reshape(shape)


def _weights(kind: Kind, rng: Random, states: Mapping[str, int], density: Density, number: int) -> Array:
    """Weights of one factor; zeros where the density may vanish (in every other model for sure), never all in a row."""
    factor = density.factors[number]
    names = {v.name for v in factor.targets + factor.given}
    shape = (kind.models, *(states[v.name] if v.name in names else 1 for v in density.of + density.given))
    weights = _drawn(rng, kind.weights, shape)
    if kind.zeros and not density.positive:
        axes = [i for i, v in enumerate(density.of + density.given, 1) if v in factor.targets]
        keep = weights == weights.max(axis=tuple(axes), keepdims=True)
        kept = _drawn(rng, (0, 1), shape) == 1
        kept[::2] &= weights[::2] > weights[::2].min(axis=tuple(axes), keepdims=True)
        weights = np.where(keep | kept, weights, 0)
    return weights


def _values(parameter: Parameter, kind: Kind, rng: Random) -> list[Fraction]:
    """Values of a parameter inside its declared range, the bound itself among them where it is attained."""
    positive = [Fraction(1, 2), Fraction(2), Fraction(3), Fraction(1, 3), Fraction(5), Fraction(1, 7)]
    if parameter.least is None:
        choices = [Fraction(-2), Fraction(3), Fraction(-1, 2), Fraction(0), Fraction(1, 3)]
    else:
        choices = [parameter.least + v for v in positive] + ([] if parameter.strict else [parameter.least])
    start = rng.randrange(len(choices))
    return [choices[(start + i) % len(choices)] for i in range(kind.models)]


def cells(names: Iterable[str], states: Mapping[str, int]) -> int:
    """The number of cells of an array with these axes."""
    return prod(states[name] for name in names)
