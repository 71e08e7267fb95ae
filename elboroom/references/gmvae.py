"""The VAE with a mixture prior by definition: networks as matrices, and the bound's terms worked out beside them.

Means and logits come from products in float64; log densities from elboroom.references.mixtures; a pixel's log
probability is the log of the one of its two probabilities that happened. The tests compare with elboroom.models.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from elboroom.references import mixtures

Array = np.ndarray
State = dict[str, Array]  # the weights by name
Sizes = tuple[int, int, int, int]  # z_dim, x_dim, hidden, k, as in a learner's constructor
FLOOR = 1e-8


def weights(sizes: Sizes, seed: int) -> State:
    """Weights N(0, 1/4), float32, for a model of these sizes; the same for the same seed."""
    z_dim, x_dim, hidden, k = sizes
    draw = np.random.default_rng(seed)
    layers = {"enc": (x_dim, hidden, hidden, 2 * z_dim), "dec": (z_dim, hidden, hidden, x_dim)}
    state = {"z_pre": draw.normal(size=(2 * k, z_dim), scale=0.5).astype("f4")}
    for part, widths in layers.items():
        for i in range(3):
            state[f"{part}.net.{2 * i}.weight"] = draw.normal(size=widths[i : i + 2][::-1], scale=0.5).astype("f4")
            state[f"{part}.net.{2 * i}.bias"] = draw.normal(size=widths[i + 1], scale=0.5).astype("f4")
    return state


def module(sizes: Sizes, state: State) -> Any:
    """The judge's own module of these sizes, in float64, with these weights."""
    import torch

    from elboroom.models import GMVAE

    z_dim, x_dim, hidden, k = sizes
    made = GMVAE(z_dim=z_dim, x_dim=x_dim, hidden=hidden, k=k).double()
    made.load_state_dict({name: torch.from_numpy(w.astype("f8")) for name, w in state.items()})
    return made


def elu(h: Array) -> Array:
    return np.where(h > 0, h, np.expm1(np.minimum(h, 0.0)))


def softplus(h: Array) -> Array:
    return np.logaddexp(0.0, h)


def network(state: State, part: str, inputs: Any, inner: Callable[[Array], Array] = elu) -> Array:
    """What the network `part` ("enc" or "dec") makes of its inputs; `inner` stands between its three layers."""
    h = np.asarray(inputs, float)
    for layer in (0, 2, 4):
        h = h @ state[f"{part}.net.{layer}.weight"].T.astype(float) + state[f"{part}.net.{layer}.bias"]
        h = inner(h) if layer < 4 else h
    return h


def encode(state: State, x: Any) -> tuple[Array, Array]:
    """(mu, var) of q(z|x), (N, K) each."""
    mu, h = np.split(network(state, "enc", x), 2, axis=-1)
    return mu, softplus(h) + FLOOR


def prior(state: State) -> tuple[Array, Array]:
    """(mu, var) of the components, (k, K) each."""
    mu, h = np.split(state["z_pre"].astype(float), 2)
    return mu, softplus(h) + FLOOR


def reconstructions(x: Any, logits: Array) -> Array:
    """(N,): -log p(x|z), from the probability of what each pixel is."""
    signs = np.where(np.asarray(x) > 0.5, 1.0, -1.0)
    return softplus(-signs * logits).sum(axis=-1)


def terms(state: State, x: Any, eps: Any) -> tuple[Array, Array]:
    """(kl, reconstruction) of each row, (N,): one sample of each, from the same z."""
    mu, var = encode(state, x)
    z = mu + np.sqrt(var) * np.asarray(eps, float)
    kl = mixtures.kl_monte_carlo(z, mu, var, *(each[None] for each in prior(state)))
    return kl, reconstructions(x, network(state, "dec", z))
