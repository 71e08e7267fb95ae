"""The value of an expression in a world: an array over the models and over its free variables.

Sums, products and averages over an index are written out before (see `instantiate`). A factor that is exactly 0 makes a
product 0: what isn't drawn doesn't count, as in 0 log 0 = 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

import numpy as np

from autograder.derivation.arithmetic import Arithmetic
from autograder.derivation.binders import Divergence, Entropy, Expectation, Integral
from autograder.derivation.effort import spend
from autograder.derivation.expressions import (
    Apply,
    DensityAt,
    Expr,
    Mean,
    Named,
    Number,
    Parameter,
    Power,
    Product,
    Sum,
    Support,
)
from autograder.derivation.functions import ARGUMENT
from autograder.derivation.names import Variable
from autograder.derivation.normal import unfolded
from autograder.derivation.worlds import Array, World


class Evaluation:
    """Values in one world. axes: the variables that have an axis; fixed: those of which only one state is looked at."""

    def __init__(
        self, world: World, axes: Sequence[Variable], arithmetic: Arithmetic, fixed: Mapping[Variable, int]
    ) -> None:
        self.world, self.arithmetic, self.fixed = world, arithmetic, fixed
        self.axis = {variable: i for i, variable in enumerate(axes, 1)}
        self.memo: dict[Expr, Array] = {}

    def value(self, e: Expr) -> Array:
        """Shape (models, states of each axis), 1 where it doesn't depend on the axis."""
        if e not in self.memo:
            self.memo[e] = self._value(e)
            spend(self.arithmetic.cost(self.memo[e].size))
        return self.memo[e]

    def _value(self, e: Expr) -> Array:
        match e:
            case Number(value):
                return self._scalar([self.arithmetic.number(value)])
            case Parameter():
                return self._parameter(e)
            case DensityAt():
                return self._density(e)
            case Support(density):
                return self._where(self.value(density) == 0, 0, 1)
            case Sum(terms):
                return reduce(np.add, map(self.value, terms))
            case Mean(bodies):
                return reduce(np.add, map(self.value, bodies)) / len(bodies)
            case Product(factors):
                return self._product([self.value(factor) for factor in factors])
            case Power(base, exponent):
                return self.arithmetic.power(self.value(base), exponent)
            case Apply(function, argument):
                inside = self.value(argument)
                return (
                    self.arithmetic.function(function.name, inside)
                    if function.body is None
                    else self._formula(function.body, inside)
                )
            case Expectation(over, body):
                weights = self._product([self.value(factor) for factor in over])
                return self._integrated(e.bound, self._product([weights, self.value(body)]))
            case Integral(variables, body):
                return self._integrated(variables, self.value(body))
            case Divergence() | Entropy():
                return self.value(unfolded(e))
            case Named(_, body):
                return self.value(body)
        raise TypeError(f"no value for {type(e).__name__}")

    def _scalar(self, values: list[Any]) -> Array:
        dtype = float if self.arithmetic.model is None else object
        return np.array(values, dtype).reshape([-1] + [1] * len(self.axis))

    def _parameter(self, e: Parameter) -> Array:
        if e.same(ARGUMENT) and e in self.memo:
            return self.memo[e]
        return self._scalar([self.arithmetic.number(v) for v in self.world.parameters[e][self.arithmetic.models]])

    def _formula(self, body: Expr, argument: Array) -> Array:
        inside = Evaluation(self.world, list(self.axis), self.arithmetic, self.fixed)
        inside.memo[ARGUMENT] = argument
        return inside.value(body)

    def _density(self, e: DensityAt) -> Array:
        copies = {v.name: v for v in e.of | e.given}
        table = self.world.table(
            e.density, frozenset(v.name for v in e.of), frozenset(v.name for v in e.given), self.arithmetic
        )
        names = [v.name for v in e.density.of + e.density.given]
        kept = [n for n in names if n in copies]
        table = table.reshape(
            [table.shape[0]] + [s for n, s in zip(names, table.shape[1:], strict=True) if n in copies]
        )
        order = sorted(range(len(kept)), key=lambda i: self.axis[copies[kept[i]]])
        table = table.transpose([0] + [i + 1 for i in order])
        shape = [table.shape[0]] + [1] * len(self.axis)
        for place, i in enumerate(order, 1):
            variable = copies[kept[i]]
            if variable in self.fixed and table.shape[place] > 1:
                table = np.take(table, [self.fixed[variable]], axis=place)
            shape[self.axis[variable]] = table.shape[place]
        return table.reshape(shape)

    def _integrated(self, names: frozenset[Any], values: Array) -> Array:
        for variable in names:
            axis = self.axis[variable]
            shape = [-1 if i == 0 else 1 for i in range(values.ndim)]
            width = self.world.width(variable.name, self.arithmetic)
            shape[axis] = width.shape[1]
            values = self._product([values, width.reshape(shape)]).sum(axis=axis, keepdims=True)
        return values

    def _product(self, factors: list[Array]) -> Array:
        result = reduce(np.multiply, factors)
        if not self.world.kind.zeros:
            return result
        return self._where(reduce(np.logical_or, [factor == 0 for factor in factors]), 0, result)

    def _where(self, condition: Array, yes: Any, no: Any) -> Array:
        return np.where(condition.astype(bool), yes, no)
