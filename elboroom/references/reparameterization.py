"""Samples and gradients by definition: quadrature of densities, differences along a fixed noise, parabolas.

The model is that of unit 03: z ~ Exp(theta), x | z ~ N(z, 1), q = Exp(phi). Per-sample functions map (m,) to (m,).
Nothing here is a closed form; the tests compare each function with a second route (scipy.stats, sympy, torch's
automatic differentiation, simulation) to the relative error in its docstring.
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.expect import derivative
from elboroom.references import exponential as by_definition

Array = np.ndarray
Function = Callable[[Any], Any]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(32)


def density(z: Any, rate: Any) -> Array:
    """The density of Exp(rate) at z."""
    return np.exp(by_definition.log_exponential(z, rate))


def cdf(z: Any, rate: Any) -> Array:
    """∫ of the density of Exp(rate) from 0 to z, for rate·z up to 60; 0 below 0. 1e-13."""
    z, rate = by_definition.floats(z, rate)
    half = np.minimum(np.maximum(z, 0.0), 60 / rate)[..., None] / 2
    return (_WEIGHTS * half * density(half * (1 + _NODES), rate[..., None])).sum(axis=-1)


def mean(rate: Any) -> Array:
    """E[z] for z ~ Exp(rate). 1e-12."""
    return by_definition.expectation(lambda z: z, rate)


def quantile(u: Any, rate: Any) -> Array:
    """The z with cdf(z, rate) = u, for u in [0, 1). 1e-9 for u up to 1 - 1e-6."""
    u = np.asarray(u, float)
    return mean(rate) * _unit_quantile(u.tobytes()).reshape(u.shape)


@functools.lru_cache(16)
def _unit_quantile(numbers: bytes) -> Array:
    """quantile(numbers, 1), by bisection and then Newton's steps."""
    u = np.frombuffer(numbers)
    low, high = np.zeros(u.shape), np.full(u.shape, 32.0)
    for _ in range(10):
        middle = (low + high) / 2
        below = cdf(middle, 1.0) < u
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    z = (low + high) / 2
    for _ in range(4):
        z = np.maximum(z - (cdf(z, 1.0) - u) / density(np.maximum(z, 1e-300), 1.0), 0.0)
    return z


def log_weight(z: Any, x: Any, theta: Any, phi: Any) -> Array:
    """log p(x, z) - log q(z): what the ELBO is the expectation of."""
    return by_definition.log_joint(z, x, theta) - by_definition.log_exponential(z, phi)


def transported(eps: Any, phi: Any) -> Array:
    """eps ~ Exp(1), brought to Exp(phi) by giving it the mean of Exp(phi)."""
    return mean(phi) * np.asarray(eps, float)


def score(z: Any, phi: Any) -> Array:
    """d/dphi log q(z), by differences. 1e-9."""
    return derivative(lambda p: by_definition.log_exponential(z, p), [phi], 0)


def along_the_path(integrand: Callable[[Any, Any], Any], eps: Any, phi: float) -> Array:
    """d/dphi integrand(z, phi) with z = transported(eps, phi) moving and eps fixed, by differences. 1e-9."""
    return derivative(lambda p: integrand(transported(eps, p), p), [phi], 0)


def reparameterized_gradient(x: float, theta: float, phi: float, eps: Any) -> Array:
    """The total derivative of log p(x, z) - log q(z) along the path of z. 1e-9."""
    return along_the_path(lambda z, p: log_weight(z, x, theta, p), eps, phi)


def sticking_the_landing(x: float, theta: float, phi: float, eps: Any) -> Array:
    """The same derivative with the parameter inside log q held fixed. 1e-9."""
    return along_the_path(lambda z, p: log_weight(z, x, theta, phi), eps, phi)


def score_function_gradient(x: float, theta: float, phi: float, z: Any) -> Array:
    """(log p(x, z) - log q(z)) d/dphi log q(z). 1e-9."""
    return log_weight(z, x, theta, phi) * score(z, phi)


def theta_gradient(theta: float, z: Any) -> Array:
    """d/dtheta of the mean over z of log p(x, z), in which x plays no role. 1e-9."""
    return derivative(lambda t: np.mean(by_definition.log_joint(z, 0.0, t)), [theta], 0)


def implicit_gradient(z: Any, phi: Any) -> Array:
    """How z moves with phi when cdf(z, phi) stays what it is: by the implicit function theorem. 1e-8."""
    z, phi = by_definition.floats(z, phi)
    return -derivative(lambda p: cdf(z, p), [phi], 0) / density(z, phi)


def bottom(parabola: Function) -> Array:
    """Where a parabola is lowest, from three of its points. 1e-12."""
    left, middle, right = (parabola(b) for b in (-1.0, 0.0, 1.0))
    return (left - right) / (2 * (left - 2 * middle + right))


def optimal_baseline(f: Any, s: Any) -> Array:
    """The b for which the mean of ((f - b) s)² is least. 1e-9 for f and s of moderate size."""
    f, s = by_definition.floats(f, s)
    scale = 1 + np.max(np.abs(f))
    return scale * bottom(lambda b: np.mean(((f / scale - b) * s) ** 2))


def moments(estimator: Function) -> tuple[Array, Array]:
    """(mean, variance) of estimator(eps), eps ~ Exp(1), by quadrature. 1e-9 for estimators that grow like eps³."""
    first = by_definition.expectation(estimator, 1.0)
    return first, by_definition.expectation(lambda eps: (estimator(eps) - first) ** 2, 1.0)
