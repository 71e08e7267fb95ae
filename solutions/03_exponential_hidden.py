"""Unit 03, hidden: the closed forms, and what only they can check (far arguments, many at once, the choice's truth)."""

import functools
from typing import Any

import numpy as np
from scipy import optimize, special

from autograder import expect
from autograder.checks import part, rng
from autograder.student import Student
from elboroom.checks.exponential import above_the_first, check
from elboroom.references.remembered import remembered

Array = np.ndarray


def exact_log_evidence(x: Any, theta: Any) -> Array:
    """log theta + theta²/2 - theta x + log Φ(x - theta); for theta > x with the squares cancelled on paper."""
    x, theta = np.broadcast_arrays(np.asarray(x, float), np.asarray(theta, float))
    right, left = np.maximum(x - theta, 0.0), np.maximum(theta - x, 0.0)
    near = theta * (theta / 2 - x) + special.log_ndtr(right)
    far = -(x**2) / 2 + np.log(special.erfcx(left / np.sqrt(2)) / 2)
    return np.log(theta) + np.where(x >= theta, near, far)


@remembered
def exact_elbo(x: Any, theta: Any, phi: Any) -> Array:
    """-½ log 2π - x²/2 - 1/phi² + (x - theta)/phi + log theta - log phi + 1."""
    x, theta, phi = (np.asarray(v, float) for v in (x, theta, phi))
    return -0.5 * np.log(2 * np.pi) - x**2 / 2 - 1 / phi**2 + (x - theta) / phi + np.log(theta) - np.log(phi) + 1


def exact_elbo_gradient(x: Any, theta: Any, phi: Any) -> tuple[Array, Array]:
    """(-1/phi + 1/theta, 2/phi³ - (x - theta)/phi² - 1/phi)."""
    x, theta, phi = (np.asarray(v, float) for v in (x, theta, phi))
    return 1 / theta - 1 / phi, 2 / phi**3 - (x - theta) / phi**2 - 1 / phi


def exact_best_phi(x: Any, theta: Any) -> Array:
    """The positive root of phi² + (x - theta) phi - 2 = 0, in the form that doesn't cancel."""
    d = np.asarray(x, float) - np.asarray(theta, float)
    sum_of_sizes = np.abs(d) + np.hypot(d, np.sqrt(8))
    return np.where(d >= 0, 4 / sum_of_sizes, sum_of_sizes / 2)


def exact_maximise_elbo(x: Any) -> tuple[Array, Array]:
    """theta = phi = 2/x, for x > 0."""
    return 2 / np.asarray(x, float), 2 / np.asarray(x, float)


def exact_posterior_mean(x: float, theta: float) -> float:
    """The mean of N(x - theta, 1) cut at zero."""
    d = x - theta
    return float(d + np.sqrt(2 / np.pi) / special.erfcx(-d / np.sqrt(2)))


@functools.cache
def exact_maximum_likelihood(x: float) -> float:
    """The zero of 1/theta - E[z | x], which lies between 1/x and 2/x."""
    return float(optimize.brentq(lambda theta: 1 / theta - exact_posterior_mean(x, theta), 1 / x, 2 / x, xtol=1e-13))


@functools.cache
def exact_ascend(x: float, theta: float, phi: float, steps: int, lr: float) -> Array:
    """(steps + 1, 2): each step on log phi first, then, at the new phi, on log theta."""
    path = [(theta, phi)]
    for _ in range(steps):
        phi = float(phi * np.exp(lr * phi * exact_elbo_gradient(x, theta, phi)[1]))
        theta = float(theta * np.exp(lr * theta * exact_elbo_gradient(x, theta, phi)[0]))
        path.append((theta, phi))
    return np.array(path, float)


def exact_gamma_elbo(x: Any, theta: Any, a: Any, b: Any) -> Array:
    """-½ log 2π - ½(x² - 2x a/b + a(a+1)/b²) + log theta - theta a/b + a - log b + log Γ(a) + (1 - a)ψ(a)."""
    x, theta, a, b = (np.asarray(v, float) for v in (x, theta, a, b))
    likelihood = -0.5 * np.log(2 * np.pi) - 0.5 * (x**2 - 2 * x * a / b + a * (a + 1) / b**2)
    entropy = a - np.log(b) + special.gammaln(a) + (1 - a) * special.digamma(a)
    return likelihood + np.log(theta) - theta * a / b + entropy


