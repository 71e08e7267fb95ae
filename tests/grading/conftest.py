"""The example course on disk, and a class that hands in."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course
from autograder.grading import run
from tests.grading import example
from tests.grading.example import Notebook
from tests.grading.kernels import InProcessLauncher

UNIT = "00_example"
TOML = """[course]
title = "Example"

[units.00_example]
title = "Multiples"
public = "tests.grading.example_checks"
"""


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """The example course in a folder of its own."""
    root = tmp_path / "example_course"
    for folder, notebook in (("solutions", example.perfect()), ("course", example.blank())):
        (root / folder / UNIT).mkdir(parents=True)
        (root / folder / UNIT / f"{UNIT}.ipynb").write_text(json.dumps(notebook))
    shutil.copy(example.HIDDEN, root / "solutions" / f"{UNIT}_hidden.py")
    (root / "course.toml").write_text(TOML)
    return Course.read(root / "course.toml")


@pytest.fixture
def submitted(tmp_path: Path) -> Path:
    """An empty folder of submissions."""
    (tmp_path / "submitted").mkdir()
    return tmp_path / "submitted"


HandIn = Callable[[str, Notebook | bytes], Path]


@pytest.fixture
def hand_in(submitted: Path) -> HandIn:
    """Hands in a notebook, or bytes, for a student; returns the folder."""

    def one(student: str, notebook: Notebook | bytes) -> Path:
        folder = submitted / student / UNIT
        folder.mkdir(parents=True, exist_ok=True)
        raw = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
        (folder / f"{UNIT}.ipynb").write_bytes(raw)
        return folder

    return one


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kernels without isolation in the workers' own processes: quick, and free to kill them."""

    @contextmanager
    def launcher(*_: Any) -> Iterator[InProcessLauncher]:
        with InProcessLauncher() as found:
            yield found

    monkeypatch.setattr(run, "launcher", launcher)
