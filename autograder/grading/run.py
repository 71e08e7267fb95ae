"""A whole run: every submission of a folder to its outcome, by a pool of workers and one writer."""

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.course import Course, Unit
from autograder.grading import fingerprint
from autograder.grading.assignment import Assignment, compute_truths, load_assignment
from autograder.grading.grade_one import Graded
from autograder.grading.gradebook import GradebookWriter
from autograder.grading.launching import launcher, wait_until_warm
from autograder.grading.ledger import Kept, Ledger
from autograder.grading.outcome import Outcome, without_points
from autograder.grading.pages import write_index, write_pages
from autograder.grading.plan import Plan, make_plan
from autograder.grading.pool import Broken, Lost, Pool
from autograder.grading.progress import Bar
from autograder.grading.submission import Submission
from autograder.grading.worker import Work, Worked, longest

SEED_BITS = 52  # too many for a learner to try, few enough for every reader of JSON


@dataclass(frozen=True)
class Options:
    """What whoever grades asks for. `expected`: the students of whom a submission is expected; None: those in the
    gradebook, if there is one. `isolated` False runs learners' code as plain processes."""

    submitted: Path
    out: Path
    assignment: str | None = None
    jobs: int = 1
    expected: list[str] | None = None
    gradebook: str | None = None
    only_changed: bool = False
    isolated: bool = True
    seed: int | None = None


@dataclass
class Report:
    """What came of a run. `failures` are mistakes of ours, one traceback each; their submissions have no outcome.
    `strangers` aren't on the roster; `unknown` are folders that are no unit's."""

    outcomes: list[Outcome] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    kept: int = 0


Launching = Callable[[Course, Unit, bool], AbstractContextManager[Any]]  # see launching.launcher


def grade(course: Course, options: Options, launch: Launching | None = None) -> Report:
    """Grades what `options` ask for. `launch` gives a unit's launcher, in place of one that is started when the unit's
    turn comes. Raises UserError, with nothing written, when it can't begin."""
    with ExitStack() as stack:
        gradebook = options.gradebook and stack.enter_context(GradebookWriter(options.gradebook, course.root))
        expected = gradebook.students() if gradebook and options.expected is None else options.expected
        plan = make_plan(course, options.submitted, options.assignment, expected)
        bar = stack.enter_context(Bar(len(plan.order)))
        return Run(course, options, plan, gradebook or None, bar, launch or launcher).go()


