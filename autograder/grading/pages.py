"""What a run leaves on disk for each submission: the graded notebook and the feedback page, laid out as nbgrader does.

DIR/autograded/<student>/<assignment>/<assignment>.ipynb
DIR/feedback/<student>/<assignment>/<assignment>.html
DIR/grades.html, which leads to them (not in a folder whose names are the students' to choose)
"""

import hashlib
import os
from pathlib import Path

from autograder.feedback import feedback_page, index_page
from autograder.grading.assignment import Assignment
from autograder.grading.grade_one import Graded, to_notebook
from autograder.grading.outcome import Outcome

MAX_NAME = 255  # bytes of a file's name


def write_pages(out: Path, graded: Graded, assignment: Assignment) -> None:
    """Writes both; a submission with nothing in it to grade leaves no notebook, not even an older one."""
    outcome = graded.outcome
    notebook = _place(out / "autograded", outcome, "ipynb")
    if graded.cells:
        _write(notebook, to_notebook(graded.cells, assignment))
    else:
        notebook.unlink(missing_ok=True)
    _write(_place(out / "feedback", outcome, "html"), feedback_page(outcome, graded.cells))


def write_index(out: Path, outcomes: list[Outcome]) -> None:
    """Writes the page that leads to all others."""
    pages = {outcome.key: _place(Path("feedback"), outcome, "html").as_posix() for outcome in outcomes}
    _write(out / "grades.html", index_page(outcomes, pages))


def _place(root: Path, outcome: Outcome, kind: str) -> Path:
    return root / _folder(outcome.student) / outcome.assignment / f"{outcome.assignment}.{kind}"


def _folder(student: str) -> str:
    """The student's name, unless it grew too long for a file system when it was made printable."""
    raw = student.encode()
    return student if len(raw) <= MAX_NAME else f"{raw[:100].decode(errors='ignore')}-{hashlib.sha256(raw).hexdigest()}"


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(text.encode("utf-8", "replace"))
    os.replace(fresh, path)
