"""The public checks of unit 04: every answer is held against its definition in elboroom.references.reparameterization.

Samplers are judged by their law, by standing on the noise they are given, and by how they move with their parameter,
so any right map passes. Noise whose moments are those of Exp(1) makes expectations exact, without any false alarm.
"""

from functools import partial
from typing import Any

import numpy as np

from autograder import expect
from autograder.checks import part, rng
from autograder.student import Student, Wrong
from elboroom.advice.reparameterization import (
    baseline,
    change,
    check,
    estimators,
    gaussians,
    gradients,
    implicit,
    samplers,
)
from elboroom.references import exponential as by_definition
from elboroom.references import reparameterization as noisy

__all__ = ["check"]

REGISTERED = (baseline, change, estimators, gaussians, gradients, implicit, samplers)  # importing registers
RATES = (0.4, 2.5)
N = 2000  # samples: the test of fit finds a law whose distribution function is off by 0.121 with power 1 - 1e-6
SINGLE = 1e-5  # torch makes single precision of a rate that comes as a plain number; that is no mistake
TRIPLES = [(1.5, 1.0, 1.3), (0.5, 2.6, 3.6), (-3.0, 1.0, 4.0), (2.0, 0.5, 0.4)]  # x, theta, phi
THREE = np.array([0.1, 1.45 - np.sqrt(0.8925), 1.45 + np.sqrt(0.8925)])  # mean 1 and mean square 2, as Exp(1) has
NODES, WEIGHTS = np.polynomial.laguerre.laggauss(16)  # E[g(eps)] = WEIGHTS @ g(NODES), exactly for polynomials
MEANS, LOG_VARS = np.array([[1.0, -2.0, 0.5], [3.0, 0.2, -0.7]]), np.array([[0.0, 1.2, -3.0], [2.0, -0.5, 0.3]])
CENTRE, COV = np.array([1.0, -2.0, 0.5]), np.array([[2.0, 0.6, 0.3], [0.6, 0.5, 0.1], [0.3, 0.1, 1.5]])
OPPOSED = np.array([[1.0, -0.8], [-0.8, 2.0]])
ZERO_AND_UNITS = np.vstack([np.zeros(3), np.eye(3)])  # where an affine map shows its centre and its matrix


def stands_on_its_noise(sampler: Any, noise: np.ndarray, phi: float) -> None:
    """The same noise gives the same samples, and each sample comes from its own noise."""
    order = rng().permutation(len(noise))
    first = sampler(noise, phi)
    expect.repeatable(first, sampler(noise, phi))
    expect.entrywise(first, sampler(noise[order], phi), order)


def moves_as_its_law_says(sampler: Any, noise: np.ndarray, phi: float) -> None:
    """The same noise at neighbouring rates: in one dimension the law alone decides how fast a sample moves."""
    step = 0.01 * phi
    low, middle, high = (sampler(noise, phi + shift) for shift in (-step, 0.0, step))
    expect.moves_with(low, middle, high, step, lambda z: noisy.implicit_gradient(z, phi), rtol=1e-3)


@check(hidden=2)
def exponential_from_unit(student: Student) -> None:
    """Exponential noise in, samples of Exp(φ) out: by their law, by their noise, and by how they move with φ."""
    with part("comes from the noise it is given, and from nothing else", given="samples Exp(φ)"):
        stands_on_its_noise(student.exponential_from_unit, rng().exponential(size=20), 2.0)
    with part("samples Exp(φ)", weight=2):
        for phi in RATES:
            eps = rng().exponential(size=N)
            expect.samples_from(student.exponential_from_unit(eps, phi), partial(noisy.cdf, rate=phi), N, "Exp(φ)")
    with part("moves with φ as samples of Exp(φ) must"):
        for phi in RATES:
            moves_as_its_law_says(student.exponential_from_unit, np.linspace(0.05, 4.0, 20), phi)


@check(hidden=2)
def exponential_from_uniform(student: Student) -> None:
    """Uniform noise in, samples of Exp(φ) out: by their law, by their noise, and by how they move with φ."""
    with part("comes from the noise it is given, and from nothing else", given="samples Exp(φ)"):
        stands_on_its_noise(student.exponential_from_uniform, rng().uniform(size=20), 2.0)
    with part("samples Exp(φ)", weight=2):
        u = rng().uniform(size=N)
        for phi in RATES:
            expect.samples_from(student.exponential_from_uniform(u, phi), partial(noisy.cdf, rate=phi), N, "Exp(φ)")
    with part("moves with φ as samples of Exp(φ) must"):
        for phi in RATES:
            moves_as_its_law_says(student.exponential_from_uniform, np.linspace(0.02, 0.98, 20), phi)


