"""Without a sandbox nothing is graded, unless whoever grades says so; then nothing is left behind either."""

import json
import os
import subprocess
import sys
from pathlib import Path

from autograder.course import Course
from tests.grading import example
from tests.grading.conftest import HandIn


def run(course: Course, submitted: Path, out: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """`autograder grade` on a host without bubblewrap."""
    (out.parent / "tmp").mkdir(exist_ok=True)
    bare = {"PATH": str(out.parent / "no-programs"), "TMPDIR": str(out.parent / "tmp"), "HOME": os.environ["HOME"]}
    arguments = ["grade", str(submitted), "--out", str(out), "--course", str(course.root), "--jobs", "1", *options]
    command = [sys.executable, "-c", "from autograder.cli import main; main()", *arguments]
    return subprocess.run(command, cwd=Path(__file__).parents[2], env=bare, capture_output=True, text=True)


def test_grading_refuses_without_a_sandbox(course: Course, hand_in: HandIn, submitted: Path, tmp_path: Path) -> None:
    hand_in("ada", example.perfect())
    done = run(course, submitted, tmp_path / "out")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("autograder: bubblewrap is not installed") and done.stderr.count("\n") == 1
    for said in ("With --unsafe-no-sandbox, learners' code runs as you", "the solutions", "the network"):
        assert said in done.stderr
    assert not (tmp_path / "out").exists()


def test_grading_without_a_sandbox_says_what_is_lost(
    course: Course, hand_in: HandIn, submitted: Path, tmp_path: Path
) -> None:
    hand_in("ada", example.perfect())
    done = run(course, submitted, tmp_path / "out", "--unsafe-no-sandbox")
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("autograder: no sandbox: learners' code runs as you")
    assert json.loads((tmp_path / "out" / "outcomes.jsonl").read_text())["score"] == 5.0
    assert list((tmp_path / "tmp").iterdir()) == []  # no scratch folder of a kernel is left
