"""Whole runs with the sandbox as it is used: hostile submissions beside good ones, and the death of the zygote."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.grading.run import Options, grade
from autograder.sandbox.zygote import Zygote
from tests.grading import example
from tests.grading.conftest import HandIn
from tests.grading.example import Notebook, dict_of
from tests.grading.test_run import lines, start, wait_for_lines, with_cell

SANDBOXED = "from autograder.cli import main; main()"
QUICK = "limits = {cell_seconds = 1, call_seconds = 1, memory_mb = 512, processes = 32}\n"


@pytest.fixture
def sandboxed(course: Course) -> Course:
    """The example course with short limits; skips where nothing can be isolated."""
    toml = course.root / "course.toml"
    toml.write_text(toml.read_text() + QUICK)
    possible, why = Zygote.available()
    if not possible and not os.environ.get("CI"):
        pytest.skip(f"no sandbox here: {why}")
    assert possible, why
    return Course.read(toml)


def descendants(pid: int) -> list[int]:
    """The processes that a process has started, and theirs."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    children = [child for child, parent in parents.items() if parent == pid]
    return children + [below for child in children for below in descendants(child)]


def is_sandbox(pid: int) -> bool:
    try:
        return b"bwrap" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0]
    except OSError:
        return False


def sandboxes(pid: int) -> set[int]:
    """Those that a process has started."""
    return {below for below in descendants(pid) if is_sandbox(below)}


def test_the_death_of_the_zygote_costs_nobody_a_point(
    sandboxed: Course, hand_in: HandIn, submitted: Path, tmp_path: Path
) -> None:
    for number in range(12):
        hand_in(f"student-{number:02}", with_cell("import time; time.sleep(0.1)"))
    out = tmp_path / "out"
    run = start(sandboxed, submitted, out, SANDBOXED)
    wait_for_lines(out, 3)
    zygotes = sandboxes(run.pid)
    for pid in zygotes:
        os.kill(pid, signal.SIGKILL)
    _, said = run.communicate(timeout=120)
    assert zygotes and (run.returncode, said) == (0, "")
    assert {(line["status"], line["score"]) for line in lines(out)} == {("graded", 5.0)} and len(lines(out)) == 12


def test_a_run_that_is_told_to_end_clears_up_behind_itself_and_behind_one_that_was_killed(
    sandboxed: Course, hand_in: HandIn, submitted: Path, tmp_path: Path
) -> None:
    for number in range(12):
        hand_in(f"student-{number:02}", with_cell("import time; time.sleep(0.5)"))
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    for how, left in ((signal.SIGKILL, 1), (signal.SIGTERM, 0)):
        out = tmp_path / how.name
        run = start(sandboxed, submitted, out, SANDBOXED, TMPDIR=str(temporary))
        wait_for_lines(out, 1)
        run.send_signal(how)
        run.communicate(timeout=60)
        assert len(list(temporary.glob("autograder-*"))) == left
    assert run.returncode == 143


def answer(id: str, source: str) -> Callable[[], Notebook | bytes]:
    def make() -> Notebook:
        notebook = example.perfect()
        dict_of(notebook, id)["source"] = source
        return notebook

    return make


GOOD: dict[str, tuple[Callable[[], Notebook | bytes], float]] = {
    "perfect": (example.perfect, 5.0),
    "blank": (example.blank, 0.0),
    "half": (answer("triple", example.BLANK_TRIPLE), 2.0),
    "wrong": (answer("triple", "def triple(x):\n    return 3 * abs(x)"), 3.5),
}
DEAF = "import signal\nfor s in (2, 15): signal.signal(s, signal.SIG_IGN)\nwhile True: pass"
HOSTILE: dict[str, Callable[[], Notebook | bytes]] = {
    "endless": lambda: with_cell("while True: pass"),
    "deaf": lambda: with_cell(DEAF),
    "exits": lambda: with_cell("import os; os._exit(0)"),
    "kills": lambda: with_cell("import os, signal; os.kill(os.getppid(), 9); os.kill(-1, 9)"),
    "eats memory": lambda: with_cell("x = [bytes(1 << 20) for _ in range(4096)]"),
    "forks": lambda: with_cell("import os\nwhile True: os.fork()"),
    "prints": lambda: with_cell("while True: print('x' * 1000000)"),
    "fills the disk": lambda: with_cell("f = open('x', 'wb')\nwhile True: f.write(bytes(1 << 20))"),
    "is a bomb": lambda: b'{"cells": [' + b"[]," * 1_000_000 + b"[]]}",
    "is nothing": lambda: b"",
}


@pytest.mark.full
def test_two_hundred_submissions_forty_of_them_hostile(
    sandboxed: Course, hand_in: HandIn, submitted: Path, tmp_path: Path
) -> None:
    for number in range(160):
        kind = list(GOOD)[number % len(GOOD)]
        hand_in(f"{number:03} {kind}", GOOD[kind][0]())
    for number in range(40):
        kind = list(HOSTILE)[number % len(HOSTILE)]
        hand_in(f"{number * 4:03} hostile, {kind}", HOSTILE[kind]())
    before = sandboxes(os.getpid())  # other tests of this process may keep one
    outcomes = grade(sandboxed, Options(submitted, tmp_path / "out", jobs=2)).outcomes
    assert len(outcomes) == 200
    good = [outcome for outcome in outcomes if "hostile" not in outcome.student]
    assert {o.status for o in good} == {"graded"}
    assert all(outcome.score == GOOD[outcome.student[4:]][1] for outcome in good)
    assert all(outcome.score <= 5.0 for outcome in outcomes)
    deadline = time.monotonic() + 30
    while sandboxes(os.getpid()) - before:
        assert time.monotonic() < deadline  # nothing is left behind
        time.sleep(0.1)
