"""Unit 02: hints, and the mistakes people make, as transformations of the definitions in elboroom.references.

Each module here registers those of a few exercises on `check`; elboroom.checks.kl adds the checks. A mistake is a
function that returns what the misconception returns, for the same arguments as the learner's; its docstring is what the
learner is told.
"""

from collections.abc import Callable
from typing import Any

from autograder.checks import Checks

check = Checks("02_kl")

Function = Callable[..., Any]


def mistake(*names: str) -> Callable[[Function], Function]:
    """Registers a known mistake of the checks `names`; its docstring speaks to the learner."""

    def register(returns: Function) -> Function:
        for name in names:
            check.mistake(name)(returns)
        return returns

    return register


def told(function: Function) -> str:
    """A docstring as one paragraph."""
    return " ".join((function.__doc__ or "").split())
