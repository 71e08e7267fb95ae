"""The pictures of unit 06: digits, paths, a map of two latents, and what the latents are used for."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import stats

from elboroom.plots.answers import from_answers
from elboroom.plots.digits import mosaic
from elboroom.plots.picture import EVIDENCE, POSTERIOR, PRIOR, QUIET, Q

Array = np.ndarray
Answer = Any
PATH, GRID = 12, 15  # pictures along a path, and along a side of the map


@from_answers
def reconstructions(model: Answer, x: Any) -> Figure:
    """Test digits, above, and what the decoder makes of the mean of their code, below."""
    return _sheet([x, _decoded(model, _means(model, x))])


@from_answers
def generated(model: Answer, z: Any) -> Figure:
    """Two hundred digits decoded from samples of the prior."""
    return _sheet(_decoded(model, z).reshape(-1, 20, 784))


@from_answers
def paths(model: Answer, x: Any) -> Figure:
    """From one digit to another: through the latent space, above, and through the pixels, below, for each pair."""
    means, shares = _means(model, x), torch.linspace(0, 1, PATH, device=x.device)[:, None]
    rows = []
    for a in range(0, len(x) - 1, 2):
        rows.append(_decoded(model, means[a] + shares * (means[a + 1] - means[a])))
        rows.append(x[a] + shares * (x[a + 1] - x[a]))
    return _sheet(rows)


@from_answers
def plane(model: Answer, images: Any, labels: Any, *, z1: float, z2: float) -> Figure:
    """A space of two latents: the codes of test digits, the digit at ({z1}, {z2}), and the decoder everywhere."""
    figure = Figure(figsize=(10, 3.9))
    boxes = (0.05, 0.12, 0.31, 0.78), (0.385, 0.2, 0.012, 0.62), (0.46, 0.27, 0.18, 0.46), (0.68, 0.04, 0.31, 0.86)
    left, scale, middle, right = map(figure.add_axes, boxes)
    codes = _means(model, images.float() / 255).cpu()
    dots = left.scatter(codes[:, 0], codes[:, 1], c=labels.cpu(), cmap="tab10", vmin=-0.5, vmax=9.5, s=6, lw=0)
    left.plot(z1, z2, "+", color="black", ms=16, mew=2)
    left.set(xlim=(-4, 4), ylim=(-4, 4), aspect="equal", xlabel="$z_1$", ylabel="$z_2$", title="codes")
    figure.colorbar(dots, cax=scale, ticks=range(10))
    here = torch.tensor([[z1, z2]], device=images.device)
    _show(middle, [_decoded(model, here)], f"z = ({z1:.2f}, {z2:.2f})")
    quantiles = torch.tensor(stats.norm.ppf((np.arange(GRID) + 0.5) / GRID), dtype=torch.float32)
    across = torch.stack(torch.meshgrid(quantiles, quantiles.flip(0), indexing="xy"), dim=-1)  # z2 grows upwards
    _show(right, _decoded(model, across.to(images.device)), "the decoder, at quantiles of the prior")
    return figure


@from_answers
def latent_by_latent(kl: Answer, active_units: Answer, mu: Answer, var: Answer) -> Figure:
    """The mean KL of each latent over the test digits, the largest first; active ones in colour."""
    figure, (axes,) = _row(1)
    columns = [(mu[:, [k]], var[:, [k]]) for k in range(mu.shape[1])]
    nats = [float(kl(*column).mean()) for column in columns]
    active = [bool(active_units(column[0])) for column in columns]
    for place, k in enumerate(np.argsort(nats)[::-1]):
        axes.bar(place, nats[k], color=POSTERIOR if active[k] else QUIET)
    axes.set(xticks=range(len(nats)), xticklabels=[f"$z_{{{k + 1}}}$" for k in np.argsort(nats)[::-1]], ylabel="nats")
    axes.set_title(f"{sum(active)} of {len(nats)} latents are active; together they cost {sum(nats):.1f} nats")
    return figure


@from_answers
def amortisation(encoded: Answer, refined: Answer) -> Figure:
    """The negative ELBO of each test digit: with the encoder's q, and with a q of its own."""
    figure, (left, right) = _row(2)
    before, after = encoded.cpu().numpy().ravel(), refined.cpu().numpy().ravel()
    ends = [min(before.min(), after.min()) - 5, max(before.max(), after.max()) + 5]
    left.plot(ends, ends, color=QUIET)
    left.scatter(before, after, s=9, color=POSTERIOR, lw=0)
    left.set(xlim=ends, ylim=ends, aspect="equal", xlabel="nelbo with the encoder's q", ylabel="nelbo with its own q")
    right.hist(before - after, bins=30, color=EVIDENCE)
    right.axvline((before - after).mean(), color="black", lw=1)
    right.set(xlabel="nats gained", ylabel="digits", title=f"amortisation gap: {(before - after).mean():.2f} nats")
    return figure


