"""Unit 08 by definition: averages of weights in 40 digits, densities term by term, rows of an array written out.

log_w is (m, N): m importance samples of each of N images. Information is in nats. The tests compare with a second
route: torch, brute-force integration over z, simulation.
"""

import functools
from collections.abc import Callable
from decimal import Decimal, localcontext
from typing import Any

import numpy as np
from scipy import special, stats

from elboroom.references import exponential
from elboroom.references.elbo import DIGITS, by_rows, log

Array = np.ndarray
State = dict[str, Array]


def over_samples(of_rows: Callable[..., Any]) -> Callable[..., Array]:
    """Makes a function of the m weights of one image, decimals, one of log_w (m, N), giving (N,)."""
    by_columns = by_rows(of_rows)

    @functools.wraps(of_rows)
    def of_columns(log_w: Any) -> Array:
        return np.asarray(by_columns(np.moveaxis(np.asarray(log_w, float), 0, -1)))

    return of_columns


@over_samples
def iwae_bound(log_w: list[Decimal]) -> Decimal:
    """The log of the mean weight."""
    return log(sum((each.exp() for each in log_w), Decimal(0)) / len(log_w))


@over_samples
def effective_sample_size(log_w: list[Decimal]) -> Decimal:
    """(Σ w)² / Σ w²."""
    return sum((v.exp() for v in log_w), Decimal(0)) ** 2 / sum(((2 * v).exp() for v in log_w), Decimal(0))


def normalised_weights(log_w: Any) -> Array:
    """(m, N): each weight's share of its image's sum, the derivative of the bound in the log weight."""
    log_w = np.asarray(log_w, float)
    with localcontext(DIGITS):
        columns = [[Decimal(float(v)).exp() for v in column] for column in log_w.T]
        return np.array([[float(w / sum(column, Decimal(0))) for w in column] for column in columns]).T


# The models ----------------------------------------------------------------------------------------------------------


def network(inputs: Array, state: State, part: str) -> Array:
    """(..., inputs) through the layers 0, 2 and 4 of a network, with ELU between them."""
    for layer in (0, 2, 4):
        weight, bias = (np.asarray(state[f"{part}.net.{layer}.{name}"], float) for name in ("weight", "bias"))
        inputs = inputs @ weight.T + bias
        if layer < 4:
            inputs = np.where(inputs > 0, inputs, np.expm1(np.minimum(inputs, 0.0)))
    return inputs


def softplus(h: Any) -> Array:
    """log(1 + e^h), and 1e-8, below which no variance falls."""
    return np.logaddexp(0, h) + 1e-8


def encode(x: Any, state: State) -> tuple[Array, Array]:
    """(mu, var) of q(z|x): (N, D) to (N, K) each."""
    mu, h = np.split(network(np.asarray(x, float), state, "enc"), 2, axis=-1)
    return mu, softplus(h)


def log_normal(z: Any, mu: Any, var: Any) -> Array:
    """log N(z; mu, diag var), summed over the last axis."""
    return np.asarray(stats.norm.logpdf(z, mu, np.sqrt(var)).sum(axis=-1))


def log_prior(z: Any, state: State) -> Array:
    """log p(z): (..., K) to (...). A standard normal, or the mixture whose components are in the state."""
    if "z_pre" not in state:
        return log_normal(z, 0.0, 1.0)
    mu, h = np.split(np.asarray(state["z_pre"], float), 2)
    components = [log_normal(z, *component) for component in zip(mu, softplus(h), strict=True)]
    return np.asarray(special.logsumexp(components, axis=0)) - np.log(len(mu))


def log_likelihood(x: Any, z: Any, state: State) -> Array:
    """log p(x|z): x (N, D), z (..., N, K) to (..., N)."""
    probability = special.expit(network(z, state, "dec"))
    return np.asarray(stats.bernoulli.logpmf(np.broadcast_to(x, probability.shape), probability).sum(axis=-1))


def drawn(x: Any, eps: Any, state: State) -> Array:
    """z (m, N, K) for noise eps (m, N, K)."""
    mu, var = encode(x, state)
    return np.asarray(mu + np.sqrt(var) * np.asarray(eps, float))