class Run:
    """One run under way."""

    def __init__(
        self,
        course: Course,
        options: Options,
        plan: Plan,
        gradebook: GradebookWriter | None,
        bar: Bar,
        launch: Launching,
    ) -> None:
        self.course, self.options, self.plan, self.gradebook, self.bar = course, options, plan, gradebook, bar
        self.launch = launch
        self.ledger = Ledger(options.out)
        self.report = Report(strangers=plan.strangers, unknown=plan.unknown)
        self.assignments: dict[str, Assignment] = {}
        self.engines: dict[str, str] = {}

    def go(self) -> Report:
        """Unit by unit; nothing is written before the first of them can be graded."""
        earlier, kept = self.ledger.earlier(), Kept()
        others = earlier.of_others([unit.name for unit in self.plan.units])
        for number, unit in enumerate(self.plan.units):
            with self._launcher(unit) as launched:  # it warms up while the checks are imported
                if number == 0:
                    self._load(earlier)
                    kept = self._still_valid(earlier)
                submissions = self._to_do(unit, kept)
                if submissions:
                    compute_truths(self.assignments[unit.name])
                wait_until_warm(launched)
                if number == 0:
                    self._begin(kept, others)
                self._unit(self.assignments[unit.name], submissions, launched)
        outcomes = self.ledger.finish(self.plan.order, list(self.course.units))
        self.report.outcomes = [outcome for outcome in outcomes if outcome.assignment in self.assignments]
        write_index(self.options.out, outcomes)
        return self.report

    def _launcher(self, unit: Unit) -> AbstractContextManager[Any]:
        """The unit's launcher; None where there is nothing to launch."""
        return self.launch(self.course, unit, self.options.isolated) if self.plan.of(unit) else nullcontext()

    def _load(self, earlier: Kept) -> None:
        fresh = secrets.randbits(SEED_BITS)
        for unit in self.plan.units:
            assignment = load_assignment(unit, self._seed(unit, earlier, fresh))
            self.assignments[unit.name], self.engines[unit.name] = assignment, fingerprint.of_engine(unit, assignment)

    def _seed(self, unit: Unit, earlier: Kept, fresh: int) -> int:
        """The same for all submissions of a unit, and kept when a run is continued."""
        if self.options.seed is not None:
            return self.options.seed
        return earlier.seeds.get(unit.name, fresh) if self._goes_on(unit.name, earlier) else fresh

    def _goes_on(self, unit: str, earlier: Kept) -> bool:
        """Whether outcomes of this unit may be kept: its last run broke off, or is to be brought up to date."""
        return self.options.only_changed or unit not in earlier.finished

    def _still_valid(self, earlier: Kept) -> Kept:
        """The earlier outcomes that hold: made from the same submission by the same engine, in a run that goes on; and
        in the gradebook, if one is asked for."""
        kept = Kept()
        for submission in self.plan.submissions:
            key = submission.student, submission.assignment
            if not self._goes_on(submission.assignment, earlier):
                continue
            recorded = self.gradebook is None or self.gradebook.has(*key)
            if key in earlier.outcomes and key in earlier.fingerprints and recorded:
                made_from = fingerprint.both(fingerprint.of_submission(submission), self.engines[submission.assignment])
                if made_from == earlier.fingerprints[key]:
                    kept.outcomes[key], kept.fingerprints[key] = earlier.outcomes[key], made_from
        return kept

    def _begin(self, kept: Kept, others: Kept) -> None:
        self.report.kept = len(kept.outcomes)
        if self.gradebook:
            for assignment in self.assignments.values():
                self.gradebook.prepare(assignment)  # it may refuse: nothing else is written before
        self.ledger.begin(kept, others)
        if self.gradebook:
            self.gradebook.enrol(self.options.expected or [])
        for outcome in kept.outcomes.values():
            self.bar.add(outcome)

    def _to_do(self, unit: Unit, kept: Kept) -> list[Submission]:
        return [s for s in self.plan.of(unit) if (s.student, s.assignment) not in kept.outcomes]

    def _unit(self, assignment: Assignment, submissions: list[Submission], launched: Any) -> None:
        for student, name in self.plan.absent:
            if name == assignment.name:
                outcome = Outcome(student, name, "missing", reason="nothing was handed in", seed=assignment.seed)
                self._record(self._without_points(outcome, assignment))
        work = Work(assignment, self.engines[assignment.name], self.options.out, launched)
        with Pool[Submission, Worked](self.options.jobs, work, longest(assignment.limits), work.close) as pool:
            for submission, result in pool.run(submissions, self.bar.tick):
                if isinstance(result, Broken):
                    self.report.failures[f"{submission.student}/{submission.assignment}"] = str(result)
                    continue
                if isinstance(result, Lost):
                    result = self._given_up(submission, result, assignment)
                self._record(result)

    def _given_up(self, submission: Submission, lost: Lost, assignment: Assignment) -> Worked:
        status = "timeout" if lost.hung else "kernel-died"
        outcome = Outcome(submission.student, assignment.name, status, reason=lost.reason, seed=assignment.seed)
        return self._without_points(outcome, assignment)

    def _without_points(self, outcome: Outcome, assignment: Assignment) -> Worked:
        without_points(outcome, assignment.template)
        write_pages(self.options.out, Graded(outcome), assignment)
        return Worked(outcome)

    def _record(self, worked: Worked) -> None:
        if self.gradebook and (worked.outcome.status != "missing" or worked.fingerprint):
            self.gradebook.write(worked.outcome, worked.grades, worked.timestamp)
        self.ledger.add(worked.outcome, worked.fingerprint)
        self.bar.add(worked.outcome)
