"""Every test stands behind the answers it tests and before the next exercise; where the learner left it, if it fits."""

from autograder.grading.repair.entries import Entry
from autograder.grading.template import Template, TemplateCell


def place_tests(entries: list[Entry], template: Template, report: list[str]) -> list[Entry]:
    """The entries in an order in which every test can be judged. Answers stay where the learner put them."""
    entries = list(entries)
    for cell in template.cells:
        if not cell.tested:
            continue
        at = next(i for i, entry in enumerate(entries) if entry.cell is cell)
        entry = entries.pop(at)
        low, high = _room(cell, entries, template)
        if not low < at <= high:
            if not entry.put_back:
                report.append(f"the cell {cell.grade_id!a} had been moved; it is back in its place")
            at = high
        elif entry.put_back:
            at = high  # behind the cells that the learner added to the exercise
        entries.insert(at, entry)
    return entries


def _room(cell: TemplateCell, entries: list[Entry], template: Template) -> tuple[int, int]:
    """The test may be inserted at low + 1 … high: behind its answers, before the next cell of the template."""
    anchors = _anchors(cell, template)
    low = max((i for i, entry in enumerate(entries) if entry.cell in anchors), default=-1)
    later = (i for i, e in enumerate(entries) if i > low and e.cell is not None and e.cell.index > cell.index)
    return low, next(later, len(entries))


def _anchors(cell: TemplateCell, template: Template) -> set[TemplateCell]:
    """What the test must not come before: the answers of its exercise; if it has none, the test before it."""
    anchors: set[TemplateCell] = set()
    for before in reversed(template.cells[: cell.index]):
        if before.tested:
            return anchors or {before}
        if before.solution:
            anchors.add(before)
    return anchors
