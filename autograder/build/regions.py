"""The regions between `### BEGIN ...` and `### END ...`, found with more care than nbgrader takes.

nbgrader looks for "BEGIN SOLUTION" anywhere in a line, drops a lonely END in silence and releases what stands after a
misspelt marker. Here a line that looks like a marker is one, exactly, or an error that names it.
"""

import re
from dataclasses import dataclass

from autograder.build.master import Cell, Master

MARKER = re.compile(r"(?P<indent>[ ]*)### (?P<edge>BEGIN|END) (?P<what>SOLUTION|RUBRIC)")
LOOKS_LIKE_ONE = re.compile(
    r"\b(BEGIN|END)[ _-]*(SOLUTION|RUBRIC|HIDDEN|TEST|MARK)"
    r"|(?i:^\s*#+\s*(begin|end)[ _-]*(solution|rubric|hidden|test|mark))"
)
REMEDY = "A marker is `### BEGIN SOLUTION`, `### END SOLUTION`, `### BEGIN RUBRIC` or `### END RUBRIC`, alone on a line"


@dataclass(frozen=True)
class Region:
    """Lines of a cell between two markers; `begin` and `end` index the marker lines in `cell.lines`."""

    what: str
    begin: int
    end: int
    body: tuple[str, ...]


def regions(master: Master, cell: Cell) -> list[Region]:
    """The cell's regions in order; MasterError for a malformed, nested, unmatched, empty or skewed one."""
    found: list[Region] = []
    opened: tuple[int, re.Match[str]] | None = None
    for index, line in enumerate(cell.lines):
        marker = _marker(master, cell, index, line)
        if marker is None:
            continue
        if marker["edge"] == "BEGIN":
            if opened:
                raise master.error(cell.first + index, "a region inside a region", f"End {opened[1]['what']} first")
            opened = index, marker
        else:
            found.append(_close(master, cell, opened, index, marker))
            opened = None
    if opened:
        what = opened[1]["what"]
        raise master.error(cell.first + opened[0], f"BEGIN {what} has no END {what}", "Close it in the same cell")
    return found


def _marker(master: Master, cell: Cell, index: int, line: str) -> re.Match[str] | None:
    marker = MARKER.fullmatch(line.rstrip())
    if marker is None and LOOKS_LIKE_ONE.search(line):
        raise master.error(cell.first + index, f"{line.strip()!r} is not a marker", REMEDY)
    return marker


def _close(
    master: Master, cell: Cell, opened: tuple[int, re.Match[str]] | None, end: int, marker: re.Match[str]
) -> Region:
    at, what = cell.first + end, marker["what"]
    if opened is None or opened[1]["what"] != what:
        raise master.error(at, f"END {what} has no BEGIN {what}", "Open it above, in the same cell")
    begin, opening = opened
    body = tuple(cell.lines[begin + 1 : end])
    if not any(line.strip() for line in body):
        raise master.error(cell.first + begin, f"nothing between BEGIN {what} and END {what}", "Write it there")
    indent = opening["indent"]
    inside = next(line for line in body if line.strip())
    skewed = cell.kind == "code" and len(inside) - len(inside.lstrip(" ")) != len(indent)
    if marker["indent"] != indent or skewed:
        raise master.error(cell.first + begin, "markers and text are not indented alike", "Line them up")
    return Region(what, begin, end, body)
