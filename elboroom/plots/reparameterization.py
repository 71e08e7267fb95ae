"""The pictures of unit 04, first half: noise, and the samples that are made from it.

Answers that map noise to as many numbers come first, as in the other units; answers of other shapes come in a tuple.
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from elboroom.plots.picture import POSTERIOR, QUIET, Q, answered, picture

Function = Callable[..., Any]


@picture
def fresh_or_fixed_noise(estimate: Function, exact: Function, *, m: int) -> Figure:
    """An expectation estimated from {m} samples, against φ: a cloud with fresh noise, smooth with fixed noise."""
    figure, axes = row(2, share=True)
    phi, fresh = np.linspace(0.7, 3.0, 120), np.random.default_rng(0)
    truth = [float(exact(p)) for p in phi]
    axes[0].plot(phi, [estimate(p, fresh, m) for p in phi], ".", color=Q, label=f"{m} new samples for each φ")
    for seed in range(4):
        curve = [estimate(p, np.random.default_rng(seed), m) for p in phi]
        axes[1].plot(phi, curve, color=Q, lw=1.2, label=None if seed else "the same generator state for each φ")
    for each in axes:
        each.plot(phi, truth, color="black", lw=1, ls="--", label="the expectation")
        each.set(xlabel="φ")
        each.legend(loc="lower right")
    axes[0].set(ylabel="nats", title="noise drawn anew", ylim=(-2.6, -0.9))
    axes[1].set(title="noise held fixed")
    return figure


@picture
def threads(sampler: Function, *, phi: float) -> Figure:
    """Left, twelve samples slide as φ changes and their noise stays; right, the law of many of them at φ = {phi}."""
    figure, (left, right) = row(2)
    noise = np.random.default_rng(3).exponential(size=3000)
    rates = np.linspace(0.4, 4.0, 200)
    for eps in np.sort(noise[:12]):
        left.plot(rates, sampler(eps * np.ones(200), rates), color=QUIET, lw=1)
    z = sampler(noise, phi * np.ones(3000))
    left.plot(phi * np.ones(12), z[:12], "o", color=Q, ms=5)
    left.axvline(phi, color=Q, lw=1, ls=":")
    left.set(xlabel="φ", ylabel="$z$", ylim=(0, 4), title="one thread for each ε")
    grid = np.linspace(0, 6 / phi, 200)
    right.hist(z, bins=40, range=(0, 6 / phi), density=True, color=Q, alpha=0.4, label="3,000 of your samples")
    right.plot(grid, phi * np.exp(-phi * grid), color="black", lw=1, label="density of Exp(φ)")
    right.set(xlabel="$z$", title=f"φ = {phi:g}")
    right.legend()
    return figure


@picture
def inverse(sampler: Function, *, phi: float) -> Figure:
    """Ten evenly spaced heights u on the curve of the distribution function of Exp({phi}), and their samples below."""
    figure, axes = one()
    z = np.linspace(0, 5 / phi, 300)
    axes.plot(z, 1 - np.exp(-phi * z), color="black", lw=1.5, label="$F(z; \\phi)$")
    heights = (np.arange(10) + 0.5) / 10
    samples = sampler(heights, phi)
    reached = 1 - np.exp(-phi * samples)
    for u, place, top in zip(heights, samples, reached, strict=True):
        axes.annotate("", (place, top), (0, u), arrowprops={"arrowstyle": "-", "color": QUIET})
        axes.annotate("", (place, 0), (place, top), arrowprops={"arrowstyle": "->", "color": Q})
    axes.plot(0 * heights, heights, "s", color=QUIET, ms=4, clip_on=False)
    axes.plot(samples, 0 * samples, "o", color=Q, ms=5, clip_on=False, label="your samples")
    axes.set(xlabel="$z$", ylabel="$u$", ylim=(0, 1), xlim=(0, 5 / phi), title=f"φ = {phi:g}")
    axes.legend(loc="center right")
    return figure


@picture
def two_roots(answers: tuple[Function], *, rho: float) -> Figure:
    """The same noise through two roots of a covariance with correlation {rho}: other points, one and the same law."""
    figure, axes = row(3, size=(10.5, 3.6))
    cov = np.array([[1.0, rho * 0.7], [rho * 0.7, 0.49]])
    eps = np.random.default_rng(5).normal(size=(400, 2))
    values, vectors = np.linalg.eigh(cov)
    symmetric = vectors * np.sqrt(values) @ vectors.T
    yours = asked(answers[0])(np.zeros(2), cov, eps)
    clouds = {"noise ε": eps, "your root": yours, "the symmetric root": eps @ symmetric}
    for each, (name, points) in zip(axes, clouds.items(), strict=True):
        each.scatter(*points.T, c=np.arctan2(eps[:, 1], eps[:, 0]), cmap="twilight", s=9)
        each.set(title=name, xlim=(-3.5, 3.5), ylim=(-3.5, 3.5), aspect="equal")
    return figure


@picture
def sideways(velocity: Function, *, phi: float) -> Figure:
    """Two distribution functions, at φ = {phi} and a little above; your arrows lead from one to the other."""
    figure, axes = one()
    z, dphi = np.linspace(0, 4 / phi, 300), 0.25 * phi
    axes.plot(z, 1 - np.exp(-phi * z), color="black", label=f"$F(z; {phi:g})$")
    axes.plot(z, 1 - np.exp(-(phi + dphi) * z), color=POSTERIOR, label=f"$F(z; {phi + dphi:g})$")
    places = np.linspace(0.3, 3.3, 9) / phi
    heights = 1 - np.exp(-phi * places)
    ends = places + dphi * velocity(places, phi)
    for place, end, u in zip(places, ends, heights, strict=True):
        axes.annotate("", (end, u), (place, u), arrowprops={"arrowstyle": "->", "color": Q})
    axes.plot(places, heights, "o", color=Q, ms=4)
    axes.set(xlabel="$z$", ylabel="$u$", title="same height, another place")
    axes.legend(loc="lower right")
    return figure


def asked(function: Function) -> Function:
    """The learner's function, whatever shape it returns, or Unanswered with a reason that a learner can act on."""

    def call(*arguments: Any) -> Any:
        @functools.wraps(function)
        def alone() -> Any:
            return function(*arguments)

        return answered(alone)()

    return call


def one(size: tuple[float, float] = (7.2, 3.6)) -> tuple[Figure, Axes]:
    """A figure with one pair of axes."""
    figure = Figure(figsize=size, layout="constrained")
    return figure, figure.subplots()


def row(n: int, size: tuple[float, float] = (10.5, 3.7), share: bool = False) -> tuple[Figure, Any]:
    """A figure with n pairs of axes side by side."""
    figure = Figure(figsize=size, layout="constrained")
    return figure, figure.subplots(1, n, sharey=share)
