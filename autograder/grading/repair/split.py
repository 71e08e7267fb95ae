"""Answers that were split in two: the pieces bear the same id, or the second begins in the middle of a block."""

from dataclasses import replace

from autograder.grading.reader_child import MAX_SOURCE
from autograder.grading.repair.entries import Entry
from autograder.grading.template import Template


def join_split_cells(entries: list[Entry], template: Template, report: list[str]) -> list[Entry]:
    """Joins each piece to the cell right before it, as long as that stays within the size of a cell. Copies (which
    define the same again) are no pieces."""
    answers: list[_Answer] = []
    for entry in entries:
        if answers and _is_rest_of(answers[-1], entry, template):
            answers[-1].add(entry)
        else:
            answers.append(_Answer(entry))
    return [answer.joined(report) for answer in answers]


class _Answer:
    """A cell and the pieces that follow it. They may be many: no piece is looked at again for each later one."""

    def __init__(self, first: Entry) -> None:
        self.first, self.pieces = first, [first.source]
        self.gap = "\n" if first.type == "code" else "\n\n"
        self.size, self.texts = len(first.source), {first.source.strip()}

    def add(self, piece: Entry) -> None:
        assert self.first.handed is not None and piece.handed is not None
        self.first.defines |= piece.defines
        self.first.handed.attachments.update(piece.handed.attachments)
        self.pieces[-1] = self.pieces[-1].rstrip()
        self.pieces.append(piece.source if piece.type == "code" else piece.source.lstrip())
        self.size += len(self.gap) + len(piece.source)
        self.texts.add(piece.source.strip())

    def has_room_for(self, source: str) -> bool:
        return self.size + len(self.gap) + len(source) <= MAX_SOURCE

    def is_copied_by(self, source: str) -> bool:
        """Whether the text is that of a piece, or one of the last piece and the text contains the other."""
        text, last = source.strip(), self.pieces[-1].strip()
        return text in self.texts or text in last or last in text

    def joined(self, report: list[str]) -> Entry:
        first = self.first
        if len(self.pieces) > 1:
            assert first.handed is not None
            report.append(f"the cell {first.handed.grade_id!a} was split; its pieces were joined")
            first.source = self.gap.join(self.pieces)
            first.handed = replace(first.handed, source=first.source)
        return first


def _is_rest_of(before: _Answer, entry: Entry, template: Template) -> bool:
    first = before.first
    assert first.handed is not None and entry.handed is not None
    cell = template.by_grade_id.get(first.handed.grade_id)
    if cell is None or not cell.solution or first.type != entry.type or not entry.source.strip():
        return False
    if not before.has_room_for(entry.source):
        return False
    if entry.handed.grade_id == cell.grade_id:
        return not first.defines & entry.defines and not before.is_copied_by(entry.source)
    return not entry.handed.grade_id and entry.type == "code" and entry.source.lstrip("\n")[:1] in (" ", "\t")
