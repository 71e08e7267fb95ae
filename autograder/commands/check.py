"""Check one notebook."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from autograder.commands import ONE_THREAD, CourseOption
from autograder.course import Course
from autograder.errors import UserError


def command(
    notebook: Annotated[Path, typer.Argument(help="A learner's notebook, wherever it lies.")],
    course: CourseOption = None,
) -> None:
    """Run every check of a notebook's unit on it and print what they say; exit 1 unless all of them pass."""
    os.environ.update(ONE_THREAD)  # before anything imports numpy
    found = Course.find(course) if course else _course_around(notebook)
    from autograder.grading.check import check_notebook

    checked = check_notebook(found, notebook)
    print(checked.report())
    if not checked.isolated:
        print("autograder: no sandbox here: the notebook ran as you, with all your rights.", file=sys.stderr)
    if not checked.passed:
        raise typer.Exit(1)


def _course_around(notebook: Path) -> Course:
    """The course that the notebook lies in, else the one around the current folder."""
    try:
        return Course.find(notebook.absolute().parent)
    except UserError:
        return Course.find()
