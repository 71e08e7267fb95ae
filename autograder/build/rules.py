"""What an author can get wrong between cells: each rule is a function that raises MasterError at the line to mend."""

from autograder.build.master import Cell, Master, Role
from autograder.build.regions import regions

CHECKED_BY_NAME = "A function under @check in the unit's check module and a cell check= go together"


def regions_fit_their_cells(master: Master) -> None:
    """A solution stands in a solution cell or an essay, a rubric in an essay, and each of those has its own."""
    allowed: dict[Role, list[str]] = {"solution": ["SOLUTION"], "essay": ["SOLUTION", "RUBRIC"]}
    for cell in master.cells:
        found, wanted = regions(master, cell), allowed.get(cell.role, [])
        for region in found:
            if region.what not in wanted:
                where = f"{region.what.lower()} text in a cell that isn't for it"
                raise master.error(cell.first + region.begin, where, 'Mark the cell solution="..." or essay="..."')
        for what in wanted:
            if what not in [region.what for region in found]:
                raise master.error(cell.line, f"{cell.role} {cell.name!r} has no {what}", f"Add ### BEGIN {what}")
        if [region.what for region in found].count("RUBRIC") > 1:
            raise master.error(cell.line, f"essay {cell.name!r} has two rubrics", "Join them")


def names_are_unique(master: Master) -> None:
    """Two cells never share a name in nbgrader; a solution and an essay share one space of names."""
    seen: dict[str, Cell] = {}
    for cell in master.cells:
        if not cell.grade_id:
            continue
        if cell.grade_id in seen:
            first = seen[cell.grade_id].line
            raise master.error(cell.line, f"the name {cell.name!r} is taken by line {first}", "Choose another")
        seen[cell.grade_id] = cell


def check_cells_only_call_their_check(master: Master) -> None:
    """The cell that carries the points is the same for everyone: its whole source is check("name")."""
    for name, cell in master.named("check").items():
        if cell.source != f'check("{name}")':
            raise master.error(cell.line, "a check cell holds one call", f'Its whole source is check("{name}")')


def solutions_and_checks_pair_up(master: Master) -> None:
    """Every solution is checked, below it; every check has a solution to look at."""
    solutions, checks = master.named("solution"), master.named("check")
    for name, cell in solutions.items():
        if name not in checks:
            raise master.error(cell.line, f"solution {name!r} has no check", f'Add a cell check="{name}" points=1')
    for name, cell in checks.items():
        if name not in solutions:
            raise master.error(cell.line, f"check {name!r} has no solution", f'Add a cell solution="{name}" above it')
        if cell.line < solutions[name].line:
            raise master.error(cell.line, f"check {name!r} stands above its solution", "Move it below")


def checks_are_registered(master: Master, registered: frozenset[str], module: str) -> None:
    """The master's checks are exactly those of the unit's public check module."""
    checks = master.named("check")
    for name, cell in checks.items():
        if name not in registered:
            raise master.error(cell.line, f"check {name!r} is not in {module}", CHECKED_BY_NAME)
    for name in sorted(registered - checks.keys()):
        end = master.cells[-1].line if master.cells else 1
        raise master.error(end, f'no cell has check="{name}", which {module} registers', CHECKED_BY_NAME)
