"""Runs a unit's notebook from top to bottom in a course of its own, and reads what its checks gave."""

import shutil
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from autograder.course import Unit

SECONDS = 600  # for one cell: patience for a busy machine, not a promise


def executed(unit: Unit, notebook: Path, folder: Path) -> Any:
    """The notebook, run in a copy of the course (hidden checks included) below `folder`, where it may leave files."""
    course = folder / notebook.parents[1].name
    here = course / "solutions" / unit.name
    here.mkdir(parents=True)
    shutil.copy(unit.root / "course.toml", course)
    for file in (unit.root / "solutions").glob("*.py"):
        shutil.copy(file, course / "solutions")
    made = nbformat.read(notebook, as_version=4)
    NotebookClient(made, timeout=SECONDS, resources={"metadata": {"path": str(here)}}).execute()
    return made


def earned(notebook: Any) -> dict[str, float]:
    """What each check cell returned, by its name."""
    cells = [c for c in notebook.cells if c.cell_type == "code" and c.source.startswith("check(")]
    results = {c.source[7:-2]: [o for o in c.outputs if o.output_type == "execute_result"] for c in cells}
    return {name: float(outputs[0]["data"]["text/plain"]) for name, outputs in results.items()}
