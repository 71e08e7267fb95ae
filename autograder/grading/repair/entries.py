"""A cell on its way through repair: the learner's text, and which cell of the template it turned out to be."""

import re
from dataclasses import dataclass
from functools import cached_property

from autograder.grading.reading import HandedCell
from autograder.grading.template import TemplateCell

_TOP_LEVEL = re.compile(r"^(?:async )?(?:def|class) +(\w+)|^(\w+) *(?::[^=\n]+)?=(?!=)", re.MULTILINE)


@dataclass(eq=False)
class Entry:
    """`cell` is the template's cell that this is, None for the learner's own. `put_back`: it wasn't there."""

    type: str
    source: str
    handed: HandedCell | None = None
    cell: TemplateCell | None = None
    put_back: bool = False

    @cached_property
    def defines(self) -> set[str]:
        """The names that its text gives at top level."""
        return defined(self.source)

    @property
    def grade_id(self) -> str:
        return self.cell.grade_id if self.cell else ""


def from_handed(handed: HandedCell) -> Entry:
    return Entry(handed.type, handed.source, handed)


def from_template(cell: TemplateCell) -> Entry:
    return Entry(cell.type, cell.source, cell=cell, put_back=True)


def defined(source: str) -> set[str]:
    """The names that a code cell gives at top level. By pattern: a learner's code is not parsed here."""
    return {function or variable for function, variable in _TOP_LEVEL.findall(source)}


def same_text(one: str, other: str) -> bool:
    return one.strip() == other.strip()
