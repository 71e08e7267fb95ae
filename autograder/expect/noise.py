"""Samplers that are given their noise: deterministic maps of it, entry by entry, that move smoothly with a parameter.

Randomness that comes from anywhere else is the misconception that `repeatable` and `entrywise` find and name.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.expect.base import Expected, await_judgement
from autograder.student import describe_shape, reals
from autograder.wrong import Wrong

INSIDE = "randomness_inside"


def repeatable(got: Any, again: Any) -> None:
    """Two answers to the same arguments are the same."""
    await_judgement(Repeatable(got, again))


def entrywise(got: Any, reordered: Any, order: np.ndarray) -> None:
    """`reordered` answers the noise of `got`, (n,), taken in `order`: sample i must come from noise i alone."""
    await_judgement(Entrywise(got, reordered, order))


def moves_with(
    low: Any, middle: Any, high: Any, step: float, velocity: Callable[[np.ndarray], np.ndarray], rtol: float = 1e-5
) -> None:
    """Samples at a parameter less `step`, at it, and `step` above it, from the same noise: the difference quotient is
    velocity(middle). `velocity` maps samples to the derivative that their law dictates."""
    await_judgement(MovesWith(low, middle, high, step, velocity, rtol))


class Repeatable(Expected):
    """See `repeatable`."""

    def __init__(self, got: Any, again: Any) -> None:
        super().__init__(got)
        self.again = Expected(again)

    def judge(self, public: bool) -> None:
        first, second = _values(self), _values(self.again)
        if first.shape != second.shape or not np.allclose(first, second, rtol=1e-12, atol=0, equal_nan=True):
            raise Wrong(
                f"`{self.function}` answers the same noise with two different samples: some randomness is drawn "
                "inside. It has to come from the argument alone.",
                INSIDE,
            )


class Entrywise(Expected):
    """See `entrywise`."""

    def __init__(self, got: Any, reordered: Any, order: np.ndarray) -> None:
        super().__init__(got)
        self.reordered, self.order = Expected(reordered), order

    def judge(self, public: bool) -> None:
        first, second = _values(self), _values(self.reordered)
        wanted = np.shape(self.order)
        for values in (first, second):
            if values.shape != wanted:
                found = describe_shape(values.shape)
                raise Wrong(f"`{self.function}` should return a sample for each noise: {wanted}, not {found}.")
        if np.allclose(first, second, rtol=1e-9, atol=0, equal_nan=True):
            raise Wrong(
                f"`{self.function}` returns the same samples whatever the noise: they have to be made from it.", INSIDE
            )
        if not np.allclose(first[self.order], second, rtol=1e-9, atol=0, equal_nan=True):
            raise Wrong(f"`{self.function}` should make each sample from its own noise, and from no other.")


class MovesWith(Expected):
    """See `moves_with`."""

    def __init__(
        self,
        low: Any,
        middle: Any,
        high: Any,
        step: float,
        velocity: Callable[[np.ndarray], np.ndarray],
        rtol: float,
    ) -> None:
        super().__init__(middle)
        self.ends = (Expected(low), Expected(high))
        self.step, self.velocity, self.rtol = step, velocity, rtol

    def judge(self, public: bool) -> None:
        middle, low, high = (_values(each) for each in (self, *self.ends))
        if not (low.shape == middle.shape == high.shape):
            raise Wrong(f"`{self.function}` returns samples of another shape when only its parameter changes.")
        with np.errstate(all="ignore"):
            slope, want = (high - low) / (2 * self.step), self._velocity(middle)
            allowed = self.rtol * (np.abs(want) + np.max(np.abs(want), initial=0.0))
            off = ~(np.isfinite(allowed) & (np.abs(slope - want) <= allowed))
        if not np.any(want):
            raise Wrong(f"`{self.function}` returns samples that stay where they are when its parameter changes.")
        if off.any():
            raise Wrong(
                f"When its parameter moves and the noise stays, `{self.function}` moves {int(off.sum())} of {off.size} "
                "samples at a speed that does not belong to this law."
            )

    def _velocity(self, samples: np.ndarray) -> np.ndarray:
        try:
            return np.asarray(self.velocity(samples))
        except ValueError:  # of a law that has another number of components
            found = describe_shape(samples.shape)
            raise Wrong(f"`{self.function}` should return a sample for each noise; it has {found}.") from None


def _values(expected: Expected) -> np.ndarray:
    return reals(expected.data(), expected.subject)
