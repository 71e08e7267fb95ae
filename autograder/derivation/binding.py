"""The normal form of what binds: expectations, integrals, expectations over a uniform index, sums over an index.

linearity      E[a + b] = E[a] + E[b]  (signs, numbers and parameters pass freely)
constant       E[a f + b] = a E[f] + b for a, b free of what is bound
normalisation  the integral of q(z | x) over z is 1; E[1] = 1
marginal       the integral of p(x, z) over z is p(x); an expectation is over no more than its body uses
uniform        the expectation over i uniform in 1, ..., m is the sum divided by m
nesting        expectations inside expectations, integrals inside integrals are one over all variables
copies         bound copies may be renamed
"""

from __future__ import annotations

from fractions import Fraction

from autograder.derivation import atoms
from autograder.derivation.elimination import eliminated, narrowed
from autograder.derivation.names import Index, Name, Pick, Size, Subset, without
from autograder.derivation.nesting import flattened
from autograder.derivation.polynomials import (
    ONE,
    Atom,
    Mono,
    Poly,
    add,
    constant,
    content,
    from_atom,
    from_mono,
    leading_sign,
    raised,
    removed,
)
from autograder.derivation.symmetry import up_to_copies

Features = frozenset[str]
Names = frozenset[Name]


def bind(kind: str, bound: Names, over: Mono, body: Poly, features: Features) -> Poly:
    """E over `over` of the body, its integral over the bound names, or its expectation over a uniform index."""
    if kind == "expectation":
        body = _where_positive(body, over)
    if kind == "uniform" and "uniform" in features:
        return _uniform_out(bound, body, features)
    if "linearity" not in features:
        return _bind_whole(kind, bound, over, body, features) if body else body
    return add(_bind_term(kind, bound, over, mono, features).scaled(c) for mono, c in body.terms.items())


def sum_over(index: Index, body: Poly) -> Poly:
    """The sum over i of the body: what is free of i leaves, and the sum of 1 is the size."""
    parts = []
    for mono, value in body.terms.items():
        inside = frozenset((a, n) for a, n in mono if index in a.names)
        outside = from_mono(mono - inside, value)
        parts.append(outside * (_total(index, inside) if inside else _size(index)))
    return add(parts)


def _total(index: Index, inside: Mono) -> Poly:
    name = atoms.canonical_index(index, max(atom.depth for atom, _ in inside) + 1)
    return from_atom(atoms.total(name, atoms.renamed_mono(inside, {index: name})))


def _size(index: Index | Subset) -> Poly:
    return constant(index.size) if isinstance(index.size, int) else from_atom(atoms.count(index.size))


def _inverse_size(size: Size) -> Poly:
    return constant(Fraction(1, size)) if isinstance(size, int) else from_atom(atoms.count(size), -1)


def _uniform_out(bound: Names, body: Poly, features: Features) -> Poly:
    (index,) = bound
    if isinstance(index, Subset):
        return _uniform_subset(index, body, features)
    assert isinstance(index, Index)
    return sum_over(index, body) * _inverse_size(index.size)


def _uniform_subset(subset: Subset, body: Poly, features: Features) -> Poly:
    """All numbers are equally likely to be in the subset: E_S of sum_i f(S[i]) is k/m times the sum of f."""
    parts = []
    for mono, value in body.terms.items():
        inside = frozenset((a, n) for a, n in mono if subset in a.names)
        rest = from_mono(mono - inside, value)
        parts.append(rest * _over_subset(subset, inside, features) if inside else rest)
    return add(parts)


def _over_subset(subset: Subset, inside: Mono, features: Features) -> Poly:
    ((atom, n),) = inside if len(inside) == 1 else ((None, 0),)
    if atom is not None and n == 1 and atom.kind == "total":
        index, mono = opened(atom)
        whole = Index(f"{index.name} of all", subset.of)
        spread = atoms.renamed_mono(mono, {Pick(subset, index): whole})
        if not any({subset, index} & a.names for a, _ in spread):
            return sum_over(whole, from_mono(spread)) * _size(index) * _inverse_size(subset.of)
    return _bind_whole("uniform", frozenset([subset]), ONE, from_mono(inside), features)


