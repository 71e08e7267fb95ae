"""Unit 01: hints, and the mistakes people make, as transformations of the definitions in elboroom.references.elbo.

Each module here registers those of a few exercises on `check`; elboroom.checks.elbo adds the checks. A mistake is a
function that returns what the misconception returns, for the same arguments as the learner's; its docstring is what the
learner is told.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.checks import Checks

check = Checks("01_elbo")

Function = Callable[..., Any]


def mistake(name: str) -> Callable[[Function], Function]:
    """Registers a known mistake of the check `name`; its docstring speaks to the learner."""
    return check.mistake(name)


def weighed(weights: Any, values: Any) -> Any:
    """Σ_z weights(z) values(z), over the z with a weight: (..., K) twice to (...)."""
    weights, values = np.broadcast_arrays(np.asarray(weights, float), np.asarray(values, float))
    return np.where(weights > 0, weights * np.where(weights > 0, values, 0.0), 0.0).sum(axis=-1)


def log(values: Any) -> Any:
    return np.log(np.asarray(values, float))
