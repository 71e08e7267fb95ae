"""Text to cells, through jupytext's own reader for py:percent, which we drive cell by cell to know the lines."""

from collections.abc import Iterator

from jupytext.cell_reader import DoublePercentScriptCellReader
from jupytext.header import header_to_metadata_and_cell
from nbformat import NotebookNode

from autograder.build.master import Cell, Master
from autograder.build.roles import METADATA, cell_with_role
from autograder.course import Unit
from autograder.errors import UserError

PERCENT = {"extension": ".py", "format_name": "percent"}


def read_master(unit: Unit) -> Master:
    """The unit's master; UserError when it isn't there or isn't text, MasterError for unreadable metadata."""
    file = unit.master.relative_to(unit.root).as_posix()
    try:
        text = unit.master.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UserError(
            f"{file} is missing", f"Write it (docs/masters.md), or remove [units.{unit.name}] from course.toml"
        ) from None
    except UnicodeDecodeError as error:
        raise UserError(f"{file} is not UTF-8 text: {error}", "Save it as UTF-8") from None
    blank = Master(unit.name, file, ())
    return Master(unit.name, file, tuple(_cells(text, blank)))


def _cells(text: str, master: Master) -> Iterator[Cell]:
    lines = text.splitlines()
    _, _, _, position = header_to_metadata_and_cell(lines, "#", "", ".py")
    while position < len(lines) and not lines[position].strip():
        position += 1
    while position < len(lines):
        reader = DoublePercentScriptCellReader(PERCENT, "python")
        if not (reader.start_code_re.match(lines[position]) or reader.alternative_start_code_re.match(lines[position])):
            raise master.error(position + 1, "text before the first cell", "Begin every cell with a line `# %%`")
        try:
            node, length = reader.read(lines[position:])
        except Exception as error:  # whatever jupytext stumbles over, it doesn't know the line
            why = str(error).split("\n")[0]
            raise master.error(position + 1, f"jupytext can't read this cell: {why}", METADATA) from None
        yield cell_with_role(master, node, position + 1, position + 2 + _offset(node, reader.org_content))
        position += length


def _offset(node: NotebookNode, raw: list[str]) -> int:
    """How many raw lines precede the source's first: one when markdown stands in triple quotes, else none."""
    first = node.source.split("\n")[0]
    return next((index for index, line in enumerate(raw) if first in line), 0)
