"""The kinds of expression that bind variables or indices: expectations, integrals, divergences, sums over an index."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from autograder.derivation.expressions import DensityAt, Expr
from autograder.derivation.names import Family, Index, Name, Subset


@dataclass(frozen=True, eq=False, repr=False)
class Plate(Expr):
    """The product over i = 1, ..., m of a density."""

    index: Index
    factor: DensityAt

    @property
    def bound(self) -> frozenset[Name]:
        return frozenset([self.index])


Over = tuple[Expr, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Expectation(Expr):
    """E over a product of densities (DensityAt or Plate) of the body."""

    over: Over
    body: Expr

    @cached_property
    def bound(self) -> frozenset[Name]:
        return targets(self.over)


@dataclass(frozen=True, eq=False, repr=False)
class Integral(Expr):
    """The integral (the sum, for discrete variables) of the body over variables and families."""

    variables: frozenset[Name]
    body: Expr

    @property
    def bound(self) -> frozenset[Name]:
        return self.variables


@dataclass(frozen=True, eq=False, repr=False)
class Divergence(Expr):
    """KL(left || right)."""

    left: Over
    right: Over

    @cached_property
    def bound(self) -> frozenset[Name]:
        return targets(self.left)


@dataclass(frozen=True, eq=False, repr=False)
class Entropy(Expr):
    """H(over) = -E over `over` of its log; differential where variables are continuous."""

    over: Over

    @cached_property
    def bound(self) -> frozenset[Name]:
        return targets(self.over)


@dataclass(frozen=True, eq=False, repr=False)
class Total(Expr):
    """The sum over i = 1, ..., m of the body."""

    index: Index
    body: Expr

    @property
    def bound(self) -> frozenset[Name]:
        return frozenset([self.index])


@dataclass(frozen=True, eq=False, repr=False)
class Uniform(Expr):
    """The expectation of the body over an index, or a subset of given size, drawn uniformly."""

    index: Index | Subset
    body: Expr

    @property
    def bound(self) -> frozenset[Name]:
        return frozenset([self.index])


def targets(over: Over) -> frozenset[Name]:
    """The variables that a product of densities is a density of."""
    found: set[Name] = set()
    for factor in over:
        if isinstance(factor, Plate):
            found |= {Family(v.name, factor.index.size, v.discrete) for v in factor.factor.of}
        elif isinstance(factor, DensityAt):
            found |= factor.of
    return frozenset(found)
