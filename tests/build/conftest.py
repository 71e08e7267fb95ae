"""A copy of the golden course that a test may change."""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.build.pipeline import Built, build
from autograder.course import Course, Unit

GOLDEN = Path(__file__).parent / "golden"


@dataclass
class Tiny:
    """A course of one unit, `tiny`."""

    root: Path

    @property
    def course(self) -> Course:
        return Course.find(self.root)

    @property
    def unit(self) -> Unit:
        return self.course.unit("tiny")

    def edit(self, old: str, new: str) -> "Tiny":
        """Changes the master."""
        text = self.unit.master.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        self.unit.master.write_text(text.replace(old, new), encoding="utf-8")
        return self

    def line_of(self, text: str) -> int:
        """The line of the master that contains `text`."""
        lines = self.unit.master.read_text(encoding="utf-8").splitlines()
        return next(number for number, line in enumerate(lines, start=1) if text in line)

    def build(self) -> Built:
        return build(self.course, [self.unit])


@pytest.fixture(autouse=True)
def _no_lessons_of_another_copy():
    """Every copy of the golden course has its own package `lessons`."""
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == "lessons"]:
        del sys.modules[name]


@pytest.fixture
def tiny(tmp_path: Path) -> Tiny:
    root = tmp_path / "course"
    shutil.copytree(GOLDEN, root, ignore=shutil.ignore_patterns("__pycache__"))
    return Tiny(root)
