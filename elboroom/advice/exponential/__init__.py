"""Unit 03: hints, and the mistakes people make, as transformations of the definitions in elboroom.references.

Each module here registers those of a few exercises on `check`; elboroom.checks.exponential adds the checks. A mistake
is a function that returns what the misconception returns, for the same arguments as the learner's; its docstring is
what the learner is told.
"""

from collections.abc import Callable
from typing import Any

from autograder.checks import Checks

check = Checks("03_exponential")

Function = Callable[..., Any]
RATES = (
    "The values are right where there is a model. For {} that is zero or negative there is no such distribution: "
    "raise a ValueError then, instead of returning a number."
)


def mistake(name: str, says: str = "") -> Callable[[Function], Function]:
    """Registers a known mistake of the check `name`; without `says` its docstring speaks to the learner."""
    return check.mistake(name, says)


def ignores_the_domain(name: str, says: str, definition: Function) -> None:
    """Registers the mistake of being right wherever the arguments make sense, and silent where they don't."""

    def any_argument_will_do(*arguments: Any) -> Any:
        return definition(*arguments)

    mistake(name, says)(any_argument_will_do)
