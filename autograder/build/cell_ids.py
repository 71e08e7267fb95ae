"""A cell's id: from the unit and the cell's name, or for text from what it says.

So a rebuild gives the same ids, and an edit changes the ids of the edited text cells only, wherever they move.
"""

import hashlib
from collections import Counter

from autograder.build.master import Cell, Master

LONGEST = 64  # nbformat's limit


def cell_ids(master: Master) -> list[str]:
    """One id per cell, all different; MasterError when names make one longer than a notebook may hold."""
    seen: Counter[str] = Counter()
    ids = []
    for cell in master.cells:
        name = cell.grade_id or _digest(cell)
        seen[name] += 1
        again = f"-{seen[name]}" if seen[name] > 1 else ""
        ids.append(f"{master.unit}-{name}{again}")
        if len(ids[-1]) > LONGEST:
            raise master.error(cell.line, f"the id {ids[-1]} is too long for a notebook", "Choose a shorter name")
    return ids


def _digest(cell: Cell) -> str:
    return hashlib.sha256(f"{cell.kind}\n{cell.source}".encode()).hexdigest()[:12]
