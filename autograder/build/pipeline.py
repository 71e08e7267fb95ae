"""From masters to the files that belong to them: the rules, then the transformations, in an order justified here."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from autograder.build import points, rules
from autograder.build.content import stamped
from autograder.build.leaks import leaks
from autograder.build.master import Master
from autograder.build.notebook import dumps, to_notebook
from autograder.build.read import read_master
from autograder.build.registered import registered_names
from autograder.build.release import release
from autograder.build.rubrics import with_rubric_cells
from autograder.course import Course, Unit


@dataclass(frozen=True)
class Built:
    """What was built, in memory: the masters by unit, and the text of every file that belongs to them."""

    root: Path
    masters: dict[str, Master]
    texts: dict[Path, str]


def build(course: Course, units: Iterable[Unit]) -> Built:
    """Builds some units of a course; UserError (mostly MasterError, with the line) when a master is not right."""
    masters, texts = {}, {}
    for unit in units:
        masters[unit.name] = read_master(unit)
        texts.update(notebooks(unit, masters[unit.name]))
    return Built(course.root, masters, {**texts, **points.tables(course.units.values(), masters)})


def notebooks(unit: Unit, master: Master) -> dict[Path, str]:
    """The instructor's and the students' notebook of a unit."""
    check(master, unit)
    complete = with_rubric_cells(master)  # makes cells, so before they get ids
    instructor = stamped(to_notebook(complete))
    student = release(instructor)
    for line, name, index in leaks(master, student):
        said = f"students read this line of {name!r} in the cell of line {complete.cells[index].line}"
        raise master.error(line, said, "Say it differently there")
    return {unit.instructor_notebook: dumps(instructor), unit.student_notebook: dumps(student)}


def check(master: Master, unit: Unit) -> None:
    """Every rule, in order: first what one cell says, then how cells fit together, then the check module, because an
    error in a cell shows up again, less clearly, in each of the later ones."""
    for rule in (
        rules.regions_fit_their_cells,
        rules.names_are_unique,
        rules.check_cells_only_call_their_check,
        rules.solutions_and_checks_pair_up,
        partial(rules.checks_are_registered, registered=registered_names(unit), module=unit.public),
    ):
        rule(master)
