"""The pictures of unit 08, first half: a bound that rises with m, how fast, weights that count, signal and noise."""

import math
from typing import Any

import numpy as np
import torch
from matplotlib.figure import Figure

from elboroom.plots.answers import from_answers
from elboroom.plots.digits import mosaic
from elboroom.plots.picture import EVIDENCE, POSTERIOR, PRIOR, QUIET, Q, Unanswered

Array = np.ndarray
Answer = Any
COLOURS = (Q, POSTERIOR, EVIDENCE, PRIOR)


def mean_and_error(values: Any) -> tuple[float, float]:
    """The mean of (N,) and its standard error."""
    values = np.asarray(values, float)
    return float(values.mean()), float(values.std(ddof=1) / math.sqrt(len(values)))


@from_answers
def bound_against_m(iwae_bound: Answer, tables: Answer) -> Figure:
    """Minus the bound against the number of samples, for each of the models, with the standard error over images"""
    figure = Figure(figsize=(9.8, 3.9), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[1.5, 1])
    for (name, log_w), colour in zip(_ready(tables).items(), COLOURS, strict=False):
        sizes = [m for m in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if m <= len(log_w)]
        bounds = [-_in_blocks(iwae_bound, log_w, m) for m in sizes]
        means, errors = np.transpose([mean_and_error(b) for b in bounds])
        left.plot(sizes, means, "o-", color=colour, ms=4, label=name)
        left.fill_between(sizes, means - errors, means + errors, color=colour, alpha=0.15, lw=0)
        for m in (1, 10, 100, 1000):
            if m in sizes:
                left.annotate(f"{means[sizes.index(m)]:.2f}", (m, means[sizes.index(m)]), (0, 7), **_LABEL)
        right.plot(sizes[:-1], means[:-1] - means[-1], "o-", color=colour, ms=4, label=name)
    left.set(xscale="log", xlabel="$m$", ylabel="nats", title="$-L_m$, mean over the images")
    right.set(xscale="log", yscale="log", xlabel="$m$", ylabel="nats", title="above the last point")
    left.legend()
    return figure


_LABEL: dict[str, Any] = {"textcoords": "offset points", "ha": "center", "fontsize": 8}


def _ready(tables: Any) -> dict[str, Any]:
    """The tables of log weights by name, or Unanswered when one of them isn't there yet."""
    if any(log_w is ... for log_w in tables.values()):
        raise Unanswered("This picture needs your `log_weights`: write it above, then run its cells again.")
    return tables


def _in_blocks(iwae_bound: Any, log_w: Any, m: int) -> Array:
    """(N,): the mean of L_m's estimates from as many blocks of m samples as there are."""
    blocks = len(log_w) // m
    table = log_w[: blocks * m].reshape(m, -1)  # (m, blocks · N): row s holds every m-th sample
    return np.asarray(iwae_bound(table)).reshape(blocks, -1).mean(axis=0)


@from_answers
def two_estimates(log_weights: Answer, model: Answer, x: Answer) -> Figure:
    """The same batch under 300 draws of noise: minus the mean log weight, and the NELBO with its KL in closed form"""
    mu, var = model.encode(x)
    noise = torch.randn(300, *mu.shape, generator=torch.Generator(x.device).manual_seed(0), device=x.device)
    with torch.no_grad():
        sampled = torch.cat([log_weights(model, x, eps) for eps in noise.split(20)])
    z = mu + var.sqrt() * noise
    log_ratio = model.log_prior(z) + 0.5 * (math.log(2 * math.pi) + var.log() + noise.square()).sum(-1)
    price = 0.5 * (mu.square() + var - 1 - var.log()).sum(-1)
    closed = price - (sampled - log_ratio)
    figure = Figure(figsize=(7.6, 3.3), layout="constrained")
    axes = figure.subplots()
    for values, colour, name in [(-sampled, Q, "$-L_1$: mean of $-\\log w$"), (closed, POSTERIOR, "NELBO")]:
        means = np.asarray(values.mean(-1))
        axes.hist(means, bins=30, color=colour, alpha=0.6, label=f"{name}: {means.mean():.2f} ± {means.std():.2f}")
    axes.set(xlabel="nats, mean over the batch", yticks=[])
    axes.spines["left"].set_visible(False)
    axes.legend()
    return figure


