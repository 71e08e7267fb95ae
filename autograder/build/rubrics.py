"""An essay's rubric becomes a cell of its own, read-only, below the answer.

Read-only cells are what nbgrader restores from the gradebook when it grades: a rubric that the students' notebook
doesn't contain comes back in Formgrader, beside the answer, with nbgrader's own machinery.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from autograder.build.master import Cell, Master
from autograder.build.regions import Region, regions

HEADING = "**Rubric**"  # what ClearRubrics cuts at


def with_rubric_cells(master: Master) -> Master:
    """Takes the rubric out of every essay and puts a rubric cell after it."""
    return replace(master, cells=tuple(part for cell in master.cells for part in _split(master, cell)))


def _split(master: Master, cell: Cell) -> Iterator[Cell]:
    if cell.role != "essay":
        yield cell
        return
    rubric = next(region for region in regions(master, cell) if region.what == "RUBRIC")
    answer = cell.lines[: rubric.begin] + cell.lines[rubric.end + 1 :]
    yield replace(cell, source="\n".join(answer).strip("\n"))
    yield Cell("markdown", _text(cell, rubric), cell.line, cell.first + rubric.begin, "rubric", cell.name)


def _text(cell: Cell, rubric: Region) -> str:
    worth = f"{cell.points:g} point{'' if cell.points == 1 else 's'}"
    lines = [re.sub(r"^\s*# ?", "", line) for line in rubric.body] if cell.kind == "code" else list(rubric.body)
    said = f"*A person reads the answer above. It is worth up to {worth}.*"
    return "\n".join([said, "", HEADING, "", *lines])
