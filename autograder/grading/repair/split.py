"""Answers that were split in two: the pieces bear the same id, or the second begins in the middle of a block."""

from dataclasses import replace

from autograder.grading.repair.entries import Entry
from autograder.grading.template import Template


def join_split_cells(entries: list[Entry], template: Template, report: list[str]) -> list[Entry]:
    """Joins each piece to the cell right before it. Copies (which define the same again) are no pieces."""
    joined: list[Entry] = []
    for entry in entries:
        before = joined[-1] if joined else None
        if before is not None and _is_rest_of(before, entry, template):
            assert before.handed is not None
            report.append(f"the cell {before.handed.grade_id!a} was split; its pieces were joined")
            before.defines |= entry.defines  # not looked for again: pieces may be many
            before.source = f"{before.source.rstrip()}\n{entry.source}" if _code(before) else _essay(before, entry)
            pasted = {**before.handed.attachments, **(entry.handed.attachments if entry.handed else {})}
            before.handed = replace(before.handed, source=before.source, attachments=pasted)
        else:
            joined.append(entry)
    return joined


def _is_rest_of(before: Entry, entry: Entry, template: Template) -> bool:
    assert before.handed is not None and entry.handed is not None
    cell = template.by_grade_id.get(before.handed.grade_id)
    if cell is None or not cell.solution or before.type != entry.type or not entry.source.strip():
        return False
    if entry.handed.grade_id == cell.grade_id:
        names = before.defines & entry.defines
        contained = entry.source.strip() in before.source or before.source.strip() in entry.source
        return not names and not contained and bool(before.source.strip())
    return not entry.handed.grade_id and _code(entry) and entry.source.lstrip("\n")[:1] in (" ", "\t")


def _code(entry: Entry) -> bool:
    return entry.type == "code"


def _essay(before: Entry, entry: Entry) -> str:
    return f"{before.source.rstrip()}\n\n{entry.source.lstrip()}"
