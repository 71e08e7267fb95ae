"""The functions that a check may hand to a learner's function, by name: rebuilt here, never sent as code."""

from collections.abc import Callable
from typing import Any

import numpy as np

FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "exp": np.exp,
    "log": np.log,
    "negative log": lambda u: -np.log(u),
    "reciprocal": lambda u: 1.0 / np.asarray(u, dtype=float),
    "sqrt": np.sqrt,
    "square": np.square,
    "cube": lambda u: np.asarray(u) ** 3,
    "absolute value": np.abs,
    "identity": lambda u: u,
    "sine": np.sin,
}
