"""Judges one submission: drives a kernel cell by cell, and decides the points here, where no learner's code runs.

At a cell that the instructor's notebook grades by a check, the check runs in this process and asks the kernel for data.
It fails closed: every graded code cell is left with a card and exactly one result, `repr` of a float in [0, points],
and that float is 0.0 unless a verdict says otherwise.
"""

from dataclasses import dataclass, field

from autograder.card import Card
from autograder.checks import Checks, Part, Verdict
from autograder.checks import run as run_check
from autograder.grading import outputs
from autograder.grading.kernel_session import CHECK_CALLS, Session, Trouble
from autograder.grading.outputs import Output
from autograder.grading.points import established, plain_test_points
from autograder.grading.repair import ReadyCell
from autograder.student import Student
from autograder.timers import deadline

THINKING_SECONDS = 20.0  # that the judge itself may take for a check, beyond the kernel's calls
NOT_RUN = "This cell is not run in grading."


@dataclass
class Judgement:
    """The verdicts by grade id, in the order of the cells, and what went wrong in the kernel."""

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)

    @property
    def score(self) -> float:
        """The points established automatically."""
        return sum(verdict.points for verdict in self.verdicts.values())


class Judge:
    """Judges submissions of one unit by its `checks` (None where there are only plain test cells). All submissions that
    it judges meet the same inputs, drawn from `seed`. Without `hidden`, only the public parts run."""

    def __init__(self, checks: Checks | None, seed: int, hidden: bool = True) -> None:
        self.checks, self.seed, self.hidden = checks, seed, hidden

    def judge(self, cells: list[ReadyCell], session: Session) -> Judgement:
        """Writes the outputs into `cells`. Whatever the kernel does, this returns."""
        judgement = Judgement(troubles=session.troubles)
        try:
            for number, cell in enumerate((c for c in cells if c.type == "code"), start=1):
                cell.execution_count = number
                self._one(cell, number, session, judgement)
        finally:
            session.close()
        return judgement

    def _one(self, cell: ReadyCell, number: int, session: Session, judgement: Judgement) -> None:
        if cell.cell is not None and cell.cell.tested:
            session.enter(_label(cell, number))
            verdict, printed = self._tested(cell, session)
            judgement.verdicts[cell.cell.grade_id] = verdict
            cell.outputs = [*printed, *self._graded(verdict, number)]
        elif cell.execute:
            session.enter(_label(cell, number))
            _, cell.outputs = _run(cell, session)
        else:
            cell.outputs = [outputs.stream(NOT_RUN)]

    def _tested(self, cell: ReadyCell, session: Session) -> tuple[Verdict, list[Output]]:
        assert cell.cell is not None
        if cell.cell.check is not None and self.checks is not None:
            return self._checked(self.checks, cell.cell.check, cell.cell.points, session), []
        ran, printed = _run(cell, session)
        points = plain_test_points(ran, printed, cell.cell.points)
        printed = [o for o in outputs.without_stderr(printed) if o["output_type"] != "execute_result"]
        return _plain_verdict(cell.cell.grade_id, points, cell.cell.points, printed), printed

    def _checked(self, checks: Checks, name: str, points: float, session: Session) -> Verdict:
        troubles = len(session.troubles)
        try:
            student = Student(session, session.limits.call_seconds)
            with deadline(CHECK_CALLS * session.limits.call_seconds + THINKING_SECONDS):
                verdict = run_check(checks, name, student, points, self.seed, hidden=self.hidden)
        except Exception as error:  # whatever it is, it established nothing
            message = f"The check itself failed ({type(error).__name__}); this is not your fault."
            verdict = Verdict(name, "error", 0.0, points, message)
        if verdict.status == "timeout" and len(session.troubles) == troubles:
            session.troubles.append(Trouble("timeout", f"judging the answers to check {name} took too long"))
        verdict.points = established(verdict.points, points)
        return verdict

    def _graded(self, verdict: Verdict, number: int) -> list[Output]:
        """A card for a person, and the one result that nbgrader reads."""
        check = self.checks.public.get(verdict.name) if self.checks else None
        card = Card(verdict, (getattr(check, "__doc__", None) or "").strip().partition("\n")[0])
        html = f'<div class="tex2jax_ignore">{card._repr_html_()}</div>'  # what a learner wrote is no TeX of ours
        return [outputs.display(repr(card), html), outputs.result(repr(float(verdict.points)), number)]


def _run(cell: ReadyCell, session: Session) -> tuple[bool, list[Output]]:
    """Whether the cell ran to its end without an error, and its outputs."""
    ran = session.run(cell.source)
    if ran is None:
        why = session.troubles[-1].reason if session.troubles else "there was no kernel"
        return False, [outputs.error("NotRun", why)]
    return ran.ok, ran.outputs


def _plain_verdict(name: str, points: float, max_points: float, printed: list[Output]) -> Verdict:
    """A plain test cell has one part: itself."""
    failure = next((o for o in printed if o["output_type"] == "error"), None)
    message = f"{failure['ename']}: {failure['evalue']}"[:500] if failure else ""
    status = "failed" if failure else "passed" if points == max_points else "partial" if points else "failed"
    part = Part(name, 1.0, True, ok=status == "passed", message=message)
    return Verdict(name, status, points, max_points, message, parts=[part])


def _label(cell: ReadyCell, number: int) -> str:
    """How reasons call a cell."""
    if cell.cell is not None and cell.cell.check is not None:
        return f"check {cell.cell.check}"
    name = f" ({cell.cell.grade_id})" if cell.cell is not None and cell.cell.grade_id else ""
    return f"code cell {number}{name}"
