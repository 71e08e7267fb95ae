"""The first step of the sanitising half: the submitted notebook is read anew, safely, and repaired."""

from typing import Any

from nbformat import NotebookNode, from_dict
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.grading.files import MAX_NOTEBOOK, Unreadable, read_regular
from autograder.grading.reading import Handed, Malformed, Reader
from autograder.grading.repair import repair
from autograder.nbgrader_plugin.followed import remove_followed_links
from autograder.nbgrader_plugin.places import Places


class Repair(NbGraderPreprocessor):
    """Replaces what nbgrader read by the instructor's notebook with the learner's cells in it. A notebook that is a
    link, or can't be read, becomes the blank one: it earns nothing."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        places = Places.of(self.config, resources)
        for path in remove_followed_links(places):
            self.log.warning("%s: a link was followed; the copy was removed", path)
        template = places.template()
        cells, report = repair(self._handed(places), template)
        for sentence in report:
            self.log.warning("%s: %s", places.student, sentence)
        made = {"cells": [cell.to_notebook() for cell in cells], "metadata": template.metadata}
        return from_dict({**made, "nbformat": 4, "nbformat_minor": 5}), resources

    def _handed(self, places: Places) -> Handed:
        root, parts = places.submitted
        try:
            raw = read_regular(root, (*parts, f"{places.notebook}.ipynb"), MAX_NOTEBOOK)
            with Reader() as reader:
                return reader.read(raw)
        except (Unreadable, Malformed, OSError) as why:
            self.log.error("%s: nothing of the submission can be graded: %s", places.student, why)
            return Handed([])
