"""Proofs: a derivation, checked again line by line where the learner's code can't reach."""

from collections.abc import Iterable
from typing import Any

from autograder import codec
from autograder.expect.base import Expected, await_judgement
from autograder.student import describe_kind
from autograder.wrong import Wrong


def proves(got: Any, goal: Any, allow: Iterable[Any] | None = None, start: Any = None) -> None:
    """The answer is a derivation of `goal` (a claim: left == right, left >= right) from the rules in `allow`.

    `start` is the expression that it must begin with, where the exercise says so. A derivation that gets part of the
    way earns the share of the proof that it establishes."""
    await_judgement(Proves(got, goal, allow, start))


class Proves(Expected):
    """See `proves`."""

    def __init__(self, got: Any, goal: Any, allow: Iterable[Any] | None, start: Any) -> None:
        super().__init__(got)
        self.goal, self.start = goal, start
        self.allow = None if allow is None else list(allow)

    def judge(self, public: bool) -> None:
        from autograder.derivation.grading import grade

        answer = self.data()
        if not isinstance(answer, codec.Derived) or answer.kind != "derivation":
            raise Wrong(f"{self.subject} should be a Derivation, not {describe_kind(answer)}.")
        report = grade(answer.data, self.goal, self.allow, self.start)
        if not report.proved:
            raise Wrong(_first_trouble(report), share=report.fraction)


def _first_trouble(report: Any) -> str:
    """The first line that isn't right, or what is wrong with the chain as a whole, in a sentence."""
    if report.first_bad:
        number, verdict = report.first_bad
        return f"Line {number} ({verdict.status}): {verdict.message}"
    return report.problem.message if report.problem else "There is no line yet after the first."