@functools.cache
def exact_formulas() -> tuple[Any, Any]:
    """(elbo, gamma_elbo) as sympy expressions."""
    import sympy

    x = sympy.Symbol("x", real=True)
    theta, phi, a, b = sympy.symbols("theta phi a b", positive=True)
    shared = -sympy.log(2 * sympy.pi) / 2 - x**2 / 2 + sympy.log(theta)
    entropy = a - sympy.log(b) + sympy.loggamma(a) + (1 - a) * sympy.polygamma(0, a)
    return (
        shared - 1 / phi**2 + (x - theta) / phi - sympy.log(phi) + 1,
        shared - a * (a + 1) / (2 * b**2) + (x - theta) * a / b + entropy,
    )


def uniform(low: float, high: float, *shape: int) -> Array:
    """Numbers that are the same for every submission of a run."""
    return rng().uniform(low, high, shape)


@check.hidden
def log_unnormalised_posterior(student: Student) -> None:
    z, x, theta = uniform(0.05, 6, 7, 1), uniform(-4, 6, 5), uniform(0.2, 4, 5)
    with part("broadcasts, and takes integers", weight=0.5):
        many = student.log_unnormalised_posterior(z, x, theta)
        whole = student.log_unnormalised_posterior(np.array([1, 2, 0, 5]), 3, 2)
        want = -(z**2) / 2 + (x - theta) * z
        expect.close(above_the_first(many), want - want[:1], rtol=1e-9, atol=1e-9)
        expect.close(above_the_first(whole), [0.0, -0.5, -np.inf, -8.0], rtol=1e-9, atol=1e-9)


@check.hidden
def posterior_is_truncated_normal(student: Student) -> None:
    with part("holds for any x and any rate", weight=2):
        for x, theta in [(3, 1), (-40.0, 0.5), (2.0, 1e8), (1e6, 3), *uniform(0.1, 5, 4, 2).tolist()]:
            expect.close(student.posterior_is_truncated_normal(x, theta), (x - theta, 1.0), rtol=1e-9, atol=1e-12)


@check.hidden
def log_evidence(student: Student) -> None:
    with part("is right to nine digits far out"):
        for pair in [(-40.0, 0.01), (1e4, 1e-3), (0.0, 1e8), (-1e6, 3.0), (1e9, 0.5), (2.0, 1e-8), (40.0, 1e8)]:
            expect.close(student.log_evidence(*pair), exact_log_evidence(*pair), rtol=1e-9)
    with part("takes many values at once, and integers"):
        grid = uniform(-30, 30, 20, 1), np.geomspace(1e-6, 1e6, 30)
        expect.close(student.log_evidence(*grid), exact_log_evidence(*grid), rtol=1e-9, atol=1e-9)
        expect.close(student.log_evidence(np.array([-2, 0, 3]), 2), exact_log_evidence([-2, 0, 3], 2), rtol=1e-9)


@check.hidden
def can_be_tight(student: Student) -> None:
    with part("is the right choice"):
        expect.equal(student.value("can_be_tight"), "c")


@check.hidden
def elbo_symbolic(student: Student) -> None:
    with part("is the closed form", weight=2):
        expect.symbolically_equal(student.once("elbo_symbolic"), exact_formulas()[0])


@check.hidden
def elbo(student: Student) -> None:
    with part("is right far out"):
        for triple in [(2.0, 1.0, 1e-9), (2.0, 1e-8, 1e9), (-40.0, 1e8, 1e8), (1e6, 3.0, 1e-6), (3, 2, 1)]:
            expect.close(student.elbo(*triple), exact_elbo(*triple), rtol=1e-9)
    with part("takes arrays of any shape, and integers"):
        grid = uniform(-5, 5, 3, 1, 1), uniform(0.1, 5, 4, 1), uniform(0.1, 5, 5)
        expect.close(student.elbo(*grid), exact_elbo(*grid), rtol=1e-9, atol=1e-9)
        expect.close(student.elbo(np.array([1, 2, 3]), 2, 3), exact_elbo([1, 2, 3], 2, 3), rtol=1e-9)
        expect.raises(student.elbo(1.0, np.array([1.0, -1.0]), 2.0), "ValueError")
    with part("takes sixty thousand values at once", seconds=2.0):
        grid = uniform(-5, 5, 200, 1), uniform(0.1, 5, 300), uniform(0.1, 5, 300)
        expect.close(student.elbo(*grid), exact_elbo(*grid), rtol=1e-9, atol=1e-9)


