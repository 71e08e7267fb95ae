"""Samples, judged by distribution: the probability of rejecting a right answer is stated, and at most 1e-6 a test.

A right sampler is a deterministic map of the noise it is given, so hold it also against itself (the same noise gives
the same sample: two calls and `close`) and against `gradient_of` (the derivative in the parameter).
"""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.expect.base import Expected, await_judgement
from autograder.expect.values import Close
from autograder.student import reals
from autograder.wrong import Wrong

ALARM = 1e-6  # the probability that a right answer is rejected by one test


def samples_from(got: Any, cdf: Callable[[np.ndarray], np.ndarray], n: int, law: str, alarm: float = ALARM) -> None:
    """`n` samples of the continuous distribution with this cdf (Kolmogorov–Smirnov); `law` names it, as "Exp(φ)"."""
    await_judgement(SamplesFrom(got, cdf, n, law, alarm))


def unbiased(got: Any, mean: float, sd: float, n: int, alarm: float = ALARM) -> None:
    """`n` independent estimates of `mean`, one a sample, of standard deviation `sd` (the reference's, not theirs)."""
    await_judgement(Unbiased(got, mean, sd, n, alarm))


def gradient_of(got: Any, function: Callable[..., Any], at: list[Any], wrt: int, rtol: float = 1e-6) -> None:
    """The answer is the derivative of `function` in argument `wrt` at `at`, by central differences, extrapolated."""
    want = derivative(function, at, wrt)
    await_judgement(Close(got, want, rtol, rtol * float(np.max(np.abs(want), initial=0.0))))


def derivative(function: Callable[..., Any], at: list[Any], wrt: int) -> np.ndarray:
    """d function / d at[wrt] (a scalar argument, or one that acts entry by entry), by Richardson's extrapolation of
    central differences; relative error about 1e-10 for smooth functions of moderate size."""
    x = np.asarray(at[wrt], dtype=float)
    h = 1e-2 * np.maximum(np.abs(x), 0.1)

    def slope(h: np.ndarray) -> np.ndarray:
        ends = [np.asarray(function(*at[:wrt], x + s * h, *at[wrt + 1 :]), dtype=float) for s in (1, -1)]
        return (ends[0] - ends[1]) / (2 * h)

    table = [slope(h / 2**k) for k in range(4)]
    for order in range(1, 4):
        table = [(4**order * b - a) / (4**order - 1) for a, b in itertools.pairwise(table)]
    return table[0]


def distance(heights: np.ndarray) -> float:
    """Kolmogorov's distance between the empirical law of n sorted samples and the law whose cdf there is `heights`."""
    steps = np.arange(len(heights) + 1) / len(heights)
    return float(max(np.max(steps[1:] - heights), np.max(heights - steps[:-1])))


def threshold(n: int, alarm: float) -> float:
    """A distance that n samples of the right law exceed with probability `alarm` at most, for every n (the inequality
    of Dvoretzky, Kiefer and Wolfowitz, with Massart's constant). A law farther off than twice that is caught with
    probability 1 - alarm."""
    return float(np.sqrt(np.log(2 / alarm) / (2 * n)))


class SamplesFrom(Expected):
    """See `samples_from`."""

    def __init__(self, got: Any, cdf: Callable[[np.ndarray], np.ndarray], n: int, law: str, alarm: float) -> None:
        super().__init__(got)
        self.cdf, self.n, self.law, self.alarm = cdf, n, law, alarm

    def judge(self, public: bool) -> None:
        heights = np.asarray(self.cdf(np.sort(_per_sample(self, self.n))))
        if distance(heights) > threshold(self.n, self.alarm):
            raise Wrong(f"`{self.function}` does not sample from {self.law}: compare a histogram with the density.")

    def agrees_with(self, mistake: Any) -> bool:
        return bool(np.allclose(_per_sample(self, self.n), self.returned_by(mistake), rtol=1e-6, atol=1e-9))


class Unbiased(Expected):
    """See `unbiased`."""

    def __init__(self, got: Any, mean: float, sd: float, n: int, alarm: float) -> None:
        super().__init__(got)
        self.mean, self.sd, self.n, self.alarm = mean, sd, n, alarm

    def judge(self, public: bool) -> None:
        from scipy.special import ndtri

        off = float(_per_sample(self, self.n).mean()) - self.mean
        if abs(off) > -ndtri(self.alarm / 2) * self.sd / np.sqrt(self.n):
            side = "large" if off > 0 else "small"
            raise Wrong(f"The average of `{self.function}` over {self.n} samples is too {side}: it is biased.")

    def agrees_with(self, mistake: Any) -> bool:
        return bool(np.allclose(_per_sample(self, self.n), self.returned_by(mistake), rtol=1e-6, atol=1e-9))


def _per_sample(expected: Expected, n: int) -> np.ndarray:
    values = reals(expected.data(), expected.subject)
    if values.shape != (n,):
        raise Wrong(f"`{expected.function}` should return {n} values, one per sample; it has shape {values.shape}.")
    if not np.isfinite(values).all():
        raise Wrong(f"`{expected.function}` returns values that are not finite.")
    return values
