"""The pictures of unit 04, second half: the spread of what is estimated from samples.

Answers that map noise to as many numbers come first, as in the other units; answers of other shapes come in a tuple.
"""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullFormatter, ScalarFormatter

from elboroom.plots.picture import EVIDENCE, POSTERIOR, QUIET, Q, picture
from elboroom.plots.reparameterization import Function, asked, one, row

COLOURS = (Q, POSTERIOR, EVIDENCE, "#8e5ea2")


@picture
def two_estimators(answers: tuple[Function, Function], *, x: float, theta: float, phi: float) -> Figure:
    """How 2,000 one-sample estimates of the bound spread, for both estimators, at x = {x}, θ = {theta}, φ = {phi}."""
    figure, axes = one()
    noise = np.random.default_rng(4).exponential(size=(2000, 1))
    for answer, colour in zip(answers, COLOURS, strict=False):
        values = np.array([float(asked(answer)(x, theta, phi, eps)) for eps in noise])
        label = f"{answer.__name__}: variance {values.var():.3g}"
        low, high = np.quantile(values, [0.005, 0.995])
        axes.hist(values, bins=60, range=(low - 0.1, high + 0.1), density=True, color=colour, alpha=0.5, label=label)
        axes.axvline(values.mean(), color=colour, lw=1.5)
    axes.set(xlabel="estimate from one sample, in nats", title=f"x = {x:g}, θ = {theta:g}, φ = {phi:g}")
    axes.legend()
    return figure


@picture
def sample_by_sample(score: Function, pathwise: Function, *, x: float, theta: float, phi: float) -> Figure:
    """Both gradient estimators as functions of z over q; right, their variances; x = {x}, θ = {theta}, φ = {phi}."""
    figure, (left, right) = row(2)
    z = np.linspace(1e-9, 40 / phi, 20_001)
    density = phi * np.exp(-phi * z)
    curves = {"score function": score(x, theta, phi, z), "reparameterized": pathwise(x, theta, phi, phi * z)}
    shown, variances = z < 3.5 / phi, []
    for (name, values), colour in zip(curves.items(), COLOURS, strict=False):
        average = float(np.trapezoid(density * values, z))
        variances.append(float(np.trapezoid(density * (values - average) ** 2, z)))
        left.plot(z[shown], values[shown], color=colour, label=name)
        left.axhline(average, color="black", lw=0.8, ls=":")
    where, scaled = left.get_xaxis_transform(), 0.5 * density[shown] / phi
    left.fill_between(z[shown], scaled, color=QUIET, alpha=0.4, lw=0, transform=where, label="$q_\\phi(z)$, its shape")
    left.set(xlabel="$z$", ylabel="estimate of the slope", title=f"x = {x:g}, θ = {theta:g}, φ = {phi:g}")
    left.legend()
    _bars(right, list(curves), variances)
    return figure


def _bars(axes: Axes, names: list[str], variances: list[float]) -> None:
    bars = axes.barh(names, variances, color=COLOURS[: len(names)], height=0.5)
    axes.bar_label(bars, fmt=" %.3g")
    axes.invert_yaxis()
    axes.set(xlabel="variance of one sample's estimate", xlim=(0, 1.3 * max(variances)))


@picture
def variance_against_m(
    score: Function,
    pathwise: Function,
    landing: Function,
    extra: tuple[Function, Function],
    *,
    x: float,
    theta: float,
    phi: float,
) -> Figure:
    """The variance of averages of m samples against m, both on logarithmic axes, at x = {x}, θ = {theta}, φ = {phi}."""
    figure, axes = one(size=(7.2, 4.2))
    draw, sizes = np.random.default_rng(6), 4 ** np.arange(6)
    estimators = {
        "score function": lambda eps: score(x, theta, phi, eps / phi),
        "with the best baseline": _with_baseline(score, *extra, x, theta, phi),
        "reparameterized": lambda eps: pathwise(x, theta, phi, eps),
        "sticking the landing": lambda eps: landing(x, theta, phi, eps),
    }
    for (name, estimator), colour in zip(estimators.items(), COLOURS, strict=True):
        values = estimator(draw.exponential(size=200 * sizes[-1]))
        spreads = [values.reshape(-1, m).mean(axis=1).var() for m in sizes]
        axes.plot(sizes, spreads, "o-", color=colour, label=name)
        axes.plot(sizes, values.var() / sizes, color=colour, lw=0.8, ls=":")
    axes.set(xscale="log", yscale="log", xlabel="m", ylabel="variance", title=f"x = {x:g}, θ = {theta:g}, φ = {phi:g}")
    axes.xaxis.set_major_locator(FixedLocator(list(sizes)))
    axes.xaxis.set_major_formatter(ScalarFormatter())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


