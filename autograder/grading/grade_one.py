"""One submission, from its folder to its outcome and its graded notebook."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from autograder.grading.assignment import Assignment
from autograder.grading.extras import merged, not_put
from autograder.grading.fingerprint import of_contents, of_nothing
from autograder.grading.judge import Judge
from autograder.grading.kernel_session import Kernel, Session
from autograder.grading.launching import Warm
from autograder.grading.outcome import Outcome, conclude, without_points
from autograder.grading.reading import Handed, Malformed, Reader
from autograder.grading.repair import ReadyCell, repair
from autograder.grading.submission import Contents, Missing, Submission, read


@dataclass
class Grade:
    """What the gradebook takes of one cell: `points` None means that a person decides; `blank`: nothing was written."""

    grade_id: str
    points: float | None
    blank: bool


@dataclass
class Graded:
    """The outcome of a submission; its cells with their outputs, unless there was nothing to grade; the fingerprint of
    what was handed in, and when that was, as nbgrader's exchange notes it."""

    outcome: Outcome
    cells: list[ReadyCell] = field(default_factory=list)
    fingerprint: str = ""
    timestamp: str = ""

    @property
    def grades(self) -> list[Grade]:
        """One for each cell that is graded or answered."""
        points = {check["name"]: check["points"] for check in self.outcome.checks}
        return [_grade(cell, points) for cell in self.cells if cell.cell and (cell.cell.tested or cell.cell.solution)]


def grade_submission(
    submission: Submission, assignment: Assignment, reader: Reader, launch: Callable[[], Kernel]
) -> Graded:
    """Reads, repairs and judges. Every submission ends in a known state; only a mistake of ours raises."""
    started, fingerprint = time.monotonic(), ""
    outcome = Outcome(submission.student, assignment.name, "", max_score=assignment.template.max_score)
    outcome.seed = assignment.seed
    try:
        contents = read(submission)
        fingerprint = of_contents(contents)
        outcome.repairs = contents.repairs
        graded = judge_contents(contents, reader.read(contents.notebook), assignment, launch, outcome)
        graded.timestamp = contents.files.get("timestamp.txt", b"")[:100].decode("utf-8", "replace")
    except (Missing, Malformed) as why:
        fingerprint = fingerprint or of_nothing(why)
        graded = Graded(without_points(outcome, assignment.template))
        outcome.status = "missing" if isinstance(why, Missing) else "malformed"
        outcome.reason = str(why)
    graded.fingerprint = fingerprint
    outcome.seconds = round(time.monotonic() - started, 3)
    return graded


def judge_contents(
    contents: Contents, handed: Handed, assignment: Assignment, launch: Callable[[], Kernel], outcome: Outcome
) -> Graded:
    """Repairs what was read and judges it; fills in `outcome`."""
    cells, repairs = repair(handed, assignment.template)
    outcome.repairs = [*contents.repairs, *repairs]
    files = merged(contents.files, assignment.files, outcome.repairs)
    if isinstance(launch, Warm):
        launch = launch.for_cells(cells)
    session = Session(launch, assignment.limits, files, assignment.before)
    judgement = Judge(assignment.checks, assignment.seed, assignment.hidden).judge(cells, session)
    outcome.repairs += not_put(session.not_put)
    return Graded(conclude(outcome, judgement, cells), cells)


def to_notebook(cells: list[ReadyCell], assignment: Assignment) -> str:
    """The graded notebook, nbformat 4.5, a cell to a line: indented JSON takes twenty times as long to write."""
    lines = ",\n".join(json.dumps(cell.to_notebook(), ensure_ascii=False) for cell in cells)
    metadata = json.dumps(assignment.template.metadata, ensure_ascii=False)
    return f'{{"cells": [\n{lines}\n],\n"metadata": {metadata},\n"nbformat": 4, "nbformat_minor": 5}}\n'


def _grade(cell: ReadyCell, points: dict[str, float]) -> Grade:
    assert cell.cell is not None
    if cell.cell.tested:
        return Grade(cell.cell.grade_id, points[cell.cell.check or cell.cell.grade_id], False)
    return Grade(cell.cell.grade_id, None if cell.answered else 0.0, not cell.answered)
