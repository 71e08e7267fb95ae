"""Hints for a false line: one edit of its right side, or one term, with which it would be true."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from autograder.derivation.binders import Divergence, Expectation
from autograder.derivation.densities import Density
from autograder.derivation.expressions import Apply, DensityAt, Expr, Number, Product, Sum
from autograder.derivation.functions import log
from autograder.derivation.jensen import by_jensen
from autograder.derivation.mistakes import Mistake, TooLarge
from autograder.derivation.refute import refute
from autograder.derivation.rulebook import Rule, jensen
from autograder.derivation.sites import places
from autograder.derivation.tex import over_tex, tex
from autograder.derivation.worlds import SMALL, WIDE

if TYPE_CHECKING:
    from autograder.derivation.line import Step

MOST_TRIED = 80


def hints(left: Expr, step: Step, allow: Collection[Rule]) -> list[str]:
    """At most one repair, and what can be said about the direction; nothing where looking would cost too much."""
    try:
        return _hints(left, step, allow)
    except TooLarge:
        return []


def _hints(left: Expr, step: Step, allow: Collection[Rule]) -> list[str]:
    found = []
    if (repair := _repair(left, step)) is not None:
        found.append(f"equality would hold {repair}")
    if step.relation != "=" and refute(step.right, step.relation, left) is None:
        found.append("the inequality points the other way")
    if step.relation != "=" and step.by[0].name == jensen.name and jensen in allow:
        found += (
            [why] if (why := by_jensen(left, step.relation, step.right, step.by[0].detail, frozenset()).why) else []
        )
    return found


def _repair(left: Expr, step: Step) -> str | None:
    """An edit after which the sides are equal in all models; only for an equality a missing term is looked for."""
    tried = 0
    terms = _terms(left, step.right) if step.relation == "=" else ()
    for edited, what in (*edits(left, step.right), *terms):
        if edited.free <= left.free:
            tried += 1
            if tried > MOST_TRIED:
                return None
            if refute(left, "=", edited, (SMALL, WIDE)) is None and refute(left, "=", edited) is None:
                return what
    return None


def edits(left: Expr, right: Expr) -> Iterator[tuple[Expr, str]]:
    """The right side after one edit of a usual kind, and what was edited."""
    overs = {node.over for node in left.walk() if isinstance(node, Expectation)}
    for e, _, put in places(right):
        match e:
            case Divergence(one, two):
                yield put(Divergence(two, one)), "with the arguments of the KL swapped"
            case Expectation(over, body):
                for other in overs - {over}:
                    if Expectation(other, body).bound == e.bound:
                        yield put(Expectation(other, body)), f"with the expectation over ${over_tex(other)}$"
                if isinstance(body, Apply):
                    yield (
                        put(Apply(body.function, Expectation(over, body.argument))),
                        f"with the {body.function.name} outside the expectation",
                    )
            case Apply(function, Expectation(over, body)):
                yield put(Expectation(over, Apply(function, body))), f"with the {function.name} inside the expectation"
            case Sum(terms):
                for i, term in enumerate(terms):
                    yield (
                        put(Sum((*terms[:i], -term, *terms[i + 1 :]))),
                        f"with the sign of ${tex(unsigned(term))}$ flipped",
                    )


def _terms(left: Expr, right: Expr) -> Iterator[tuple[Expr, str]]:
    """The right side with one simple term more, and which."""
    nodes = [node for side in (left, right) for node in side.walk()]
    logs = {log(node) for node in nodes if isinstance(node, DensityAt)} | set(_marginals(nodes))
    overs = {node.over for node in left.walk() if isinstance(node, Expectation)}
    terms = (
        logs
        | {Expectation(over, term) for over in overs for term in logs}
        | {n for n in nodes if isinstance(n, Divergence)}
    )
    for term in sorted(terms, key=lambda t: (len(tex(t)), tex(t))):
        for signed, sign in ((term, ""), (-term, "-")):
            yield right + signed, f"if you add ${sign}{tex(term)}$ to the right side"


def _marginals(nodes: list[Expr]) -> Iterator[Expr]:
    """log p(b) for every p(a | b)."""
    for node in nodes:
        if isinstance(node, DensityAt) and node.given and isinstance(node.density, Density):
            names = frozenset(v for v in node.given if v.name not in node.density.conditions)
            try:
                yield log(node.density.at(names, node.given - names))
            except Mistake:
                continue


def unsigned(term: Expr) -> Expr:
    """The term without its minus sign."""
    match term:
        case Product((Number(value), rest)) if value == -1:
            return rest
    return term
