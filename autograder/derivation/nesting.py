"""Expectations inside expectations (the tower property) and integrals inside integrals (Fubini) as one."""

from __future__ import annotations

from autograder.derivation import atoms
from autograder.derivation.densities import Density
from autograder.derivation.names import Family, Name, Variable, without
from autograder.derivation.polynomials import ONE, Atom, Mono, Poly, content, from_atom, times

Names = frozenset[Name]


def flattened(kind: str, bound: Names, over: Mono, body: Poly) -> tuple[Names, Mono, Poly] | None:
    """The binding joined with the one inside it, where all terms of its body share exactly one such as a factor."""
    if kind == "expectation":
        over = joined(over)
    changed = kind == "expectation"
    while body and kind != "uniform":
        inner = [a for a, n in content(body)[1] if n == 1 and a.kind == "binding" and a.data[0] == kind]
        if len(inner) != 1:
            break
        _, inside, inside_over, inside_body = inner[0].data
        rest = body * from_atom(inner[0], -1)
        around = bound.union(rest.names, *(a.names for a, _ in over))
        if clash(around, inside):
            break
        bound, over = bound | inside, joined(times(over, inside_over))
        body, changed = rest * inside_body, True
    return (bound, over, body) if changed else None


def clash(names: Names, inside: Names) -> bool:
    """Whether a name bound inside, or another copy of a family bound inside, occurs among the names."""
    families = {n.name for n in inside | names if isinstance(n, Family)}
    same_family = {n.name for n in names if isinstance(n, (Variable, Family))} & {
        n.name for n in inside if isinstance(n, (Variable, Family))
    }
    return len(without(names, inside)) < len(names) or bool(families & same_family)


def joined(over: Mono) -> Mono:
    """A product of densities with p(a | b) p(b) written as p(a, b)."""
    if over == ONE:
        return over
    factors = dict(over)
    for upper in list(factors):
        for lower in list(factors):
            if upper != lower and upper in factors and lower in factors and (joint := _joint(upper, lower)):
                del factors[upper], factors[lower]
                return joined(times(frozenset(factors.items()), frozenset([(joint, 1)])))
    return frozenset(factors.items())


def _joint(upper: Atom, lower: Atom) -> Atom | None:
    """p(a, b | c) for p(a | b, c) and p(b | c)."""
    if upper.kind != "density" or lower.kind != "density" or upper.data[0] != lower.data[0]:
        return None
    density, of, given = upper.data
    _, below, conditions = lower.data
    assert isinstance(density, Density) and isinstance(of, frozenset) and isinstance(below, frozenset)
    return atoms.density(density, of | below, conditions) if given == below | conditions else None
