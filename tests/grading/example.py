"""A small course that is no course of this project: what the tests of grading hand in, and what it is held against."""

import copy
import json
from pathlib import Path
from typing import Any

from autograder.checks import Checks
from autograder.checks.loading import load
from autograder.grading.reader_child import parse
from autograder.grading.reading import Handed, HandedCell
from autograder.grading.template import Template, make_template

Notebook = dict[str, Any]
HIDDEN = Path(__file__).with_name("example_hidden.py")
DOUBLE, TRIPLE = "def double(x):\n    return 2 * x\n", "def triple(x):\n    return 3 * x\n"
BLANK_DOUBLE, BLANK_TRIPLE = "def double(x):\n    ...\n", "def triple(x):\n    ...\n"
ESSAY = "Why is twice two four?"


def cell(kind: str, source: str, id: str, tags: list[str] | None = None, **grader: Any) -> Notebook:
    """One cell of nbformat 4.5; keyword arguments become its nbgrader metadata."""
    metadata: Notebook = {"tags": tags} if tags else {}
    if grader:
        flags = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
        metadata["nbgrader"] = {**flags, **grader}
    made: Notebook = {"cell_type": kind, "id": id, "metadata": metadata, "source": source}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def notebook(double: str, triple: str, essay: str) -> Notebook:
    test = {"grade": True, "locked": True}
    cells = [
        cell("markdown", "# Multiples", "title"),
        cell("code", "from tests.grading.example_checks import check", "imports", grade_id="imports", locked=True),
        cell("code", double, "double", grade_id="double", solution=True),
        cell("code", 'check("double")', "double-check", grade_id="double-check", points=2, **test),
        cell("markdown", "Three times as good.", "prose"),
        cell("code", triple, "triple", grade_id="triple", solution=True),
        cell("code", 'check("triple")', "triple-check", grade_id="triple-check", points=3, **test),
        cell("markdown", essay, "why", grade_id="why", grade=True, solution=True, points=4),
        cell("code", "raise SystemExit('this trains for hours')", "training", tags=["run"]),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}


def blank() -> Notebook:
    """What the learners were given."""
    return copy.deepcopy(notebook(BLANK_DOUBLE, BLANK_TRIPLE, ESSAY))


def perfect() -> Notebook:
    """What the best of them hand in."""
    return copy.deepcopy(notebook(DOUBLE, TRIPLE, "Because."))


def template() -> Template:
    return make_template(perfect(), blank())


def grader(notebook: Notebook, id: str) -> Notebook:
    """The nbgrader metadata of the cell with that id."""
    return dict_of(notebook, id)["metadata"]["nbgrader"]


def dict_of(notebook: Notebook, id: str) -> Notebook:
    return next(c for c in notebook["cells"] if c["id"] == id)


def position(notebook: Notebook, id: str) -> int:
    return notebook["cells"].index(dict_of(notebook, id))


def handed(notebook: Notebook) -> Handed:
    """The notebook as the judge reads it."""
    reply = parse(json.dumps(notebook).encode())
    return Handed([HandedCell(**c) for c in reply["cells"]], reply["kernel"], reply["repairs"])


def checks() -> Checks:
    """The public checks with the hidden ones."""
    return load("tests.grading.example_checks", HIDDEN)
