"""Unit 03 answered with Python's own mathematics and loops: no array arithmetic, no special functions but math's."""

import functools
import math

import numpy as np
import sympy


def each(function):
    """Applies a function of numbers to every combination that broadcasting makes."""

    @functools.wraps(function)
    def looped(*arguments):
        combinations = np.broadcast(*arguments)
        values = [function(*(float(a) for a in each)) for each in combinations]
        return np.array(values).reshape(combinations.shape) if combinations.shape else values[0]

    return looped


def want_positive(*rates):
    for rate in rates:
        if not rate > 0:
            raise ValueError(f"{rate} is not a rate")


@each
def log_unnormalised_posterior(z, x, theta):
    want_positive(theta)
    return math.log(theta) - theta * z - (x - z) ** 2 / 2 if z > 0 else -math.inf


def posterior_is_truncated_normal(x, theta):
    want_positive(theta)
    return x - theta, 1


def erfcx(t):
    if t < 20:
        return math.exp(t * t) * math.erfc(t)
    u = 1 / (2 * t * t)
    return (1 - u * (1 - 3 * u * (1 - 5 * u * (1 - 7 * u)))) / (t * math.sqrt(math.pi))


@each
def log_evidence(x, theta):
    want_positive(theta)
    if x >= theta:
        return math.log(theta) + theta * (theta / 2 - x) + math.log(math.erfc((theta - x) / math.sqrt(2)) / 2)
    return math.log(theta) - x * x / 2 + math.log(erfcx((theta - x) / math.sqrt(2)) / 2)


can_be_tight = "c"


def elbo_symbolic():
    x = sympy.Symbol("x", real=True)
    theta, phi = sympy.symbols("theta phi", positive=True)
    u = 1 / phi
    return -sympy.log(2 * sympy.pi) / 2 - ((x - u) ** 2 + u**2) / 2 - sympy.log(phi / theta) - theta * u + 1


@each
def elbo(x, theta, phi):
    want_positive(theta, phi)
    u = 1 / phi
    return -math.log(2 * math.pi) / 2 - x * x / 2 - u * u + (x - theta) * u + math.log(theta * u) + 1


def elbo_gradient(x, theta, phi):
    """By complex steps: the imaginary part of L(theta + ih) is h times the derivative, and nothing is subtracted."""

    def bound(x, theta, phi):
        return -x * x / 2 - 1 / phi**2 + (x - theta) / phi + np.log(theta) - np.log(phi)

    @each
    def by_theta(x, theta, phi):
        want_positive(theta, phi)
        return bound(x, theta + 1e-30j * theta, phi).imag / (1e-30 * theta)

    @each
    def by_phi(x, theta, phi):
        return bound(x, theta, phi + 1e-30j * phi).imag / (1e-30 * phi)

    return by_theta(x, theta, phi), by_phi(x, theta, phi)


@each
def best_phi(x, theta):
    want_positive(theta)
    d = x - theta
    root = math.sqrt(d * d + 8)
    return 4 / (d + root) if d > 0 else (root - d) / 2


def maximise_elbo(x):
    @each
    def top(x):
        if x <= 0:
            raise ValueError(f"at x = {x} the bound rises without end")
        return 2 / x

    return top(x), top(x)


@each
def maximum_likelihood(x):
    if x <= 0:
        raise ValueError(f"at x = {x} the evidence rises without end")
    low, high = 1 / x, 2 / x
    for _ in range(50):
        theta = (low + high) / 2
        m = x - theta
        tail = math.erfc(-m / math.sqrt(2)) if m > 0 else math.exp(-m * m / 2) * erfcx(-m / math.sqrt(2))
        mean = m + math.sqrt(2 / math.pi) * math.exp(-m * m / 2) / tail
        low, high = (theta, high) if 1 / theta > mean else (low, theta)
    return theta


def ascend(x, theta, phi, steps, lr):
    want_positive(theta, phi)
    path = [[theta, phi]]
    for _ in range(steps):
        phi = math.exp(math.log(phi) + lr * (2 / phi**2 - (x - theta) / phi - 1))
        theta = math.exp(math.log(theta) + lr * (1 - theta / phi))
        path.append([theta, phi])
    return path


def gamma_elbo_symbolic():
    x = sympy.Symbol("x", real=True)
    theta, a, b = sympy.symbols("theta a b", positive=True)
    mean, mean_of_square, mean_of_log = a / b, a * (a + 1) / b**2, sympy.polygamma(0, a) - sympy.log(b)
    log_joint = (
        sympy.log(theta) - theta * mean - sympy.log(2 * sympy.pi) / 2 - (x**2 - 2 * x * mean + mean_of_square) / 2
    )
    log_q = a * sympy.log(b) - sympy.loggamma(a) + (a - 1) * mean_of_log - b * mean
    return log_joint - log_q


def digamma(a):
    shift = 0.0
    while a < 10:
        shift, a = shift + 1 / a, a + 1
    v = 1 / (a * a)
    return math.log(a) - 0.5 / a - v * (1 / 12 - v * (1 / 120 - v * (1 / 252 - v / 240))) - shift


@each
def gamma_elbo(x, theta, a, b):
    want_positive(theta, a, b)
    entropy = a - math.log(b) + math.lgamma(a) + (1 - a) * digamma(a)
    squares = x * x - 2 * x * a / b + a * (a + 1) / b**2
    return -math.log(2 * math.pi) / 2 - squares / 2 + math.log(theta) - theta * a / b + entropy
