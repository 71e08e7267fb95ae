"""Grade a folder of submissions."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from autograder.commands import ONE_THREAD, CourseOption
from autograder.course import Course

if TYPE_CHECKING:
    from autograder.grading.run import Report


def command(
    submitted: Annotated[Path, typer.Argument(help="Holds STUDENT/ASSIGNMENT/NOTEBOOK.ipynb.")],
    out: Annotated[Path, typer.Option(help="Where outcomes.jsonl, autograded/ and feedback/ are written.")],
    assignment: Annotated[str | None, typer.Option(help="Grade this one only.", show_default="all")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Workers.", show_default="one per core")] = None,
    roster: Annotated[Path | None, typer.Option(help="A CSV file of students; who handed in nothing is added.")] = None,
    gradebook: Annotated[str | None, typer.Option(help="nbgrader's, as in sqlite:///gradebook.db.")] = None,
    only_changed: Annotated[bool, typer.Option("--only-changed", help="Keep outcomes that still hold.")] = False,
    unsafe_no_sandbox: Annotated[
        bool, typer.Option("--unsafe-no-sandbox", help="Run learners' code without isolation.")
    ] = False,
    course: CourseOption = None,
) -> None:
    """Grade SUBMITTED/STUDENT/ASSIGNMENT/NOTEBOOK.ipynb; one line each in OUT/outcomes.jsonl."""
    os.environ.update(ONE_THREAD)  # before anything imports numpy
    found = Course.find(course)
    from autograder.grading.ahead import started_ahead
    from autograder.grading.launching import LOST, NoSandbox

    if unsafe_no_sandbox:
        print(f"autograder: no sandbox: {LOST}.", file=sys.stderr)
    try:
        ahead = started_ahead(found, submitted, assignment, isolated=not unsafe_no_sandbox)
        with stopped_by_sigterm(), ahead as launch:
            from autograder.grading.roster import read_roster
            from autograder.grading.run import Options, grade

            options = Options(
                submitted=submitted,
                out=out,
                assignment=assignment,
                jobs=jobs or len(os.sched_getaffinity(0)),
                expected=read_roster(roster) if roster else None,
                gradebook=gradebook,
                only_changed=only_changed,
                isolated=not unsafe_no_sandbox,
            )
            report = grade(found, options, launch)
    except NoSandbox as error:
        raise error.unless("--unsafe-no-sandbox") from None
    except KeyboardInterrupt as stop:
        print("autograder: stopped. What is done is kept; the same command goes on from there.", file=sys.stderr)
        raise typer.Exit(143 if isinstance(stop, Terminated) else 130) from None
    _say(report, out)
    if report.failures:
        raise typer.Exit(1)


class Terminated(KeyboardInterrupt):
    """SIGTERM has come, which stops the command as Ctrl-C does."""


@contextmanager
def stopped_by_sigterm() -> Iterator[None]:
    """In it, the first SIGTERM raises Terminated, and further ones don't disturb the clearing up."""

    def stop(*_: object) -> NoReturn:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise Terminated

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _say(report: "Report", out: Path) -> None:
    from autograder.grading.table import print_table

    print_table(report.outcomes)
    if report.kept:
        print(f"{report.kept} were kept from the run before.")
    if report.strangers:
        print(f"Not on the roster: {', '.join(report.strangers)}.")
    if report.unknown:
        print(f"Left alone, because no unit has that name: {', '.join(report.unknown[:10])}.")
    print(f"Outcomes: {out / 'outcomes.jsonl'}   Pages: {out / 'grades.html'}")
    if report.failures:
        log = out / "errors.log"
        log.write_text("\n\n".join(f"{name}\n{trace}" for name, trace in report.failures.items()), encoding="utf-8")
        names = ", ".join(report.failures)
        print(f"autograder: a mistake of ours left {names} without an outcome; please report {log}.", file=sys.stderr)
