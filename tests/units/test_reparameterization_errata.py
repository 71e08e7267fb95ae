"""The errata of the sources that unit 04 teaches, each refuted: 4, 8, 9 and 14 of the syllabus."""

import numpy as np
import pytest
from scipy import stats

from elboroom.references import exponential as by_definition
from elboroom.references import reparameterization as noisy
from tests.units import reparameterization_answers as answers


def test_erratum_4_samples_of_the_posterior_give_the_slope_of_the_evidence_not_of_the_bound():
    x, theta, phi = 1.5, 1.0, 1.0
    u = (np.arange(1_000_000) + 0.5) / 1_000_000
    posterior = stats.truncnorm(theta - x, np.inf, loc=x - theta).ppf(u)
    slope = by_definition.derivative(lambda t: by_definition.log_evidence(x, t), theta)
    assert noisy.theta_gradient(theta, posterior) == pytest.approx(float(slope), abs=1e-5)
    assert float(slope) == pytest.approx(-0.00916, abs=5e-6)
    assert by_definition.elbo_gradient(x, theta, phi)[0] == pytest.approx(0.0, abs=1e-9)
    assert noisy.theta_gradient(theta, stats.expon.ppf(u)) == pytest.approx(0.0, abs=1e-5)


def test_erratum_8_without_the_prior_the_estimator_tends_to_a_number_above_the_evidence():
    x, theta, phi = 1.5, 1.0, 1.3
    without = noisy.moments(
        lambda eps: by_definition.log_normal(x, eps / phi) - by_definition.log_exponential(eps / phi, phi)
    )[0]
    assert float(without) == pytest.approx(-0.744, abs=5e-4)
    assert by_definition.elbo(x, theta, phi) == pytest.approx(-1.513, abs=5e-4)
    assert by_definition.elbo(x, theta, phi) < by_definition.log_evidence(x, theta) < without


def test_erratum_9_the_expectation_is_differentiable():
    x, phi = 1.5, np.array([0.5, 1.0, 1.3, 4.0])

    def reconstruction(rate):
        rate = np.asarray(rate)
        return by_definition.expectation(lambda z: by_definition.log_normal(x, z), rate)

    assert reconstruction(phi) == pytest.approx(-0.5 * np.log(2 * np.pi) - x**2 / 2 + x / phi - 1 / phi**2, rel=1e-11)
    assert by_definition.derivative(reconstruction, phi) == pytest.approx(-x / phi**2 + 2 / phi**3, rel=1e-8)


def test_erratum_14_the_map_from_the_unit_interval_fails_at_both_ends():
    with np.errstate(divide="ignore"):
        ends = answers.uniform_numpy(np.array([0.0, 1.0]), 2.0)
    assert ends.tolist() == [0.0, np.inf]  # neither lies in the positive numbers
    assert 0 < answers.uniform_numpy(np.nextafter(1.0, 0.0), 2.0) < np.inf
