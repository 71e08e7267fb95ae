"""A launcher's folder goes with it; where its process was killed, the next launcher removes it."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.grading.launching import launcher
from tests.grading.conftest import UNIT


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files are made."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def gone() -> int:
    """The number of a process that is no more."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def test_folders_of_processes_that_are_gone_are_removed_and_no_others(
    course: Course, temporary: Path, gone: int
) -> None:
    others = [f"autograder-{os.getpid()}-alive123", f"autograder-{gone}x-theirs", f"my-autograder-{gone}-abcdefgh"]
    for name in [f"autograder-{gone}-abcdefgh", *others]:
        (temporary / name / "autograder").mkdir(parents=True)
    with launcher(course, course.unit(UNIT), isolated=False):
        (own,) = set(names(temporary)) - set(others)
        assert own.startswith(f"autograder-{os.getpid()}-")
    assert names(temporary) == sorted(others)


def test_what_others_own_and_what_links_lead_to_stays(
    course: Course, temporary: Path, tmp_path: Path, gone: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "precious").mkdir()
    (temporary / f"autograder-{gone}-link").symlink_to(tmp_path / "precious")
    with launcher(course, course.unit(UNIT), isolated=False):
        assert (tmp_path / "precious").is_dir()
    (temporary / f"autograder-{gone}-theirs").mkdir()
    monkeypatch.setattr(os, "getuid", lambda: -1)
    with launcher(course, course.unit(UNIT), isolated=False):
        assert (temporary / f"autograder-{gone}-theirs").is_dir()
