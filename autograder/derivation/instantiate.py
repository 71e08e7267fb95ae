"""Indices and symbolic sizes replaced by numbers: what m samples mean for m = 2.

This is the meaning of sums, products and averages over an index; the refuter looks for counterexamples in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations
from typing import Any

from autograder.derivation.binders import Divergence, Entropy, Expectation, Integral, Over, Plate, Total, Uniform
from autograder.derivation.densities import replace_index
from autograder.derivation.effort import spend
from autograder.derivation.expressions import (
    Apply,
    Count,
    DensityAt,
    Expr,
    Mean,
    Named,
    Number,
    Power,
    Product,
    Sum,
    Support,
)
from autograder.derivation.names import Family, Index, Name, Pick, Size, Subset, Variable

Values = Mapping[Any, Any]


def at_index(index: Index | Subset, body: Expr) -> list[Expr]:
    """The body for every value of an index or a subset whose size is a number."""
    return [concrete(body, {index: value}) for value in _range(index, {}) or ()]


def concrete(e: Expr, values: Values) -> Expr:
    """The expression with counts, indices and subsets replaced by their values, and what runs over them written out."""
    spend(1)
    match e:
        case Count():
            return Number(Fraction(_size(e, values))) if isinstance(_size(e, values), int) else e
        case DensityAt():
            return _density(e, values)
        case Support(density):
            return Support(_density(density, values))
        case Sum(terms):
            return Sum(tuple(concrete(term, values) for term in terms))
        case Product(factors):
            return Product(tuple(concrete(factor, values) for factor in factors))
        case Mean(bodies):
            return Mean(tuple(concrete(body, values) for body in bodies))
        case Power(base, exponent):
            return Power(concrete(base, values), exponent)
        case Apply(function, argument):
            return Apply(function, concrete(argument, values))
        case Named(name, body):
            return Named(name, concrete(body, values))
        case Expectation(over, body):
            return Expectation(_over(over, values), concrete(body, values))
        case Entropy(over):
            return Entropy(_over(over, values))
        case Divergence(left, right):
            return Divergence(_over(left, values), _over(right, values))
        case Integral(names, body):
            return Integral(frozenset(v for name in names for v in _members(name, values)), concrete(body, values))
        case Plate() | Total() | Uniform():
            return _written_out(e, values)
    return e


def _density(e: DensityAt, values: Values) -> DensityAt:
    index = e.density.index
    density = replace_index(e.density, _copy(index, values)) if index is not None else e.density
    return DensityAt(density, _variables(e.of, values), _variables(e.given, values))


def _written_out(e: Plate | Total | Uniform, values: Values) -> Expr:
    inside = {k: v for k, v in values.items() if k != e.index}
    body = e.factor if isinstance(e, Plate) else e.body
    whole = _range(e.index, values)
    if whole is None:
        return e.with_parts(**{"factor" if isinstance(e, Plate) else "body": concrete(body, inside)})
    written = tuple(concrete(body, {**inside, e.index: value}) for value in whole)
    return Product(written) if isinstance(e, Plate) else Sum(written) if isinstance(e, Total) else Mean(written)


def _range(index: Index | Subset, values: Values) -> list[Any] | None:
    size = _size(index.size, values)
    if isinstance(index, Subset):
        of = _size(index.of, values)
        return list(combinations(range(1, of + 1), size)) if isinstance(size, int) and isinstance(of, int) else None
    return list(range(1, size + 1)) if isinstance(size, int) else None


def _size(size: Size, values: Values) -> Any:
    return values.get(size, size) if isinstance(size, Count) else size


def _over(over: Over, values: Values) -> Over:
    found: list[Expr] = []
    for factor in over:
        written = concrete(factor, values)
        found += written.factors if isinstance(written, Product) else [written]
    return tuple(found)


def _members(name: Name, values: Values) -> list[Name]:
    if isinstance(name, Family) and isinstance(_size(name.size, values), int):
        return [Variable(name.name, copy, name.discrete) for copy in range(1, _size(name.size, values) + 1)]
    return [Variable(name.name, _copy(name.copy, values), name.discrete)] if isinstance(name, Variable) else [name]


def _variables(variables: frozenset[Variable], values: Values) -> frozenset[Variable]:
    return frozenset(Variable(v.name, _copy(v.copy, values), v.discrete) for v in variables)


def _copy(copy: Any, values: Values) -> Any:
    if isinstance(copy, Pick):
        subset, index = values.get(copy.subset), values.get(copy.index)
        if isinstance(subset, tuple) and isinstance(index, int):
            return subset[index - 1]
        return copy
    return values.get(copy, copy) if isinstance(copy, Index) else copy
