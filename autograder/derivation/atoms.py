"""The kinds of atom, what each depends on, and how names in them are replaced."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count as count_from
from typing import Any, TypeVar

from autograder.derivation.densities import Density, replace_index
from autograder.derivation.expressions import Count, Parameter
from autograder.derivation.functions import Function
from autograder.derivation.names import EVERY, Index, Name, Pick, Subset, Variable, indices, without
from autograder.derivation.polynomials import ZERO, Atom, Mono, Poly, add, from_mono, raised, times

Names = frozenset[Name]
Bound = TypeVar("Bound", bound=Index | Subset)
_NUMBERS = count_from(1)


def density(of: Density, targets: frozenset[Variable], given: frozenset[Variable]) -> Atom:
    """p(targets | given)."""
    variables = targets | given
    index: Names = frozenset([of.index]) if isinstance(of.index, Index) else frozenset()
    return Atom("density", (of, targets, given), variables | indices(variables) | index, True, 0, not of.positive)


def log(of: Poly) -> Atom:
    """The log of a polynomial that is no product."""
    return Atom("log", (of,), of.names, False, of.depth)


def ln(number: int) -> Atom:
    """The log of a number above 1."""
    return Atom("ln", (number,), frozenset(), True)


def function(name: Function, of: Poly) -> Atom:
    """f of a polynomial, for any f but log."""
    return Atom("function", (name, of), of.names, name.name in ("exp", "sqrt"), of.depth)


def power(of: Poly) -> Atom:
    """A sum, to be raised to a negative power."""
    return Atom("power", (of,), of.names, of.positive, of.depth)


def parameter(of: Parameter) -> Atom:
    """A number with a name."""
    least = of.least
    return Atom("parameter", (of,), frozenset(), least is not None and (least > 0 or (least == 0 and of.strict)))


def count(of: Count) -> Atom:
    """A number 1, 2, 3, ... with a name."""
    return Atom("count", (of,), frozenset(), True)


def named(name: str, body: Poly) -> Atom:
    """A quantity with a name that isn't replaced by its body."""
    return Atom("named", (name, body), body.names, body.positive, body.depth)


def mean(bodies: frozenset[tuple[Poly, int]]) -> Atom:
    """The expectation over which of some bodies (each with its multiplicity) is drawn."""
    names: Names = frozenset().union(*(body.names for body, _ in bodies))
    return Atom("mean", (bodies,), names, all(b.positive for b, _ in bodies), max(b.depth for b, _ in bodies))


def binding(kind: str, bound: Names, over: Mono, body: Poly) -> Atom:
    """An expectation, an integral, or an expectation over a uniform index, of a body."""
    inside = body.names.union(*(atom.names for atom, _ in over))
    return Atom("binding", (kind, bound, over, body), closed(inside, bound), body.positive, body.depth + 1)


def divergence(bound: Names, left: Poly, right: Poly) -> Atom:
    """KL(left || right)."""
    return Atom(
        "divergence", (bound, left, right), closed(left.names | right.names, bound), False, left.depth + right.depth + 1
    )


def entropy(bound: Names, over: Poly) -> Atom:
    """H(over)."""
    return Atom("entropy", (bound, over), closed(over.names, bound), False, over.depth + 1)


def total(index: Index, mono: Mono) -> Atom:
    """The sum over an index of a monomial."""
    names: Names = frozenset().union(*(atom.names for atom, _ in mono))
    depth = max(atom.depth for atom, _ in mono) + 1
    return Atom("total", (index, mono), closed(names, frozenset([index])), all(a.positive for a, _ in mono), depth)


def plate(index: Index, factor: Atom) -> Atom:
    """The product over an index of an atom."""
    return Atom(
        "plate",
        (index, factor),
        closed(factor.names, frozenset([index])),
        factor.positive,
        factor.depth + 1,
        factor.vanishes,
    )


