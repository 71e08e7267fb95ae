"""The same averages of Gaussian log densities in symbols: a parabola's expectation from the moments of z."""

import functools
from typing import Any


@functools.cache
def symbols() -> tuple[Any, Any, Any, Any]:
    """mu_q, sigma_q, mu_p, sigma_p."""
    import sympy

    mu_q, mu_p = sympy.symbols("mu_q mu_p", real=True)
    sigma_q, sigma_p = sympy.symbols("sigma_q sigma_p", positive=True)
    return mu_q, sigma_q, mu_p, sigma_p


def normals() -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """(q, p), each with its mean and its variance."""
    mu_q, sigma_q, mu_p, sigma_p = symbols()
    return (mu_q, sigma_q**2), (mu_p, sigma_p**2)


def expected_log(under: tuple[Any, Any], of: tuple[Any, Any]) -> Any:
    """E[log N(z; of)] for z ~ N(under): E[z] and E[z²] in place of z and z²."""
    import sympy

    z, (mean, var), (at, width) = sympy.Symbol("z", real=True), under, of
    parabola = sympy.Poly(-sympy.log(2 * sympy.pi * width) / 2 - (z - at) ** 2 / (2 * width), z)
    moments = {0: sympy.Integer(1), 1: mean, 2: mean**2 + var}
    return sum(coefficient * moments[power] for (power,), coefficient in parabola.terms())


@functools.cache
def kl() -> Any:
    """E_q[log q - log p]."""
    q, p = normals()
    return expected_log(q, q) - expected_log(q, p)
