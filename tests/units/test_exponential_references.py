"""Unit 03's truths, each two independent ways: definitions against scipy, mpmath and simulation; closed forms against
definitions; and the figures that the notebook quotes."""

import mpmath
import numpy as np
import pytest
import sympy
from scipy import integrate, stats

from elboroom.references import exponential as by_definition
from elboroom.references.exponential_terms import Numbers, Symbols
from tests.units.judging import Judge

closed = Judge("03_exponential").hidden


TRIPLES = [(1.5, 1.0, 1.2), (-3.0, 0.2, 4.0), (6.0, 3.0, 0.3), (0.0, 1.0, 1.0), (2.0, 1e-4, 1e-3), (0.1, 50.0, 200.0)]
PAIRS = [(1.5, 1.0), (-3.0, 0.2), (6.0, 3.0), (0.0, 1.0), (-40.0, 2.0), (30.0, 0.05), (1.5, 300.0)]
FAR = [(1.5, 1e8), (-40.0, 1e8), (-40.0, 0.01), (1e4, 1e-3), (-1e6, 3.0)]


def exact(value):
    return np.float64(mpmath.nstr(value, 20))


def area_under_the_joint(x, theta):
    """∫ p(x, z) dz in thirty digits, cut into pieces that double in length on both sides of its highest point."""
    with mpmath.workdps(30):
        x, theta = mpmath.mpf(x), mpmath.mpf(theta)
        top, width = max(x - theta, 0), 1 / max(theta - x, 1)
        marks = {max(top + sign * 2**k * width, 0) for k in range(-1, 7) for sign in (-1, 0, 1)}
        return mpmath.quad(lambda z: theta * mpmath.exp(-theta * z) * mpmath.npdf(x - z), sorted(marks))


@pytest.mark.parametrize(("x", "theta"), PAIRS + FAR)
def test_the_evidence_by_quadrature_is_that_of_mpmath(x, theta):
    want = exact(mpmath.log(area_under_the_joint(x, theta)))
    np.testing.assert_allclose(by_definition.log_evidence(x, theta), want, rtol=1e-12)


@pytest.mark.parametrize(("x", "theta"), PAIRS + FAR)
def test_the_evidence_in_closed_form_is_that_of_quadrature(x, theta):
    np.testing.assert_allclose(closed.exact_log_evidence(x, theta), by_definition.log_evidence(x, theta), rtol=1e-12)


@pytest.mark.parametrize(("x", "theta", "phi"), TRIPLES)
def test_the_elbo_by_quadrature_is_that_of_scipy(x, theta, phi):
    def integrand(u):  # u = phi z: on its own scale scipy finds the mass
        z = u / phi
        log_q = np.log(phi) - u
        return np.exp(-u) * (stats.norm.logpdf(x, z) + stats.expon.logpdf(z, scale=1 / theta) - log_q)

    want, _ = integrate.quad(integrand, 0, np.inf, epsabs=0, epsrel=1e-11)
    np.testing.assert_allclose(by_definition.elbo(x, theta, phi), want, rtol=1e-9)


@pytest.mark.parametrize(("x", "theta", "phi"), TRIPLES)
def test_elbo_and_gradient_in_closed_form_are_those_of_quadrature(x, theta, phi):
    np.testing.assert_allclose(closed.exact_elbo(x, theta, phi), by_definition.elbo(x, theta, phi), rtol=1e-11)
    wants = by_definition.elbo_gradient(x, theta, phi)
    for got, want in zip(closed.exact_elbo_gradient(x, theta, phi), wants, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-7, atol=1e-9)


def test_the_elbo_is_the_average_of_a_simulation():
    z = np.random.default_rng(3).exponential(1 / 1.2, 400_000)
    terms = by_definition.log_joint(z, 1.5, 1.0) - by_definition.log_exponential(z, 1.2)
    error = terms.std() / np.sqrt(z.size)
    assert abs(terms.mean() - by_definition.elbo(1.5, 1.0, 1.2)) < 5 * error


def test_evidence_is_elbo_plus_the_kl_to_the_posterior():
    x, theta, phi = 1.5, 1.0, 1.2

    def gap(z):
        log_posterior = by_definition.log_joint(z, x, theta) - by_definition.log_evidence(x, theta)
        return by_definition.log_exponential(z, phi) - log_posterior

    kl = by_definition.expectation(gap, phi)
    np.testing.assert_allclose(by_definition.elbo(x, theta, phi) + kl, by_definition.log_evidence(x, theta), rtol=1e-12)


@pytest.mark.parametrize(("x", "theta"), PAIRS)
def test_the_posterior_is_the_truncated_normal(x, theta):
    law = stats.truncnorm(-(x - theta), np.inf, loc=x - theta, scale=1)
    np.testing.assert_allclose(by_definition.posterior_mean(x, theta), law.mean(), rtol=1e-5)  # scipy's is no better
    np.testing.assert_allclose(closed.exact_posterior_mean(x, theta), by_definition.posterior_mean(x, theta), rtol=1e-9)


def test_the_best_phi_is_where_the_bound_is_highest():
    x, theta = np.transpose(PAIRS[:4])
    best = by_definition.best_phi(x, theta)
    np.testing.assert_allclose(closed.exact_best_phi(x, theta), best, rtol=1e-7)
    for factor in (0.999, 1.001, 0.5, 2.0):
        assert (by_definition.elbo(x, theta, best) > by_definition.elbo(x, theta, best * factor)).all()


