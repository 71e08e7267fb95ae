"""The last step of a release, for nbgrader: record the digest of what was written (see content.py)."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.build.content import stamped


class Stamp(NbGraderPreprocessor):
    """Renews the digest that the instructor's notebook brought along."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        stamped(nb)
        return nb, resources