@check(hidden=4)
def change_of_variables(student: Student) -> None:
    """Your choice of lines is recorded; grading decides whether it is a proof."""
    with part("recorded", weight=0):
        chosen = student.value("change_of_variables").data()
        if not isinstance(chosen, str) or len(chosen) != 4 or not set(chosen) <= set("abcd"):
            raise Wrong("`change_of_variables` should be a text of four letters from a to d, one for each gap.")


@check(hidden=2)
def gaussian_diagonal(student: Student) -> None:
    """Standard normal noise in, samples of N(μ, diag σ²) out."""
    rows = list(zip(MEANS, LOG_VARS, strict=True))
    with part("the same noise gives the same sample", given="has the variances σ², and no correlations"):
        eps = rng().normal(size=(2, 3))
        answers = [student.gaussian_diagonal(MEANS, LOG_VARS, eps) for _ in range(2)]
        expect.shape(answers[0], (2, 3))
        expect.repeatable(*answers)
    with part("is μ when there is no noise"):
        for mu, log_var in rows:
            answer = student.gaussian_diagonal(mu, log_var, ZERO_AND_UNITS)
            expect.equivalent(answer, lambda z: z[0], mu, (4, 3), "at ε = 0")
    with part("has the variances σ², and no correlations", weight=2):
        for mu, log_var in rows:
            answer = student.gaussian_diagonal(mu, log_var, ZERO_AND_UNITS)
            expect.equivalent(answer, spread, np.diag(np.exp(log_var)), (4, 3), "covariance")
    with part("moves with log σ² as its law says"):
        mu, log_var, eps = *rows[1], rng().normal(size=(5, 3))
        low, middle, high = (student.gaussian_diagonal(mu, log_var + shift, eps) for shift in (-1e-4, 0.0, 1e-4))
        expect.moves_with(low, middle, high, 1e-4, lambda z: (z - mu) / 2)


@check(hidden=3)
def gaussian_full(student: Student) -> None:
    """Standard normal noise in, samples of N(μ, Σ) out, by any root of Σ."""
    with part("the same noise gives the same sample, and each row has its own", given="has the covariance Σ"):
        eps = rng().normal(size=(5, 3))
        shown, many, again = (student.gaussian_full(CENTRE, COV, noise) for noise in (ZERO_AND_UNITS, eps, eps))
        expect.repeatable(many, again)
        centre, units = np.split(shown.array((4, 3)), [1])
        expect.close(many, centre + eps @ (units - centre), rtol=1e-9, atol=1e-9)
    with part("is μ when there is no noise"):
        answer = student.gaussian_full(CENTRE, COV, ZERO_AND_UNITS)
        expect.equivalent(answer, lambda z: z[0], CENTRE, (4, 3), "at ε = 0")
    with part("has the covariance Σ", weight=2):
        expect.equivalent(student.gaussian_full(CENTRE, COV, ZERO_AND_UNITS), spread, COV, (4, 3), "covariance")
    with part("has negative correlations where Σ has them"):
        units = np.vstack([np.zeros(2), np.eye(2)])
        expect.equivalent(student.gaussian_full(CENTRE[:2], OPPOSED, units), spread, OPPOSED, (3, 2), "covariance")
    with part("says no to what is not a covariance"):
        expect.equivalent(student.gaussian_full(CENTRE, COV, ZERO_AND_UNITS), spread, COV, (4, 3), "covariance")
        for bad in ([[1.0, 0.5], [0.2, 1.0]], [[1.0, 2.0], [2.0, 1.0]]):
            expect.raises(student.gaussian_full(CENTRE[:2], np.array(bad), np.zeros((1, 2))), "ValueError")


def estimates(estimator: Any, definition: Any) -> None:
    """The public parts of an estimator of the bound."""
    with part("is the average that its definition says", weight=2):
        for triple in TRIPLES:
            eps = rng().exponential(size=7)
            expect.close(estimator(*triple, eps), definition(*triple, eps), rtol=SINGLE)
    with part("gives the bound itself when the noise has the moments of Exp(1)"):
        for triple in TRIPLES:
            expect.close(estimator(*triple, THREE), by_definition.elbo(*triple), rtol=SINGLE)