@pytest.mark.parametrize("x", [0.3, 1.5, 6.0])
def test_the_top_of_the_bound_is_higher_than_everything_around_it(x):
    theta, phi = by_definition.maximise_elbo(x)
    np.testing.assert_allclose((theta, phi), closed.exact_maximise_elbo(x), rtol=1e-8)
    around = np.random.default_rng(0).uniform(-2, 2, (2, 200))
    assert (
        by_definition.elbo(x, theta * np.exp(around[0]), phi * np.exp(around[1])) < closed.exact_elbo(x, theta, phi)
    ).all()


def test_maximum_likelihood_is_where_the_evidence_is_highest():
    xs = np.geomspace(0.1, 100, 7)
    best = by_definition.maximum_likelihood(xs)
    np.testing.assert_allclose([closed.exact_maximum_likelihood(float(x)) for x in xs], best, rtol=1e-6)
    for factor in (0.9, 1.1, 0.2, 5.0):
        assert (by_definition.log_evidence(xs, best) > by_definition.log_evidence(xs, best * factor)).all()


def test_the_path_of_the_ascent_is_the_same_with_differences_and_in_closed_form():
    path = by_definition.ascend(1.5, 0.3, 3.0, 12, 0.1)
    np.testing.assert_allclose(closed.exact_ascend(1.5, 0.3, 3.0, 12, 0.1), path, rtol=1e-7)
    assert path.shape == (13, 2)


@pytest.mark.parametrize(
    "gamma", [(1.5, 1.0, 1.8, 1.9), (1.5, 1.0, 0.3, 1.0), (-2.0, 0.5, 40.0, 9.0), (0.0, 3.0, 1.0, 2.5)]
)
def test_the_gamma_elbo_by_quadrature_is_that_of_mpmath(gamma):
    x, theta, a, b = gamma

    def integrand(t):  # over t = log z, where nothing is singular
        z = mpmath.exp(t)
        q = b**a * z ** (a - 1) * mpmath.exp(-b * z) / mpmath.gamma(a)
        log_joint = mpmath.log(theta) - theta * z - mpmath.log(2 * mpmath.pi) / 2 - (x - z) ** 2 / 2
        return z * q * (log_joint - mpmath.log(q)) if q else 0

    middle, width = np.log(a / b), 1 / np.sqrt(a)
    marks = {middle + sign * 2**k * width for k in range(-1, 7) for sign in (-1, 0, 1)}
    want = exact(mpmath.quad(integrand, [*sorted(m for m in marks if m < middle + 6), middle + 6]))
    np.testing.assert_allclose(by_definition.gamma_elbo(*gamma), want, rtol=1e-8)
    np.testing.assert_allclose(by_definition.gamma_elbo(*gamma), closed.exact_gamma_elbo(*gamma), rtol=1e-8)


def test_the_formulas_are_what_sympy_integrates():
    for t, formula in zip((Symbols(), Symbols(gamma=True)), closed.exact_formulas(), strict=True):
        integrated = t.E(lambda z: t.log_prior(z) + t.log_likelihood(z) - t.log_q(z))  # noqa: B023
        point = {"x": -0.7, "theta": 1.3, "phi": 0.6, "a": 2.4, "b": 1.7}
        values = [e.subs({s: point[s.name] for s in e.free_symbols}) for e in (integrated, formula)]
        assert abs(sympy.N(values[0] - values[1], 30)) < 1e-12


def test_the_terms_in_numbers_and_in_symbols_are_the_same():
    point = {"x": 0.8, "theta": 1.3, "phi": 0.6}
    numbers, symbols = Numbers(0.8, 1.3, 0.6), Symbols()
    for take in (lambda t: t.E(t.log_prior), lambda t: t.E(t.log_likelihood), lambda t: t.E(t.log_q)):
        symbolic = take(symbols)
        value = float(symbolic.subs({s: point[s.name] for s in symbolic.free_symbols}))
        np.testing.assert_allclose(take(numbers)[0], value, rtol=1e-10)


def test_the_figures_in_the_notebook():
    assert by_definition.log_joint(1.0, 1.5, 1.0) == pytest.approx(-2.0439, abs=5e-5)
    assert by_definition.log_evidence(1.5, 1.0) == pytest.approx(-1.3689, abs=5e-5)
    assert by_definition.elbo(1.5, 1.0, 1.0) == pytest.approx(-1.5439, abs=5e-5)
    assert by_definition.elbo(1.5, 1.0, by_definition.best_phi(1.5, 1.0)) == pytest.approx(-1.5039, abs=5e-5)
    assert by_definition.gamma_elbo(1.5, 1.0, 1.81924, 1.85510) == pytest.approx(-1.4080, abs=5e-5)
    assert by_definition.maximum_likelihood(1.5) == pytest.approx(0.98269, abs=5e-6)
    assert by_definition.maximise_elbo(1.5)[0] == pytest.approx(4 / 3, rel=1e-8)
    assert by_definition.elbo(1.5, 1.0, 1.0) - (1 - 1.5**2 / 2 - np.log(2 * np.pi) / 2) == pytest.approx(-0.5, abs=1e-9)


def test_the_best_theta_lies_between_one_and_two_over_x_and_the_ratio_of_the_tops_rises_from_1_to_2():
    xs = np.geomspace(0.1, 100, 40)
    ratio = 2 / xs / by_definition.maximum_likelihood(xs)
    assert (ratio > 1).all() and (ratio < 2).all() and (np.diff(ratio) > 0).all()
    assert ratio[0] < 1.01 and ratio[-1] > 1.999


def test_without_a_positive_observation_there_is_no_top():
    theta = np.geomspace(0.01, 1e6, 60)
    for x in (0.0, -2.0):
        assert (np.diff(by_definition.log_evidence(x, theta)) > 0).all()
        assert (np.diff(closed.exact_elbo(x, theta, theta)) > 0).all()
        assert by_definition.log_evidence(x, 1e8) == pytest.approx(stats.norm.logpdf(x), abs=1e-6)
