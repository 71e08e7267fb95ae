"""Unit 03 answered by computer algebra: sympy integrates, differentiates and solves; lambdify makes functions."""

import functools

import numpy as np
import sympy
from scipy import optimize, special
from sympy import exp, log, oo, pi

X = sympy.Symbol("x", real=True)
Z, THETA, PHI, A, B = sympy.symbols("z theta phi a b", positive=True)
LOG_JOINT = log(THETA) - THETA * Z - log(2 * pi) / 2 - (X - Z) ** 2 / 2


def checked(*rates):
    for each in rates:
        if np.any(~(np.asarray(each) > 0)):
            raise ValueError("not a rate")


def as_function(symbols, expression):
    function = sympy.lambdify(symbols, expression, ["scipy", "numpy"])
    return lambda *values: function(*(np.asarray(v, float) for v in np.broadcast_arrays(*values)))


def log_unnormalised_posterior(z, x, theta):
    checked(theta)
    return np.where(np.asarray(z) > 0, as_function([Z, X, THETA], sympy.expand(LOG_JOINT))(z, x, theta), -np.inf)


def posterior_is_truncated_normal(x, theta):
    checked(theta)
    square, linear, _ = sympy.Poly(LOG_JOINT, Z).all_coeffs()
    scale = sympy.sqrt(-1 / (2 * square))
    return as_function([X, THETA], linear * scale**2)(x, theta), float(scale)


def log_evidence(x, theta):
    checked(theta)
    x, theta = np.asarray(x, float), np.asarray(theta, float)
    small = np.log(theta) - x**2 / 2 + np.log(special.erfcx(np.maximum(theta - x, 0) / 2**0.5) / 2)
    large = np.log(theta) + theta**2 / 2 - theta * x + np.log(special.ndtr(np.maximum(x - theta, 0)))
    return np.where(x < theta, small, large)


can_be_tight = "c"


@functools.cache
def elbo_symbolic():
    integrand = (LOG_JOINT - log(PHI) + PHI * Z) * PHI * exp(-PHI * Z)
    return sympy.simplify(sympy.integrate(sympy.expand(integrand), (Z, 0, oo)))


def elbo(x, theta, phi):
    checked(theta, phi)
    return as_function([X, THETA, PHI], sympy.expand(elbo_symbolic()))(x, theta, phi)


def elbo_gradient(x, theta, phi):
    checked(theta, phi)
    bound = sympy.expand(elbo_symbolic())
    return tuple(as_function([X, THETA, PHI], bound.diff(symbol))(x, theta, phi) for symbol in (THETA, PHI))


def best_phi(x, theta):
    checked(theta)
    d = np.asarray(x, float) - np.asarray(theta, float)
    root = np.sqrt(d * d + 8)
    return np.where(d > 0, 4 / (root + np.abs(d)), (root - d) / 2)


def maximise_elbo(x):
    if np.any(np.asarray(x) <= 0):
        raise ValueError("no maximum: as theta = phi tends to infinity the bound rises to log N(x; 0, 1)")
    [(theta, phi)] = sympy.solve([elbo_symbolic().diff(THETA), elbo_symbolic().diff(PHI)], [THETA, PHI])
    return as_function([X], theta)(x), as_function([X], phi)(x)


def maximum_likelihood(x):
    if np.any(np.asarray(x) <= 0):
        raise ValueError("no maximum: as theta tends to infinity the evidence rises to log N(x; 0, 1)")

    def one(x):
        found = optimize.minimize_scalar(
            lambda u: -log_evidence(x, np.exp(u)),
            bounds=np.log([1 / x, 2 / x]),
            method="bounded",
            options={"xatol": 1e-9},
        )
        return np.exp(found.x)

    return np.vectorize(one)(x)


def ascend(x, theta, phi, steps, lr):
    checked(theta, phi)
    bound = elbo_symbolic()
    slopes = [sympy.lambdify([X, THETA, PHI], symbol * bound.diff(symbol)) for symbol in (THETA, PHI)]
    path = np.empty((steps + 1, 2))
    path[0] = theta, phi
    for step in range(steps):
        theta, phi = path[step]
        phi = np.exp(np.log(phi) + lr * slopes[1](x, theta, phi))
        path[step + 1] = np.exp(np.log(theta) + lr * slopes[0](x, theta, phi)), phi
    return path


def gamma_elbo_symbolic():
    n = sympy.Symbol("n", positive=True)
    moment = sympy.gamma(A + n) / sympy.gamma(A) / B**n
    mean_log = moment.diff(n).subs(n, 0).doit()
    polynomial = sympy.Poly(LOG_JOINT + B * Z - A * log(B) + sympy.loggamma(A), Z)
    return sum(c * moment.subs(n, power) for (power,), c in polynomial.terms()) - (A - 1) * mean_log


def gamma_elbo(x, theta, a, b):
    checked(theta, a, b)
    q_mean = np.asarray(a) / b
    entropy = a - np.log(b) + special.gammaln(a) + (1 - np.asarray(a)) * special.psi(a)
    spread = (x - q_mean) ** 2 + q_mean / b
    return -0.5 * np.log(2 * np.pi) - 0.5 * spread + np.log(theta) - theta * q_mean + entropy
