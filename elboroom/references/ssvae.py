"""The semi-supervised VAE by definition: one image and one class at a time, in float64, term by term.

The networks are matrices; L(x, y) is a sum of log densities under one sample of z; U(x) goes through the classes with a
loop. The tests compare with elboroom.models and with torch.distributions.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from elboroom.references.remembered import remembered
from elboroom.references.vae import kl

Array = np.ndarray
State = dict[str, Array]  # the weights by name
Sizes = tuple[int, int, int, int]  # x_dim, z_dim, hidden, classes
FLOOR = 1e-8
CLASS_WEIGHT = 100.0


def weights(sizes: Sizes, seed: int) -> State:
    """Weights N(0, 1/4), in the classifier N(0, 1), float32, for a model of these sizes; the same for the same seed."""
    x_dim, z_dim, hidden, classes = sizes
    draw = np.random.default_rng(seed)
    layers = {
        "cls": (x_dim, hidden, hidden, classes),
        "enc": (x_dim + classes, hidden, hidden, 2 * z_dim),
        "dec": (z_dim + classes, hidden, hidden, x_dim),
    }
    state = {}
    for part, widths in layers.items():
        scale = 1.0 if part == "cls" else 0.5  # so that images differ in their class
        for i in range(3):
            state[f"{part}.net.{2 * i}.weight"] = draw.normal(size=widths[i : i + 2][::-1], scale=scale).astype("f4")
            state[f"{part}.net.{2 * i}.bias"] = draw.normal(size=widths[i + 1], scale=scale).astype("f4")
    return state


def module(sizes: Sizes, state: State) -> Any:
    """The judge's own module of these sizes, in float64, with these weights."""
    import torch

    from elboroom.models import SSVAE

    x_dim, z_dim, hidden, classes = sizes
    made = SSVAE(z_dim=z_dim, x_dim=x_dim, hidden=hidden, classes=classes).double()
    made.load_state_dict({name: torch.from_numpy(w.astype("f8")) for name, w in state.items()})
    return made


def relu(h: Array) -> Array:
    return np.maximum(h, 0.0)


def elu(h: Array) -> Array:
    return np.where(h > 0, h, np.expm1(np.minimum(h, 0.0)))


def softplus(h: Array) -> Array:
    return np.logaddexp(0.0, h)


def network(state: State, part: str, inputs: Any, inner: Callable[[Array], Array] | None = None) -> Array:
    """What the network `part` makes of its inputs; between its layers stands `inner`: ReLU in "cls", else ELU."""
    inner = inner or (relu if part == "cls" else elu)
    h = np.asarray(inputs, float)
    for layer in (0, 2, 4):
        h = h @ state[f"{part}.net.{layer}.weight"].T.astype(float) + state[f"{part}.net.{layer}.bias"]
        h = inner(h) if layer < 4 else h
    return h


def classes_of(state: State) -> int:
    return len(state["cls.net.4.bias"])


def one_hot(state: State, y: Any) -> Array:
    """(..., C)."""
    return np.eye(classes_of(state))[np.asarray(y)]


def log_softmax(logits: Array) -> Array:
    """(..., C): log q(y|x)."""
    return logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)


def encode(state: State, x: Any, y: Any, inner: Callable[[Array], Array] = elu) -> tuple[Array, Array]:
    """(mu, var) of q(z|x,y): x (N, D), y (N,) -> (N, K) each."""
    side_by_side = np.concatenate([np.asarray(x, float), one_hot(state, y)], axis=-1)
    mu, h = np.split(network(state, "enc", side_by_side, inner), 2, axis=-1)
    return mu, softplus(h) + FLOOR


def decode(state: State, z: Any, y: Any, inner: Callable[[Array], Array] = elu) -> Array:
    """The logits of p(x|y,z): z (N, K), y (N,) -> (N, D)."""
    return network(state, "dec", np.concatenate([np.asarray(z, float), one_hot(state, y)], axis=-1), inner)


def log_pixels(x: Any, logits: Array) -> Array:
    """(N,): log p(x|y,z), from the probability of what each pixel is."""
    signs = np.where(np.asarray(x) > 0.5, 1.0, -1.0)
    return -softplus(-signs * logits).sum(axis=-1)


def terms(state: State, x: Any, y: Any, eps: Any) -> tuple[Array, Array, float]:
    """(log p(x|y,z), KL, log p(y)) of each row, (N,), (N,) and a number, z = mu + sqrt(var) eps."""
    mu, var = encode(state, x, y)
    logits = decode(state, mu + np.sqrt(var) * np.asarray(eps, float), y)
    return log_pixels(x, logits), kl(mu, var), float(-np.log(classes_of(state)))


def bound(state: State, x: Any, y: Any, eps: Any) -> Array:
    """(N,): L(x, y), one sample each, eps (N, K)."""
    likelihood, divergence, log_prior = terms(state, x, y, eps)
    return likelihood - divergence + log_prior


def table(state: State, x: Any, eps: Any) -> Array:
    """(N, C): L(x, y) of every image for every class, eps (N, C, K): a loop over images, and one over classes."""
    x, eps = np.asarray(x, float), np.asarray(eps, float)
    rows = []
    for i in range(len(x)):
        rows.append([bound(state, x[i : i + 1], [y], eps[i, y][None])[0] for y in range(classes_of(state))])
    return np.array(rows)


def log_q(state: State, x: Any) -> Array:
    """(N, C): log q(y|x)."""
    return log_softmax(network(state, "cls", x))


def marginal(log_q: Array, bounds: Array) -> Array:
    """(N,): U(x), the expectation of L(x, y) - log q(y|x) under q(y|x)."""
    return (np.exp(log_q) * (bounds - log_q)).sum(axis=-1)


def cross_entropy(state: State, x: Any, y: Any) -> float:
    """The mean of -log q(y|x) of the labels."""
    return float(-np.mean([row[c] for row, c in zip(log_q(state, x), np.asarray(y), strict=True)]))


@remembered
def best_marginal(bounds: Any) -> tuple[Array, Array]:
    """(q (N, C), U (N,)): the q(y|x) with the largest U for these L(x, y), by a search over the simplex."""
    from scipy.optimize import minimize

    found = []
    for row in np.asarray(bounds, float):
        shifted = row - row.max()
        result = minimize(
            lambda logits, shifted=shifted: -marginal(log_softmax(logits), shifted),
            np.zeros(len(row)),
            method="BFGS",
            options={"gtol": 1e-10},
        )
        found.append((np.exp(log_softmax(result.x)), -result.fun + row.max()))
    return np.array([q for q, _ in found]), np.array([u for _, u in found])
