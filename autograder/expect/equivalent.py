"""Answers that are right in many forms: a basis up to rotation, a factor up to an invertible map.

They are compared through a view, a function that maps every right form to the same numbers.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.expect.base import await_judgement
from autograder.expect.values import Close
from autograder.student import describe_kind, describe_shape, reals
from autograder.wrong import Wrong

Shape = tuple[int, ...]
View = Callable[..., Any]


def equivalent(
    got: Any, view: View, want: Any, shapes: Shape | list[Shape], called: str, rtol: float = 1e-7, atol: float = 0.0
) -> None:
    """The answer, an array of the shape `shapes` or a tuple of arrays of these shapes, gives `want` when seen through
    `view`, which takes the arrays. `called` names what is seen, as "W @ W.T". The arrays must be finite. `rtol` is
    relative to the largest entry of `want`: a view's small entries come out of cancellation."""
    await_judgement(Equivalent(got, view, want, shapes, called, rtol, atol))


class Equivalent(Close):
    """See `equivalent`."""

    def __init__(
        self, got: Any, view: View, want: Any, shapes: Shape | list[Shape], called: str, rtol: float, atol: float
    ) -> None:
        largest = float(np.max(np.abs(want), initial=0.0))
        super().__init__(got, want, rtol, atol + rtol * largest)
        self.view, self.shapes, self.called = view, shapes, called

    def agrees_with(self, mistake: Any) -> bool:
        _, got, _ = self._components()[0]
        seen = self._seen(self.returned_by(mistake))
        return got.shape == seen.shape and not self._trouble(got, seen)

    def _components(self) -> list[tuple[str, np.ndarray, np.ndarray]]:
        return [(f"({self.called}) ", self._seen(self.data()), np.asarray(self.want))]

    def _seen(self, value: Any) -> np.ndarray:
        with np.errstate(all="ignore"):
            return np.asarray(self.view(*self._arrays(value)), dtype=float)

    def _arrays(self, value: Any) -> list[np.ndarray]:
        """The arrays of an answer, each of its shape and finite."""
        if not isinstance(self.shapes, list):
            return [self._array(value, self.shapes, "")]
        if not isinstance(value, tuple | list) or len(value) != len(self.shapes):
            wanted = f"a tuple of {len(self.shapes)} arrays"
            raise Wrong(f"{self.subject} should return {wanted}, not {describe_kind(value)}.")
        pairs = enumerate(zip(value, self.shapes, strict=True), start=1)
        return [self._array(v, s, f"value number {i}: ") for i, (v, s) in pairs]

    def _array(self, value: Any, shape: Shape, which: str) -> np.ndarray:
        array = reals(value, self.subject)
        if array.shape != shape:
            wanted = describe_shape(shape)
            raise Wrong(f"{self.subject}: {which}it has {describe_shape(array.shape)}; it should have {wanted}.")
        if not np.isfinite(array).all():
            raise Wrong(f"{self.subject}: {which}it is not finite; look for 0/0, or the root of a negative number.")
        return array
