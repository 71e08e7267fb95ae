"""The template of an assignment: its cells as the instructor defines them and as the learner was given them.

The instructor's notebook says what is graded, by what and for how many points; the student's notebook says what text an
answer began with. A learner's notebook is later held against both, and nothing it says about grading counts.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.errors import UserError

RUN = "run"  # the tag of cells that train: never executed in grading
_CHECK = re.compile(r"""\s*check\(\s*(["'])(\w+)\1\s*\)\s*;?\s*""")


@dataclass(frozen=True)
class TemplateCell:
    """One cell of the template. `source` is what grading puts in, `released` what the learner was given."""

    index: int
    type: str
    source: str
    released: str
    id: str = ""
    grade_id: str = ""
    grade: bool = False
    solution: bool = False
    locked: bool = False
    task: bool = False
    points: float = 0.0
    run: bool = False
    metadata: dict[str, Any] = field(default_factory=dict, hash=False, compare=False)

    def __hash__(self) -> int:
        return self.index

    @property
    def tested(self) -> bool:
        """Graded automatically: by a check, or by being executed (a plain nbgrader test cell)."""
        return self.grade and not self.solution

    @property
    def manual(self) -> bool:
        """Graded by a person."""
        return self.task or (self.grade and self.solution)

    @property
    def restored(self) -> bool:
        """Its text is the instructor's, whatever the learner made of it."""
        return bool(self.grade_id) and not self.solution

    @property
    def check(self) -> str | None:
        """The name of the check that decides this cell's points; None for any other cell."""
        match = _CHECK.fullmatch(self.source) if self.tested and self.type == "code" else None
        return match[2] if match else None


@dataclass(frozen=True)
class Template:
    """The cells of an assignment in their order, and the metadata of its notebook."""

    cells: tuple[TemplateCell, ...]
    metadata: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def by_grade_id(self) -> dict[str, TemplateCell]:
        return {cell.grade_id: cell for cell in self.cells if cell.grade_id}

    @property
    def max_score(self) -> float:
        """All points, a person's included."""
        return sum(cell.points for cell in self.cells)

    @property
    def kernel(self) -> str:
        return str(self.metadata.get("kernelspec", {}).get("name", ""))

    @property
    def checks(self) -> list[str]:
        """The names of the checks, in order."""
        return [cell.check for cell in self.cells if cell.check]

    @property
    def has_plain_tests(self) -> bool:
        """Whether any points are decided by executing a cell in the learner's kernel."""
        return any(cell.tested and cell.type == "code" and not cell.check for cell in self.cells)


def read_template(instructor: Path, student: Path) -> Template:
    """The template from the two notebooks on disk. Raises UserError when one can't be read."""
    return make_template(_notebook(instructor), _notebook(student))


def make_template(instructor: dict[str, Any], student: dict[str, Any]) -> Template:
    """The template from the two notebooks, nbformat 4 as plain data. The student's notebook gives the order."""
    theirs = {_grader(cell).get("grade_id"): cell for cell in instructor["cells"]}
    cells = []
    for index, released in enumerate(student["cells"]):
        grader = _grader(released)
        original = theirs.get(grader.get("grade_id"), released) if grader else released
        if grader.get("solution"):
            original = {**original, "source": released["source"]}
        cells.append(_cell(index, original, released))
    return Template(tuple(cells), dict(student.get("metadata", {})))


def _cell(index: int, original: dict[str, Any], released: dict[str, Any]) -> TemplateCell:
    grader, metadata = _grader(original), dict(released.get("metadata", {}))
    flags = {flag: bool(grader.get(flag)) for flag in ("grade", "solution", "locked", "task")}
    graded = any(flags.values())
    return TemplateCell(
        index=index,
        type=original["cell_type"],
        source=_source(original),
        released=_source(released),
        id=released.get("id", ""),
        grade_id=grader.get("grade_id", "") if graded else "",
        points=float(grader.get("points") or 0.0) if flags["grade"] or flags["task"] else 0.0,
        run=RUN in metadata.get("tags", []),
        metadata=metadata,
        **flags,
    )


def _grader(cell: dict[str, Any]) -> dict[str, Any]:
    return dict(cell.get("metadata", {}).get("nbgrader", {}))


def _source(cell: dict[str, Any]) -> str:
    source: str | Iterable[str] = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _notebook(path: Path) -> dict[str, Any]:
    try:
        notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if notebook["nbformat"] == 4:
            return notebook
        raise ValueError(f"format {notebook['nbformat']}")
    except FileNotFoundError:
        raise UserError(f"there is no notebook {path}", "Run: autograder build") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"{path} can't be read ({error})", "Run: autograder build") from None
