"""What a worker process does with one submission after the other."""

from dataclasses import dataclass, field
from pathlib import Path

from autograder.grading import fingerprint
from autograder.grading.assignment import Assignment
from autograder.grading.grade_one import Grade, grade_submission
from autograder.grading.launching import Launcher, Warm, replaced
from autograder.grading.outcome import Outcome
from autograder.grading.pages import write_pages
from autograder.grading.reading import Reader
from autograder.grading.submission import Submission
from autograder.limits import Limits


@dataclass
class Worked:
    """What a worker sends back: the pages are on disk by then."""

    outcome: Outcome
    fingerprint: str = ""
    grades: list[Grade] = field(default_factory=list)
    timestamp: str = ""


class Work:
    """Grades submissions of one assignment. Made before the workers are forked; each of them gets a reader and kernels
    of its own with its first submission."""

    def __init__(self, assignment: Assignment, engine: str, out: Path, launcher: Launcher) -> None:
        self.assignment, self.engine, self.out, self.launcher = assignment, engine, out, launcher
        self.reader: Reader | None = None
        self.kernels: Warm | None = None
        self.earlier = replaced(launcher)  # as of the submission before, whose zygote may have started our kernel

    def __call__(self, submission: Submission) -> Worked:
        if self.reader is None or self.kernels is None:
            self.reader, self.kernels = Reader(), Warm(self.launcher, self.assignment.seed)
        zygote_died, earlier = replaced(self.launcher), self.earlier
        self.earlier = zygote_died
        graded = grade_submission(submission, self.assignment, self.reader, self.kernels)
        if graded.outcome.status != "graded" and (zygote_died() or earlier()):  # no fault of the learner's: once more
            self.kernels.discard()
            graded = grade_submission(submission, self.assignment, self.reader, self.kernels)
        self.kernels.settle()
        write_pages(self.out, graded, self.assignment)
        made_from = fingerprint.both(graded.fingerprint, self.engine)
        return Worked(graded.outcome, made_from, graded.grades, graded.timestamp)

    def close(self) -> None:
        """At the end of the worker."""
        if self.kernels is not None:
            self.kernels.close()
        if self.reader is not None:
            self.reader.close()


def longest(limits: Limits) -> float:
    """The seconds after which a worker must hang: the kernel's limit, and ample time for the judge's own thinking."""
    return 2 * limits.total_seconds + 120
