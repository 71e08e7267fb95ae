"""Copies that follow one density are exchangeable: a binding stands for all ways of naming the copies that it binds."""

from __future__ import annotations

from itertools import permutations, product

from autograder.derivation import atoms
from autograder.derivation.effort import spend
from autograder.derivation.names import Name, Variable
from autograder.derivation.polynomials import Atom, Poly, from_atom

MOST_COPIES = 5


def up_to_copies(atom: Atom, bound: frozenset[Name], features: frozenset[str]) -> Poly:
    """The atom; with the feature `copies`, the set of all its renamings among the copies of each variable."""
    groups: dict[str, list[Variable]] = {}
    for name in bound:
        if isinstance(name, Variable):
            groups.setdefault(name.name, []).append(name)
    if "copies" not in features or not groups or any(len(group) > MOST_COPIES for group in groups.values()):
        return from_atom(atom)
    members = set()
    for orders in product(*(permutations(range(len(group))) for group in groups.values())):
        spend(50)
        names = {
            variable: Variable(root, f"#{atom.depth}.{place}", variable.discrete)
            for (root, group), order in zip(groups.items(), orders, strict=True)
            for variable, place in zip(group, order, strict=True)
        }
        members.add(atoms.rebuilt(atom, names))
    return from_atom(atoms.orbit(frozenset(members)))
