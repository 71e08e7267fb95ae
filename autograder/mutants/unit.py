"""All mutants of a unit: work the unit out once, then try each slip of each solution.

Beside the master may lie `<unit>_mutants.py` with DOMAIN (exercise -> a function that draws arguments from the
exercise's domain) and PROVED (exercise -> {mutant's changed line, stripped: why it can't be told from the original}).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from autograder.build.master import Cell, Master
from autograder.build.read import read_master
from autograder.build.regions import regions
from autograder.checks import Checks
from autograder.checks.loading import load, load_file
from autograder.course import Unit
from autograder.errors import UserError
from autograder.mutants.mutate import Mutant, mutants
from autograder.mutants.trial import Domain, trial


@dataclass
class Tally:
    """What became of the mutants of one exercise."""

    exercise: str
    caught: int = 0
    equivalent: list[Mutant] = field(default_factory=list)
    proved: list[tuple[Mutant, str]] = field(default_factory=list)
    survivors: list[Mutant] = field(default_factory=list)

    @property
    def tried(self) -> int:
        return self.caught + len(self.equivalent) + len(self.proved) + len(self.survivors)


@dataclass(frozen=True)
class Prepared:
    """A unit worked out in this process: its mutants, its checks, its names."""

    mutants: list[Mutant]
    check: Checks
    namespace: dict[str, Any]
    domains: dict[str, Domain]
    proved: dict[str, dict[str, str]]

    def outcome(self, mutant: Mutant) -> str:
        """ "proved", or what a trial says."""
        if self.reason(mutant):
            return "proved"
        return trial(mutant, self.check, self.namespace, self.domains.get(mutant.exercise))

    def reason(self, mutant: Mutant) -> str:
        """Why this mutant can't be told from the original, "" where nobody says so."""
        changed = next((line[1:].strip() for line in mutant.diff.splitlines() if line.startswith("+")), "")
        return self.proved.get(mutant.exercise, {}).get(changed, "")


def prepare(unit: Unit, every: int = 1, exercise: str = "") -> Prepared:
    """Works the unit's model solutions out; of the mutants (of one exercise, if named) keeps each `every`-th. Solutions
    that train (tagged `run`) have none: their checks judge weights, which are handed in, and never run them.

    Raises UserError when a model solution fails."""
    master = read_master(unit)
    check = load(unit.public, unit.hidden)
    named = {name: c for name, c in master.named("solution").items() if exercise in ("", name)}
    cells = [c for name, c in named.items() if name in check.names and "run" not in c.tags]
    found = [mutant for cell in cells for mutant in _in_solution(master, cell)]
    domains, proved = _declared(unit)
    return Prepared(found[::every], check, worked_out(master), domains, proved)


def tallies(prepared: Prepared) -> Iterator[Tally]:
    """Tries every mutant; one tally for each exercise, in the order of the unit."""
    for exercise in dict.fromkeys(m.exercise for m in prepared.mutants):
        tally = Tally(exercise)
        for mutant in (m for m in prepared.mutants if m.exercise == exercise):
            match prepared.outcome(mutant):
                case "caught":
                    tally.caught += 1
                case "equivalent":
                    tally.equivalent.append(mutant)
                case "proved":
                    tally.proved.append((mutant, prepared.reason(mutant)))
                case _:
                    tally.survivors.append(mutant)
        yield tally


def _in_solution(master: Master, cell: Cell) -> list[Mutant]:
    """The mutants of what the learner is asked to write: the lines between the markers."""
    inside = [line for r in regions(master, cell) for line in range(r.begin + 2, r.end + 1)]
    return [mutant for mutant in mutants(cell.name, cell.source) if mutant.line in inside]


def worked_out(master: Master) -> dict[str, Any]:
    """The names after every code cell of the instructor's notebook has run, check cells and training excepted."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    for cell in master.cells:
        if cell.kind == "code" and cell.role != "check" and "run" not in cell.tags:
            result = shell.run_cell(cell.source)
            if not result.success:
                raise UserError(f"{master.file}, line {cell.line}: the cell fails", "Mend the model solution first")
    return shell.user_ns


def _declared(unit: Unit) -> tuple[dict[str, Domain], dict[str, dict[str, str]]]:
    path = unit.master.with_name(f"{unit.name}_mutants.py")
    if not path.is_file():
        return {}, {}
    module = load_file(path, path.stem)
    return getattr(module, "DOMAIN", {}), getattr(module, "PROVED", {})
