"""The short metadata of a cell: solution="elbo", check="elbo" points=3, essay="why" points=2, tags=["run"]."""

import re
from typing import Any

from nbformat import NotebookNode

from autograder.build.master import Cell, Master, Role

GRADED: tuple[Role, ...] = ("check", "essay")
ROLES: tuple[Role, ...] = ("solution", *GRADED)
KINDS = {"solution": ("code",), "check": ("code",), "essay": ("markdown", "code")}
# What jupytext notes about the layout of the text; nothing of it belongs in a notebook.
LAYOUT = ("lines_to_next_cell", "lines_to_end_of_cell_marker", "cell_marker")
METADATA = 'Known: solution="name", check="name", essay="name", points=1, tags=["run"]'
NAME = re.compile(r"[a-z_][a-z0-9_]*", re.IGNORECASE)


def cell_with_role(master: Master, node: NotebookNode, line: int, first: int) -> Cell:
    """jupytext's cell as ours; MasterError when its metadata says something that isn't in the language above."""
    metadata = {key: value for key, value in node.metadata.items() if key not in LAYOUT}
    for key in metadata:
        if key not in (*ROLES, "points", "tags"):
            raise _unknown(master, line, key, metadata[key])
    roles = [role for role in ROLES if role in metadata]
    if len(roles) > 1:
        raise master.error(line, f"a cell can't be {' and '.join(roles)} at once", "Make it two cells")
    tags = tuple(metadata.get("tags", ()))
    if not roles:
        if "points" in metadata:
            raise master.error(line, "points on a cell that isn't graded", "Points go with check= or essay=")
        return Cell(node.cell_type, node.source, line, first, tags=tags)
    role = roles[0]
    if node.cell_type not in KINDS[role]:
        raise master.error(line, f"a {node.cell_type} cell can't carry {role}=", "Use a code cell, or essay=")
    name, points = _name(master, line, role, metadata[role]), _points(master, line, role, metadata)
    return Cell(node.cell_type, node.source, line, first, role, name, points, tags)


def _unknown(master: Master, line: int, key: str, value: Any) -> Exception:
    what = f"can't read {value!r}" if key == "incorrectly_encoded_metadata" else f"unknown cell metadata {key!r}"
    return master.error(line, what, METADATA)


def _name(master: Master, line: int, role: Role, name: Any) -> str:
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise master.error(line, f"{role}={name!r} is not a name", "Use letters, digits and _")
    return name


def _points(master: Master, line: int, role: Role, metadata: dict[str, Any]) -> float | None:
    points = metadata.get("points")
    if role not in GRADED:
        if points is not None:
            raise master.error(line, "points on a solution cell", "Points go with its check= cell")
        return None
    if isinstance(points, bool) or not isinstance(points, int | float) or not 0 < points < float("inf"):
        raise master.error(line, f"{role} {metadata[role]!r} needs a positive number of points", "Write points=1")
    return points
