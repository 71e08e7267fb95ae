"""The pictures of unit 07, second half: digits drawn from components, codes and components on a map, the components'
faces."""

from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse

from elboroom.plots.answers import from_answers

MARGIN = 3  # pixels of frame around a digit
LABELS = matplotlib.colormaps["tab10"].colors  # type: ignore[attr-defined]


def array(values: Any) -> np.ndarray:
    """A tensor's numbers, wherever it lies."""
    return np.asarray(values.detach().cpu() if hasattr(values, "detach") else values)


def on_paper(grey: np.ndarray, colour: Any, strength: float = 0.3) -> np.ndarray:
    """Ink (..., h, w), 0 to 1, on paper that is tinted with `colour`: (..., h, w, 3)."""
    paper = 1 - strength * (1 - np.asarray(colour, dtype=float))
    return (1 - grey[..., None]) * paper


@from_answers
def digits_by_component(images: Any, component: Any) -> Figure:
    """Two hundred digits drawn from the model, ten from each of twenty components: a column and a tint for each."""
    images, component = array(images).reshape(-1, 28, 28), array(component)
    which = list(dict.fromkeys(component.tolist()))
    tints = matplotlib.colormaps["hsv"](np.linspace(0, 1, len(which), endpoint=False))[:, :3]
    columns = []
    for tint, c in zip(tints, which, strict=True):
        columns.append(on_paper(np.concatenate(images[component == c]), tint))
    figure = Figure(figsize=(10.5, 5.4), layout="constrained")
    axes = figure.subplots()
    axes.imshow(np.concatenate(columns, axis=1), interpolation="nearest")
    axes.set_xticks(28 * np.arange(len(which)) + 14, [str(c) for c in which], fontsize=8)
    axes.set(yticks=[], xlabel="component")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure


@from_answers
def clusters(codes: Any, labels: Any, mu: Any, var: Any) -> Figure:
    """The codes of test digits in the plane where they vary most, coloured by label; ellipses are the components."""
    codes, labels, mu, var = (array(each) for each in (codes, labels, mu, var))
    centre = codes.mean(axis=0)
    plane = np.linalg.svd(codes - centre, full_matrices=False)[2][:2].T  # (K, 2)
    figure = Figure(figsize=(8.2, 6.4), layout="constrained")
    axes = figure.subplots()
    for centre_of, variances in zip((mu - centre) @ plane, var, strict=True):
        axes.add_patch(ellipse(centre_of, plane.T * variances @ plane))
    for digit in range(10):
        points = (codes[labels == digit] - centre) @ plane
        axes.plot(*points.T, ".", color=LABELS[digit], ms=4, alpha=0.8, label=str(digit))
    reach = 1.1 * np.abs((codes - centre) @ plane).max(axis=0)
    axes.set(xlim=(-reach[0], reach[0]), ylim=(-reach[1], reach[1]), aspect="equal")
    axes.set(xlabel="first direction", ylabel="second direction", title=f"{len(codes):,} codes, {len(mu)} components")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), title="label")
    return figure


def ellipse(centre: np.ndarray, covariance: np.ndarray) -> Ellipse:
    """One standard deviation around `centre` (2,)."""
    values, vectors = np.linalg.eigh(covariance)
    width, height = 2 * np.sqrt(values[::-1])
    angle = float(np.degrees(np.arctan2(vectors[1, 1], vectors[0, 1])))
    return Ellipse((centre[0], centre[1]), width, height, angle=angle, fill=False, ec="black", lw=0.6, alpha=0.55)


@from_answers
def faces(images: Any, members: Any, labels: Any) -> Figure:
    """The decoded means of the components, framed by the commonest label of the digits they hold, which are counted."""
    images, members, labels = array(images).reshape(-1, 28, 28), array(members), array(labels)
    table = np.zeros((len(images), 10), dtype=int)
    np.add.at(table, (members, labels), 1)  # (k, 10): how many digits of each label
    order = sorted(range(len(images)), key=lambda c: (table[c].argmax() if table[c].any() else 10, -table[c].sum()))
    shown = [c for c in order if table[c].sum() > 0][:100]
    figure = Figure(figsize=(10.5, 0.62 * (len(shown) // 17 + 1) + 0.5), layout="constrained")
    axes = figure.subplots()
    tiles = [tile(images[c], LABELS[table[c].argmax()]) for c in shown]
    blank = np.ones_like(tiles[0])
    rows = [[*tiles[i : i + 17], *[blank] * (17 - len(tiles[i : i + 17]))] for i in range(0, len(tiles), 17)]
    axes.imshow(np.concatenate([np.concatenate(each, axis=1) for each in rows]), interpolation="nearest")
    side = len(blank)
    for n, c in enumerate(shown):
        axes.text(n % 17 * side + 4, n // 17 * side + 5, str(table[c].sum()), fontsize=5, va="top")
    pure = table.max(axis=1).sum() / table.sum()
    axes.set_title(f"{len(shown)} components in use; {pure:.0%} of their digits have the commonest label of theirs")
    axes.set_axis_off()
    return figure


def tile(grey: np.ndarray, colour: Any) -> np.ndarray:
    """(28 + 2·MARGIN, …, 3): a digit in a coloured frame."""
    framed = np.tile(np.asarray(colour, dtype=float), (28 + 2 * MARGIN, 28 + 2 * MARGIN, 1))
    framed[MARGIN:-MARGIN, MARGIN:-MARGIN] = on_paper(grey, (1, 1, 1))
    return framed
