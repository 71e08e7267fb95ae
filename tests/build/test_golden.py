"""The golden course: one master with every kind of cell, and the notebooks it has to become."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.build.pipeline import Built, build
from autograder.course import Course

GOLDEN = Path(__file__).parent / "golden"
UPDATE = "after a change that is meant: autograder build --force --course tests/build/golden"


def golden() -> Built:
    course = Course.find(GOLDEN)
    return build(course, course.units.values())


@pytest.mark.parametrize("file", ["solutions/tiny/tiny.ipynb", "course/tiny/tiny.ipynb", "lessons/points.json"])
def test_the_golden_master_becomes_the_golden_files(file):
    path = GOLDEN / file
    assert golden().texts[path] == path.read_text(encoding="utf-8"), UPDATE


def test_nothing_else_is_made():
    assert len(golden().texts) == 3


@pytest.mark.parametrize("notebook", ["instructor_notebook", "student_notebook"])
def test_the_golden_notebooks_are_valid_notebooks(notebook):
    path = getattr(Course.find(GOLDEN).unit("tiny"), notebook)
    nbformat.validate(nbformat.read(path, as_version=4))


def test_the_golden_notebooks_hold_nothing_of_jupytext():
    text = Course.find(GOLDEN).unit("tiny").instructor_notebook.read_text(encoding="utf-8")
    assert "jupytext" not in text and "lines_to_next_cell" not in text and "somewhere" not in text


def bytes_in_a_fresh_process(hash_seed: str) -> bytes:
    code = (
        "import pathlib, sys\n"
        "from autograder.build.pipeline import Built, build\n"
        "from autograder.course import Course\n"
        "course = Course.find(pathlib.Path(sys.argv[1]))\n"
        "texts = build(course, course.units.values()).texts\n"
        "sys.stdout.buffer.write(''.join(texts.values()).encode())\n"
    )
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    return subprocess.run(
        [sys.executable, "-c", code, str(GOLDEN)], env=environment, capture_output=True, check=True
    ).stdout


def test_two_processes_with_different_hashes_write_the_same_bytes():
    first, second = bytes_in_a_fresh_process("1"), bytes_in_a_fresh_process("2")
    assert first == second and len(first) > 1000
