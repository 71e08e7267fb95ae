"""Exceptions that a learner reads: one sentence in the subject's words, never a stack trace of ours."""

from __future__ import annotations


class Mistake(ValueError):
    """Something that was written has no meaning (a density of unknown variables, the log of something negative)."""

    def _render_traceback_(self) -> list[str]:
        """IPython shows these lines in place of a traceback."""
        return [f"{type(self).__name__}: {self}"]


class Malformed(Mistake):
    """Data that should describe a derivation doesn't."""


class TooLarge(Mistake):
    """An expression whose check would cost more than a line may cost."""