@from_answers
def kl_against_images(kl_split: Answer, mu: Answer, var: Answer) -> Figure:
    """The mean KL of so many images, split into what tells them apart and the aggregate's distance from the prior."""
    figure, (axes,) = _row(1)
    generator = torch.Generator().manual_seed(0)
    z = mu + var**0.5 * torch.randn(mu.shape, generator=generator).to(mu.device)
    sizes = [n for n in (2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000) if n <= len(mu)]
    split = np.array([kl_split(mu[:n], var[:n], z[:n]) for n in sizes], dtype=float)  # (sizes, 2)
    axes.plot(sizes, split.sum(axis=1), color=PRIOR, marker=".", label="both: the mean KL")
    axes.plot(sizes, split[:, 1], color=Q, marker=".", label="KL(q(z) ‖ p(z))")
    axes.plot(sizes, split[:, 0], color=POSTERIOR, marker=".", label="I(x; z)")
    axes.plot(sizes, np.log(sizes), color="black", lw=1, ls=":", label="log N")
    axes.set(xscale="log", xlabel="images N", ylabel="nats", ylim=(0, None))
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return figure


@from_answers
def rate_distortion(points: Answer, nelbo_without_latents: Answer, x: Any) -> Figure:
    """Rate against distortion on test digits, for models trained with different β; dotted: equal NELBO."""
    figure, (axes,) = _row(1)
    alone = float(nelbo_without_latents(x))
    rates, distortions = [p[1] for p in points], [p[2] for p in points]
    for nelbo in range(80, int(alone) + 40, 20):
        axes.plot([0, nelbo], [nelbo, 0], color=QUIET, lw=0.8, ls=":")
    axes.plot(rates, distortions, color=POSTERIOR, marker="o")
    for beta, rate, distortion, active in points:
        text = f"β = {beta:g}: {rate + distortion:.0f} nats, {active} active"
        aside: Any = {"xytext": (8, 4)} if beta >= 1 else {"xytext": (-6, -15)}
        axes.annotate(text, (rate, distortion), textcoords="offset points", fontsize=9, **aside)
    axes.plot(0, alone, "s", color=Q)
    axes.annotate(f"no latents: {alone:.0f} nats", (0, alone), (8, 2), textcoords="offset points", fontsize=9, color=Q)
    axes.set(xlim=(-2, 1.45 * max(rates)), ylim=(0.7 * min(distortions), 1.08 * alone))
    axes.set(xlabel="rate: KL, nats", ylabel="distortion: reconstruction, nats")
    return figure


@from_answers
def by_beta(models: Mapping[float, Answer], x: Any) -> Figure:
    """Models trained with different β: reconstructions of ten digits, and ten samples from the prior."""
    figure, (left, right) = _row(2, height=0.55 * (len(models) + 1))
    z = torch.randn(len(x), 10, generator=torch.Generator().manual_seed(0)).to(x.device)
    _show(left, [x, *(_decoded(m, _means(m, x)) for m in models.values())], "digits and their reconstructions")
    _show(right, [torch.zeros_like(x), *(_decoded(m, z) for m in models.values())], "samples")
    left.set_axis_on()
    left.set(xticks=[], yticks=[28 * i + 14 for i in range(1 + len(models))])
    left.set_yticklabels(["x", *(f"β = {beta:g}" for beta in models)])
    left.tick_params(length=0)
    for side in ("left", "bottom"):
        left.spines[side].set_visible(False)
    return figure


def _means(model: Any, x: Any) -> Any:
    """The means of the codes: (N, K)."""
    with torch.no_grad():
        return model.encode(x)[0]


def _decoded(model: Any, z: Any) -> Any:
    """Pixel probabilities: (..., K) -> (..., 784)."""
    with torch.no_grad():
        return torch.sigmoid(model.decode(z)).cpu()


def _row(n: int, height: float = 3.6) -> tuple[Figure, Array]:
    figure = Figure(figsize=(7.0 if n == 1 else 10.0, height), layout="constrained")
    return figure, figure.subplots(1, n, squeeze=False)[0]


def _show(axes: Axes, rows: Any, title: str) -> None:
    axes.imshow(mosaic(rows), cmap="gray_r", vmin=0, vmax=1)
    axes.set_title(title)
    axes.set_axis_off()


def _sheet(rows: Any) -> Figure:
    """Rows of images over the whole width."""
    image = mosaic(rows)
    figure = Figure(figsize=(9.5, 9.5 * image.shape[0] / image.shape[1]), layout="constrained")
    axes = figure.subplots()
    axes.imshow(image, cmap="gray_r", vmin=0, vmax=1)
    axes.set_axis_off()
    return figure