@check.hidden
def elbo_gradient(student: Student) -> None:
    with part("is exact, near and far"):
        for triple in [(2.0, 1.0, 1e-6), (2.0, 1e-8, 1e9), (-40.0, 1e4, 3.0), (3, 2, 1)]:
            expect.close(student.elbo_gradient(*triple), exact_elbo_gradient(*triple), rtol=1e-10)
        grid = 0.7, uniform(0.1, 5, 6, 1), uniform(0.1, 5, 5)
        expect.close(student.elbo_gradient(*grid), exact_elbo_gradient(*grid), rtol=1e-10, atol=1e-10)


@check.hidden
def best_phi(student: Student) -> None:
    with part("is exact, for x - θ up to ±10⁹"):
        for pair in [(1e9, 1.0), (1.0, 1e9), (1e5, 0.5), (-1e5, 0.5), (2.0, 2.0), (3, 1)]:
            expect.close(student.best_phi(*pair), exact_best_phi(*pair), rtol=1e-12)
        grid = uniform(-20, 20, 6, 1), uniform(0.1, 5, 7)
        expect.close(student.best_phi(*grid), exact_best_phi(*grid), rtol=1e-12)


@check.hidden
def maximise_elbo(student: Student) -> None:
    with part("is exact, and takes arrays"):
        table = np.vstack([[1e-9, 1e6, 7.0], uniform(0.1, 20, 2, 3)])
        for x in (7, table):
            expect.close(student.maximise_elbo(x), exact_maximise_elbo(x), rtol=1e-10)
        expect.raises(student.maximise_elbo(np.array([1.0, -1.0])), "ValueError")


@check.hidden
def maximum_likelihood(student: Student) -> None:
    with part("is right from small x to large", weight=1.5):
        for x in (0.15, 2, 20.0, 60.0):
            expect.close(student.maximum_likelihood(x), exact_maximum_likelihood(x), rtol=1e-5)
        expect.raises(student.maximum_likelihood(np.array([1.0, 0.0])), "ValueError")


@check.hidden
def ascend(student: Student) -> None:
    with part("follows a long path, and takes none", weight=1.5):
        for arguments in [(2.5, 0.4, 2.0, 16, 0.15), (-1.0, 1, 2, 8, 0.1), (1.0, 0.7, 0.9, 0, 0.1)]:
            expect.close(student.ascend(*arguments), exact_ascend(*arguments), rtol=1e-8)


@check.hidden
def gamma_elbo_symbolic(student: Student) -> None:
    with part("is the closed form"):
        expect.symbolically_equal(student.once("gamma_elbo_symbolic"), exact_formulas()[1])


@check.hidden
def gamma_elbo(student: Student) -> None:
    with part("is right far out, and contains the exponential"):
        for gamma in [(2.0, 1.0, 1e4, 1e-2), (2.0, 1.0, 1e-3, 1.0), (2.0, 1.0, 1e6, 1e6), (3, 2, 1, 4)]:
            expect.close(student.gamma_elbo(*gamma), exact_gamma_elbo(*gamma), rtol=1e-7)
        x, theta, b = uniform(-5, 5, 3, 1), uniform(0.1, 5, 4), uniform(0.1, 5, 4)
        expect.close(student.gamma_elbo(x, theta, 1.0, b), exact_elbo(x, theta, b), rtol=1e-9, atol=1e-9)


def chose(letter: str, says: str) -> None:
    """Registers what a wrong letter deserves to hear; in grading only, for the letters tell which is right."""

    def chosen() -> str:
        return letter

    chosen.__name__ = f"chose_{letter}"
    check.mistake("can_be_tight", says)(chosen)


chose("a", "At φ = θ the KL to the prior is zero. The gap is another KL, the one to the posterior.")
chose("b", "A highest point need not be a point of contact: at x = 1.5, θ = 1 the best φ still leaves 0.13 nats.")
chose("d", "x = θ removes the linear term of the log posterior. What about the other one?")
chose("e", "Each observation has its own posterior and its own gap. More observations add gaps up.")
