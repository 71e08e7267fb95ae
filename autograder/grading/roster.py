"""The class list: a CSV file whose rows are students, as nbgrader imports it or with a single column. Its columns may
be separated by semicolons, as Excel does where the comma is for decimals, or by tabs."""

import csv
import io
from pathlib import Path

from autograder.errors import UserError

COLUMNS = ("id", "student", "student_id", "username", "login")
DELIMITERS = ",;\t"  # the first of them that the header has


def read_roster(path: Path) -> list[str]:
    """The students in the order of the file. Raises UserError when it can't be read as a roster."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"the roster {path} can't be read ({_why(error)})", "Give a CSV file in UTF-8") from None
    table = csv.reader(io.StringIO(text), delimiter=_delimiter(text))
    rows = [[field.strip() for field in row] for row in table if any(map(str.strip, row))]
    if not rows:
        raise UserError(f"the roster {path} is empty", "One row for each student")
    header = [name.lower() for name in rows[0]]
    column = next((header.index(name) for name in COLUMNS if name in header), None)
    if column is None and len(header) > 1:
        raise UserError(f"the roster {path} has no column of students", f"Call it one of {', '.join(COLUMNS)}")
    students = [row[column or 0] for row in (rows if column is None else rows[1:]) if len(row) > (column or 0)]
    return list(dict.fromkeys(student for student in students if student))


def _delimiter(text: str) -> str:
    header = next((line for line in text.splitlines() if line.strip()), "")
    return next((mark for mark in DELIMITERS if mark in header), ",")


def _why(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or "not UTF-8")
