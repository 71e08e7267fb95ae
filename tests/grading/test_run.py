"""A whole run: every submission to a known outcome, whoever else is in the class, however it is interrupted."""

import dataclasses
import functools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course
from autograder.errors import UserError
from autograder.grading.outcome import STATUSES, Outcome
from autograder.grading.run import Options, Report, grade
from tests.grading import example, example_checks
from tests.grading.conftest import UNIT, HandIn
from tests.grading.example import Notebook, cell, dict_of

pytestmark = pytest.mark.usefixtures("in_process")


def with_cell(source: str) -> Notebook:
    """A perfect notebook with one more cell in front."""
    notebook = example.perfect()
    notebook["cells"].insert(1, cell("code", source, "extra"))
    return notebook


def half() -> Notebook:
    notebook = example.perfect()
    dict_of(notebook, "triple")["source"] = example.BLANK_TRIPLE
    return notebook


CLASS: dict[str, tuple[Notebook | bytes, str, float]] = {
    "ada": (example.perfect(), "graded", 5.0),
    "bob": (example.blank(), "graded", 0.0),
    "cyd": (half(), "graded", 2.0),
    "dan": (b"%PDF-1.4", "malformed", 0.0),
    "eve": (with_cell("raise Hangs"), "timeout", 5.0),
    "fay": (with_cell("raise Dies('out-of-memory')"), "out-of-memory", 5.0),
    "gus": (with_cell("raise Dies('killed')"), "kernel-died", 5.0),
    "hal": (with_cell("import os; os.kill(os.getpid(), 9)"), "kernel-died", 0.0),  # takes the worker with it
    "ida": (example.perfect(), "graded", 5.0),
}


@pytest.fixture
def whole_class(hand_in: HandIn, submitted: Path) -> Path:
    for student, (notebook, _, _) in CLASS.items():
        hand_in(student, notebook)
    return submitted


def summary(report: Report) -> dict[str, tuple[str, float]]:
    return {outcome.student: (outcome.status, outcome.score) for outcome in report.outcomes}


def lines(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "outcomes.jsonl").read_text().splitlines()]


def graded(course: Course, submitted: Path, out: Path, **options: Any) -> Report:
    return grade(course, Options(submitted, out, **{"jobs": 2, "seed": 7, **options}))


def test_a_class_ends_in_known_outcomes_whatever_some_of_it_do(
    course: Course, whole_class: Path, tmp_path: Path
) -> None:
    report = graded(course, whole_class, tmp_path / "out")
    assert summary(report) == {student: (status, score) for student, (_, status, score) in CLASS.items()}
    assert [line["student"] for line in lines(tmp_path / "out")] == sorted(CLASS)
    assert all(line["status"] in STATUSES and line["max_score"] == 9.0 for line in lines(tmp_path / "out"))
    assert report.failures == {}


def test_outcomes_do_not_depend_on_the_number_of_workers(course: Course, whole_class: Path, tmp_path: Path) -> None:
    for jobs in (1, 3):
        graded(course, whole_class, tmp_path / f"out-{jobs}", jobs=jobs)
    one, three = ([line | {"seconds": 0} for line in lines(tmp_path / f"out-{jobs}")] for jobs in (1, 3))
    assert one == three


