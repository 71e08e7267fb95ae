"""Grades a class with one worker and notes where the time goes and what memory is taken; prints it as JSON.

    python -m benchmarks.graders.stages SUBMITTED OUT TIME

TIME is the time.monotonic() at which this was started. A stage that is part of another one is counted as its own.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograder.commands import ONE_THREAD

if __name__ == "__main__":
    os.environ.update(ONE_THREAD)  # before numpy is imported

from autograder.course import Course
from autograder.grading.ahead import started_ahead
from benchmarks.graders.handed_in import ROOT, UNIT

NOTES = "stages.json"  # what the worker leaves in OUT at its end


class Stopwatch:
    """Seconds by stage, each without the stages inside it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.open: list[str] = []
        self.since = time.perf_counter()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self._book()
        self.open.append(name)
        try:
            yield
        finally:
            self._book()
            self.open.pop()

    def times(self, owner: Any, function: str, stage: str) -> None:
        """From now on, what `function` of `owner` takes belongs to `stage`."""
        timed: Callable[..., Any] = getattr(owner, function)

        def wrapper(*args: Any, **kwargs: Any) -> Any:
            with self.stage(stage):
                return timed(*args, **kwargs)

        setattr(owner, function, wrapper)

    def _book(self) -> None:
        now = time.perf_counter()
        if self.open:
            self.seconds[self.open[-1]] = self.seconds.get(self.open[-1], 0.0) + now - self.since
        self.since = now


def watch_submissions(watch: Stopwatch) -> None:
    """The stages of a submission."""
    from autograder.grading import grade_one, judge, launching, worker
    from autograder.grading.kernel_session import Session
    from autograder.sandbox.kernel import Kernel

    watch.times(grade_one, "read", "read and repair")
    watch.times(worker.Reader, "read", "read and repair")
    watch.times(grade_one, "repair", "read and repair")
    watch.times(launching.Warm, "__call__", "start a kernel")
    watch.times(launching.Warm, "settle", "end a kernel")
    watch.times(Kernel, "wait_until_ready", "start a kernel")
    watch.times(Session, "run", "run the cells")
    watch.times(Session, "request", "check: the learner's functions")
    watch.times(judge, "run_check", "check: judging")
    watch.times(worker, "write_pages", "write")


def watch_setup(spawned: float) -> dict[str, float]:
    """Fills with the steps of the set-up and the seconds after which each of them had ended for the first time: the
    first just now."""
    setup: dict[str, float] = {"start the judge and the zygote": time.monotonic() - spawned}
    from autograder.grading import run

    def until(step: str, function: str) -> None:
        noted: Callable[..., Any] = getattr(run, function)

        def wrapper(*args: Any, **kwargs: Any) -> Any:
            try:
                return noted(*args, **kwargs)
            finally:
                setup.setdefault(step, time.monotonic() - spawned)

        setattr(run, function, wrapper)

    until("load the checks", "load_assignment")
    until("compute the truths", "compute_truths")
    until("wait for the zygote", "wait_until_warm")
    return setup


def watch_memory(out: Path, watch: Stopwatch) -> None:
    """Lets the worker leave its notes at its end: seconds by stage, peaks of memory in MB."""
    from autograder.grading import worker
    from autograder.sandbox.kernel import Kernel

    ended: list[dict[str, Any]] = []
    close, finish = Kernel.close, worker.Work.close

    def closing(kernel: Kernel, wait: bool = False) -> dict[str, Any]:
        ended.append(close(kernel, wait))
        return ended[-1]

    def finishing(work: worker.Work) -> None:
        finish(work)
        peaks = [report["peak_mb"] for report in ended if report.get("peak_mb")]
        notes = {"seconds": watch.seconds, "kernels": peaks, "worker": _resident_mb()}
        (out / NOTES).write_text(json.dumps(notes), encoding="utf-8")

    setattr(Kernel, "close", closing)  # noqa: B010 (a type checker minds a method that is assigned)
    setattr(worker.Work, "close", finishing)  # noqa: B010


def main(submitted: Path, out: Path, spawned: float) -> None:
    course, watch = Course.find(ROOT), Stopwatch()
    with started_ahead(course, submitted, UNIT, isolated=True) as launch:
        setup = watch_setup(spawned)
        watch_submissions(watch)
        watch_memory(out, watch)
        from autograder.grading.run import Options, grade

        grade(course, Options(submitted, out, UNIT, jobs=1), launch)
    notes = json.loads((out / NOTES).read_text(encoding="utf-8"))
    print(json.dumps({"setup": setup, "judge": _resident_mb(), **notes}))


def _resident_mb() -> float:
    """The most memory that this process has held, what it shares included."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]))
