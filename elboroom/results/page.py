"""Puts the tables between their markers into docs/results.md, and says whether the page agrees with the JSON."""

import re
from pathlib import Path

from autograder.errors import UserError
from elboroom.results.tables import TABLES, Done

MARKERS = re.compile(r"(<!-- table (\w+), from docs/results/\*\.json -->\n).*?(<!-- end -->)", re.DOTALL)


def written(page: str, done: Done) -> str:
    """The page with every table made afresh. UserError for a table that isn't known, or that is missing."""
    names = [match[2] for match in MARKERS.finditer(page)]
    if sorted(names) != sorted(TABLES):
        raise UserError(f"the page has the tables {', '.join(names)}", f"Wanted, once each: {', '.join(TABLES)}")
    return MARKERS.sub(lambda m: "\n".join([m[1], *TABLES[m[2]](done), "", m[3]]), page)


def write(path: Path, done: Done) -> None:
    path.write_text(written(path.read_text(encoding="utf-8"), done), encoding="utf-8")


def agrees(path: Path, done: Done) -> bool:
    """Whether writing the page would change nothing."""
    page = path.read_text(encoding="utf-8")
    return written(page, done) == page
