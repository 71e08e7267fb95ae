"""What each check is worth, in a table beside the public checks: a notebook's `check("elbo")` finds it there.

Points stand once, in the master; this table is generated from the masters like the notebooks are.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from autograder.build.master import Master
from autograder.course import Unit
from autograder.errors import UserError

TABLE = "points.json"


def tables(units: Iterable[Unit], masters: dict[str, Master]) -> dict[Path, str]:
    """The text of every table that a unit of `masters` has a row in. `units` are all units of the course: rows of
    those that are not built keep what the file says, rows of what is no unit go."""
    rows: dict[Path, dict[str, dict[str, float]]] = {}
    for unit in units:
        path = table_path(unit)
        row = _row(masters[unit.name]) if unit.name in masters else _found(path).get(unit.name)
        if row is not None:
            rows.setdefault(path, {})[unit.name] = row
    built = {table_path(unit) for unit in units if unit.name in masters}
    return {path: json.dumps(rows[path], indent=2) + "\n" for path in rows if path in built}


def table_path(unit: Unit) -> Path:
    """The table lies in the package of the unit's public check module, in the course's folder."""
    package = unit.public.rpartition(".")[0]
    folder = unit.root.joinpath(*package.split("."))
    if not package or not folder.is_dir():
        raise UserError(
            f"course.toml: [units.{unit.name}] public = {unit.public!r} is not in a package of this course",
            f"Its points go into {TABLE} beside it: move the module into a package beside course.toml",
        )
    return folder / TABLE


def _row(master: Master) -> dict[str, float]:
    return {name: cell.points for name, cell in master.named("check").items() if cell.points is not None}


def _found(path: Path) -> dict[str, dict[str, float]]:
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return table if isinstance(table, dict) else {}
