"""The role of a cell in nbgrader's words, version 3 of its schema."""

from typing import Any

from autograder.build.master import Cell, Role

# role: (grade, solution, locked). An automatic answer carries no points, its check does; an essay is graded by hand.
FLAGS: dict[Role, tuple[bool, bool, bool]] = {
    "solution": (False, True, False),
    "check": (True, False, True),
    "essay": (True, True, False),
    "rubric": (False, False, True),
}


def nbgrader_metadata(cell: Cell) -> dict[str, Any]:
    """The cell's `nbgrader` metadata; a text cell has none."""
    if cell.role == "text":
        return {}
    grade, solution, locked = FLAGS[cell.role]
    metadata = {
        "cell_type": cell.kind,
        "grade": grade,
        "grade_id": cell.grade_id,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    return {**metadata, "points": cell.points} if grade else metadata
