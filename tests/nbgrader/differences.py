"""Where we grade plain nbgrader test cells otherwise than stock nbgrader does, on purpose: one notebook for each case.

`python -m tests.nbgrader.differences` writes the table into docs/nbgrader.md; a test holds it there.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.grading.example import Notebook, cell, dict_of, position
from tests.nbgrader.cases import CASES

DOCUMENT = Path(__file__).parents[2] / "docs" / "nbgrader.md"
BEGIN, END = "<!-- differences: made by python -m tests.nbgrader.differences -->", "<!-- end of differences -->"
Result = tuple[float, bool] | None


def perfect() -> Notebook:
    """Two answers, each with a test worth 2 points; the second test ends in a number."""
    test = {"grade": True, "locked": True, "points": 2}
    cells = [
        cell("code", "def square(n):\n    return n * n", "square", grade_id="square", solution=True),
        cell("code", "assert square(3) == 9", "square-test", grade_id="square-test", **test),
        cell("code", "def share():\n    return 2.0", "share", grade_id="share", solution=True),
        cell("code", "share()", "share-test", grade_id="share-test", **test),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}


@dataclass(frozen=True)
class Difference:
    """`change` makes the submission out of the perfect one. `stock`, `ours`: (score, whether a person is needed) of 4
    points, None where nothing is graded."""

    what: str
    change: Callable[[Notebook], None]
    stock: Result
    ours: Result
    why: str

    @property
    def submission(self) -> Notebook:
        notebook = copy.deepcopy(perfect())
        self.change(notebook)
        return notebook


def returns(number: str) -> Callable[[Notebook], None]:
    """The second answer returns this number."""

    def change(notebook: Notebook) -> None:
        dict_of(notebook, "share")["source"] = f"def share():\n    return {number}"

    return change


def between(source: str) -> Callable[[Notebook], None]:
    """One more cell, between the two exercises."""

    def change(notebook: Notebook) -> None:
        notebook["cells"].insert(2, cell("code", source, "between"))

    return change


def answers(source: str) -> Callable[[Notebook], None]:
    def change(notebook: Notebook) -> None:
        dict_of(notebook, "square")["source"] = source

    return change


def check_moved_up(notebook: Notebook) -> None:
    notebook["cells"].insert(0, notebook["cells"].pop(position(notebook, "square-test")))


def check_deleted(notebook: Notebook) -> None:
    del notebook["cells"][position(notebook, "square-test")]


def check_skipped(notebook: Notebook) -> None:
    dict_of(notebook, "square")["source"] = "def square(n):\n    return n"
    dict_of(notebook, "square-test")["metadata"]["tags"] = ["skip-execution"]


DEAF = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True:\n    pass"
SUICIDE = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"
WARNS = "import warnings\ndef square(n):\n    warnings.warn('slow')\n    return n * n"
DIFFERENCES = [
    Difference("a test prints a warning", answers(WARNS), (2, False), (4, False), "a word on stderr is no failure"),
    Difference("a test ends in NaN", returns("float('nan')"), (4, False), (2, False), "NaN is no number of points"),
    Difference("a test ends in -1", returns("-1"), (4, False), (2, False), "less than nothing is nothing"),
    Difference("a test ends in 1000", returns("1000"), None, (4, False), "more than all is all; stock gives up"),
    Difference("an endless loop that heeds no interrupt", between(DEAF), None, (4, False), "only that cell is lost"),
    Difference("the kernel dies", between("import os\nos._exit(1)"), None, (4, False), "only that cell is lost"),
    Difference("a cell kills its own kernel", between(SUICIDE), None, (4, False), "that signal does nothing"),
    Difference("a test above its answer", check_moved_up, (2, False), (4, False), "it is moved back"),
    Difference("a test is missing", check_deleted, (2, True), (4, False), "it is put back"),
    Difference("a test with the tag skip-execution", check_skipped, (4, False), (2, False), "the tag is taken off"),
]


def table() -> str:
    """The differences in Markdown, those in nbgrader's own fixtures included."""
    rows = [f"| {d.what} | {_said(d.stock)} | {_said(d.ours)} | {d.why} |" for d in DIFFERENCES]
    rows += [f"| {c.name} (fixture) | {_said(c.stock)} | {_said(c.ours)} | {c.why} |" for c in CASES if c.why]
    return "\n".join(["| submission | stock | here | because |", "|---|---|---|---|", *rows])


def document_with_table(text: str) -> str:
    """The document with its table as it is now."""
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n{table()}\n{END}{tail}"


def _said(result: Result) -> str:
    if result is None:
        return "not graded at all"
    score, manual = result
    return f"{score:g} point{'s' * (score != 1)}" + (", a person must look" if manual else "")


if __name__ == "__main__":
    DOCUMENT.write_text(document_with_table(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
