"""Which of the learner's cells is which cell of the template: by a test's own text, by ids, and by what a cell defines.

Ids can be lost, copied and swapped, by accident or on purpose, so they are believed only as far as the text bears them
out. A cell is claimed once; further claims are settled in `_settle`.
"""

from itertools import pairwise

from autograder.grading.reading import HandedCell
from autograder.grading.repair.entries import Entry, defined, from_handed, same_text
from autograder.grading.repair.split import join_split_cells
from autograder.grading.template import Template, TemplateCell


def recognise(handed: list[HandedCell], template: Template, report: list[str]) -> list[Entry]:
    """One entry for each of the learner's cells; every cell of the template is at most one of them."""
    entries = join_split_cells([from_handed(cell) for cell in handed], template, report)
    _tests_by_text(entries, template, report)
    _by_grade_id(entries, template)
    _by_cell_id_or_text(entries, template)
    _swap_back(entries, template, report)
    _by_what_it_defines(entries, template, report)
    _essays_by_place(entries, template, report)
    return _settle(entries, template, report)


def _tests_by_text(entries: list[Entry], template: Template, report: list[str]) -> None:
    """A cell with a test's own text is that test, whatever id it bears."""
    texts: dict[str, list[TemplateCell]] = {}
    for cell in template.cells:
        if cell.tested:
            for text in {cell.released.strip(), cell.source.strip()}:
                texts.setdefault(text, []).append(cell)
    for entry in entries:
        owners = texts.get(entry.source.strip(), [])
        if len(owners) == 1:
            entry.cell = owners[0]
            claimed = template.by_grade_id.get(entry.handed.grade_id if entry.handed else "")
            if claimed is not None and claimed.tested and claimed is not owners[0]:
                report.append(_put_right(owners[0].grade_id, claimed.grade_id))


def _by_grade_id(entries: list[Entry], template: Template) -> None:
    """Answers by their id; tests and read-only cells only when their text is untouched."""
    for entry in entries:
        assert entry.handed is not None
        cell = template.by_grade_id.get(entry.handed.grade_id)
        if entry.cell is None and cell is not None and (cell.solution or _untouched(entry, cell)):
            entry.cell = cell


def _untouched(entry: Entry, cell: TemplateCell) -> bool:
    return same_text(entry.source, cell.released) or same_text(entry.source, cell.source)


def _by_cell_id_or_text(entries: list[Entry], template: Template) -> None:
    """What has no grade id in the template (prose, plots), and answers that lost theirs."""
    taken = {entry.cell for entry in entries}
    by_id = {cell.id: cell for cell in template.cells if cell.id and not cell.restored}
    texts = [cell.released.strip() for cell in template.cells]
    by_text = {cell.released.strip(): cell for cell in template.cells if texts.count(cell.released.strip()) == 1}
    for entry in entries:
        if entry.cell is not None or entry.handed is None or entry.handed.grade_id in template.by_grade_id:
            continue
        cell = by_id.get(entry.handed.id) or by_text.get(entry.source.strip())
        if cell is not None and cell not in taken:
            entry.cell = cell
            taken.add(cell)


def _swap_back(entries: list[Entry], template: Template, report: list[str]) -> None:
    """Answers that define each other's names have exchanged their ids."""
    codes = [cell for cell in template.cells if cell.solution and cell.type == "code"]
    answers = {cell.grade_id: defined(cell.released) for cell in codes}
    wrong = [e for e in entries if e.cell and answers.get(e.grade_id) and not answers[e.grade_id] & e.defines]
    wrongly_claimed = {e.grade_id for e in wrong}
    for entry in wrong:
        names = entry.defines
        owners = [g for g, theirs in answers.items() if theirs and theirs <= names and g in wrongly_claimed]
        if len(owners) == 1:
            report.append(_put_right(owners[0], entry.grade_id))
            entry.cell = template.by_grade_id[owners[0]]


def _put_right(owner: str, borne: str) -> str:
    return f"the cell {owner!a} bore the id {borne!a}; the ids were put right"


def _by_what_it_defines(entries: list[Entry], template: Template, report: list[str]) -> None:
    """An answer that nobody claims is the last free code cell that defines all of its names."""
    claimed = {entry.cell for entry in entries}
    for cell in template.cells:
        names = defined(cell.released)
        if not cell.solution or cell.type != "code" or cell in claimed or not names:
            continue
        found = [e for e in entries if e.cell is None and names <= e.defines]
        if found:
            found[-1].cell = cell
            report.append(f"the cell {cell.grade_id!a} had lost its id; it was known by what it defines")


def _essays_by_place(entries: list[Entry], template: Template, report: list[str]) -> None:
    """A written answer that nobody claims is the learner's own text right behind the cell that comes before it."""
    claimed = {entry.cell for entry in entries}
    for cell in template.cells:
        if not (cell.manual and cell.solution and cell.type == "markdown") or cell in claimed or cell.index == 0:
            continue
        before = template.cells[cell.index - 1]
        for previous, entry in pairwise(entries):
            if previous.cell is before and entry.cell is None and entry.type != "code" and entry.source.strip():
                entry.cell = cell
                report.append(f"the cell {cell.grade_id!a} had lost its id; it was known by its place")
                break


def _settle(entries: list[Entry], template: Template, report: list[str]) -> list[Entry]:
    """Of several copies one is kept as the template's cell: of a test the last, of an answer the last that was worked
    on. Copies of a test are dropped; copies of an answer stay, as cells of the learner's own."""
    kept = list(entries)
    for cell in template.cells:
        copies = [entry for entry in kept if entry.cell is cell]
        if len(copies) < 2:
            continue
        report.append(f"the cell {cell.grade_id or cell.id!a} was there {len(copies)} times; one was kept")
        worked_on = [e for e in copies if not same_text(e.source, cell.released)] if cell.solution else []
        best = (worked_on or copies)[-1]
        for copy in copies:
            if copy is not best:
                copy.cell = None
        if cell.restored:
            kept = [entry for entry in kept if entry is best or entry not in copies]
    return kept
