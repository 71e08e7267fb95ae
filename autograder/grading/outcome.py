"""The outcome of one submission: a line of outcomes.jsonl."""

from dataclasses import dataclass, field, fields
from typing import Any

from autograder.checks import Verdict
from autograder.grading.judge import Judgement
from autograder.grading.repair import ReadyCell
from autograder.grading.template import Template

STATUSES = ("graded", "timeout", "out-of-memory", "kernel-died", "malformed", "missing")


@dataclass
class Outcome:
    """What became of a submission.

    score: the points established automatically, out of `max_score`, which counts every point of the assignment.
    manual_max_points: the points that wait for a person (an untouched essay doesn't wait: it has none).
    reason: one sentence, empty when there is nothing to say. seed: what the checks drew their inputs from.
    """

    student: str
    assignment: str
    status: str
    score: float = 0.0
    max_score: float = 0.0
    manual_max_points: float = 0.0
    needs_manual: bool = False
    reason: str = ""
    repairs: list[str] = field(default_factory=list)
    seconds: float = 0.0
    seed: int = 0
    checks: list[dict[str, Any]] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str]:
        return self.student, self.assignment

    def to_dict(self) -> dict[str, Any]:
        return dict(vars(self))

    @classmethod
    def from_dict(cls, line: dict[str, Any]) -> "Outcome":
        """Raises TypeError or KeyError on what is no outcome."""
        outcome = cls(**{name.name: line[name.name] for name in fields(cls)})
        if outcome.status not in STATUSES:
            raise KeyError(outcome.status)
        return outcome


def conclude(outcome: Outcome, judgement: Judgement, cells: list[ReadyCell]) -> Outcome:
    """Fills in what was judged."""
    waiting = [c.cell for c in cells if c.cell and c.cell.manual and (c.cell.task or c.answered)]
    outcome.status = judgement.troubles[0].status if judgement.troubles else "graded"
    outcome.reason = _reason(judgement)
    outcome.score = judgement.score
    outcome.manual_max_points = sum(cell.points for cell in waiting)
    outcome.needs_manual = bool(waiting)
    outcome.checks = [check_record(verdict) for verdict in judgement.verdicts.values()]
    return outcome


def without_points(outcome: Outcome, template: Template) -> Outcome:
    """Every check of the assignment with no points: what a missing or malformed submission has."""
    tested = [cell for cell in template.cells if cell.tested]
    outcome.max_score = template.max_score
    outcome.checks = [check_record(Verdict(c.check or c.grade_id, "blank", 0.0, c.points)) for c in tested]
    return outcome


def check_record(verdict: Verdict) -> dict[str, Any]:
    """A verdict as it stands in an outcome."""
    keys = ("name", "points", "max_points", "status", "message", "mistake")
    return {key: getattr(verdict, key) for key in keys} | {"parts": [dict(vars(part)) for part in verdict.parts]}


def _reason(judgement: Judgement) -> str:
    said = list(dict.fromkeys(trouble.reason for trouble in judgement.troubles))
    broken = [verdict.name for verdict in judgement.verdicts.values() if verdict.status == "error"]
    if not said and broken:
        return f"the check {broken[0]} failed itself: please look at it"
    others = f", and {len(said) - 1} more like it" if len(said) > 1 else ""
    return f"{said[0]}{others}" if said else ""
