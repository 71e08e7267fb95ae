"""The pictures of unit 05, first half: lines, curves, kernels, and what comes out of a latent space."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from elboroom import clouds
from elboroom.plots.answers import from_answers
from elboroom.plots.picture import EVIDENCE, POSTERIOR, PRIOR, QUIET, Q

Array = np.ndarray
Answer = Any


@from_answers
def line(*, angle: float) -> Figure:
    """A line through the middle of the cloud at {angle}°, the distances to it, and the error as the line turns."""
    figure, (left, right) = _row(2)
    X = clouds.ellipse()
    C, mean = X - X.mean(axis=0), X.mean(axis=0)
    u = _direction(angle)
    feet = mean + np.outer(C @ u, u)
    for x, foot in zip(X, feet, strict=True):
        left.plot(*zip(x, foot, strict=True), color=Q, lw=0.7)
    _dots(left, X, POSTERIOR)
    left.plot(*np.transpose([mean - 4 * u, mean + 4 * u]), color=Q)
    left.set(aspect="equal", xlim=(-0.5, 6.5), ylim=(1.5, 8.5), title="every point, and what is decoded in its place")
    angles = np.linspace(0, 180, 181)
    right.plot(angles, [_error(C, a) for a in angles], color=PRIOR)
    right.plot(angle, _error(C, angle), "o", color=Q)
    right.set(xlabel="angle in degrees", xticks=range(0, 181, 45), ylim=(0, None))
    right.set_title(f"squared error: {_error(C, angle):.1f}")
    return figure


@from_answers
def distance_from_the_origin(pca_autoencoder: Answer, *, distance: float) -> Figure:
    """The best line of the centred cloud, and the one that is found without centring, {distance} from the origin."""
    figure, (axes,) = _row(1)
    C = clouds.ellipse() - clouds.ellipse().mean(axis=0)
    X = C + distance * _direction(-25)
    mirrored = np.vstack([X, -X])  # its mean is the origin: centring does nothing to it
    for rows, through, colour, name in [
        (X, X.mean(axis=0), EVIDENCE, "centred"),
        (mirrored, np.zeros(2), Q, "not centred"),
    ]:
        u = np.asarray(pca_autoencoder(rows, 1)[1], float)[0]
        u = u / np.linalg.norm(u)
        axes.plot(*np.transpose([through - 12 * u, through + 12 * u]), color=colour, label=name)
    _dots(axes, X, POSTERIOR)
    axes.plot(0, 0, "+", color="black", ms=10)
    axes.set(aspect="equal", xlim=(-4, 10), ylim=(-7, 4), title="one latent, with and without the mean")
    axes.legend(loc="upper right")
    return figure


@from_answers
def two_factorisations(pca_autoencoder: Answer, trained: Answer) -> Figure:
    """Encoder times decoder is the same matrix, trained or by PCA; the encoders differ by an invertible map."""
    figure, axes = _row(4, height=3.0)
    pca = [np.asarray(a, float) for a in pca_autoencoder(clouds.factors(), 2)]
    own = [np.asarray(a, float) for a in trained]
    shown = {
        "PCA: encoder": pca[0],
        "trained: encoder": own[0],
        "PCA: product": pca[0] @ pca[1],
        "trained: product": own[0] @ own[1],
    }
    for ax, (title, matrix) in zip(axes, shown.items(), strict=True):
        ax.imshow(matrix, cmap="RdBu_r", vmin=-1, vmax=1)
        ax.set(title=title, xticks=[], yticks=[])
    return figure


@from_answers
def on_a_curve(pca_autoencoder: Answer, network: Answer) -> Figure:
    """Three quarters of a circle and one latent: what PCA decodes is a line, what the network decodes is a curve."""
    import torch

    figure, axes = _row(2)
    X = clouds.curve()
    encoder, decoder = (np.asarray(a, float) for a in pca_autoencoder(X, 1))
    by_pca = X.mean(axis=0) + (X - X.mean(axis=0)) @ encoder @ decoder
    with torch.no_grad():
        codes = network.encoder(torch.tensor(X, dtype=torch.float32))
        along = torch.linspace(float(codes.min()), float(codes.max()), 300)[:, None]
        by_network = network.decoder(codes).numpy()
        path = network.decoder(along).numpy()
    for ax, decoded, drawn, name in [(axes[0], by_pca, by_pca, "PCA"), (axes[1], by_network, path, "network")]:
        for x, y in list(zip(X, decoded, strict=True))[::4]:
            ax.plot(*zip(x, y, strict=True), color=QUIET, lw=0.8)
        _dots(ax, X, POSTERIOR)
        ax.plot(*drawn.T, color=Q)
        error = ((X - decoded) ** 2).sum(axis=1).mean()
        ax.set(aspect="equal", title=f"{name}: squared error {error:.4f} per point")
    return figure


@from_answers
def kernel(kernel_pca: Answer, *, width: float) -> Figure:
    """Two rings, their PCA scores, and their kernel PCA scores with a Gaussian kernel of width {width}."""
    figure, axes = _row(3, height=3.6)
    X, ring = clouds.rings()
    distances = ((X[:, None] - X[None]) ** 2).sum(axis=2)
    shown = [
        ("the data", X),
        ("PCA (linear kernel)", kernel_pca(X @ X.T, 2)),
        (f"kernel PCA, width {width:g}", kernel_pca(np.exp(-distances / (2 * width**2)), 2)),
    ]
    for ax, (title, points) in zip(axes, shown, strict=True):
        _dots(ax, np.asarray(points, float)[ring == 0], Q)
        _dots(ax, np.asarray(points, float)[ring == 1], POSTERIOR)
        ax.set(title=title, xticks=[], yticks=[])
        ax.set_aspect("equal", "datalim")
    return figure


@from_answers
def latent_spaces(autoencoder: Answer, autoencoder_samples: Answer, vae: Answer, vae_samples: Answer) -> Figure:
    """Codes of the data under N(0, I)'s circles (left) and decoded samples of N(0, I) (right): autoencoder, VAE."""
    figure = Figure(figsize=(9, 8.2), layout="constrained")
    axes = figure.subplots(2, 2)
    X = clouds.moons()
    for row, name, codes, samples in [
        (axes[0], "autoencoder", autoencoder, autoencoder_samples),
        (axes[1], "VAE", vae, vae_samples),
    ]:
        for radius in (1, 2, 3):
            row[0].plot(*_circle(radius), color=PRIOR, lw=0.8)
        _dots(row[0], codes, POSTERIOR)
        row[0].set(aspect="equal", xlim=(-3.5, 3.5), ylim=(-3.5, 3.5), title=f"{name}: codes of the data")
        _dots(row[1], X, QUIET)
        _dots(row[1], samples, Q)
        row[1].set(aspect="equal", xlim=(-3, 3), ylim=(-2.5, 2.5))
        row[1].set_title(f"{name}: g(z), z ~ N(0, I); {_astray(samples, X):.0%} are far from all data")
    return figure


def _astray(samples: Any, X: Array) -> float:
    """The share of samples that are further than 0.15 from every data point."""
    squares = ((np.asarray(samples)[:, None] - X[None]) ** 2).sum(axis=2)
    return float((squares.min(axis=1) > 0.15**2).mean())


def _row(columns: int, height: float = 4.0) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(4.8 * columns if columns < 3 else 10, height), layout="constrained")
    return figure, list(np.atleast_1d(figure.subplots(1, columns)))


def _dots(axes: Axes, points: Any, colour: str) -> None:
    x, y = np.asarray(points, float).T
    axes.scatter(x, y, color=colour, s=12, lw=0)


def _direction(angle: float) -> Array:
    return np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])


def _circle(radius: float) -> Array:
    angle = np.linspace(0, 2 * np.pi, 200)
    return radius * np.stack([np.cos(angle), np.sin(angle)])


def _error(C: Array, angle: float) -> float:
    """The squared distances of centred rows to the line at this angle."""
    return float(((C @ _direction(angle + 90)) ** 2).sum())
