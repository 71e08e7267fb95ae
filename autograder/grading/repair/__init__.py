"""Repair instead of refuse: whatever was handed in becomes the instructor's notebook with the learner's cells in it.

Recognise (which cell is which), restore (what the instructor owns), place (graded cells after what they grade), build
(fresh metadata and ids). Nothing is passed through that grading or nbgrader would believe. Every repair is reported.
"""

from autograder.grading.reading import Handed
from autograder.grading.repair.build import ReadyCell, build
from autograder.grading.repair.entries import Entry
from autograder.grading.repair.place import place_tests
from autograder.grading.repair.recognise import recognise
from autograder.grading.repair.restore import restore
from autograder.grading.template import Template

__all__ = ["Entry", "ReadyCell", "repair"]


def repair(handed: Handed, template: Template) -> tuple[list[ReadyCell], list[str]]:
    """The cells to judge, in order, and one sentence for each thing that was mended."""
    report = list(handed.repairs)
    entries = recognise(handed.cells, template, report)
    entries = restore(entries, template, report)
    entries = place_tests(entries, template, report)
    _kernel(handed.kernel, template.kernel, report)
    return build(entries, template, report), report


def _kernel(named: str, ours: str, report: list[str]) -> None:
    if not named:
        report.append("the notebook named no kernel; the course's was used")
    elif ours and named != ours:
        report.append(f"the notebook named the kernel {named!a}; the course's was used")
