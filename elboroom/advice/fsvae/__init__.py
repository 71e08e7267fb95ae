"""Unit 10: hints, and the mistakes people make, as transformations of the definitions in elboroom.references.fsvae.

Each module here registers those of a few exercises on `check`; elboroom.checks.fsvae adds the checks. A mistake is a
function that returns what the misconception returns, for the same arguments as the learner's; its docstring is what
the learner is told. Where the learner's first argument is a model, it holds the weights STATE.
"""

from collections.abc import Callable
from typing import Any

from autograder.checks import Checks
from elboroom.references.fsvae import weights

check = Checks("10_fsvae")
SIZES = (2, 6, 5, 3)  # z_dim, x_dim, hidden, classes: as many classes as rows in some pictures
STATE = weights(SIZES, seed=3)

Function = Callable[..., Any]


def mistake(name: str, function: str = "") -> Callable[[Function], Function]:
    """Registers a known mistake of the check `name` in the learner's `function` (by default of the check's name)."""
    return check.mistake(name, function=function)
