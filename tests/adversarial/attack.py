"""An attack: what it tries, and the configuration in which it works. To gain is to get more than the wrong answers do
without it, which is nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.adversarial import target
from tests.grading.example import Notebook, cell

Surgery = Callable[[Notebook], None]
STOCK = "stock nbgrader"
OPEN = "no isolation"
UNREPAIRED = "no repair"
TRUSTING = "answers compared where the learner's code runs"


@dataclass(frozen=True)
class Attack:
    """`code` runs in a cell before the answers; `answers` replace the wrong ones; `surgery` changes the notebook;
    `files` lie beside it. `works_in` is the weakened configuration in which it gains. {course} in code stands for the
    course's folder, as an attacker may know it."""

    name: str
    tries: str
    works_in: str
    code: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    surgery: Surgery | None = None
    files: dict[str, str] = field(default_factory=dict)

    def notebook(self, course: str, tests: dict[str, str] = target.CHECKS) -> Notebook:
        """The submission."""
        made = target.notebook({**target.WRONG, **self.answers}, tests)
        if self.code:
            made["cells"].insert(1, cell("code", self.code.replace("{course}", course), "extra"))
        if self.surgery:
            self.surgery(made)
        return made


def both(body: str) -> dict[str, str]:
    """The same body for both answers; the argument is x."""
    return {name: f"def {name}(x):\n    {body}" for name in ("double", "triangle")}