@from_answers
def samples_that_count(effective_sample_size: Answer, log_w: Answer, x: Answer) -> Figure:
    """How many of m samples count, for each image; and the images for which fewest and most of them do"""
    log_w = _ready({"": log_w})[""]
    counts = np.asarray(effective_sample_size(log_w), float)
    order = np.argsort(counts)
    figure = Figure(figsize=(9.8, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.2])
    left.hist(counts, bins=np.geomspace(1, len(log_w), 30), color=Q, alpha=0.7)
    left.axvline(float(np.median(counts)), color="black", lw=1, ls="--")
    left.set(xscale="log", xlabel=f"effective samples, of {len(log_w)}", ylabel="images")
    left.set_title(f"median {np.median(counts):.1f}")
    images = np.asarray(x.cpu())
    right.imshow(mosaic([images[order[:10]], images[order[-10:]]]), cmap="gray_r")
    right.set(xticks=[], yticks=[14, 42], yticklabels=["fewest", "most"])
    return figure


def _noise(n: int = 1 << 19) -> Any:
    """n numbers that follow Exp(1), one from each n-th of it, in random order: what they measure is measured better."""
    draw = np.random.default_rng(0)
    return torch.from_numpy(draw.permutation(-np.log1p(-(np.arange(n) + draw.random(n)) / n)))


SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
OBSERVED = {"x": 1.5, "theta": 1.0}  # of the exponential model, in the picture of the gap


@from_answers
def gap_against_m(
    iwae_bound: Answer, relative_variance: Answer, log_weights: Answer, log_evidence: Answer, *, phi: float
) -> Figure:
    """The exponential model at x = 1.5, θ = 1, φ = {phi}: the gap measured, and Var(w)/(2 m p²)"""
    figure = Figure(figsize=(7.6, 3.9), layout="constrained")
    axes = figure.subplots()
    evidence = float(log_evidence(*OBSERVED.values()))
    eps = _noise()
    measured = []
    for m in SIZES:
        bound = np.asarray(iwae_bound(log_weights(*OBSERVED.values(), phi, eps.reshape(m, -1))), float)
        measured.append((evidence - bound.mean(), bound.std() / math.sqrt(len(bound))))
    gaps, errors = np.transpose(measured)
    predicted = float(relative_variance(*OBSERVED.values(), phi)) / (2 * np.array(SIZES))
    axes.plot(SIZES, predicted, color=POSTERIOR, lw=1.4, label="Var$(w)/(2 m\\,p^2)$")
    axes.errorbar(SIZES, gaps, 2 * errors, fmt="o", color=Q, ms=5, label="$\\log p - L_m$, measured")
    axes.set(xscale="log", yscale="log", xlabel="$m$", ylabel="nats", title=f"φ = {phi:g}")
    axes.set_xticks(SIZES, map(str, SIZES))
    axes.set_ylim(max(1e-5, 0.3 * min(predicted)), 3 * max(*predicted, *gaps))
    axes.minorticks_off()
    for m, gap in zip(SIZES[:4], gaps, strict=False):
        axes.annotate(f"{gap:.4f}", (m, gap), (0, 8), **_LABEL)
    axes.legend()
    return figure


@from_answers
def signal_and_noise(iwae_gradient: Answer, *, phi: float) -> Figure:
    """The gradient's mean over its standard deviation, against m: x = 3, θ = 0.5, φ = {phi}"""
    figure = Figure(figsize=(9.8, 3.8), layout="constrained")
    axes = figure.subplots(1, 2)
    eps = _noise()
    slopes = [[np.asarray(g, float) for g in iwae_gradient(3.0, 0.5, phi, eps.reshape(m, -1))] for m in SIZES]
    names = "θ, the model's", "φ, the encoder's"
    for which, (colour, name) in enumerate(zip((POSTERIOR, Q), names, strict=True)):
        means = np.array([abs(each[which].mean()) for each in slopes])
        deviations = np.array([each[which].std() for each in slopes])
        axes[0].plot(SIZES, means, "o-", color=colour, ms=4, label=f"signal, in {name}")
        axes[0].plot(SIZES, deviations, "o--", color=colour, ms=3, lw=1.2, label="its noise")
        axes[1].plot(SIZES, means / deviations, "o-", color=colour, ms=4, label=f"in {name}")
    guide = np.array([16.0, 256.0])
    for exponent in (0.5, -0.5):
        start = (slopes[4][0].mean() / slopes[4][0].std(), slopes[4][1].mean() / slopes[4][1].std())
        axes[1].plot(guide, 1.5 * abs(start[exponent < 0]) * (guide / 16) ** exponent, color=QUIET, lw=3, zorder=0)
    axes[0].set_title("mean, and standard deviation")
    axes[1].set_title("their ratio; grey: slopes ½ and -½")
    for each in axes:
        each.set(xscale="log", yscale="log", xlabel="$m$")
        each.set_xticks(SIZES, map(str, SIZES))
        each.minorticks_off()
        each.legend(fontsize=8)
    return figure
