"""Instructor's notebook to students' notebook, with nbgrader's own preprocessors.

`configure` stands in nbgrader_config.py too, so `nbgrader generate_assignment` and Formgrader's button write what
`autograder build` writes; they also fill the gradebook.
"""

from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
    SaveCells,
)
from traitlets.config import Config

from autograder.build.clear_rubrics import ClearRubrics
from autograder.build.stamp import Stamp

PREPROCESSORS = [
    LockCells,
    ClearSolutions,
    ClearOutput,
    # SaveCells copies checksums and sources to the gradebook, rubrics included: so before ClearRubrics.
    CheckCellMetadata,
    ComputeChecksums,
    SaveCells,
    ClearRubrics,
    # What students get has its own checksums: a rubric cell has changed since.
    ComputeChecksums,
    CheckCellMetadata,
    # Sees everything the steps above wrote.
    Stamp,
]
# nbgrader's other steps would have nothing to do: masters have no hidden tests or marking schemes (regions.py refuses
# them), no AUTOTEST lines, no header and no footer.


def configure(config: Any) -> None:
    """Sets nbgrader up to release a notebook of ours; `config` is traitlets' Config, or a config file's `c`."""
    config.GenerateAssignment.preprocessors = PREPROCESSORS
    config.ClearSolutions.code_stub = {"python": "..."}
    config.ClearSolutions.text_stub = "*Your answer here.*"


def release(instructor: dict[str, Any]) -> dict[str, Any]:
    """The students' notebook of an instructor's, made without a gradebook."""
    config = Config()
    configure(config)
    exporter = NotebookExporter(config=config)
    for step in PREPROCESSORS:
        if step is not SaveCells:
            exporter.register_preprocessor(step, enabled=True)
    text, _ = exporter.from_notebook_node(nbformat.from_dict(instructor))
    notebook: dict[str, Any] = nbformat.reads(text, as_version=4)
    return notebook
