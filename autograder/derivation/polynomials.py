"""Laurent polynomials over atoms: the normal form in which two expressions are compared.

A polynomial is a sum of rational multiples of monomials; a monomial is a product of integer powers of atoms; an atom is
whatever the algebra doesn't look into: a density at its variables, a log, an expectation, a quantity with a name.

Densities that may vanish keep their zeroth power: q * (1/q) is 1 only where q is positive. (q, 0) in a monomial is that
indicator.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import reduce
from math import gcd, lcm
from typing import Any

from autograder.derivation.effort import spend
from autograder.derivation.names import Family, Index, Name, Subset, Variable

LARGEST_NUMBER = 10**60


class Atom:
    """kind and data say what it is; `names` are its free variables and indices; `depth` counts the bindings inside."""

    __slots__ = ("_hash", "_shape", "data", "depth", "kind", "names", "positive", "vanishes")

    def __init__(
        self,
        kind: str,
        data: tuple[Any, ...],
        names: frozenset[Name],
        positive: bool,
        depth: int = 0,
        vanishes: bool = False,
    ) -> None:
        self.kind, self.data, self.names, self.positive, self.depth, self.vanishes = (
            kind,
            data,
            names,
            positive,
            depth,
            vanishes,
        )
        self._hash = hash((kind, data))
        self._shape: int | None = None

    @property
    def shape(self) -> int:
        """A hash that doesn't see how copies and indices are named."""
        if self._shape is None:
            self._shape = hash((self.kind, shape_of(self.data)))
        return self._shape

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Atom)
            and self._hash == other._hash
            and self.kind == other.kind
            and self.data == other.data
        )

    def __repr__(self) -> str:
        return f"{self.kind}{self.data!r}"


Mono = frozenset[tuple[Atom, int]]
ONE: Mono = frozenset()


class Poly:
    """A sum of rational multiples of monomials; never changed once made."""

    __slots__ = ("_hash", "terms")

    def __init__(self, terms: dict[Mono, Fraction]) -> None:
        self.terms = terms
        self._hash: int | None = None

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self.terms.items()))
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Poly) and self.terms == other.terms

    def __repr__(self) -> str:
        return " + ".join(f"{c}*{[*m]}" for m, c in self.terms.items()) or "0"

    def __bool__(self) -> bool:
        return bool(self.terms)

    def __add__(self, other: Poly) -> Poly:
        return add([self, other])

    def __sub__(self, other: Poly) -> Poly:
        return add([self, other.scaled(Fraction(-1))])

    def __mul__(self, other: Poly) -> Poly:
        spend(len(self.terms) * len(other.terms))
        found: dict[Mono, Fraction] = {}
        for m, c in self.terms.items():
            for n, d in other.terms.items():
                both = times(m, n)
                found[both] = found.get(both, 0) + c * d
        return Poly({m: checked(c) for m, c in found.items() if c})

    def scaled(self, by: Fraction) -> Poly:
        return Poly({m: c * by for m, c in self.terms.items()}) if by else ZERO

    def single(self) -> tuple[Mono, Fraction] | None:
        """Its only term, if it has exactly one."""
        return next(iter(self.terms.items())) if len(self.terms) == 1 else None

    def atoms(self) -> Iterable[Atom]:
        """All atoms, with repetitions."""
        return (atom for mono in self.terms for atom, _ in mono)

    @property
    def names(self) -> frozenset[Name]:
        """The variables and indices that it depends on."""
        return frozenset().union(*(atom.names for atom in self.atoms()))

    @property
    def depth(self) -> int:
        return max((atom.depth for atom in self.atoms()), default=0)

    @property
    def positive(self) -> bool:
        """Known to be > 0."""
        return bool(self.terms) and all(c > 0 and all(a.positive for a, _ in m) for m, c in self.terms.items())


ZERO = Poly({})


def constant(value: Fraction | int) -> Poly:
    """A number."""
    return Poly({ONE: checked(Fraction(value))}) if value else ZERO


def from_atom(atom: Atom, power: int = 1) -> Poly:
    """A power of an atom."""
    return Poly({frozenset([(atom, power)]): Fraction(1)})


def from_mono(mono: Mono, value: Fraction = Fraction(1)) -> Poly:
    """A multiple of a monomial."""
    return Poly({mono: value})


def add(polys: Iterable[Poly]) -> Poly:
    """The sum of polynomials."""
    found: dict[Mono, Fraction] = {}
    for poly in polys:
        spend(len(poly.terms))
        for mono, value in poly.terms.items():
            found[mono] = found.get(mono, 0) + value
    return Poly({m: checked(c) for m, c in found.items() if c})


def multiply(polys: Iterable[Poly]) -> Poly:
    """The product of polynomials."""
    return reduce(Poly.__mul__, polys, constant(1))


def times(left: Mono, right: Mono, power: int = 1) -> Mono:
    """left * right**power."""
    if not right:
        return left
    powers = dict(left)
    for atom, n in right:
        powers[atom] = powers.get(atom, 0) + power * n
    return frozenset((a, n) for a, n in powers.items() if n or a.vanishes)


def removed(mono: Mono, part: Mono) -> Mono:
    """mono / part, where part stands outside and so carries the indicators of its atoms."""
    powers = dict(mono)
    for atom, n in part:
        powers[atom] = powers.get(atom, 0) - n
    outside = {atom for atom, _ in part}
    return frozenset((a, n) for a, n in powers.items() if n or (a.vanishes and a not in outside))


def raised(mono: Mono, power: int) -> Mono:
    """mono**power."""
    return frozenset((a, n * power) for a, n in mono)


def content(poly: Poly) -> tuple[Fraction, Mono, Poly]:
    """poly = number * monomial * rest, with the number positive and nothing common left in the rest."""
    numerators = gcd(*(c.numerator for c in poly.terms.values()))
    number = Fraction(numerators, lcm(*(c.denominator for c in poly.terms.values())))
    monos = [dict(m) for m in poly.terms]
    atoms = {a for m in monos for a in m}
    common = frozenset((a, n) for a in atoms if not a.vanishes and (n := min(m.get(a, 0) for m in monos)))
    if single := poly.single():
        common = single[0]
        return number, common, constant(single[1] / number)
    return number, common, Poly({times(m, common, -1): c / number for m, c in poly.terms.items()})


def leading_sign(poly: Poly) -> int:
    """A sign that a polynomial and its negative have opposite, however copies and indices are named."""
    if single := poly.single():
        return 1 if single[1] > 0 else -1
    return 1 if min(poly.terms.items(), key=lambda term: (shape_of(term[0]), hash(term[0])))[1] > 0 else -1


def shape_of(part: object) -> int:
    """A hash of atoms, polynomials and names that doesn't see how copies and indices are named."""
    match part:
        case Atom():
            return part.shape
        case Poly():
            return hash(tuple(sorted((shape_of(m), abs(c)) for m, c in part.terms.items())))
        case frozenset():
            return hash(tuple(sorted(map(shape_of, part))))
        case tuple():
            return hash(tuple(map(shape_of, part)))
        case Variable():
            return hash(part.name)
        case Index() | Subset() | Family():
            return hash(part.size)
        case str() | int():
            return hash(part)
    return hash(getattr(part, "name", None))


def checked(value: Fraction) -> Fraction:
    """The number, unless it has grown out of proportion."""
    if abs(value.numerator) > LARGEST_NUMBER or value.denominator > LARGEST_NUMBER:
        from autograder.derivation.mistakes import TooLarge

        raise TooLarge("the numbers on this line are too large to check")
    return value
