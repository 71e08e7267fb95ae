"""The repaired cells, ready to be judged: fresh metadata, unique ids, no outputs, and whether each is executed."""

import re
from dataclasses import dataclass, field
from typing import Any

from autograder.grading.repair.entries import Entry
from autograder.grading.template import RUN, Template, TemplateCell

_VALID_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
NOT_EXECUTED = "not-executed"  # marks, in a cell's metadata, what grading leaves out


@dataclass(eq=False)
class ReadyCell:
    """A cell of the repaired notebook. `cell` is the template's cell, None for one of the learner's own. The judge
    writes the outputs, in nbformat 4."""

    type: str
    source: str
    id: str
    cell: TemplateCell | None = None
    execute: bool = False
    attachments: dict[str, dict[str, str]] = field(default_factory=dict)
    outputs: list[dict[str, Any]] = field(default_factory=list)
    execution_count: int | None = None

    @property
    def answered(self) -> bool:
        """Whether the learner wrote something else than what was given."""
        return self.cell is None or self.source != self.cell.released

    def to_notebook(self) -> dict[str, Any]:
        """The cell in nbformat 4.5."""
        known = self.cell.metadata if self.cell else {}
        metadata = {key: dict(value) if isinstance(value, dict) else value for key, value in known.items()}
        if self.type == "code" and not self.execute and not (self.cell and self.cell.run):
            metadata["autograder"] = NOT_EXECUTED
        made: dict[str, Any] = {"cell_type": self.type, "id": self.id, "metadata": metadata, "source": self.source}
        if self.type == "markdown" and self.attachments:
            made["attachments"] = self.attachments
        if self.type == "code":
            made |= {"outputs": self.outputs, "execution_count": self.execution_count}
        return made


def build(entries: list[Entry], template: Template, report: list[str]) -> list[ReadyCell]:
    """The cells to judge, in the order of `entries`."""
    taken = {cell.id for cell in template.cells if cell.id}
    cells = []
    for number, entry in enumerate(entries):
        id = _id(entry, number, taken)
        taken.add(id)
        cells.append(ReadyCell(entry.type, entry.source, id, entry.cell, _executed(entry), _pasted(entry)))
    _report_copies([entry.handed.id for entry in entries if entry.handed and entry.handed.id], report)
    return cells


def _report_copies(ids: list[str], report: list[str]) -> None:
    copied = len(ids) - len(set(ids))
    if copied:
        report.append(f"{copied} cell{'s' * (copied > 1)} had the id of another cell; fresh ids were given")


def _pasted(entry: Entry) -> dict[str, dict[str, str]]:
    """Pictures belong to text of the learner's own."""
    ours = entry.cell is not None and not entry.cell.solution
    return entry.handed.attachments if entry.handed is not None and not ours else {}


def _executed(entry: Entry) -> bool:
    """Not what trains, and not the blank of an answer that was missing: it would undo an answer given elsewhere."""
    if entry.type != "code" or (entry.put_back and entry.cell is not None and entry.cell.solution):
        return False
    if entry.cell is not None:
        return not entry.cell.run
    return entry.handed is None or RUN not in entry.handed.tags


def _id(entry: Entry, number: int, taken: set[str]) -> str:
    if entry.cell is not None and entry.cell.id:
        return entry.cell.id
    own = entry.handed.id if entry.handed else ""
    if _VALID_ID.fullmatch(own) and own not in taken:
        return own
    fresh = (f"cell-{n:04d}" for n in range(number, number + len(taken) + 1))
    return next(id for id in fresh if id not in taken)
