"""A derivation as plain data: declarations by name, expressions as one flat table whose rows refer to earlier rows.

The table makes nesting shallow, shares what occurs on several lines, and lets a reader bound what it will build.
"""

from __future__ import annotations

from typing import Any

from autograder.derivation.binders import Divergence, Entropy, Expectation, Integral, Plate, Total, Uniform
from autograder.derivation.densities import Density, replace_index
from autograder.derivation.derivation import Derivation
from autograder.derivation.expressions import (
    Apply,
    Count,
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
from autograder.derivation.functions import Function
from autograder.derivation.mistakes import Malformed
from autograder.derivation.names import Index, Pick, Subset, Variable

VERSION = 1


class Writer:
    """Collects declarations and rows."""

    def __init__(self) -> None:
        self.rows: list[list[Any]] = []
        self.known: dict[Expr, int] = {}
        self.densities: dict[str, list[Any]] = {}
        self.counts: dict[str, list[Any]] = {}
        self.functions: dict[str, list[Any]] = {}

    def expression(self, e: Expr) -> int:
        """The number of the row that is the expression."""
        if e not in self.known:
            row = self.row(e)
            self.rows.append(row)
            self.known[e] = len(self.rows) - 1
        return self.known[e]

    def row(self, e: Expr) -> list[Any]:
        match e:
            case Number(value):
                return ["number", value.numerator, value.denominator]
            case Parameter(name, least, strict):
                bound = None if least is None else [least.numerator, least.denominator]
                return ["parameter", name, bound, strict]
            case Count():
                return ["count", self.count(e)]
            case DensityAt(density, of, given):
                index = density.index if isinstance(density.index, int | None) else self.index(density.index)
                return ["density", self.density(density), index, self.variables(of), self.variables(given)]
            case Support(density):
                return ["support", self.expression(density)]
            case Plate(index, factor):
                return ["plate", self.index(index), self.expression(factor)]
            case Sum(parts) | Product(parts) | Mean(parts):
                return [type(e).__name__.lower(), [self.expression(part) for part in parts]]
            case Power(base, exponent):
                return ["power", self.expression(base), exponent]
            case Apply(function, argument):
                return ["apply", self.function(function), self.expression(argument)]
            case Expectation(over, body):
                return ["expectation", [self.expression(factor) for factor in over], self.expression(body)]
            case Integral(names, body):
                found = frozenset(name for name in names if isinstance(name, Variable))
                return ["integral", self.variables(found), self.expression(body)]
            case Divergence(left, right):
                return ["divergence", [self.expression(f) for f in left], [self.expression(f) for f in right]]
            case Entropy(over):
                return ["entropy", [self.expression(factor) for factor in over]]
            case Named(name, body):
                return ["named", name, self.expression(body)]
            case Total(index, body) | Uniform(index, body):
                return [type(e).__name__.lower(), self.index(index), self.expression(body)]
        raise TypeError(f"{type(e).__name__} can't be written")

    def count(self, count: Count) -> str:
        at_most = None if count.at_most is None else self.count(count.at_most)
        self.counts.setdefault(count.name, [count.name, at_most])
        return count.name

    def size(self, size: int | Count) -> int | str:
        return self.count(size) if isinstance(size, Count) else size

    def index(self, index: Index | Subset) -> list[Any]:
        if isinstance(index, Subset):
            return [index.name, self.size(index.size), self.size(index.of)]
        return [index.name, self.size(index.size)]

    def variables(self, variables: frozenset[Variable]) -> list[Any]:
        return [self.variable(v) for v in sorted(variables, key=str)]

    def variable(self, variable: Variable) -> list[Any]:
        copy: Any = variable.copy
        if isinstance(copy, Index):
            copy = self.index(copy)
        if isinstance(copy, Pick) and isinstance(copy.index, Index):
            copy = [self.index(copy.subset), self.index(copy.index)]
        return [variable.name, variable.discrete, copy]

    def density(self, density: Density) -> str:
        density = replace_index(density, None)
        factors = [[[v.name for v in part] for part in (f.targets, f.given)] for f in density.factors]
        row = [
            density.name,
            [self.variable(v) for v in density.of],
            [self.variable(v) for v in density.given],
            factors,
            density.positive,
            density.indexed,
        ]
        if self.densities.setdefault(density.name, row) != row:
            raise Malformed(f"two densities are called {density.name}: a derivation has one for every name")
        return density.name

    def function(self, function: Function) -> str:
        if function.body is not None:
            self.functions.setdefault(function.name, [function.name, self.expression(function.body)])
        return function.name


def write(derivation: Derivation) -> dict[str, Any]:
    """The derivation as None, bools, ints, strings, lists and a dict."""
    writer = Writer()
    start = writer.expression(derivation.start)
    lines = [
        [step.relation, writer.expression(step.right), [[rule.name, rule.detail] for rule in step.by]]
        for step in derivation.steps
    ]
    goal = derivation.goal
    claim = None if goal is None else [writer.expression(goal.left), goal.relation, writer.expression(goal.right)]
    return {
        "version": VERSION,
        "counts": list(writer.counts.values()),
        "densities": list(writer.densities.values()),
        "functions": list(writer.functions.values()),
        "rows": writer.rows,
        "start": start,
        "lines": lines,
        "goal": claim,
    }
