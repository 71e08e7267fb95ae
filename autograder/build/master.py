"""A master in memory: cells that remember their lines, and the role that each one plays in an exercise."""

from dataclasses import dataclass
from typing import Literal

from autograder.build.errors import MasterError

Kind = Literal["code", "markdown", "raw"]
Role = Literal["text", "solution", "check", "essay", "rubric"]


@dataclass(frozen=True)
class Cell:
    """One cell. `line` is the line of its `# %%` in the master, `first` that of its source; both count from 1."""

    kind: Kind
    source: str
    line: int
    first: int
    role: Role = "text"
    name: str = ""  # the exercise's; empty for text
    points: float | None = None
    tags: tuple[str, ...] = ()

    @property
    def lines(self) -> list[str]:
        return self.source.split("\n")

    @property
    def grade_id(self) -> str:
        """The cell's name in nbgrader; empty for text. `check-` and `rubric-` keep an exercise's cells distinct."""
        return self.name if self.role in ("text", "solution", "essay") else f"{self.role}-{self.name}"


@dataclass(frozen=True)
class Master:
    """A unit's cells in order, and what to call its file in a message."""

    unit: str
    file: str
    cells: tuple[Cell, ...]

    def error(self, line: int, message: str, remedy: str) -> MasterError:
        return MasterError(self.file, line, message, remedy)

    def named(self, role: Role) -> dict[str, Cell]:
        """The cells that play `role`, by the name of their exercise."""
        return {cell.name: cell for cell in self.cells if cell.role == role}
