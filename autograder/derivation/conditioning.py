"""The normal form of a density: what the chain rule, a declared factorisation and independence make of it.

chain          p(a | b) = p(a, b) / p(b)
independence   p(a | b, c) = p(a | b), p(a, b | c) = p(a | c) p(b | c), as far as the declared factorisation says so
factorisation  p(z1, z2 | x) = the product of the declared factors

Together chain and independence write everything with conditionals p(one variable | what it needs of those before).
"""

from __future__ import annotations

from collections.abc import Iterable

from autograder.derivation import atoms
from autograder.derivation.densities import Density
from autograder.derivation.expressions import DensityAt
from autograder.derivation.graph import blocks, needed
from autograder.derivation.names import Variable
from autograder.derivation.polynomials import Poly, from_atom, multiply

Features = frozenset[str]
Variables = frozenset[Variable]


def density_form(at: DensityAt, features: Features) -> Poly:
    """p(of | given) under the rules cited."""
    p, of, given = at.density, at.of, at.given
    chain, independent = "chain" in features, "independence" in features
    if chain:
        more = frozenset(v for v in given if v.name not in p.conditions)
        base = given - more
        above = _joint(p, of | more, base, independent)
        return above * _inverse(_joint(p, more, base, independent)) if more else above
    if independent:
        return _apart(p, of, given)
    if "factorisation" in features:
        return _factors(p, of, given)
    return from_atom(atoms.density(p, of, given))


def _inverse(poly: Poly) -> Poly:
    ((mono, value),) = poly.terms.items()
    return Poly({frozenset((a, -n) for a, n in mono): 1 / value})


def _joint(p: Density, of: Variables, base: Variables, independent: bool) -> Poly:
    """p(of | base), as one atom, or in conditionals along the declared order."""
    if not independent:
        return from_atom(atoms.density(p, of, base))
    ready = sorted(of, key=lambda v: _rank(p, v.name))
    return multiply(_needed(p, frozenset([v]), frozenset(ready[:i]) | base) for i, v in enumerate(ready))


def _rank(p: Density, name: str) -> int:
    return [v.name for factor in p.factors for v in factor.targets].index(name)


def _needed(p: Density, of: Variables, given: Variables) -> Poly:
    """p(of | what of the given ones it depends on)."""
    names = _names(given) | p.conditions
    keep = needed(p.parents, _names(of), names)
    return from_atom(atoms.density(p, of, frozenset(v for v in given if v.name in keep)))


def _apart(p: Density, of: Variables, given: Variables) -> Poly:
    """The parts of `of` that are independent given `given`, each with what it depends on."""
    parts = blocks(p.parents, _names(of), _names(given) | p.conditions)
    return multiply(_needed(p, frozenset(v for v in of if v.name in part), given) for part in parts)


def _factors(p: Density, of: Variables, given: Variables) -> Poly:
    """The product of the declared factors, where of is closed under them; else p(v | its parents), where that is it."""
    extra = _names(given) - p.conditions
    if not extra and p.closed(_names(of)):
        return multiply(_given_parents(p, v, of | given) for v in of)
    if len(of) == 1:
        (v,) = of
        if p.parents[v.name] <= _names(given) | p.conditions and not _descends(p, extra, v.name):
            return _given_parents(p, v, given)
    return from_atom(atoms.density(p, of, given))


def _given_parents(p: Density, variable: Variable, among: Variables) -> Poly:
    parents = p.parents[variable.name]
    return from_atom(atoms.density(p, frozenset([variable]), frozenset(v for v in among if v.name in parents)))


def _descends(p: Density, names: Iterable[str], from_: str) -> bool:
    from autograder.derivation.graph import ancestors

    return any(from_ in ancestors(p.parents, frozenset([name])) for name in names)


def _names(variables: Variables) -> frozenset[str]:
    return frozenset(v.name for v in variables)
