"""What a check of a derivation found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from autograder.derivation import progress
from autograder.derivation.expressions import Claim, Expr
from autograder.derivation.line import Step, Verdict
from autograder.derivation.rulebook import Rule


@dataclass(frozen=True, repr=False)
class Report:
    """Verdicts line by line, and what is wrong with the chain as a whole, if anything."""

    start: Expr
    steps: tuple[Step, ...]
    verdicts: tuple[Verdict, ...]
    problem: Verdict | None
    goal: Claim | None
    allow: tuple[Rule, ...]
    begin: Expr | None = None  # the first line that the exercise prescribes

    @property
    def proved(self) -> bool:
        """Whether every line is ok and the goal, where there is one, is reached."""
        return bool(self.steps) and self.problem is None and all(verdict.ok for verdict in self.verdicts)

    @property
    def first_bad(self) -> tuple[int, Verdict] | None:
        """Number (from 1) and verdict of the first line that isn't ok."""
        return next(((i, v) for i, v in enumerate(self.verdicts, 1) if not v.ok), None)

    @cached_property
    def fraction(self) -> float:
        """The share of the proof that is established: 1 for a complete proof only (see `progress`)."""
        return progress.fraction(self)

    @property
    def status(self) -> str:
        """The verdict on the first bad line, else on the chain, else ok."""
        if self.first_bad:
            return self.first_bad[1].status
        return self.problem.status if self.problem else "ok"

    def _repr_markdown_(self) -> str:
        from autograder.derivation.rendering import markdown

        return markdown(self)

    def _repr_html_(self) -> str:
        from autograder.derivation.rendering import html

        return html(self)

    def _repr_latex_(self) -> str:
        from autograder.derivation.rendering import latex

        return f"$${latex(self)}$$"

    def __repr__(self) -> str:
        from autograder.derivation.rendering import text

        return text(self)