def test_each_submission_leaves_a_graded_notebook_and_a_page(course: Course, whole_class: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    graded(course, whole_class, out)
    notebook = json.loads((out / "autograded" / "ada" / UNIT / f"{UNIT}.ipynb").read_text())
    assert dict_of(notebook, "double-check")["outputs"][-1]["data"]["text/plain"] == "2.0"
    assert not (out / "autograded" / "dan").joinpath(UNIT, f"{UNIT}.ipynb").exists()
    index = (out / "grades.html").read_text()
    for student in CLASS:
        assert f"feedback/{student}/{UNIT}/{UNIT}.html" in index
        assert (out / "feedback" / student / UNIT / f"{UNIT}.html").is_file()


def test_the_roster_adds_who_handed_in_nothing(
    course: Course, hand_in: HandIn, submitted: Path, tmp_path: Path
) -> None:
    hand_in("ada", example.perfect())
    hand_in("zoe", example.perfect())
    report = graded(course, submitted, tmp_path / "out", expected=["bob", "ada"])
    assert summary(report) == {"ada": ("graded", 5.0), "bob": ("missing", 0.0), "zoe": ("graded", 5.0)}
    assert report.strangers == ["zoe"]
    missing = lines(tmp_path / "out")[1]
    assert (missing["reason"], missing["max_score"]) == ("nothing was handed in", 9.0)
    assert [check["points"] for check in missing["checks"]] == [0.0, 0.0]
    assert (tmp_path / "out" / "feedback" / "bob" / UNIT / f"{UNIT}.html").is_file()


def test_folders_that_are_no_units_are_named(course: Course, hand_in: HandIn, submitted: Path, tmp_path: Path) -> None:
    hand_in("ada", example.perfect())
    (submitted / "bob" / "0_example").mkdir(parents=True)
    report = graded(course, submitted, tmp_path / "out")
    assert (report.unknown, list(summary(report))) == (["bob/0_example"], ["ada"])


def test_what_checks_compare_with_is_computed_once_for_all_workers(
    course: Course, hand_in: HandIn, submitted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = tmp_path / "ran"
    honest = example_checks.check.public["double"]

    @functools.cache
    def truth() -> float:
        with ran.open("a") as file:
            file.write(f"{os.getpid()}\n")
        return 4.0

    def double(student: Any) -> None:
        truth()
        honest(student)

    monkeypatch.setitem(example_checks.check.public, "double", double)
    for number in range(4):
        hand_in(f"student-{number}", example.perfect())
    assert {outcome.score for outcome in graded(course, submitted, tmp_path / "out").outcomes} == {5.0}
    assert ran.read_text() == f"{os.getpid()}\n"


def test_a_run_that_broke_off_is_continued(course: Course, whole_class: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    graded(course, whole_class, out)
    whole = (out / "outcomes.jsonl").read_text().splitlines(keepends=True)
    (out / "outcomes.jsonl").write_text("".join(whole[:4]) + whole[4][:50])
    notes = (out / ".grading.jsonl").read_text().splitlines(keepends=True)
    (out / ".grading.jsonl").write_text("".join(note for note in notes if "finished" not in note))
    report = grade(course, Options(whole_class, out, jobs=2))
    assert report.kept == 4
    assert (out / "outcomes.jsonl").read_text().splitlines(keepends=True)[:4] == whole[:4]
    assert summary(report) == {student: (status, score) for student, (_, status, score) in CLASS.items()}
    assert {line["seed"] for line in lines(out)} == {7}  # the same inputs for all of them


def test_a_finished_run_is_done_anew(course: Course, hand_in: HandIn, submitted: Path, tmp_path: Path) -> None:
    hand_in("ada", example.blank())
    assert graded(course, submitted, tmp_path / "out").kept == 0
    hand_in("ada", example.perfect())
    report = graded(course, submitted, tmp_path / "out")
    assert (report.kept, summary(report)) == (0, {"ada": ("graded", 5.0)})
    assert graded(course, submitted, tmp_path / "out").kept == 0


def test_only_what_changed_is_graded_again(course: Course, hand_in: HandIn, submitted: Path, tmp_path: Path) -> None:
    for student in ("ada", "bob", "cyd"):
        hand_in(student, example.perfect())
    grade(course, Options(submitted, tmp_path / "out"))
    hand_in("bob", half())
    (hand_in("cyd", example.perfect()) / "data.csv").write_bytes(b"1")
    report = grade(course, Options(submitted, tmp_path / "out", only_changed=True))
    assert (report.kept, summary(report)["bob"]) == (1, ("graded", 2.0))
    assert grade(course, Options(submitted, tmp_path / "out", only_changed=True)).kept == 3
    stricter = dataclasses.replace(course.unit(UNIT), limits=dataclasses.replace(course.unit(UNIT).limits, processes=9))
    changed = dataclasses.replace(course, units={UNIT: stricter})
    assert grade(changed, Options(submitted, tmp_path / "out", only_changed=True)).kept == 0


def test_a_mistake_of_ours_leaves_no_outcome_and_costs_nobody_else(
    course: Course, whole_class: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from autograder.grading import worker

    honest = worker.grade_submission

    def fails_for_ada(submission: Any, *others: Any) -> Any:
        if submission.student == "ada":
            raise RuntimeError("ours")
        return honest(submission, *others)

    monkeypatch.setattr(worker, "grade_submission", fails_for_ada)
    report = graded(course, whole_class, tmp_path / "out")
    assert list(report.failures) == [f"ada/{UNIT}"] and "RuntimeError: ours" in report.failures[f"ada/{UNIT}"]
    assert [outcome.student for outcome in report.outcomes] == sorted(set(CLASS) - {"ada"})
    monkeypatch.undo()


def test_nothing_is_written_when_a_run_cannot_begin(course: Course, submitted: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for options, message in (
        ({}, "no submission in"),
        ({"assignment": "99_nothing"}, "There is no unit '99_nothing'"),
        ({"gradebook": "nonsense"}, "can't be opened"),
    ):
        with pytest.raises(UserError, match=message):
            graded(course, submitted, out, **options)
    with pytest.raises(UserError, match="there is no folder"):
        graded(course, tmp_path / "nowhere", out)
    assert not out.exists()


def test_without_the_solutions_nothing_is_graded(course: Course, whole_class: Path, tmp_path: Path) -> None:
    course.unit(UNIT).instructor_notebook.unlink()
    with pytest.raises(UserError, match="no instructor's notebook"):
        graded(course, whole_class, tmp_path / "out")
    assert not (tmp_path / "out").exists()


SCRIPT = """
import sys
from contextlib import contextmanager
from autograder.grading import launching
from tests.grading.kernels import InProcessLauncher

@contextmanager
def launcher(*_):
    yield InProcessLauncher()

launching.launcher = launcher
from autograder.cli import main
main()
"""


def start(
    course: Course, submitted: Path, out: Path, script: str = SCRIPT, **environment: str
) -> "subprocess.Popen[str]":
    """The command as a process of its own, with two workers."""
    arguments = ["grade", str(submitted), "--out", str(out), "--course", str(course.root), "--jobs", "2"]
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        cwd=Path(__file__).parents[2],
        env=os.environ | environment,
        preexec_fn=as_in_a_terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def as_in_a_terminal() -> None:
    """Heeds Ctrl-C, even where the tests were started by something that ignores it, as a job in the background does."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait_for_lines(out: Path, wanted: int) -> None:
    deadline = time.monotonic() + 60
    while not (out / "outcomes.jsonl").exists() or len(lines(out)) < wanted:
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM], ids=["kill -9", "Ctrl-C", "kill"])
def test_a_command_that_is_stopped_leaves_whole_lines_and_is_continued(
    course: Course, hand_in: HandIn, submitted: Path, tmp_path: Path, how: signal.Signals
) -> None:
    out = tmp_path / "out"
    gate = tmp_path / "gate"
    for number in range(6):
        waits = f"import os, time\nwhile not os.path.exists({str(gate)!r}): time.sleep(0.01)" if number >= 2 else ""
        hand_in(f"student-{number}", with_cell(waits))
    command = start(course, submitted, out)
    wait_for_lines(out, 2)
    command.send_signal(how)
    _, said = command.communicate(timeout=60)
    if how != signal.SIGKILL:
        assert (command.returncode, said) == (
            128 + how,
            "autograder: stopped. What is done is kept; the same command goes on from there.\n",
        )
    assert [line["score"] for line in lines(out)] == [5.0, 5.0]
    gate.touch()
    command = start(course, submitted, out)
    shown, said = command.communicate(timeout=60)
    assert (command.returncode, said) == (0, "")
    assert "2 were kept from the run before." in shown
    assert [line["score"] for line in lines(out)] == [5.0] * 6


def test_the_command_prints_the_table_and_says_where_everything_is(
    course: Course, whole_class: Path, tmp_path: Path
) -> None:
    command = start(course, whole_class, tmp_path / "out")
    shown, said = command.communicate(timeout=60)
    assert (command.returncode, said) == (0, "")
    assert "5 / 9" in shown and "malformed" in shown and "it begins with '%PDF-1.4'" in shown
    assert "4 graded, 1 timeout, 1 out-of-memory, 2 kernel-died, 1 malformed" in shown


def test_bad_input_is_one_line_and_exit_2(course: Course, tmp_path: Path) -> None:
    command = start(course, tmp_path / "nowhere", tmp_path / "out")
    shown, said = command.communicate(timeout=60)
    assert (command.returncode, shown) == (2, "")
    remedy = "Give the folder that holds a folder for each student"
    assert said == f"autograder: there is no folder {tmp_path / 'nowhere'}. {remedy}\n"
    assert not (tmp_path / "out").exists()


def test_names_that_are_no_text_are_graded_all_the_same(
    course: Course, hand_in: HandIn, submitted: Path, tmp_path: Path
) -> None:
    strange = ["caf\udce9", "a b'\"&<i>", "[red]x", "\x1b[31mred", "grades.html", "\x07" * 250]
    for name in strange:
        hand_in(name, example.perfect())
    report = graded(course, submitted, tmp_path / "out")
    assert sorted(summary(report)) == [
        *("[red]x", "\\x07" * 250, "\\x1b[31mred", "a b'\"&<i>", "caf\\xe9", "grades.html")
    ]
    assert {outcome.score for outcome in report.outcomes} == {5.0}
    assert "<i>" not in (tmp_path / "out" / "grades.html").read_text()


def test_an_outcome_is_the_same_alone_and_in_a_class(
    course: Course, whole_class: Path, hand_in: HandIn, tmp_path: Path
) -> None:
    together = {o.student: o for o in graded(course, whole_class, tmp_path / "together").outcomes}
    alone_folder = tmp_path / "alone"
    for student in ("ada", "cyd", "gus"):
        (alone_folder / student).mkdir(parents=True)
        os.rename(whole_class / student / UNIT, alone_folder / student / UNIT)
        (outcome,) = graded(course, alone_folder, tmp_path / f"out-{student}").outcomes
        assert without_time(outcome) == without_time(together[student])
        os.rename(alone_folder / student / UNIT, whole_class / student / UNIT)


def without_time(outcome: Outcome) -> Outcome:
    return dataclasses.replace(outcome, seconds=0.0)
