"""The terms of the bound, in numbers and in symbols, so that one transformation of the definition serves both.

ELBO = E[log_prior(z) + log_likelihood(z) - log_q(z)], where E is the expectation over q. `Numbers` integrates
numerically; `Symbols` is exact, for functions of z that are polynomials plus a multiple of log z.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from elboroom.references import exponential as by_definition

Function = Callable[[Any], Any]


class Numbers:
    """The model at (x, theta), with q = Exp(rate), or Gamma(shape, rate) when a shape is given. Values are (..., 1)."""

    def __init__(self, x: Any, theta: Any, rate: Any, shape: Any = None) -> None:
        self.gamma, self.log = shape is not None, np.log
        self.x, self.theta, self.rate, self.shape = by_definition.columns(x, theta, rate, shape if self.gamma else 1.0)

    def E(self, f: Function) -> Any:
        if not self.gamma:
            return by_definition.expectation(f, self.rate[..., 0])[..., None]
        return by_definition.gamma_expectation(f, self.shape[..., 0], self.rate[..., 0])[..., None]

    def E_prior(self, f: Function) -> Any:
        return by_definition.expectation(f, self.theta[..., 0])[..., None]

    def log_prior(self, z: Any) -> Any:
        return by_definition.log_exponential(z, self.theta)

    def log_likelihood(self, z: Any) -> Any:
        return by_definition.log_normal(self.x, z)

    def log_q(self, z: Any) -> Any:
        if not self.gamma:
            return by_definition.log_exponential(z, self.rate)
        return by_definition.log_gamma(z, self.shape, self.rate)

    def with_rate(self, rate: Any) -> "Numbers":
        """The same model with another q."""
        made = Numbers(0.0, 1.0, 1.0)
        made.__dict__ |= self.__dict__ | {"rate": rate}
        return made


class Symbols:
    """The same in sympy. The symbols are x, theta and phi; with gamma=True q = Gamma(a, rate b) instead of Exp(phi)."""

    def __init__(self, gamma: bool = False, rate: Any = None) -> None:
        import sympy

        self.log, self.gamma = sympy.log, gamma
        self.x = sympy.Symbol("x", real=True)
        self.theta, phi, self.shape, b = sympy.symbols("theta phi a b", positive=True)
        self.rate = rate if rate is not None else b if gamma else phi

    def E(self, f: Function) -> Any:
        return _expectation(f, self.shape if self.gamma else 1, self.rate)

    def E_prior(self, f: Function) -> Any:
        return _expectation(f, 1, self.theta)

    def log_prior(self, z: Any) -> Any:
        return self.log(self.theta) - self.theta * z

    def log_likelihood(self, z: Any) -> Any:
        import sympy

        return -(sympy.log(2 * sympy.pi) + (self.x - z) ** 2) / 2

    def log_q(self, z: Any) -> Any:
        import sympy

        if not self.gamma:
            return self.log(self.rate) - self.rate * z
        a, b = self.shape, self.rate
        return a * self.log(b) - sympy.loggamma(a) + (a - 1) * sympy.log(z) - b * z

    def with_rate(self, rate: Any) -> "Symbols":
        """The same model with another q."""
        return Symbols(self.gamma, rate)


Terms = Numbers | Symbols


def _expectation(f: Function, a: Any, b: Any) -> Any:
    """E[f(z)], z ~ Gamma(a, rate b), by linearity from E[z^n] = Γ(a + n) / (Γ(a) b^n); E[log z] is its derivative in n
    at 0."""
    import sympy

    z, log_z, total = sympy.Symbol("z", positive=True), sympy.Symbol("log_z"), sympy.Integer(0)
    polynomial = sympy.Poly(sympy.expand(f(z)).subs(sympy.log(z), log_z), z, log_z)
    for (power, logs), coefficient in polynomial.terms():
        total += coefficient * (sympy.digamma(a) - sympy.log(b) if logs else sympy.rf(a, power) / b**power)
    return total
