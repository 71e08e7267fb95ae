"""Make the instructors' and the students' notebooks from the masters."""

from typing import TYPE_CHECKING, Annotated

import typer

from autograder.commands import CourseOption
from autograder.course import Course
from autograder.errors import UserError

if TYPE_CHECKING:
    from autograder.build.pipeline import Built


def command(
    units: Annotated[list[str] | None, typer.Argument(metavar="UNIT", show_default="every unit")] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 when a file is out of date.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace notebooks that were edited by hand.")] = False,
    course: CourseOption = None,
) -> None:
    """Make solutions/UNIT/UNIT.ipynb and course/UNIT/UNIT.ipynb from the master solutions/UNIT.py."""
    if check and force:
        raise UserError("--check writes nothing, so there is nothing to force", "Give one of the two")
    found = Course.find(course)
    chosen = [found.unit(name) for name in units or found.units]
    from autograder.build.pipeline import build

    built = build(found, chosen)
    if check:
        _check(found, built)
    else:
        _write(built, force)


def _check(course: Course, built: "Built") -> None:
    from autograder.build.compare import faults

    if found := list(faults(course, built)):
        print("\n\n".join(found))
        raise typer.Exit(1)


def _write(built: "Built", force: bool) -> None:
    from autograder.build.write import write

    written = write(built, force)
    for path in written:
        print(f"wrote {path.relative_to(built.root).as_posix()}")
    if not written:
        print("everything is up to date")
