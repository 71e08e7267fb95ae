"""The pictures of unit 07: mixtures on the line, estimates of a KL and a bound on it; digits and codes by component.

What a picture needs of densities it asks the learner's functions for, with torch tensors, as the notebook does.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from elboroom.plots.answers import from_answers
from elboroom.plots.picture import POSTERIOR, PRIOR, QUIET, Q

Function = Callable[..., Any]

CENTRES = [-3.0, -1.0, 0.5, 3.5]
SAMPLES = 20_000


def column(values: Any) -> Tensor:
    """(n, 1): points on the line, as rows."""
    return torch.as_tensor(np.asarray(values, dtype=float)).reshape(-1, 1)


def components(centres: Any, variance: Any) -> tuple[Tensor, Tensor]:
    """(1, k, 1) twice: components on the line with these centres and one variance."""
    mu = column(centres)[None]
    return mu, torch.full_like(mu, float(variance))


def array(values: Any) -> np.ndarray:
    """The numbers of a tensor, of whatever shape the learner gave it."""
    return np.asarray(values.detach() if hasattr(values, "detach") else values, dtype=float)


@from_answers
def mixture_on_the_line(log_normal_mixture: Function, *, width: float) -> Figure:
    """Four Gaussians with the standard deviation {width}, their mixture, one Gaussian with its mean and variance."""
    figure, axes = one()
    z = np.linspace(-8, 8, 500)
    density = np.exp(array(log_normal_mixture(column(z), *components(CENTRES, width**2))))
    axes.plot(z, density, color=Q, lw=2.5, label="your mixture")
    for centre in CENTRES:
        alone = np.exp(array(log_normal_mixture(column(z), *components([centre], width**2)))) / len(CENTRES)
        axes.fill_between(z, alone, color=QUIET, alpha=0.35, lw=0)
    same = np.mean(CENTRES), width**2 + np.var(CENTRES)
    single = np.exp(array(log_normal_mixture(column(z), *components([same[0]], same[1]))))
    axes.plot(z, single, color="black", ls=":", label="one Gaussian, same mean and variance")
    axes.fill_between([], [], color=QUIET, alpha=0.35, label="a quarter of each component")
    axes.set(xlabel="$z$", ylabel="density", ylim=(0, 1.35 * density.max()), title=f"standard deviation {width:g}")
    axes.legend(loc="upper right")
    return figure


@from_answers
def estimates(log_normal: Function, log_normal_mixture: Function, estimate: Function, *, width: float) -> Figure:
    """Left, q and a prior of two components of the standard deviation {width}; right, estimates of the KL between."""
    figure, (left, right) = row()
    prior = components([-1.0, 1.0], width**2)
    z = np.linspace(-8, 8, 1601)
    log_q = array(log_normal(column(z), *standard(len(z))))
    log_p = array(log_normal_mixture(column(z), *prior))
    left.plot(z, np.exp(log_q), color=Q, label="$q = N(0, 1)$")
    left.plot(z, np.exp(log_p), color=POSTERIOR, label="prior")
    left.fill_between(z, np.exp(log_q), where=log_p > log_q, color=POSTERIOR, alpha=0.25, lw=0, label="estimate < 0")
    left.set(xlabel="$z$", ylabel="density", xlim=(-4, 4), title="where it is negative")
    left.legend(loc="upper right")
    noise = np.random.default_rng(0).normal(size=SAMPLES)
    found = array(estimate(column(noise), *standard(SAMPLES), *prior))
    kl = float((np.exp(log_q) * (log_q - log_p)).sum() * (z[1] - z[0]))
    edges = np.linspace(-2, 4, 61)
    right.hist(found.clip(-2, 4), bins=edges, color=QUIET)
    right.hist(found[found < 0].clip(-2), bins=edges, color=POSTERIOR, alpha=0.5)
    right.axvline(kl, color="black", lw=1.2, label=f"KL {kl:.4f} (quadrature)")
    right.axvline(found.mean(), color=Q, ls="--", label=f"their mean {found.mean():.4f}")
    right.set(xlabel="nats", yticks=[], title=f"{SAMPLES:,} estimates, {np.mean(found < 0):.0%} of them negative")
    right.legend(loc="upper right")
    return figure


def standard(n: int) -> tuple[Tensor, Tensor]:
    """n times N(0, 1): mean and variance, (n, 1)."""
    return torch.zeros(n, 1, dtype=torch.float64), torch.ones(n, 1, dtype=torch.float64)


@from_answers
def bound_against_kl(log_normal: Function, log_normal_mixture: Function, bound: Function, *, s: float) -> Figure:
    """The KL of N(m, {s}²) to a mixture of N(−1.5, ½²) and N(1.5, 1) against m: exact, and three bounds."""
    figure, axes = one()
    m, t = np.linspace(-4, 4, 121), np.linspace(-7, 7, 281)
    prior = column([-1.5, 1.5])[None], column([0.25, 1.0])[None]
    z = column((m[:, None] + s * t).ravel())
    log_p = array(log_normal_mixture(z, *prior)).reshape(121, 281)
    log_q = array(log_normal(column(s * t), *(each[0] for each in components([0.0], s**2))))
    kl = (np.exp(log_q) * (log_q - log_p)).sum(axis=1) * s * (t[1] - t[0])
    q = column(m), torch.full((121, 1), s**2, dtype=torch.float64)
    each = np.stack([array(bound(*q, prior[0][:, [i]], prior[1][:, [i]])) for i in (0, 1)])
    axes.plot(m, kl, color="black", label="KL to the mixture")
    axes.plot(m, array(bound(*q, *prior)), color=Q, label="your bound")
    axes.plot(m, each.mean(axis=0), color=QUIET, ls="--", label="mean of the KLs to the components")
    axes.plot(m, each.min(axis=0) + np.log(2), color=PRIOR, ls=":", label="KL to the nearest, plus log 2")
    axes.set(xlabel="$m$", ylabel="nats", ylim=(0, 2.2 * kl[np.abs(m) < 2.5].max()), title=f"$q = N(m, {s:g}^2)$")
    axes.legend(loc="upper center")
    return figure


def one(size: tuple[float, float] = (7.2, 3.6)) -> tuple[Figure, Axes]:
    """A figure with one pair of axes."""
    figure = Figure(figsize=size, layout="constrained")
    return figure, figure.subplots()


def row(n: int = 2, size: tuple[float, float] = (10.5, 3.7)) -> tuple[Figure, Any]:
    """A figure with n pairs of axes side by side."""
    figure = Figure(figsize=size, layout="constrained")
    return figure, figure.subplots(1, n)
