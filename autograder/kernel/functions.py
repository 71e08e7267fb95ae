"""The functions that a check may hand to a learner's function, by name: rebuilt here, never sent as code.

Functions of a number, entry by entry, and log densities, of samples (n, K) to (n,).
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np


def _negative_log(u: Any) -> Any:
    return -np.log(u)


def _reciprocal(u: Any) -> Any:
    return 1.0 / np.asarray(u, dtype=float)


def _cube(u: Any) -> Any:
    return np.asarray(u) ** 3


def _identity(u: Any) -> Any:
    return u


def _log_normal(z: Any, mean: float, sd: float) -> Any:
    """log N(z; mean, sd² I)."""
    u = (np.asarray(z, dtype=float) - mean) / sd
    return -(0.5 * u**2 + 0.5 * np.log(2 * np.pi) + np.log(sd)).sum(axis=-1)


def _log_laplace(z: Any) -> Any:
    """The log density of independent standard Laplace components."""
    return -(np.abs(np.asarray(z, dtype=float)) + np.log(2)).sum(axis=-1)


def _log_two_bumps(z: Any) -> Any:
    """log of half N(-2, I) and half N(2, I)."""
    return np.logaddexp(_log_normal(z, -2.0, 1.0), _log_normal(z, 2.0, 1.0)) - np.log(2)


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "exp": np.exp,
    "log": np.log,
    "negative log": _negative_log,
    "reciprocal": _reciprocal,
    "sqrt": np.sqrt,
    "square": np.square,
    "cube": _cube,
    "absolute value": np.abs,
    "identity": _identity,
    "sine": np.sin,
    "log N(0, I)": partial(_log_normal, mean=0.0, sd=1.0),
    "log N(1, I)": partial(_log_normal, mean=1.0, sd=1.0),
    "log N(0, 9 I)": partial(_log_normal, mean=0.0, sd=3.0),
    "log Laplace": _log_laplace,
    "log two bumps": _log_two_bumps,
}
