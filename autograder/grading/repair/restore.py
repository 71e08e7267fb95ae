"""What the instructor owns comes back: the text, the type and the worth of a cell, and cells that were deleted."""

from autograder.grading.repair.entries import Entry, from_template, same_text
from autograder.grading.template import Template, TemplateCell

EXECUTION_TAGS = {"raises-exception", "skip-execution", "run"}


def restore(entries: list[Entry], template: Template, report: list[str]) -> list[Entry]:
    """The entries with every cell of the template among them, each as the instructor defines it. A test that was edited
    stays in front of the restored one, as a cell of the learner's own: it may hold an answer."""
    _report_claims(entries, template, report)
    for entry in entries:
        if entry.cell is not None and entry.cell.grade_id:
            _as_defined(entry, entry.cell, report)
    return _complete(entries, template, report)


def _as_defined(entry: Entry, cell: TemplateCell, report: list[str]) -> None:
    if entry.type != cell.type:
        report.append(f"the cell {cell.grade_id!a} had become a {entry.type} cell; it is {_a(cell.type)} cell again")
        entry.type = cell.type
    if cell.restored:
        entry.source = cell.source


def _report_claims(entries: list[Entry], template: Template, report: list[str]) -> None:
    """Says what the learner's metadata claims and the template doesn't."""
    stripped = set()
    for entry in entries:
        handed = entry.handed
        if handed is None:
            continue
        stripped |= {t for t in handed.tags if t in EXECUTION_TAGS and not (entry.cell is None and t == "run")} - (
            {"run"} if entry.cell and entry.cell.run else set()
        )
        cell = template.by_grade_id.get(handed.grade_id)
        if cell is None or entry.cell is not cell:
            continue
        if cell.points != (handed.points or 0.0) and (cell.grade or handed.points):
            claimed = "no points" if handed.points is None else f"{handed.points:g} points"
            report.append(f"the cell {cell.grade_id!a} claimed {claimed}; it is worth {cell.points:g}")
        if _unlocked(handed.flags, handed.unlocked, cell):
            report.append(f"the cell {cell.grade_id!a} had been unlocked; it is locked again")
    if stripped:
        report.append(f"execution tags were removed: {', '.join(sorted(stripped))}")


def _unlocked(flags: dict[str, bool], editable: bool, cell: TemplateCell) -> bool:
    ours = {"grade": cell.grade, "solution": cell.solution, "locked": cell.locked, "task": cell.task}
    return any(flags[flag] != ours[flag] for flag in flags) or (cell.restored and editable)


def _complete(entries: list[Entry], template: Template, report: list[str]) -> list[Entry]:
    """Puts back what is missing: where it was edited, or behind the nearest cell before it that is still there."""
    entries = list(entries)
    for cell in template.cells:
        if not cell.grade_id or any(entry.cell is cell for entry in entries):
            continue
        edited = [e for e in entries if e.handed and e.cell is None and e.handed.grade_id == cell.grade_id]
        if edited and not same_text(edited[-1].source, ""):
            report.append(f"the cell {cell.grade_id!a} had been edited; its text is the instructor's again")
            at = entries.index(edited[-1]) + 1
        else:
            report.append(f"the cell {cell.grade_id!a} was missing; it was put back")
            at = _behind(cell, entries)
        entries.insert(at, from_template(cell))
    return entries


def _behind(cell: TemplateCell, entries: list[Entry]) -> int:
    places = {entry.cell.index: at for at, entry in enumerate(entries) if entry.cell is not None}
    before = [index for index in places if index < cell.index]
    return places[max(before)] + 1 if before else 0


def _a(kind: str) -> str:
    return f"a {kind}"