def _where_positive(body: Poly, over: Mono) -> Poly:
    """Inside an expectation the density that is averaged over is positive: its indicator is 1."""
    drawn = {atom for atom, _ in over if atom.vanishes}
    if not drawn:
        return body
    return add(from_mono(frozenset((a, n) for a, n in m if n or a not in drawn), c) for m, c in body.terms.items())


def _bind_term(kind: str, bound: Names, over: Mono, mono: Mono, features: Features) -> Poly:
    """One term of a body under linearity; a finite sum or average inside it moves outside."""
    movable = [a for a, n in mono if n == 1 and (a.kind == "total" or (a.kind == "binding" and a.data[0] == "uniform"))]
    if len(movable) != 1 or (kind == "uniform" and movable[0].kind == "binding"):
        return _bind_whole(kind, bound, over, from_mono(mono), features)
    rest = from_mono(mono - {(movable[0], 1)})
    if movable[0].kind == "total":
        index, inside = opened(movable[0])
        return sum_over(index, bind(kind, bound, over, rest * from_mono(inside), features))
    _, (old,), _, body = movable[0].data
    new = atoms.fresh_index(old)
    within = bind(kind, bound, over, rest * atoms.renamed(body, {old: new}), features)
    return bind("uniform", frozenset([new]), ONE, within, features)


def opened(total: Atom) -> tuple[Index, Mono]:
    """A sum's index, under a name that occurs nowhere else, and what is summed."""
    old, inside = total.data
    new = atoms.fresh_index(old)
    return new, atoms.renamed_mono(inside, {old: new})


def _bind_whole(kind: str, bound: Names, over: Mono, body: Poly, features: Features) -> Poly:
    """One binding of a body that isn't split, with what may leave taken out."""
    outside, factor = constant(0), constant(1)
    if "nesting" in features and (flat := flattened(kind, bound, over, body)):
        bound, over, body = flat
    if "constant" in features:
        outside, factor, body = _constants(kind, bound, body)
        if not body:
            return outside
    if kind == "integral" and features & {"normalisation", "marginal"}:
        bound, body = _integrated(bound, body, features)
    if kind == "expectation" and "marginal" in features:
        bound, over, body = narrowed(bound, over, body, "copies" in features)
    if kind == "uniform":
        bound, body = _canonical(bound, body)
    number = content(body)[0] * leading_sign(body)
    scalars = frozenset((a, n) for a, n in content(body)[1] if a.kind in ("count", "ln", "parameter"))
    factor *= from_mono(scalars, number)
    body = body * from_mono(raised(scalars, -1), 1 / number)
    trivial = body == constant(1) and bool(features & {"constant", "normalisation"})
    if not bound or (kind != "integral" and trivial):
        value = body
    else:
        value = up_to_copies(atoms.binding(kind, bound, over, body), bound, features)
    return outside + value * factor


def _canonical(bound: Names, body: Poly) -> tuple[Names, Poly]:
    (index,) = bound
    assert isinstance(index, (Index, Subset))
    name = atoms.canonical_index(index, body.depth + 1)
    return frozenset([name]), atoms.renamed(body, {index: name})


def _constants(kind: str, bound: Names, body: Poly) -> tuple[Poly, Poly, Poly]:
    """(terms that leave, common factor that leaves, what stays)."""
    leaves = (
        {m: c for m, c in body.terms.items() if not any(depends(a, bound) for a, _ in m)} if kind != "integral" else {}
    )
    stays = Poly({m: c for m, c in body.terms.items() if m not in leaves})
    if not stays:
        return Poly(leaves), constant(1), stays
    common = frozenset((a, n) for a, n in content(stays)[1] if not depends(a, bound))
    return Poly(leaves), from_mono(common), Poly({removed(m, common): c for m, c in stays.terms.items()})


def _integrated(bound: Names, body: Poly, features: Features) -> tuple[Names, Poly]:
    """The factors that all terms share, with the densities of variables that nothing else uses integrated out."""
    number, common, rest = content(body)
    mono, left = eliminated(common, bound, features, rest.names)
    return left, rest * from_mono(mono, number)


def depends(atom: Atom, bound: Names) -> bool:
    """Whether the atom depends on a bound name."""
    return len(without(atom.names, bound)) < len(atom.names)
