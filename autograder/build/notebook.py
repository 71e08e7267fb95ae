"""Cells to a notebook, and a notebook to text: the same input gives the same bytes, whatever saved the file before."""

import copy
import json
from typing import Any

from autograder.build.cell_ids import cell_ids
from autograder.build.master import Cell, Master
from autograder.build.nbgrader_metadata import nbgrader_metadata

KERNEL = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "pygments_lexer": "ipython3",
    },
}


def to_notebook(master: Master) -> dict[str, Any]:
    """The master's cells as a notebook without outputs, format 4.5."""
    cells = [_cell(cell, name) for cell, name in zip(master.cells, cell_ids(master), strict=True)]
    metadata = {**copy.deepcopy(KERNEL), "autograder": {"unit": master.unit}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _cell(cell: Cell, name: str) -> dict[str, Any]:
    metadata: dict[str, Any] = {}
    if graded := nbgrader_metadata(cell):
        metadata["nbgrader"] = graded
    if cell.tags:
        metadata["tags"] = list(cell.tags)
    node = {"cell_type": cell.kind, "id": name, "metadata": metadata, "source": cell.source}
    return {**node, "execution_count": None, "outputs": []} if cell.kind == "code" else node


def dumps(notebook: dict[str, Any]) -> str:
    """The notebook as text, laid out as Jupyter does: keys sorted, one line of source per line."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"]).splitlines(keepends=True)
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
