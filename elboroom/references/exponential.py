"""The exponential model by definition: z ~ Exp(theta), x | z ~ N(z, 1), with q = Exp(phi) or q = Gamma(a, rate b).

Nothing here is a closed form. An expectation is an integral done numerically, a derivative is a difference, a maximum
is where values stop rising. Everything broadcasts; information is in nats. The tests compare each function with a
second route (scipy, mpmath, sympy, simulation) to the relative error in its docstring.
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.optimize import minimize, root
from scipy.special import gammaln

from elboroom.references.remembered import remembered

Array = np.ndarray
Function = Callable[[Any], Any]

MANY = 10_000
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(128)


def integral(f: Function, low: Any, high: Any) -> Array:
    """∫ f(z) dz from low to high, both (...); f maps (..., 128) to (..., 128). One panel of Gauss-Legendre.

    ValueError for more than MANY integrals at once: a definition is slow, that is why one wants a formula."""
    low, high = np.asarray(low, float)[..., None], np.asarray(high, float)[..., None]
    if low.size > MANY:
        raise ValueError(f"{low.size} integrals are too many for quadrature")
    half = (high - low) / 2
    return (_WEIGHTS * half * f(low + half * (1 + _NODES))).sum(axis=-1)


def log_normal(x: Any, mean: Any) -> Array:
    """log N(x; mean, 1)."""
    return -0.5 * (np.log(2 * np.pi) + (np.asarray(x, float) - mean) ** 2)


def log_exponential(z: Any, rate: Any) -> Array:
    """log Exp(z; rate): log rate - rate z for z > 0, -inf elsewhere."""
    z, rate = np.asarray(z, float), np.asarray(rate, float)
    return np.where(z > 0, np.log(rate) - rate * z, -np.inf)


def log_gamma(z: Any, a: Any, b: Any) -> Array:
    """log Gamma(z; shape a, rate b) for z > 0."""
    return a * np.log(b) - gammaln(a) + (a - 1) * np.log(z) - b * z


def log_joint(z: Any, x: Any, theta: Any) -> Array:
    """log p(x, z) = log p(z) + log p(x | z)."""
    return log_exponential(z, theta) + log_normal(x, z)


def expectation(f: Function, rate: Any) -> Array:
    """E[f(z)] for z ~ Exp(rate), out to 60 means. 1e-12 for f that grows like z²."""
    rate = np.asarray(rate, float)
    return integral(lambda z: np.exp(log_exponential(z, rate[..., None])) * f(z), 0.0 * rate, 60 / rate)


def gamma_expectation(f: Function, a: Any, b: Any) -> Array:
    """E[f(z)] for z ~ Gamma(a, rate b), over t = log(b z), smooth for a < 1 too. 1e-9 for a from 0.3 to 200."""
    a, b = columns(a, b)

    def integrand(t: Any) -> Any:
        z = np.exp(t) / b
        return z * np.exp(log_gamma(z, a, b)) * f(z)

    low, high = np.log(a) - 40 / a - 10 / np.sqrt(a), np.log(a + 10 * np.sqrt(a) + 40)
    return integral(integrand, low[..., 0], high[..., 0])


def elbo(x: Any, theta: Any, phi: Any) -> Array:
    """E_q[log p(x, z) - log q(z)], q = Exp(phi). 1e-12 of its largest term."""
    x, theta, phi = columns(x, theta, phi)
    return expectation(lambda z: log_joint(z, x, theta) - log_exponential(z, phi), phi[..., 0])


def gamma_elbo(x: Any, theta: Any, a: Any, b: Any) -> Array:
    """E_q[log p(x, z) - log q(z)], q = Gamma(a, rate b). 1e-9 of its largest term."""
    x, theta, a, b = columns(x, theta, a, b)
    return gamma_expectation(lambda z: log_joint(z, x, theta) - log_gamma(z, a, b), a[..., 0], b[..., 0])


def around_the_posterior(x: Any, theta: Any) -> tuple[Array, Array, Array]:
    """(low, high, height): where the joint is within 45 nats of its top (z = max(x - theta, 0)), and its log there."""
    x, theta = floats(x, theta)
    top, slope = np.maximum(x - theta, 0.0), np.maximum(theta - x, 0.0)
    reach = 90 / (slope + np.sqrt(slope**2 + 90))  # slope · reach + reach²/2 = 45
    return np.maximum(top - reach, 0.0), top + reach, np.log(theta) - theta * top + log_normal(x, top)


def log_evidence(x: Any, theta: Any) -> Array:
    """log p(x) = log ∫ p(x, z) dz. 1e-12, at theta = 1e8 and at x = -40 too."""
    low, high, height = around_the_posterior(x, theta)
    x, theta, top = columns(x, theta, height)
    return np.log(integral(lambda z: np.exp(log_joint(z, x, theta) - top), low, high)) + height


def posterior_expectation(f: Function, x: Any, theta: Any) -> Array:
    """E[f(z) | x] = ∫ f(z) p(x, z) / p(x) dz. 1e-12."""
    low, high, _ = around_the_posterior(x, theta)
    x, theta, log_p = columns(x, theta, log_evidence(x, theta))
    return integral(lambda z: np.exp(log_joint(z, x, theta) - log_p) * f(z), low, high)


def posterior_mean(x: Any, theta: Any) -> Array:
    """E[z | x]. 1e-12."""
    return posterior_expectation(lambda z: z, x, theta)


def derivative(f: Function, at: Any) -> Array:
    """f'(at), at > 0, from five points a thousandth of `at` apart: 1e-9 of the terms of a smooth f.

    f is called once, with an axis for the points in front."""
    at = np.asarray(at, float)
    h = at * 1e-3
    ahead, behind, far_ahead, far_behind = f(np.stack([at + h, at - h, at + 2 * h, at - 2 * h]))
    return (8 * (ahead - behind) - (far_ahead - far_behind)) / (12 * h)


@remembered
def elbo_gradient(x: Any, theta: Any, phi: Any) -> tuple[Array, Array]:
    """(∂ELBO/∂theta, ∂ELBO/∂phi) by differences. 1e-9 of the largest term."""
    x, theta, phi = floats(x, theta, phi)
    return derivative(lambda t: elbo(x, t, phi), theta), derivative(lambda p: elbo(x, theta, p), phi)


def highest(f: Function, shape: tuple[int, ...]) -> Array:
    """The u from 1e-4 to 1e4 at which f is highest, f with one top; it maps (2, *shape) to (2, *shape). 1e-7.

    By bisection of log u: which way is up shows in two values of f, a ten-thousandth of u on both sides."""
    low, high = np.full(shape, np.log(1e-4)), np.full(shape, np.log(1e4))
    for _ in range(36):
        middle = (low + high) / 2
        above, below = f(np.exp(np.stack([middle + 1e-4, middle - 1e-4])))
        rising = above > below
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    return np.exp((low + high) / 2)


@remembered
def best_phi(x: Any, theta: Any) -> Array:
    """The phi at which the ELBO is highest, theta fixed. 1e-7."""
    x, theta = floats(x, theta)
    return highest(lambda phi: elbo(x, theta, phi), x.shape)


@remembered
def maximum_likelihood(x: Any) -> Array:
    """The theta at which the evidence is highest, for x > 0. 1e-6 for x from 0.1 to 100."""
    (x,) = floats(x)
    return highest(lambda theta: log_evidence(x, theta), x.shape)


@functools.cache
def maximise_elbo(x: float) -> tuple[float, float]:
    """(theta, phi) at the top of the ELBO for one x > 0: uphill in the logarithms, then to a zero gradient. 1e-8."""

    def downhill(u: Array) -> Array:
        return -np.hstack(elbo_gradient(x, *np.exp(u))) * np.exp(u)

    top = minimize(lambda u: -elbo(x, *np.exp(u)), np.zeros(2), jac=downhill, method="BFGS", options={"gtol": 1e-5})
    theta, phi = np.exp(root(downhill, top.x, tol=1e-12).x)
    return float(theta), float(phi)


@remembered
def ascend(x: float, theta: float, phi: float, steps: int, lr: float) -> Array:
    """(steps + 1, 2): (theta, phi) at the start and after each step on log phi, then, at the new phi, on log theta."""
    path = [(theta, phi)]
    for _ in range(steps):
        phi = float(phi * np.exp(lr * phi * elbo_gradient(x, theta, phi)[1]))
        theta = float(theta * np.exp(lr * theta * elbo_gradient(x, theta, phi)[0]))
        path.append((theta, phi))
    return np.array(path, float)


def floats(*values: Any) -> list[Array]:
    """The values as float arrays of their common shape."""
    return [np.asarray(v, float) for v in np.broadcast_arrays(*values)]


def columns(*values: Any) -> list[Array]:
    """The same with an axis of length 1 at the end, for the nodes of an integral."""
    return [v[..., None] for v in floats(*values)]
