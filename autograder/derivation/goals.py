"""Whether what a chain proves is what was to be proved."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from autograder.derivation.expressions import Claim, Expr
from autograder.derivation.normal import normal_form

FLIPPED = {"=": "=", ">=": "<=", "<=": ">="}


def net(relations: Iterable[str]) -> str | None:
    """The relation between the ends of a chain; None when >= and <= are mixed, which says nothing."""
    found = set(relations) - {"="}
    return None if len(found) > 1 else next(iter(found), "=")


def proves(start: Expr, relation: str, end: Expr, goal: Claim) -> bool:
    """Whether start = end (>=, <=) is the goal, or becomes it when terms are moved from side to side.

    The difference of the ends must be a multiple c of the difference of the goal's sides; c < 0 turns the inequality.
    """
    factor = proportion(normal_form(start) - normal_form(end), normal_form(goal.left) - normal_form(goal.right))
    if factor is None:
        return False
    shown = relation if factor > 0 else FLIPPED[relation]
    return shown in ("=", goal.relation)


def proportion(left: object, right: object) -> Fraction | None:
    """c with left = c * right for two polynomials, c not 0."""
    terms, others = left.terms, right.terms  # type: ignore[attr-defined]
    if not terms or terms.keys() != others.keys():
        return None
    mono = next(iter(terms))
    factor = Fraction(terms[mono] / others[mono])
    return factor if all(terms[m] == factor * others[m] for m in terms) else None
