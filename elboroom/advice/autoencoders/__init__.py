"""Unit 05: hints, and the mistakes people make, as transformations of the definitions in elboroom.references.

Each module here registers those of a few exercises on `check`; elboroom.checks.autoencoders adds the checks. A mistake
is a function that returns what the misconception returns, for the same arguments as the learner's; its docstring is
what the learner is told.
"""

from collections.abc import Callable
from typing import Any

from autograder.checks import Checks

check = Checks("05_autoencoders")

Function = Callable[..., Any]


def mistake(name: str, function: str = "") -> Callable[[Function], Function]:
    """Registers a known mistake of the check `name` in the learner's `function` (by default of the check's name)."""
    return check.mistake(name, function=function)
