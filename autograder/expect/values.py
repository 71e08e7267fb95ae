"""Values: shape first (an empty array is close to anything), then kind, then finiteness, then the numbers."""

from typing import Any

import numpy as np

from autograder.expect.base import Expected, await_judgement
from autograder.student import describe_kind, describe_shape, numbers
from autograder.wrong import Wrong


def close(got: Any, want: Any, rtol: float = 1e-7, atol: float = 0.0) -> None:
    """|got − want| ≤ atol + rtol·|want|, entry by entry, in the shape of `want`; infinities where `want` has them.

    A tuple `want` asks for as many components, each of its own shape."""
    await_judgement(Close(got, want, rtol, atol))


def shape(got: Any, shape: tuple[int, ...]) -> None:
    """The answer is an array of exactly this shape, whatever its numbers."""
    await_judgement(Shape(got, shape))


def finite(got: Any) -> None:
    """Every number of the answer is finite."""
    await_judgement(Finite(got))


def monotone(got: Any, increasing: bool = True, slack: float = 0.0) -> None:
    """A sequence (n,) that never falls (never rises, with increasing=False) by more than `slack`."""
    await_judgement(Monotone(got, increasing, slack))


class Close(Expected):
    """See `close`."""

    def __init__(self, got: Any, want: Any, rtol: float, atol: float) -> None:
        super().__init__(got)
        self.rtol, self.atol = rtol, atol
        self.want = tuple(np.asarray(w) for w in want) if isinstance(want, tuple) else np.asarray(want)

    def judge(self, public: bool) -> None:
        for which, got, want in self._components():
            trouble = self._trouble(got, want)
            if trouble:
                raise Wrong(self.says(public, f"{which}{trouble}"))

    def agrees_with(self, mistake: Any) -> bool:
        gots = [got for _, got, _ in self._components()]  # first: an answer that is none needs no mistake worked out
        returned = self.returned_by(mistake)
        if isinstance(self.want, tuple) != isinstance(returned, tuple):
            return False
        components = returned if isinstance(returned, tuple) else (returned,)
        return len(gots) == len(components) and all(
            g.shape == np.shape(r) and bool(np.all(_near(g, np.asarray(r), self.rtol, self.atol)))
            for g, r in zip(gots, components, strict=True)
        )

    def _components(self) -> list[tuple[str, np.ndarray, np.ndarray]]:
        """(how to speak of it, got, want) for each component."""
        value = self.data()
        if not isinstance(self.want, tuple):
            return [("", numbers(value, self.subject), self.want)]
        if not isinstance(value, tuple | list) or len(value) != len(self.want):
            wanted = f"a tuple of {len(self.want)} values"
            raise Wrong(f"{self.subject} should return {wanted}, not {describe_kind(value)}.")
        names = [f"as its value number {i + 1} " for i in range(len(value))]
        return [(n, numbers(v, self.subject), w) for n, v, w in zip(names, value, self.want, strict=True)]

    def _trouble(self, got: np.ndarray, want: np.ndarray) -> str:
        """What is wrong with `got`, as the end of a sentence; "" when nothing is."""
        if got.shape != want.shape:
            return f"has {describe_shape(got.shape)}; it should have {describe_shape(want.shape)}."
        near = _near(got, want, self.rtol, self.atol)
        if near.all():
            return ""
        off = ~near
        first = np.unravel_index(int(np.argmax(off)), off.shape)
        value, wanted = got[first], want[first]
        where = f" at index {tuple(int(i) for i in first)}" if off.ndim else ""
        count = f" ({int(off.sum())} of {off.size} entries are off)" if off.size > 1 else ""
        if not np.isfinite(value):
            return f"gives {value}{where}{count}; look for log 0, 0/0 or an overflow."
        if not np.isfinite(wanted):
            return f"gives a finite number{where}{count} where it should be infinite."
        return f"gives {value:.6g}{where}{count}, which is too {'large' if value > wanted else 'small'}."


class Shape(Expected):
    """See `shape`."""

    def __init__(self, got: Any, shape: tuple[int, ...]) -> None:
        super().__init__(got)
        self.shape = shape

    def judge(self, public: bool) -> None:
        found = numbers(self.data(), self.subject).shape
        if found != self.shape:
            wanted = describe_shape(self.shape)
            raise Wrong(self.says(public, f"has {describe_shape(found)}; it should have {wanted}."))


class Finite(Expected):
    """See `finite`."""

    def judge(self, public: bool) -> None:
        if not np.isfinite(numbers(self.data(), self.subject)).all():
            raise Wrong(self.says(public, "is not finite; look for log 0, 0/0 or an overflow."))


class Monotone(Expected):
    """See `monotone`."""

    def __init__(self, got: Any, increasing: bool, slack: float) -> None:
        super().__init__(got)
        self.increasing, self.slack = increasing, slack

    def judge(self, public: bool) -> None:
        values = numbers(self.data(), self.subject)
        if values.ndim != 1 or not np.isfinite(values).all():
            raise Wrong(self.says(public, "should be a sequence of finite numbers."))
        steps = np.diff(values) * (1 if self.increasing else -1)
        if (steps < -self.slack).any():
            at, verb = int(np.argmax(steps < -self.slack)), "falls" if self.increasing else "rises"
            raise Wrong(self.says(public, f"{verb} between steps {at} and {at + 1}; it never should."))


def _near(got: np.ndarray, want: np.ndarray, rtol: float, atol: float) -> np.ndarray:
    """Entry by entry; infinities agree with themselves only, and nan with nothing."""
    if not got.ndim and np.isfinite(got) and np.isfinite(want):  # most are single numbers: those the quick way
        return np.asarray(abs(got.item() - want.item()) <= atol + rtol * abs(want.item()))
    with np.errstate(all="ignore"):
        near = np.abs(got - want) <= atol + rtol * np.abs(want)
    return np.where(np.isfinite(want), near & np.isfinite(got), got == want)