def orbit(members: frozenset[Atom]) -> Atom:
    """An atom up to the naming of the copies that it binds."""
    one = next(iter(members))
    return Atom("orbit", (members,), one.names, one.positive, one.depth)


MAKE: dict[str, Callable[..., Atom]] = {
    f.__name__: f
    for f in (
        density,
        log,
        ln,
        function,
        power,
        parameter,
        count,
        named,
        mean,
        binding,
        divergence,
        entropy,
        total,
        plate,
        orbit,
    )
}


def closed(names: Names, bound: Names) -> Names:
    """What stays free when some names are bound; copies z[i] whose i is bound become z[every]."""
    return frozenset(_closed(name, bound) for name in without(names, bound))


def _closed(name: Name, bound: Names) -> Name:
    if not isinstance(name, Variable) or not isinstance(name.copy, (Index, Pick)):
        return name
    if name.copy in bound or (isinstance(name.copy, Pick) and name.copy.subset in bound):
        return Variable(name.name, EVERY, name.discrete)
    if isinstance(name.copy, Pick) and name.copy.index in bound:
        return Variable(name.name, Pick(name.copy.subset, EVERY), name.discrete)
    return name


Mapped = Mapping[Any, Any]


def renamed(poly: Poly, mapping: Mapped) -> Poly:
    """The polynomial with names replaced.

    A subset mapped to None makes z[S[i]] into z[i]; S[i] mapped to j makes it into z[j], for this S and i only.
    """
    return add([from_mono(renamed_mono(mono, mapping), value) for mono, value in poly.terms.items()]) if poly else ZERO


def renamed_mono(mono: Mono, mapping: Mapped) -> Mono:
    """The monomial with names replaced."""
    found: Mono = frozenset()
    for atom, power_ in mono:
        found = times(found, raised(frozenset([(renamed_atom(atom, mapping), 1)]), power_))
    return found


def renamed_atom(atom: Atom, mapping: Mapped) -> Atom:
    """The atom with its free names replaced; names that it binds are its own."""
    inside = {old: new for old, new in mapping.items() if _occurs(old, atom.names)}
    if not inside:
        return atom
    return rebuilt(atom, inside)


def rebuilt(atom: Atom, mapping: Mapped) -> Atom:
    """The atom with names replaced in its parts, those that it binds included."""
    return MAKE[atom.kind](*(_renamed(part, mapping) for part in atom.data))


def _occurs(name: Name | Pick, names: Names) -> bool:
    return {name.subset, name.index} <= names if isinstance(name, Pick) else name in names


def _renamed(part: Any, mapping: Mapped) -> Any:
    match part:
        case Poly():
            return renamed(part, mapping)
        case Atom():
            return renamed_atom(part, mapping)
        case Density():
            return replace_index(part, mapping.get(part.index, part.index)) if part.index in mapping else part
        case Variable():
            return _renamed_variable(part, mapping)
        case frozenset():
            return frozenset(_renamed(p, mapping) for p in part)
        case tuple():
            return tuple(_renamed(p, mapping) for p in part)
    return part


def _renamed_variable(variable: Variable, mapping: Mapped) -> Variable:
    if variable in mapping:
        return mapping[variable]
    copy = variable.copy
    if isinstance(copy, (Index, Pick)) and copy in mapping:
        return Variable(variable.name, mapping[copy], variable.discrete)
    if isinstance(copy, Pick) and (copy.subset in mapping or copy.index in mapping):
        index, subset = mapping.get(copy.index, copy.index), mapping.get(copy.subset, copy.subset)
        return Variable(variable.name, index if subset is None else Pick(subset, index), variable.discrete)
    return variable


def canonical_index(index: Bound, depth: int) -> Bound:
    """The name that a bound index gets, by how deep its binding is."""
    return replace(index, name=f"#{depth}")


def fresh_index(index: Bound) -> Bound:
    """A name that occurs nowhere else, for an index whose binding is opened."""
    return replace(index, name=f"fresh {next(_NUMBERS)}")
