"""Hands in what a class of our own making hands in: the student notebook with answers filled in, and files beside it.

A unit's class is made by `python -m samples.make_<unit>`, again after its student notebook has changed:

    CLASS: Class = {"ada-numpy": NUMPY, "blank": {}, "trained": HandedIn(NUMPY, {"weights.safetensors": made})}

    if __name__ == "__main__":
        hand_in(UNIT, CLASS)

Weights are large: one or two students of a class hand some in, in half precision; a class stays under 1.5 MB.
"""

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
Answers = dict[str, str]  # the name of a solution cell -> its source
Notebook = dict[str, Any]


@dataclass(frozen=True)
class HandedIn:
    """A submission: answers (or a whole notebook, or the bytes of something else), files beside it, the file's name.

    A file is given as bytes or as a function that writes it to a path."""

    what: Answers | bytes
    files: Mapping[str, bytes | Callable[[Path], Any]] = field(default_factory=dict)
    name: str | None = None


Class = Mapping[str, Answers | HandedIn]


def released(unit: str) -> Notebook:
    """The student notebook of a unit."""
    return json.loads((ROOT / "course" / unit / f"{unit}.ipynb").read_text(encoding="utf-8"))


def named(notebook: Notebook) -> Iterator[tuple[str, dict[str, Any]]]:
    """The cells that nbgrader knows, by the name of the cell."""
    for cell in notebook["cells"]:
        if "nbgrader" in cell["metadata"]:
            yield cell["metadata"]["nbgrader"]["grade_id"], cell


def filled(notebook: Notebook, answers: Answers) -> Notebook:
    """The notebook with these answers; the other cells stay as they are. KeyError for a cell that there isn't."""
    notebook = copy.deepcopy(notebook)
    cells = dict(named(notebook))
    for name, source in answers.items():
        cells[name]["source"] = source.splitlines(keepends=True)
    return notebook


def as_bytes(notebook: Notebook) -> bytes:
    """As Jupyter would save it."""
    return (json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def hand_in(unit: str, students: Class, into: Path | None = None) -> None:
    """Writes each student's submission to <into>/<student>/<unit>/; `into` is samples/<unit> unless told."""
    notebook = released(unit)
    for student, given in students.items():
        submission = given if isinstance(given, HandedIn) else HandedIn(given)
        folder = (into or ROOT / "samples" / unit) / student / unit
        folder.mkdir(parents=True, exist_ok=True)
        what = submission.what
        content = what if isinstance(what, bytes) else as_bytes(filled(notebook, what))
        (folder / (submission.name or f"{unit}.ipynb")).write_bytes(content)
        for name, file in submission.files.items():
            if isinstance(file, bytes):
                (folder / name).write_bytes(file)
            else:
                file(folder / name)
