"""How much of a proof an unfinished derivation establishes: a number from 0 to 1, and 1 only for a complete proof.

Counting right lines would pay for padding: any expression can be rewritten for ever. What counts is the hole: how many
rules lie between P, the last line that follows from the beginning, and S, the first line from which the end follows.
With cost(A, B) the number of rules that the machine needs to get from A to B in one go,

    fraction = 1 - cost(P, S) / cost(beginning, end),     at least 0 and at most 3/4.

Where the whole way is not found in one go (an inequality lies on it), it is added up along the lines that are right:
the rules of their equalities, one for each inequality, and the hole. Lines that lead away make the hole larger, lines
that lead nowhere change nothing, and a hole that the machine can't bridge, or a chain with another beginning and
another end than the goal has, earns nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from autograder.derivation.effort import limited
from autograder.derivation.expressions import Claim, Expr
from autograder.derivation.goals import FLIPPED, net, proves
from autograder.derivation.jensen import by_jensen
from autograder.derivation.mistakes import TooLarge
from autograder.derivation.nonnegative import by_kl
from autograder.derivation.normal import NOTHING, equal_under
from autograder.derivation.rulebook import Rule

if TYPE_CHECKING:
    from autograder.derivation.report import Report

MOST_FOR_A_PART = 0.75
OPERATIONS = 300_000
Features = frozenset[str]
UNITS = [frozenset(unit.split()) for unit in (
    "nesting", "factorisation", "independence", "uniform", "copies", "normalisation", "integral", "marginal",
    "constant", "chain", "linearity", "names divergence",
)]  # fmt: skip


def fraction(report: Report) -> float:
    """The share of the proof that is established."""
    if report.proved:
        return 1.0
    if report.goal is None or not report.steps or net(step.relation for step in report.steps) is None:
        return 0.0
    try:
        with limited(OPERATIONS):
            return max((_share(report, way) for way in _ways(report, report.goal)), default=0.0)
    except (TooLarge, RecursionError):
        return 0.0


def _ways(report: Report, goal: Claim) -> list[Claim]:
    """What the chain may be on its way to show: the goal from left to right or back, or the goal with terms moved."""
    first, last = report.begin or report.start, report.steps[-1].right
    ways = [goal, Claim(goal.right, FLIPPED[goal.relation], goal.left)]
    difference = goal.left - goal.right
    if report.begin is not None:
        moved = [
            Claim(first, goal.relation, first - difference),
            Claim(first, FLIPPED[goal.relation], first + difference),
        ]
        return [way for way in ways if equal_under(way.left, first, NOTHING)] or moved
    for relation in {goal.relation, FLIPPED[goal.relation]}:
        if proves(first, relation, last, goal):
            ways.append(Claim(first, relation, last))
    return ways


def _share(report: Report, way: Claim) -> float:
    lines = [report.start, *(step.right for step in report.steps)]
    relations = [step.relation for step in report.steps]
    if any(relation not in ("=", way.relation) for relation in relations):
        return 0.0
    ok = [verdict.ok for verdict in report.verdicts]
    before = _run(ok) if equal_under(lines[0], way.left, NOTHING) else 0
    after = _run(ok[::-1]) if equal_under(lines[-1], way.right, NOTHING) else 0
    reached = lines[: before + 1] if before else [way.left]
    leading = lines[len(lines) - 1 - after :] if after else [way.right]
    missing = cost(reached[-1], way.relation, leading[0], report.allow)
    if missing is None:
        return 0.0
    whole = cost(way.left, way.relation, way.right, report.allow)
    if whole is None:
        parts = [_travelled(reached, relations[:before], report.allow), missing]
        parts.append(_travelled(leading, relations[len(relations) - after :], report.allow))
        whole = sum(parts)
    return min(MOST_FOR_A_PART, max(0.0, 1 - missing / whole)) if whole else 0.0


def _run(ok: Sequence[bool]) -> int:
    """How many are right before the first that isn't."""
    return next((i for i, right in enumerate(ok) if not right), len(ok))


def _travelled(lines: list[Expr], relations: list[str], allow: Sequence[Rule]) -> int:
    """The rules along right lines: those of each stretch of equalities, and one for each inequality."""
    rules, start = 0, lines[0]
    for i, relation in enumerate(relations):
        if relation != "=":
            rules += 1 + (cost(start, "=", lines[i], allow) or 0)
            start = lines[i + 1]
    return rules + (cost(start, "=", lines[-1], allow) or 0)


def cost(left: Expr, relation: str, right: Expr, allow: Sequence[Rule]) -> int | None:
    """How many of the rules it takes to get from left to right in one go; None if they don't do it."""
    permitted = frozenset[str]().union(*(rule.features for rule in allow))
    units = [unit for unit in UNITS if unit <= permitted]
    if (needed := _fewest(units, lambda features: equal_under(left, right, features))) is not None:
        return needed
    found = []
    for rule in allow if relation != "=" else ():
        if rule.name == "jensen":
            found.append(_fewest(units, lambda f: by_jensen(left, relation, right, "", f).ok))
        elif rule.inequality:
            found.append(_fewest(units, lambda f: by_kl(left, relation, right, f).ok))
    possible = [needed for needed in found if needed is not None]
    return 1 + min(possible) if possible else None


def _fewest(units: list[Features], works: Callable[[Features], bool]) -> int | None:
    """How many units are left when each that can be spared is dropped; None if all together don't work."""
    kept = units
    if not works(frozenset().union(*kept)):
        return None
    for unit in units:
        fewer = [u for u in kept if u != unit]
        if works(frozenset().union(*fewer)):
            kept = fewer
    return len(kept)
