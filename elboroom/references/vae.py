"""Unit 06 by definition: what the terms of the VAE's objective stand for, for small networks and with set noise.

Probabilities are multiplied, the KL is an integral, gradients are differences: in NumPy, in float64, one idea a
function. Networks are dictionaries of weights, as a module's state_dict has them.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import stats

Array = np.ndarray
State = dict[str, Array]
Terms = tuple[float, float, float]
FLOOR = 1e-8  # of a variance
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(20)  # exact for polynomials up to degree 39 under N(0, 1)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


def elu(a: Array) -> Array:
    return np.where(a > 0, a, np.expm1(np.minimum(a, 0)))


def softplus(a: Array) -> Array:
    """log(1 + e^a)."""
    return np.logaddexp(0, a)


def sigmoid(a: Array) -> Array:
    return 1 / (1 + np.exp(-a))


def network(x: Any, state: State, prefix: str = "net", inner: Callable[[Array], Array] = elu) -> Array:
    """Three linear layers with `inner` between them: (N, inputs) -> (N, outputs)."""
    h = np.asarray(x, float)
    for layer in (0, 2, 4):
        h = h @ np.asarray(state[f"{prefix}.{layer}.weight"], float).T + state[f"{prefix}.{layer}.bias"]
        h = inner(h) if layer < 4 else h
    return h


def encode(x: Any, state: State, prefix: str = "enc.net") -> tuple[Array, Array]:
    """(mu, var) of q(z|x), (N, K) each."""
    mu, h = np.split(network(x, state, prefix), 2, axis=1)
    return mu, softplus(h) + FLOOR


def decode(z: Any, state: State, prefix: str = "dec.net") -> Array:
    """The logits of p(x|z): (N, K) -> (N, D)."""
    return network(z, state, prefix)


def log_bernoulli(x: Any, logits: Any) -> Array:
    """(N,): the log of the probability of each image, the product over its pixels of p where it is on, else 1 - p."""
    on, a = np.asarray(x, float) == 1, np.asarray(logits, float)
    return np.log(np.where(on, sigmoid(a), sigmoid(-a)).prod(axis=-1))


def log_normal(z: Array, mu: Any = 0.0, sd: Any = 1.0) -> Array:
    """The log density of N(mu, sd²), entry by entry."""
    return -0.5 * ((z - mu) / sd) ** 2 - np.log(sd) - 0.5 * np.log(2 * np.pi)


def kl(mu: Any, var: Any) -> Array:
    """(N,): the integral of q log(q/p), latent by latent, by Gauss-Hermite quadrature."""
    mu, sd = np.asarray(mu, float), np.sqrt(np.asarray(var, float))
    z = mu[..., None] + sd[..., None] * NODES
    ratio = log_normal(z, mu[..., None], sd[..., None]) - log_normal(z)
    return (ratio @ WEIGHTS).sum(axis=-1)


def terms_at(x: Any, mu: Any, var: Any, eps: Any, state: State) -> tuple[Array, Array]:
    """(kl, reconstruction) of each image for this q, with z at this noise: (N,) each."""
    z = np.asarray(mu, float) + np.sqrt(np.asarray(var, float)) * np.asarray(eps, float)
    return kl(mu, var), -log_bernoulli(x, decode(z, state))


def negative_elbo(x: Any, eps: Any, state: State) -> Terms:
    """(nelbo, kl, reconstruction), means over the batch."""
    nats, missed = terms_at(x, *encode(x, state), eps, state)
    return float((nats + missed).mean()), float(nats.mean()), float(missed.mean())


def slopes(function: Callable[[Array], float], at: Array, h: float = 1e-5) -> Array:
    """The gradient of a function of an array, by central differences, entry by entry."""
    found = np.empty(at.size)
    for i in range(at.size):
        up, down = at.ravel().copy(), at.ravel().copy()
        up[i], down[i] = up[i] + h, down[i] - h
        found[i] = (function(up.reshape(at.shape)) - function(down.reshape(at.shape))) / (2 * h)
    return found.reshape(at.shape)


def gradient(loss: Callable[[State], float], state: State) -> State:
    """The gradient of a function of the weights, weight by weight."""
    doubles = {name: np.asarray(w, float) for name, w in state.items()}
    return {name: slopes(lambda w, n=name: loss(doubles | {n: w}), doubles[name]) for name in doubles}  # type: ignore[misc]


def descend(loss: Callable[[State], float], state: State, rate: float) -> State:
    """The weights after one step of gradient descent."""
    slope = gradient(loss, state)
    return {name: np.asarray(w, float) - rate * slope[name] for name, w in state.items()}


def improved(x: Any, mu: Any, var: Any, eps: Any, rate: float, state: State) -> tuple[Array, Array]:
    """(mu, var) after one step downhill on each image's own nelbo, in mu and in log var."""
    mu, log_var, eps = np.asarray(mu, float), np.log(np.asarray(var, float)), np.asarray(eps, float)

    def total(mu: Array, log_var: Array) -> float:
        return float(sum(map(np.sum, terms_at(x, mu, np.exp(log_var), eps, state))))

    by_mu = slopes(lambda m: total(m, log_var), mu)
    by_log_var = slopes(lambda v: total(mu, v), log_var)
    return mu - rate * by_mu, np.exp(log_var - rate * by_log_var)


def densities(mu: Any, var: Any, z: Any) -> tuple[Array, Array]:
    """q(z_n | x_m) for every pair, (N, N), row n for z_n, and p(z_n), (N,): products of one-dimensional densities."""
    mu, sd, z = np.asarray(mu, float), np.sqrt(np.asarray(var, float)), np.asarray(z, float)
    return stats.norm.pdf(z[:, None], mu[None], sd[None]).prod(axis=2), stats.norm.pdf(z).prod(axis=1)


def kl_split(mu: Any, var: Any, z: Any) -> tuple[float, float]:
    """(I_q(x; z), KL(q(z) || p(z))), estimated from one z_n ~ q(z | x_n) an image, where q(z) is the mean of all q."""
    q, p = densities(mu, var, z)
    aggregate = q.mean(axis=1)
    return float(np.log(np.diag(q) / aggregate).mean()), float(np.log(aggregate / p).mean())


def least_cost(x: Any, grid: int = 2000) -> float:
    """The least mean cost, in nats, of images under one product of Bernoulli pixels: each pixel's best probability is
    looked for on a grid, and again on finer ones around it."""
    on = np.asarray(x, float) == 1
    low, high = np.zeros(on.shape[1]), np.ones(on.shape[1])
    for _ in range(4):
        p = low + (high - low) * np.linspace(0, 1, grid)[:, None]  # (grid, D)
        with np.errstate(divide="ignore"):
            cost: Array = np.mean([-np.log(np.where(row, p, 1 - p)) for row in on], axis=0)
        best, width = p[np.argmin(cost, axis=0), np.arange(on.shape[1])], (high - low) / grid
        low, high = np.clip(best - 2 * width, 0, 1), np.clip(best + 2 * width, 0, 1)
    return float(cost.min(axis=0).sum())