def log_weights(x: Any, eps: Any, state: State) -> Array:
    """log p(x|z) + log p(z) - log q(z|x), (m, N)."""
    z = drawn(x, eps, state)
    return log_likelihood(x, z, state) + log_prior(z, state) - log_normal(z, *encode(x, state))


def noise_nodes(images: int, n: int = 16) -> tuple[Array, Array]:
    """Noise (n², images, 2) and weights (n²,) with which a weighted sum is an expectation over N(0, I)."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(n)
    grid = np.stack(np.meshgrid(nodes, nodes), axis=-1).reshape(-1, 1, 2)
    both = np.outer(weights, weights).ravel() / (2 * np.pi)
    return np.broadcast_to(grid, (n * n, images, 2)), both


def negative_elbo(x: Any, state: State) -> Array:
    """(N,): KL(q(z|x) || N(0, I)) in closed form, less E_q[log p(x|z)], for two latents and a standard normal prior."""
    eps, weights = noise_nodes(len(x))
    mu, var = encode(x, state)
    kl = 0.5 * (mu**2 + var - 1 - np.log(var)).sum(axis=-1)
    return np.asarray(kl - weights @ log_likelihood(x, drawn(x, eps, state), state))


def evidence(x: Any, state: State, reach: float = 9.0, n: int = 181) -> Array:
    """(N,): p(x) = ∫ p(x|z) p(z) dz over a fine grid of two latents."""
    line = np.linspace(-reach, reach, n)
    z = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 1, 2)
    log_joint = log_likelihood(x, np.broadcast_to(z, (n * n, len(x), 2)), state) + log_prior(z, state)
    return np.asarray(np.exp(log_joint).sum(axis=0) * (line[1] - line[0]) ** 2)


# The exponential model -----------------------------------------------------------------------------------------------


def exponential_log_weights(x: Any, theta: Any, phi: Any, eps: Any) -> Array:
    """log p(x, z) - log q(z) at z = eps/phi, for noise Exp(1). Analytic in theta and phi."""
    z = np.asarray(eps) / phi
    return np.log(theta) - theta * z - 0.5 * (np.log(2 * np.pi) + (x - z) ** 2) - np.log(phi) + phi * z


def relative_variance(x: float, theta: float, phi: float) -> float:
    """Var(w)/p(x)² for w = p(x, z)/q(z), z ~ q = Exp(phi): ∫ p(x, z)²/q(z) dz / p(x)² - 1. 1e-9 of its value + 1."""
    log_p = exponential.log_evidence(x, theta)

    def second_moment(z: Any) -> Any:
        return np.exp(2 * (exponential.log_joint(z, x, theta) - log_p) - exponential.log_exponential(z, phi))

    top = max(x - theta + phi / 2, 0.0)
    return float(exponential.integral(second_moment, max(top - 7.0, 0.0), top + 7.0)) - 1


def iwae_gradient(x: float, theta: float, phi: float, eps: Any) -> tuple[Array, Array]:
    """The derivatives of L_m's estimate in theta and in phi, eps (m, n) held fixed: (n,) each, by a complex step."""
    h = 1e-30

    def bound(theta: complex, phi: complex) -> Array:
        return np.log(np.mean(np.exp(exponential_log_weights(x, theta, phi, eps)), axis=0))

    return bound(theta + 1j * h, phi).imag / h, bound(theta, phi + 1j * h).imag / h


# The bug -------------------------------------------------------------------------------------------------------------


def tiled(N: int, m: int) -> list[int]:
    """Which image each of the m·N weights belongs to, as the write-up lays them out: all images once, then again."""
    return [image for _ in range(m) for image in range(N)]


def pooled_images(N: int, m: int) -> Array:
    """(N, m): the images in each row, when rows of m are cut from that list."""
    images = tiled(N, m)
    return np.array([images[row * m : (row + 1) * m] for row in range(N)])


def repaired_bound(log_w: Any, m: int) -> Array:
    """(N,): each image's own weights, looked up in the list (m·N,), and the log of their mean."""
    flat = np.asarray(log_w, float)
    N = len(flat) // m
    images = np.array(tiled(N, m))
    return iwae_bound(np.stack([flat[images == image] for image in range(N)], axis=1))
