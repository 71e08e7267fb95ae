"""Inequalities from what is never negative: KL >= 0; a density integrated over a part of its space is at most 1."""

from __future__ import annotations

from fractions import Fraction

from autograder.derivation.binders import Integral
from autograder.derivation.expressions import DensityAt, Expr, Number, Power, Product
from autograder.derivation.jensen import Finding
from autograder.derivation.normal import equal_under, normal_form
from autograder.derivation.polynomials import Atom, Mono, Poly, add, constant, from_atom, from_mono, multiply
from autograder.derivation.sites import places


def by_kl(left: Expr, relation: str, right: Expr, features: frozenset[str]) -> Finding:
    """Whether the sides differ, the right way, by KLs with coefficients that are known not to be negative."""
    if relation == "=":
        return Finding(False, "KL >= 0 gives an inequality, not an equality")
    difference = normal_form(left, features) - normal_form(right, features)
    difference = difference if relation == ">=" else difference.scaled(Fraction(-1))
    if difference and all(_kl_term(mono, value) for mono, value in _shifted(difference).terms.items()):
        return Finding(True, "KL is never negative")
    if difference and all(
        _kl_term(mono, -value) for mono, value in _shifted(difference.scaled(Fraction(-1))).terms.items()
    ):
        return Finding(False, "KL is never negative, so the inequality points the other way")
    return Finding(False, "the two sides do not differ by a nonnegative multiple of a KL")


def _kl_term(mono: Mono, value: Fraction) -> bool:
    """A positive number times exactly one KL (or an average of KLs) times positive factors."""
    kls = [(atom, n) for atom, n in mono if not atom.positive]
    return value > 0 and len(kls) == 1 and kls[0][1] == 1 and _is_kl(kls[0][0])


def _is_kl(atom: Atom) -> bool:
    if atom.kind == "divergence":
        return True
    if atom.kind == "orbit":
        return all(_is_kl(member) for member in atom.data[0])
    if atom.kind == "binding":
        body = atom.data[3]
        return isinstance(body, Poly) and all(_kl_term(mono, value) for mono, value in body.terms.items())
    if atom.kind == "total":
        return _kl_term(atom.data[1], Fraction(1))
    return False


def _shifted(poly: Poly) -> Poly:
    """With every parameter that has a lower bound written as the bound plus something >= 0: beta - 1 becomes b."""
    parts = []
    for mono, value in poly.terms.items():
        factors = [from_mono(frozenset(), value)]
        for atom, n in mono:
            factors.append(multiply([_from_bound(atom)] * n) if n > 0 and _least(atom) else from_atom(atom, n))
        parts.append(multiply(factors))
    return add(parts)


def _least(atom: Atom) -> Fraction | None:
    return atom.data[0].least if atom.kind == "parameter" else None


def _from_bound(atom: Atom) -> Poly:
    parameter = atom.data[0]
    above = Atom("above its bound", (parameter,), frozenset(), True)
    return from_atom(above) + constant(parameter.least)


def by_part_of_space(left: Expr, relation: str, right: Expr, features: frozenset[str]) -> Finding:
    """Whether one side results from the other by integrating over the whole space, not only where q > 0."""
    for side, other, wanted in ((left, right, -1), (right, left, 1)):
        for e, direction, put in places(side):
            whole = _whole(e) if isinstance(e, Integral) else None
            if whole is None or not equal_under(put(whole), other, features):
                continue
            if direction == (wanted if relation == ">=" else -wanted) and relation != "=":
                return Finding(True, "over a part of its space a density integrates to at most 1")
            return Finding(
                False, "where q > 0 only, the integral of p is at most 1, not always 1: that is an inequality"
            )
    return Finding(False)


def _whole(e: Integral) -> Expr | None:
    """The integral over the whole space, where it was one over the points at which some densities are positive."""
    single = normal_form(e.body).single()
    if single is None or single[1] < 0 or all(n for _, n in single[0]):
        return None
    if any(atom.kind != "density" for atom, _ in single[0]):
        return None
    factors = [Power(DensityAt(*atom.data), n) for atom, n in single[0] if n]
    return Integral(e.variables, Product((Number(single[1]), *factors)))
