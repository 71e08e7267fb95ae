"""What a run leaves on disk for each submission: the graded notebook and the feedback page, laid out as nbgrader does.

DIR/autograded/<student>/<assignment>/<assignment>.ipynb
DIR/feedback/<student>/<assignment>/<assignment>.html, and DIR/feedback/index.html
"""

import os
from pathlib import Path

from autograder.feedback import feedback_page, index_page
from autograder.grading.assignment import Assignment
from autograder.grading.grade_one import Graded, to_notebook
from autograder.grading.outcome import Outcome


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
    _write(out / "feedback" / "index.html", index_page(outcomes))


def _place(root: Path, outcome: Outcome, kind: str) -> Path:
    return root / outcome.student / outcome.assignment / f"{outcome.assignment}.{kind}"


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    os.replace(fresh, path)
