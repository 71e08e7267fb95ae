"""The verdict on one line: refuted, justified, or true but not by what it cites."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import combinations

from autograder.derivation.counterexamples import sentence
from autograder.derivation.effort import limited
from autograder.derivation.expressions import Expr
from autograder.derivation.hints import hints
from autograder.derivation.justify import justify
from autograder.derivation.mistakes import TooLarge
from autograder.derivation.names import Name
from autograder.derivation.progress import cost
from autograder.derivation.refute import Counterexample, refute
from autograder.derivation.rulebook import ALL, Rule, algebra, identically_distributed, linearity, log

OK, FALSE, WRONG_RULE, GAP, ESCAPED, UNDECIDED, TOO_LARGE = (
    "ok",
    "false",
    "wrong-rule",
    "gap",
    "escaped",
    "undecided",
    "too-large",
)
WRONG_DIRECTION, GOAL_NOT_REACHED, MALFORMED = "wrong-direction", "goal-not-reached", "malformed"


@dataclass(frozen=True)
class Step:
    """relation right, by the rules: one line of a derivation after the first."""

    relation: str
    right: Expr
    by: tuple[Rule, ...]


@dataclass(frozen=True)
class Verdict:
    """What is said about a line."""

    status: str
    message: str = ""
    counterexample: Counterexample | None = None
    hints: tuple[str, ...] = field(default=())

    @property
    def ok(self) -> bool:
        return self.status == OK


def judge(left: Expr, step: Step, known: frozenset[Name], allow: Collection[Rule]) -> Verdict:
    """The verdict on `left` relation right. known: names that may be free; allow: rules that may be cited."""
    try:
        with limited():
            return _judge(left, step, known, allow)
    except (TooLarge, RecursionError) as large:
        return Verdict(TOO_LARGE, str(large) or "this line is too large to check")


def _judge(left: Expr, step: Step, known: frozenset[Name], allow: Collection[Rule]) -> Verdict:
    if found := refute(left, step.relation, step.right):
        if escaped := _escaped(left, step.right, known):
            said = f"{escaped} is bound on the line before, by an E, a KL or an integral, and has escaped."
            return Verdict(ESCAPED, f"the variable {said} {sentence(found)}", found)
        return Verdict(FALSE, _what_fails(found), found, tuple(hints(left, step, allow)))
    if banned := [rule.name for rule in step.by if _plain(rule) not in allow]:
        return Verdict(WRONG_RULE, f"this proof has to do without {' and '.join(banned)}")
    finding = justify(left, step.relation, step.right, step.by)
    if finding.ok:
        return Verdict(OK, finding.why)
    if finding.undecided:
        return Verdict(UNDECIDED, finding.why)
    return _true_but(left, step, finding.why, allow)


def _true_but(left: Expr, step: Step, why: str, allow: Collection[Rule]) -> Verdict:
    """A line that seems true and doesn't follow by what it cites."""
    reason = f": {why}" if why else ""
    fits = [rule.name for rule in _candidates(step, allow) if justify(left, step.relation, step.right, (rule,)).ok]
    if fits:
        fits = [name for name in (algebra.name, linearity.name) if name in fits] or fits
        return Verdict(WRONG_RULE, f"true, but not by {cite(step.by)}{reason}; it follows by {' or by '.join(fits)}")
    message = f"no counterexample was found, but no single rule gives it{reason}: write the steps between"
    two = [pair for pair in _pairs(left, step, allow) if justify(left, step.relation, step.right, pair).ok]
    return Verdict(GAP, message + (f"; two rules would do: {cite(two[0])}" if two else ""))


def _pairs(left: Expr, step: Step, allow: Collection[Rule]) -> list[tuple[Rule, Rule]]:
    """Pairs of rules that may give the line: all, if two replacements can do it, else those with a composite rule."""
    needed = cost(left, step.relation, step.right, tuple(allow))
    pairs = list(combinations(_candidates(step, allow), 2)) if needed is not None else []
    return pairs if needed is not None and needed <= 2 else [pair for pair in pairs if identically_distributed in pair]


def _candidates(step: Step, allow: Collection[Rule]) -> list[Rule]:
    return [
        rule
        for rule in ALL.values()
        if rule in allow and rule != log and not (step.relation == "=" and rule.inequality)
    ]


def _plain(rule: Rule) -> Rule:
    return ALL[rule.name]


def _escaped(left: Expr, right: Expr, known: frozenset[Name]) -> str:
    """The variables that are free on the right and bound on the left."""
    bound = {name for node in left.walk() for name in node.bound}
    return ", ".join(sorted(str(name) for name in right.free - left.free - known if name in bound))


def _what_fails(found: Counterexample) -> str:
    """Where the line fails; and that it needs a density above 1 to see it, if so."""
    dense = "" if found.probabilities else " It may hold for probabilities, but densities may exceed 1."
    return sentence(found) + dense


def cite(by: tuple[Rule, ...]) -> str:
    """Rules as one would cite them."""
    return " and ".join(map(repr, by))