def _with_baseline(score: Function, f: Function, baseline: Function, x: float, theta: float, phi: float) -> Function:
    """The score-function estimator less b times the score, b from a pilot sample."""

    def pieces(eps: Any) -> tuple[Any, Any, Any]:
        z = eps / phi
        gradient, value = score(x, theta, phi, z), f(z, x, theta, phi)
        return gradient, value, gradient / value

    def estimator(eps: Any) -> Any:
        _, value, weight = pieces(np.random.default_rng(7).exponential(size=20_000))
        gradient, _, weights = pieces(eps)
        return gradient - float(asked(baseline)(value, weight)) * weights

    return estimator


@picture
def ascents(score: Function, pathwise: Function, landing: Function, *, x: float, theta: float, best: float) -> Figure:
    """Eight ascents, one sample per step, for each of three estimators; x = {x}, θ = {theta}, best φ = {best}."""
    figure, axes = row(3, share=True)
    names = ("score function", "reparameterized", "sticking the landing")
    for each, estimator, name in zip(axes, (score, pathwise, landing), names, strict=True):
        for seed in range(8):
            draw, path = np.random.default_rng(seed), [1.0]
            for eps in draw.exponential(size=(200, 1)):
                slope = float(estimator(x, theta, path[-1], eps / path[-1] if estimator is score else eps)[0])
                path.append(path[-1] * float(np.exp(np.clip(0.05 * path[-1] * slope, -1.0, 1.0))))
            each.plot(path, color=Q, lw=0.8, alpha=0.7)
        each.axhline(best, color="black", lw=1, ls="--")
        each.set(xlabel="step", title=name, yscale="log")
    axes[0].set(ylabel="φ", ylim=(0.5, 20))
    _rates(axes[0].yaxis, (0.5, 1, 2, 5, 10, 20))
    return figure


@picture
def landing_on_a_gaussian(gradients: Function, *, mu: float) -> Figure:
    """Spread of both gradients in σ while q = N({mu}, σ²) narrows around the posterior N(1, ½) of a conjugate model."""
    figure, axes = one()
    eps, sigmas = np.random.default_rng(8).normal(size=2000), np.linspace(0.3, 1.3, 201)
    sigmas = np.sort(np.append(sigmas, np.sqrt(0.5)))
    spreads = np.array([[g.std() for g in gradients(2.0, mu, s, eps)] for s in sigmas])
    for column, name, colour in zip(spreads.T, ("total derivative", "path only"), COLOURS, strict=False):
        axes.plot(sigmas, column, color=colour, label=name)
    axes.axvline(np.sqrt(0.5), color=QUIET, lw=1, ls=":")
    axes.set(xlabel="σ of q", ylabel="sd of one sample's gradient", title=f"posterior N(1, ½), q = N({mu:g}, σ²)")
    axes.set(ylim=(0, 5))
    axes.legend()
    return figure


@picture
def whose_samples(answers: tuple[Function], *, x: float, phi: float) -> Figure:
    """The slope in θ from samples of q = Exp({phi}) and from samples of the posterior, at x = {x}: two zeros."""
    from scipy import stats

    figure, axes = one()
    theta, u = np.linspace(0.4, 2.5, 60), (np.arange(4000) + 0.5) / 4000
    from_q = stats.expon(scale=1 / phi).ppf(u)
    slopes = [asked(answers[0])(t, from_q) for t in theta]
    exact = [asked(answers[0])(t, stats.truncnorm(t - x, np.inf, loc=x - t).ppf(u)) for t in theta]
    for values, name, colour in ((slopes, "z from q: slope of the bound", Q),
                                 (exact, "z from p(z | x): slope of the evidence", EVIDENCE)):  # fmt: skip
        axes.plot(theta, values, color=colour, label=name)
        axes.plot(theta[np.argmin(np.abs(values))], 0, "o", color=colour)
    axes.axhline(0, color=QUIET, lw=1)
    axes.set(xlabel="θ", ylabel="your θ-gradient", title=f"x = {x:g}, q = Exp({phi:g})", ylim=(-0.8, 1.6))
    axes.legend()
    return figure


def _rates(axis: Any, ticks: tuple[float, ...]) -> None:
    """A logarithmic axis with numbers that people read."""
    axis.set_major_locator(FixedLocator(list(ticks)))
    axis.set_major_formatter(ScalarFormatter())
    axis.set_minor_formatter(NullFormatter())
