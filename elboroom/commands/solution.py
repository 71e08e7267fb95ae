"""The model solution of an exercise, from the unit's master, for those who learn on their own."""

import difflib

from autograder.course import Course, Unit
from autograder.errors import UserError

MARKERS = ("### BEGIN SOLUTION", "### END SOLUTION", "### BEGIN RUBRIC", "### END RUBRIC")


def model_solution(course: Course, exercise: str) -> str:
    """The solution of `elbo` or, where several units have one, of `03_exponential/elbo`."""
    unit, _, name = exercise.rpartition("/")
    found = {each: cells[name] for each, cells in _solutions(course, unit).items() if name in cells}
    if len(found) > 1:
        names = " or ".join(f"{each}/{name}" for each in found)
        raise UserError(f"Several units have an exercise `{name}`", f"Say which one: {names}")
    if not found:
        raise _unknown(course, exercise)
    return next(iter(found.values()))


def _solutions(course: Course, beginning: str) -> dict[str, dict[str, str]]:
    """Per unit whose name begins so, the solution of each exercise."""
    units = [unit for name, unit in course.units.items() if name.startswith(beginning) and unit.master.is_file()]
    if not units and not any(unit.master.is_file() for unit in course.units.values()):
        raise UserError(
            "This copy of the course has no model solutions: its folder solutions/ is missing",
            "Use a complete copy of the project, or ask whoever gave you the course",
        )
    return {unit.name: _of_master(unit) for unit in units}


def _of_master(unit: Unit) -> dict[str, str]:
    import jupytext

    cells = jupytext.read(unit.master, fmt="py:percent").cells
    named = {cell.metadata.get("solution") or cell.metadata.get("essay"): cell.source for cell in cells}
    return {name: _without_markers(source) for name, source in named.items() if name}


def _without_markers(source: str) -> str:
    return "\n".join(line for line in source.splitlines() if line.strip() not in MARKERS)


def _unknown(course: Course, exercise: str) -> UserError:
    names = [(unit, name) for unit, cells in _solutions(course, "").items() for name in cells]
    known = [f"{unit}/{name}" if "/" in exercise else name for unit, name in names]
    close = difflib.get_close_matches(exercise, dict.fromkeys(known))
    hint = f"Did you mean {' or '.join(close)}?" if close else 'An exercise is named as in its check: check("elbo")'
    return UserError(f"There is no exercise `{exercise}` in this course", hint)