@check(hidden=1)
def elbo_estimate_joint(student: Student) -> None:
    """The average of log p(x, z) − log q(z) over samples made from the noise."""
    estimates(student.elbo_estimate_joint, estimators.estimate_joint)


@check(hidden=1)
def elbo_estimate_kl(student: Student) -> None:
    """The average of log p(x|z) over samples made from the noise, less the KL."""
    estimates(student.elbo_estimate_kl, estimators.estimate_kl)


def estimates_the_slope(estimator: Any, definition: Any, noise: Any) -> None:
    """The public parts of a per-sample estimator of ∂ELBO/∂φ; noise(eps, phi) is what the learner is given."""
    with part("is what its definition says, sample by sample", weight=2):
        for triple in TRIPLES:
            given = noise(rng().exponential(size=7), triple[2])
            expect.close(estimator(*triple, given), definition(*triple, given), rtol=SINGLE, atol=SINGLE)
    with part("has the slope of the bound as its expectation"):
        for triple in TRIPLES:
            answer, (_, slope) = estimator(*triple, noise(NODES, triple[2])), by_definition.elbo_gradient(*triple)
            expect.equivalent(answer, lambda g: WEIGHTS @ g, slope, (16,), "expectation", rtol=SINGLE, atol=SINGLE)


def as_it_is(eps: Any, phi: float) -> Any:
    """Noise that the learner's function brings to q by itself."""
    return eps


@check(hidden=1)
def reparameterized_gradient(student: Student) -> None:
    """The total derivative in φ along the path that each sample takes."""
    estimates_the_slope(student.reparameterized_gradient, noisy.reparameterized_gradient, as_it_is)


@check(hidden=1)
def score_function_gradient(student: Student) -> None:
    """log p(x, z) − log q(z), weighted by the score of each sample."""
    estimates_the_slope(student.score_function_gradient, noisy.score_function_gradient, noisy.transported)


@check(hidden=1)
def sticking_the_landing(student: Student) -> None:
    """The derivative in φ through the sample alone."""
    estimates_the_slope(student.sticking_the_landing, noisy.sticking_the_landing, as_it_is)


@check(hidden=1)
def optimal_baseline(student: Student) -> None:
    """No other constant b makes the mean of ((f − b)·s)² smaller."""
    with part("is where the mean square is least", weight=2):
        for scale in (1.0, 10.0):
            f, s = rng().normal(1.0, scale, size=(2, 9))
            expect.close(student.optimal_baseline(f, s), noisy.optimal_baseline(f, s), rtol=1e-7)
    with part("is the constant, when f is one"):
        f, s = np.full(6, -3.5), rng().normal(size=6)
        expect.close(student.optimal_baseline(f, s), -3.5, rtol=1e-9)


@check(hidden=1)
def implicit_gradient(student: Student) -> None:
    """How a sample moves with φ while its place in the distribution stays what it is."""
    with part("keeps the distribution function where it is", weight=2):
        for phi in (0.4, 1.7, 3.0):
            z = np.linspace(0.1, 3.0, 6) / phi
            expect.close(student.implicit_gradient(z, phi), noisy.implicit_gradient(z, phi), rtol=SINGLE)
    with part("broadcasts"):
        z, rates = np.array([[0.2], [1.0], [2.5]]), np.array([0.5, 2.0])
        expect.close(student.implicit_gradient(z, rates), noisy.implicit_gradient(z, rates), rtol=SINGLE)


@check(hidden=1)
def theta_gradient(student: Student) -> None:
    """The slope in θ of the average of log p(x, z) over given samples."""
    with part("is the slope of the average", weight=2):
        for theta in (0.3, 1.0, 4.0):
            z = rng().exponential(size=7)
            expect.close(student.theta_gradient(theta, z), noisy.theta_gradient(theta, z), rtol=SINGLE, atol=SINGLE)
    with part("gives the slope of the bound when z has the mean of q"):
        for x, theta, phi in TRIPLES:
            slope, _ = by_definition.elbo_gradient(x, theta, phi)
            expect.close(student.theta_gradient(theta, THREE / phi), slope, rtol=SINGLE, atol=SINGLE)


def spread(samples: np.ndarray) -> np.ndarray:
    """A Aᵀ of an affine map, from its values at ZERO_AND_UNITS: the same for every root A of the covariance."""
    columns = samples[1:] - samples[0]  # row i is A e_i
    product: np.ndarray = columns.T @ columns
    return product
