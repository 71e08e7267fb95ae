"""All attackers hand in as one class, beside an honest neighbour; the class is graded once, in the sandbox."""

import json
import os
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.grading.launching import NoSandbox
from autograder.grading.outcome import Outcome
from autograder.grading.run import Options, grade
from tests.adversarial import target
from tests.adversarial.families import ATTACKS
from tests.adversarial.target import UNIT
from tests.grading.example import Notebook


def hand_in(submitted: Path, student: str, notebook: Notebook | bytes, files: dict[str, str] | None = None) -> Path:
    """Writes a submission to disk and returns its folder."""
    folder = submitted / student / UNIT
    folder.mkdir(parents=True, exist_ok=True)
    raw = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
    (folder / f"{UNIT}.ipynb").write_bytes(raw)
    for name, text in (files or {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def student(name: str) -> str:
    """A folder's name for an attack."""
    return "".join(c if c.isalnum() else "-" for c in name)


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return target.make_course(tmp_path_factory.mktemp("adversarial") / "course")


@pytest.fixture(scope="session")
def submitted(course: Course) -> Path:
    """Everybody's submission."""
    folder = course.root.parent / "submitted"
    hand_in(folder, "neighbour", target.notebook(target.SOLVED))
    hand_in(folder, "honest", target.notebook(target.WRONG))
    for name, attack in ATTACKS.items():
        hand_in(folder, student(name), attack.notebook(str(course.root)), attack.files)
    return folder


def graded(course: Course, submitted: Path, out: Path, **options: object) -> dict[str, Outcome]:
    """The outcomes by student. Skips, but never in CI, where nothing can be isolated."""
    try:
        report = grade(course, Options(submitted, out, jobs=2, seed=12345, **options))  # type: ignore[arg-type]
    except NoSandbox as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no sandbox here: {error.message}")
    assert report.failures == {}
    return {outcome.student: outcome for outcome in report.outcomes}


@pytest.fixture(scope="session")
def outcomes(course: Course, submitted: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """What `autograder grade` makes of the class."""
    return graded(course, submitted, tmp_path_factory.mktemp("graded"))
