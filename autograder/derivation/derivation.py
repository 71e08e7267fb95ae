"""A derivation: a first expression, then lines `= expression` or `>= expression`, each with the rules that give it.

    Derivation(log(p(x)), goal=log(p(x)) >= ELBO)
        .eq(E(q(z | x), log(p(x))), by="constant")
        ...

It checks itself when it is shown. A derivation is never changed: every line gives a new one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograder.derivation.effort import OPERATIONS_PER_DERIVATION, limited
from autograder.derivation.expressions import Claim, Expr, expr
from autograder.derivation.goals import net, proves
from autograder.derivation.line import GOAL_NOT_REACHED, TOO_LARGE, WRONG_DIRECTION, Step, Verdict, judge
from autograder.derivation.mistakes import Mistake, TooLarge
from autograder.derivation.report import Report
from autograder.derivation.rulebook import ALL, Rule, cited

MOST_LINES = 60


class Derivation:
    """A chain of lines from `start`; `goal` is what it should prove, as in goal = log(p(x)) >= ELBO."""

    def __init__(
        self, start: object, goal: Claim | None = None, steps: tuple[Step, ...] = (), notes: tuple[str, ...] = ()
    ) -> None:
        if goal is not None and not isinstance(goal, Claim):
            raise Mistake("a goal is a claim: left == right, left >= right or left <= right")
        self.start, self.goal, self.steps, self.notes = expr(start), goal, steps, notes

    def eq(self, right: object, by: object) -> Derivation:
        """The next line: = right."""
        return self._then("=", right, by)

    def ge(self, right: object, by: object) -> Derivation:
        """The next line: >= right."""
        return self._then(">=", right, by)

    def le(self, right: object, by: object) -> Derivation:
        """The next line: <= right."""
        return self._then("<=", right, by)

    def _then(self, relation: str, right: object, by: object) -> Derivation:
        if len(self.steps) == MOST_LINES:
            raise Mistake(f"a derivation has at most {MOST_LINES} lines")
        return Derivation(self.start, self.goal, (*self.steps, Step(relation, expr(right), cited(by))), self.notes)

    @property
    def lines(self) -> list[Expr]:
        """The expressions, the first one included."""
        return [self.start, *(step.right for step in self.steps)]

    def check(self, allow: Iterable[object] | None = None) -> Report:
        """The verdicts on all lines; `allow` are the rules that may be cited (all, if it isn't given)."""
        rules = allowed(allow)
        known = self.start.free.union(*([] if self.goal is None else [self.goal.left.free, self.goal.right.free]))
        with limited(OPERATIONS_PER_DERIVATION):
            verdicts = [judge(left, step, known, rules) for left, step in zip(self.lines, self.steps, strict=False)]
            return Report(self.start, self.steps, tuple(verdicts), self._problem(), self.goal, rules)

    def _problem(self) -> Verdict | None:
        """What is wrong with the chain as a whole."""
        relation = net(step.relation for step in self.steps)
        if relation is None:
            return Verdict(WRONG_DIRECTION, ">= and <= are mixed: the chain says nothing about its ends")
        try:
            with limited():
                return None if self.goal is None else self._short_of(self.goal, relation)
        except (TooLarge, RecursionError):
            return Verdict(TOO_LARGE, "the ends of this chain are too large to be compared with the goal")

    def _short_of(self, goal: Claim, relation: str) -> Verdict | None:
        """Why start and end, in this relation, are not the goal."""
        if proves(self.start, relation, self.lines[-1], goal):
            return None
        if proves(self.start, "=", self.lines[-1], goal):
            return Verdict(
                WRONG_DIRECTION, f"the chain shows {relation} between its ends, and the goal is {goal.relation}"
            )
        return Verdict(GOAL_NOT_REACHED, "the chain does not yet run from one side of the goal to the other")

    def __wire__(self) -> tuple[str, dict[str, Any]]:
        """(kind, plain data): how a derivation crosses a process boundary; `wire.read` reads it."""
        from autograder.derivation.writing import write

        return "derivation", write(self)

    def _repr_markdown_(self) -> str:
        return "\n\n".join([self.check()._repr_markdown_(), *self.notes])

    def __repr__(self) -> str:
        return repr(self.check())


def allowed(allow: Iterable[object] | None) -> tuple[Rule, ...]:
    """The rules of an allow-list; algebra and log are always allowed."""
    if allow is None:
        return tuple(ALL.values())
    named = {rule.name for entry in allow for rule in cited(entry)} | {"algebra", "log"}
    return tuple(rule for rule in ALL.values() if rule.name in named)
