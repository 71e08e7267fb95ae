"""Variables that leave: the integral of q(z | x) over z is 1, that of p(x, z) is p(x).

A variable leaves a product of densities when a single density, to the first power, has it as a target and nothing else
depends on it.
"""

from __future__ import annotations

from collections.abc import Collection

from autograder.derivation import atoms
from autograder.derivation.names import EVERY, Copy, Family, Index, Name, Pick, Subset, Variable, indices, without
from autograder.derivation.polynomials import ONE, Atom, Mono, Poly, times

Names = frozenset[Name]
NOTHING: Names = frozenset()


def eliminated(mono: Mono, bound: Names, features: frozenset[str], used: Names = NOTHING) -> tuple[Mono, Names]:
    """The product with such variables gone, and the names still bound.

    `normalisation` lets a density go whose targets all leave; `marginal` lets some of its targets leave.
    """
    going = True
    while going:
        going = False
        for atom, power in mono:
            others = used.union(*(a.names for a, _ in mono if a != atom))
            gone = _leaving(atom, bound, others) if power == 1 else NOTHING
            if not gone:
                continue
            left = _without_targets(atom, gone)
            if ("normalisation" if left is None else "marginal") not in features:
                continue
            mono = mono - {(atom, 1)}
            mono = mono if left is None else times(mono, frozenset([(left, 1)]))
            bound, going = bound - gone, True
            break
    return mono, bound


def _leaving(atom: Atom, bound: Names, others: Names) -> Names:
    """The bound names that are targets of this density alone."""
    if atom.kind == "plate":
        index, factor = atom.data
        assert isinstance(factor, Atom)
        names = {v.name for v in factor.data[1]} if factor.kind == "density" else set()
        families = frozenset(n for n in bound if isinstance(n, Family) and n.name in names and n.size == index.size)
        alone = frozenset(n for n in families if len(without(others, frozenset([n]))) == len(others))
        return alone if len(alone) == len(names) else NOTHING
    if atom.kind != "density":
        return NOTHING
    targets = atom.data[1]
    assert isinstance(targets, frozenset)
    return (targets & bound) - others


def _without_targets(atom: Atom, gone: Names) -> Atom | None:
    """The marginal that is left, or None when the density integrates to 1."""
    if atom.kind == "plate":
        return None
    density, targets, given = atom.data
    left = targets - gone
    return atoms.density(density, left, given) if left else None


def narrowed(bound: Names, over: Mono, body: Poly, relabel: bool) -> tuple[Names, Mono, Poly]:
    """An expectation over no more variables than its body needs.

    Of z[1], ..., z[m] the body may need only one copy z[i], or only the copies z[S[i]] of one subset: then the others
    leave, and (with `relabel`) the chosen ones are as good as z[1], ..., z[k].
    """
    for name in bound:
        if isinstance(name, Family):
            bound, over, body = _narrowed_family(name, bound, over, body, relabel)
    over, bound = eliminated(over, bound, frozenset(["normalisation", "marginal"]), body.names)
    return bound, over, body


def _narrowed_family(family: Family, bound: Names, over: Mono, body: Poly, relabel: bool) -> tuple[Names, Mono, Poly]:
    plates = [a for a, n in over if a.kind == "plate" and n == 1 and _draws(a, family)]
    names = body.names.union(*(a.names for a, _ in over if a not in plates))
    copies = {v.copy for v in names if isinstance(v, Variable) and v.name == family.name and v.copy is not None}
    if len(plates) != 1 or not copies or EVERY in copies:
        return bound, over, body
    index, factor = plates[0].data
    rest, others = over - {(plates[0], 1)}, bound - {family}
    subset = _only_subset(family, names, copies)
    if len(copies) == 1 and not any(isinstance(copy, Pick) for copy in copies):
        (copy,) = copies
        one = atoms.renamed_atom(factor, {index: copy})
        return others | {Variable(family.name, copy, family.discrete)}, times(rest, frozenset([(one, 1)])), body
    if relabel and subset is not None and rest == ONE and _identical(factor, index):
        fewer = Index(index.name, subset.size)
        plate = atoms.plate(fewer, atoms.renamed_atom(factor, {index: fewer}))
        chosen = Family(family.name, subset.size, family.discrete)
        return others | {chosen}, frozenset([(plate, 1)]), atoms.renamed(body, {subset: None})
    return bound, over, body


def _only_subset(family: Family, names: Names, copies: Collection[Copy]) -> Subset | None:
    """The subset S, where all copies are z[S[i]] and S numbers nothing but them."""
    subsets = {copy.subset if isinstance(copy, Pick) else None for copy in copies}
    users = {v.name for v in names if isinstance(v, Variable) and isinstance(v.copy, Pick) and v.copy.subset in subsets}
    return next(iter(subsets)) if len(subsets) == 1 and users == {family.name} else None


def _draws(plate: Atom, family: Family) -> bool:
    index, factor = plate.data
    assert isinstance(factor, Atom)
    return factor.kind == "density" and index.size == family.size and [v.name for v in factor.data[1]] == [family.name]


def _identical(factor: object, index: object) -> bool:
    """Whether the copies follow one and the same density: only the target has the index."""
    assert isinstance(factor, Atom)
    density, _, given = factor.data
    return density.index != index and not indices(given)
