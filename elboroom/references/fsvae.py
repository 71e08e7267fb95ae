"""The conditional VAE by definition: networks as matrices in float64, densities from scipy, pictures one at a time.

Weights are named as in elboroom.models.FSVAE. The tests compare with that module, which is written in torch.
"""

from typing import Any

import numpy as np
from scipy import stats
from scipy.optimize import minimize_scalar

from elboroom.references import exponential
from elboroom.references.vae import FLOOR, kl, network, softplus

Array = np.ndarray
State = dict[str, Array]  # the weights by name
Sizes = tuple[int, int, int, int]  # z_dim, x_dim, hidden, classes
Terms = tuple[float, float, float]
ROUNDING = 1 / (12 * 255**2)


def weights(sizes: Sizes, seed: int, log_sigma2: float = -0.7) -> State:
    """Weights, float32 and rather large, for a model of these sizes; the same for the same seed."""
    z_dim, x_dim, hidden, classes = sizes
    draw = np.random.default_rng(seed)
    made = {"log_sigma2": np.array(log_sigma2, "f4")}
    layers = {"enc": (x_dim + classes, hidden, hidden, 2 * z_dim), "dec": (z_dim + classes, hidden, hidden, x_dim)}
    for part, widths in layers.items():
        for i in range(3):
            scale = 1.2 / np.sqrt(widths[i])
            made[f"{part}.net.{2 * i}.weight"] = draw.normal(0, scale, (widths[i + 1], widths[i])).astype("f4")
            made[f"{part}.net.{2 * i}.bias"] = draw.normal(0, 0.6, widths[i + 1]).astype("f4")
    return made


def classes_of(state: State) -> int:
    """The number of classes that these weights are for."""
    return state["enc.net.0.weight"].shape[1] - state["dec.net.4.weight"].shape[0]


def with_label(features: Any, y: Any, classes: int) -> Array:
    """(N, K + classes): each row, then a 1 at the place of its label and 0 at the others."""
    pairs = zip(floats(features), ints(y), strict=True)
    return np.array([[*row, *(float(c == label) for c in range(classes))] for row, label in pairs])


def log_normal(x: Any, mean: Any, var: Any) -> Array:
    """(N,): the sum over the pixels of the logs of their densities."""
    return stats.norm.logpdf(floats(x), floats(mean), np.sqrt(floats(var))).sum(axis=-1)


def encode(state: State, x: Any, y: Any) -> tuple[Array, Array]:
    """(mu, var) of q(z|x,y), (N, K) each."""
    mu, h = np.split(network(with_label(x, y, classes_of(state)), state, "enc.net"), 2, axis=-1)
    return mu, softplus(h) + FLOOR


def decode(state: State, z: Any, y: Any) -> Array:
    """(N, D): the mean of p(x|z,y)."""
    return network(with_label(z, y, classes_of(state)), state, "dec.net")


def variance(state: State) -> float:
    """sigma2 of every pixel."""
    return float(np.exp(float(state["log_sigma2"])) + ROUNDING)


def sampled(state: State, x: Any, y: Any, eps: Any) -> Array:
    """(N, K): the z of q(z|x,y) that this noise stands for."""
    mu, var = encode(state, x, y)
    return mu + np.sqrt(var) * floats(eps)


def negative_elbo(state: State, x: Any, y: Any, eps: Any) -> Terms:
    """(nelbo, kl, reconstruction): means over the batch, one sample each."""
    reconstruction = -log_normal(x, decode(state, sampled(state, x, y, eps), y), variance(state)).mean()
    divergence = kl(*encode(state, x, y)).mean()
    return float(divergence + reconstruction), float(divergence), float(reconstruction)


def best_variance(state: State, x: Any, y: Any, eps: Any) -> float:
    """The variance at which the reconstruction of this batch costs least, found by search. 1e-6."""
    mean = decode(state, sampled(state, x, y, eps), y)
    cost = minimize_scalar(
        lambda u: -log_normal(x, mean, np.exp(u)).mean(), bounds=(-20, 10), method="bounded", options={"xatol": 1e-9}
    )
    return float(np.exp(cost.x))


def swap(state: State, x: Any, y: Any, wanted: Any, eps: Any) -> Array:
    """(N, D): the style of each image with the content that is wanted, one image at a time."""
    styles = sampled(state, x, y, eps)
    return np.concatenate([decode(state, z[None], [label]) for z, label in zip(styles, ints(wanted), strict=True)])


def style_grid(state: State, z: Any, classes: int) -> Array:
    """(R, classes, D): row r has the style z[r], column c the class c."""
    return np.array([[decode(state, [style], [c])[0] for c in range(classes)] for style in floats(z)])


def interpolate(state: State, z_a: Any, z_b: Any, y: int, steps: int) -> Array:
    """(steps, D): on the straight line from z_a to z_b, both ends included."""
    a, b = floats(z_a), floats(z_b)
    return np.concatenate([decode(state, [a + i / (steps - 1) * (b - a)], [y]) for i in range(steps)])


def fitted(features: Any, targets: Any) -> Array:
    """(F + 1, C): the linear functions, constants last, with the least squared error: its gradient is zero there."""
    A = with_constant(features)
    return np.linalg.solve(A.T @ A, A.T @ floats(targets))


def with_constant(features: Any) -> Array:
    features = floats(features)
    return np.hstack([features, np.ones((len(features), 1))])


def probe(features: Any, labels: Any, others: Any, their_labels: Any) -> tuple[float, float]:
    """(accuracy, its standard error) on the others, of the class whose linear function is largest."""
    W = fitted(features, with_label(np.zeros((len(ints(labels)), 0)), labels, int(max(ints(labels))) + 1))
    right = (with_constant(others) @ W).argmax(axis=1) == ints(their_labels)
    return float(right.mean()), float(right.std() / np.sqrt(len(right)))


def prior_bound(x: Any, theta: Any) -> Array:
    """E_p(z)[log p(x|z)] of unit 03's model, by quadrature. 1e-12 of its largest term."""
    x, theta = np.broadcast_arrays(floats(x), floats(theta))
    return exponential.expectation(lambda z: exponential.log_normal(x[..., None], z), theta)


def floats(values: Any) -> Array:
    return np.asarray(values, dtype=float)


def ints(values: Any) -> Array:
    return np.asarray(values).astype(int)
