"""A learner's derivation against the instructor's goal.

What is to be proved, and what its names mean, is the instructor's: the densities with their variables, conditions,
factorisation and positivity, the named quantities, the parameters and sizes. A derivation that uses another density, or
another one under the same name, proves nothing about these.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from autograder.derivation.densities import Density, replace_index
from autograder.derivation.derivation import Derivation
from autograder.derivation.effort import limited
from autograder.derivation.expressions import Apply, Claim, Count, DensityAt, Expr, Named, Parameter
from autograder.derivation.functions import Function
from autograder.derivation.line import GOAL_NOT_REACHED, MALFORMED, Verdict
from autograder.derivation.mistakes import Malformed, Mistake, TooLarge
from autograder.derivation.normal import equal_under, normal_form
from autograder.derivation.polynomials import Poly
from autograder.derivation.report import Report
from autograder.derivation.wire import read


def grade(answer: object, goal: Claim, allow: Iterable[object] | None = None, start: Expr | None = None) -> Report:
    """The report on a learner's answer: a Derivation, or one as plain data. Never raises because of the answer.

    goal: what is to be proved. allow: the rules that may be cited (all, if it isn't given). start: the expression that
    the derivation must begin with, where the exercise prescribes it; else it may begin with either side of the goal, or
    with anything from which the goal follows by moving terms from side to side.
    """
    try:
        derivation = answer if isinstance(answer, Derivation) else read(answer)
        with limited():
            _same_language(derivation, [goal.left, goal.right, *([] if start is None else [start])])
    except (Malformed, Mistake) as mistake:
        return Report(goal.left, (), (), Verdict(MALFORMED, str(mistake)), goal, ())
    graded = Derivation(derivation.start, goal, derivation.steps)
    report = replace(graded.check(allow), begin=start)
    if start is not None and not _begins(derivation.start, start):
        said = "the exercise says with which expression to begin, and this begins with another"
        report = replace(report, problem=Verdict(GOAL_NOT_REACHED, said))
    return report


def _begins(first: Expr, start: Expr) -> bool:
    try:
        with limited():
            return equal_under(first, start, frozenset())
    except TooLarge:
        return False


def _same_language(derivation: Derivation, declared: list[Expr]) -> None:
    """Refuse what the exercise doesn't have (new quantities excepted), and its names with another meaning."""
    ours = _meanings(declared)
    for (kind, name), meanings in _meanings(derivation.lines).items():
        expected = ours.get((kind, name))
        if expected is None and kind != "quantity":
            raise Malformed(f"this exercise has no {kind} called {name}")
        if len(meanings) > 1 or (expected is not None and meanings != expected):
            raise Malformed(f"{name} has another meaning here than in the exercise: use the {kind} that it gives you")


def _meanings(expressions: list[Expr]) -> dict[tuple[str, str], set[Any]]:
    found: dict[tuple[str, str], set[Any]] = {}
    for e in expressions:
        for node in e.walk():
            for kind, name, meaning in _meaning(node):
                found.setdefault((kind, name), set()).add(meaning)
    return found


def _meaning(node: Expr) -> list[tuple[str, str, Density | Parameter | Count | Function | Poly]]:
    """(kind, name, meaning) of what a node mentions."""
    match node:
        case DensityAt(density):
            return [("density", density.name, replace_index(density, None))]
        case Parameter(name):
            return [("parameter", name, node)]
        case Count(name):
            return [("size", name, node)]
        case Named(name, body):
            return [("quantity", name, normal_form(body))]
        case Apply(function) if function.body is not None:
            return [("function", function.name, function)]
    return []
