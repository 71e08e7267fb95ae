"""The kinds of expression: immutable trees, compared by structure.

What an expression means is said by `evaluate`; when two are equal by a rule, by `normal`; how one is written, by `tex`.
Build them with the functions of `language`, which refuse what has no meaning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from autograder.derivation.mistakes import Mistake
from autograder.derivation.names import Index, Name, Variable, check_name, indices, without

if TYPE_CHECKING:
    from autograder.derivation.densities import Density
    from autograder.derivation.functions import Function


class Expr:
    """An expression. `a == b`, `a >= b`, `a <= b` are claims; the truth value of `a == b` is sameness of structure."""

    @cached_property
    def content(self) -> tuple[Any, ...]:
        """The fields, in order: what two expressions of one kind differ in."""
        return tuple(getattr(self, field.name) for field in fields(self))  # type: ignore[arg-type]

    @cached_property
    def _hash(self) -> int:
        return hash((type(self).__name__, self.content))

    def __hash__(self) -> int:
        return self._hash

    def same(self, other: Expr) -> bool:
        """Equal as written."""
        if self is other:
            return True
        return type(self) is type(other) and self._hash == other._hash and self.content == other.content

    def __eq__(self, other: object) -> Claim:  # type: ignore[override]
        return Claim(self, "=", expr(other)) if isinstance(other, (Expr, int, float, Fraction)) else NotImplemented

    def __ge__(self, other: object) -> Claim:
        return Claim(self, ">=", expr(other))

    def __le__(self, other: object) -> Claim:
        return Claim(self, "<=", expr(other))

    def __add__(self, other: object) -> Expr:
        return Sum((self, expr(other)))

    def __radd__(self, other: object) -> Expr:
        return Sum((expr(other), self))

    def __neg__(self) -> Expr:
        return Number(-self.value) if isinstance(self, Number) else Product((Number(Fraction(-1)), self))

    def __sub__(self, other: object) -> Expr:
        return Sum((self, -expr(other)))

    def __rsub__(self, other: object) -> Expr:
        return Sum((expr(other), -self))

    def __mul__(self, other: object) -> Expr:
        return Product((self, expr(other)))

    def __rmul__(self, other: object) -> Expr:
        return Product((expr(other), self))

    def __pow__(self, exponent: int) -> Expr:
        from autograder.derivation.language import power

        return power(self, exponent)

    def __truediv__(self, other: object) -> Expr:
        return self * expr(other) ** -1

    def __rtruediv__(self, other: object) -> Expr:
        return expr(other) * self**-1

    @cached_property
    def children(self) -> tuple[Expr, ...]:
        """The expressions directly inside, densities that are averaged over included."""
        parts = [part if isinstance(part, tuple) else (part,) for part in self.content]
        return tuple(e for part in parts for e in part if isinstance(e, Expr))

    @property
    def bound(self) -> frozenset[Name]:
        """The names that this node binds."""
        return frozenset()

    @cached_property
    def free(self) -> frozenset[Name]:
        """The variables and indices that the expression depends on."""
        inside: frozenset[Name] = frozenset().union(*(child.free for child in self.children))
        return without(inside, self.bound)

    def walk(self) -> Iterator[Expr]:
        """This expression and everything inside it."""
        yield self
        for child in self.children:
            yield from child.walk()

    def with_parts(self, **parts: Any) -> Expr:
        """A copy with some fields replaced."""
        return replace(self, **parts)  # type: ignore[type-var]

    def __repr__(self) -> str:
        from autograder.derivation.plain import plain

        return plain(self)

    def _repr_latex_(self) -> str:
        from autograder.derivation.tex import tex

        return f"${tex(self)}$"


@dataclass(frozen=True, eq=False, repr=False)
class Claim:
    """left = right, left >= right or left <= right."""

    left: Expr
    relation: str
    right: Expr

    def __bool__(self) -> bool:
        if self.relation != "=":
            raise Mistake("an inequality between expressions is a claim, neither true nor false by itself")
        return self.left.same(self.right)

    def __repr__(self) -> str:
        return f"{self.left!r} {self.relation} {self.right!r}"

    def _repr_latex_(self) -> str:
        from autograder.derivation.tex import SIGNS, tex

        return f"${tex(self.left)} {SIGNS[self.relation]} {tex(self.right)}$"


@dataclass(frozen=True, eq=False, repr=False)
class Number(Expr):
    value: Fraction


@dataclass(frozen=True, eq=False, repr=False, init=False)
class Parameter(Expr):
    """A real number with a name, known to be positive, or at least some number, where declared so."""

    name: str
    least: Fraction | None  # a lower bound
    strict: bool  # which is not attained

    def __init__(self, name: str, positive: bool = False, at_least: int | Fraction | None = None) -> None:
        check_name(name)
        least = Fraction(0) if positive and at_least is None else None if at_least is None else Fraction(at_least)
        for field, value in (("name", name), ("least", least), ("strict", positive and least == 0)):
            object.__setattr__(self, field, value)


@dataclass(frozen=True, eq=False, repr=False)
class Count(Expr):
    """A number 1, 2, 3, ... with a name, at most another one where `at_most` is given."""

    name: str
    at_most: Count | None = None

    def __post_init__(self) -> None:
        check_name(self.name)


@dataclass(frozen=True, eq=False, repr=False)
class DensityAt(Expr):
    """p(of | given)."""

    density: Density
    of: frozenset[Variable]
    given: frozenset[Variable]

    @cached_property
    def free(self) -> frozenset[Name]:
        index = self.density.index
        return (
            self.of
            | self.given
            | indices(self.of | self.given)
            | (frozenset([index]) if isinstance(index, Index) else frozenset())
        )


@dataclass(frozen=True, eq=False, repr=False)
class Support(Expr):
    """1 where the density is positive, 0 where it vanishes."""

    density: DensityAt


@dataclass(frozen=True, eq=False, repr=False)
class Sum(Expr):
    terms: tuple[Expr, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Product(Expr):
    factors: tuple[Expr, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Power(Expr):
    base: Expr
    exponent: int


@dataclass(frozen=True, eq=False, repr=False)
class Apply(Expr):
    function: Function
    argument: Expr


@dataclass(frozen=True, eq=False, repr=False)
class Named(Expr):
    """A quantity with a name, such as ELBO; equal to its body by definition."""

    name: str
    body: Expr


@dataclass(frozen=True, eq=False, repr=False)
class Mean(Expr):
    """The expectation over a uniform index of explicitly listed expressions."""

    bodies: tuple[Expr, ...]


def expr(value: object) -> Expr:
    """An expression from an expression or an exact number."""
    if isinstance(value, Expr):
        return value
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        return Number(Fraction(value))
    if isinstance(value, float):
        raise Mistake(f"{value} is a rounded number: write a fraction, as in Fraction(1, 2) or 1 / m")
    raise Mistake(f"{value!r} is not an expression; densities are written with their variables, as in p(x, z)")
