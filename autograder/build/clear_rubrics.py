"""A step of a release, for nbgrader: the students' notebook says that a person reads the answer, and not for what."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.build.rubrics import HEADING


class ClearRubrics(NbGraderPreprocessor):
    """Cuts every rubric cell before its heading."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        if cell.metadata.get("nbgrader", {}).get("grade_id", "").startswith("rubric-"):
            cell.source = cell.source.split(HEADING)[0].rstrip()
        return cell, resources
