"""Unit 04's definitions, each by a second route, and the figures of the chapter."""

import numpy as np
import pytest
import sympy
import torch
from scipy import optimize, stats

from elboroom.advice.reparameterization import estimators
from elboroom.references import exponential as by_definition
from elboroom.references import reparameterization as noisy
from tests.units import reparameterization_answers as answers
from tests.units.judging import Judge

closed = Judge("04_reparameterization").hidden

TRIPLES = [(1.5, 1.0, 1.3), (0.5, 2.6, 3.6), (-3.0, 1.0, 4.0), (2.0, 0.5, 0.4)]
Z = np.array([0.01, 0.3, 1.0, 2.5, 6.0])
EPS = np.random.default_rng(0).exponential(size=12)
RATES = [0.01, 0.4, 1.0, 2.5, 300.0]


@pytest.mark.parametrize("rate", RATES)
def test_density_distribution_function_quantile_and_mean_agree_with_scipy(rate):
    law, z, u = stats.expon(scale=1 / rate), Z / rate, np.array([0.0, 1e-12, 0.2, 0.9, 0.999, 1 - 1e-6])
    assert noisy.density(z, rate) == pytest.approx(law.pdf(z), rel=1e-13)
    assert noisy.cdf(z, rate) == pytest.approx(law.cdf(z), abs=1e-13)
    assert noisy.quantile(u, rate) == pytest.approx(law.ppf(u), rel=1e-9, abs=1e-20)
    assert noisy.mean(rate) == pytest.approx(law.mean(), rel=1e-12)


def test_the_distribution_function_is_0_below_zero_and_1_far_out():
    assert noisy.cdf(np.array([-1.0, 0.0, 1e9]), 2.0).tolist() == pytest.approx([0.0, 0.0, 1.0], abs=1e-13)


@pytest.mark.parametrize("rate", RATES)
def test_transported_noise_has_the_law_of_q(rate):
    assert stats.expon.cdf(EPS) == pytest.approx(
        stats.expon(scale=1 / rate).cdf(noisy.transported(EPS, rate)), rel=1e-9
    )


@pytest.mark.parametrize("triple", TRIPLES)
def test_gradients_agree_with_automatic_differentiation(triple):
    for name, second in (
        ("reparameterized_gradient", answers.pathwise_torch),
        ("sticking_the_landing", answers.landing_torch),
        ("score_function_gradient", answers.score_torch),
    ):
        assert getattr(noisy, name)(*triple, EPS) == pytest.approx(second(*triple, EPS).numpy(), rel=1e-9, abs=1e-9)
    rate = torch.full((12,), triple[2], dtype=torch.float64, requires_grad=True)
    answers.log_q_torch(rate, torch.tensor(EPS)).sum().backward()
    assert noisy.score(EPS, triple[2]) == pytest.approx(rate.grad.numpy(), rel=1e-9, abs=1e-9)
    assert noisy.theta_gradient(triple[1], EPS) == pytest.approx(float(answers.theta_torch(triple[1], EPS)), abs=1e-9)


@pytest.mark.parametrize("triple", TRIPLES)
def test_estimates_agree_with_torch_distributions(triple):
    x, theta, phi = triple
    z = torch.tensor(EPS)
    weight = answers.log_joint_torch(x, theta, z) - answers.log_q_torch(answers.real(phi), z)
    assert noisy.log_weight(EPS, *triple) == pytest.approx(weight.numpy(), rel=1e-12)
    assert estimators.estimate_joint(*triple, EPS) == pytest.approx(float(answers.joint_torch(*triple, EPS)), rel=1e-12)
    assert estimators.estimate_kl(*triple, EPS) == pytest.approx(float(answers.kl_torch(*triple, EPS)), rel=1e-10)


def test_the_speed_of_a_sample_follows_from_its_distribution_function():
    z, phi = sympy.symbols("z phi", positive=True)
    F = sympy.integrate(phi * sympy.exp(-phi * z), (z, 0, z))
    speed = sympy.lambdify((z, phi), -F.diff(phi) / F.diff(z))
    for rate in (0.4, 1.0, 3.0):
        assert noisy.implicit_gradient(Z / rate, rate) == pytest.approx(speed(Z / rate, rate), rel=1e-8)


def test_the_best_baseline_is_where_a_minimiser_finds_it():
    for seed in range(5):
        f, s = np.random.default_rng(seed).normal(3.0, 20.0, size=(2, 9))
        found = optimize.minimize_scalar(lambda b, f=f, s=s: np.mean(((f - b) * s) ** 2), options={"xtol": 1e-12}).x
        assert noisy.optimal_baseline(f, s) == pytest.approx(found, rel=1e-6)
        assert noisy.optimal_baseline(f, s) == pytest.approx(answers.baseline_numpy(f, s), rel=1e-9)


def test_moments_agree_with_simulation_and_with_symbolic_integration():
    eps = sympy.Symbol("eps", positive=True)
    polynomial = eps**3 - 2 * eps + 1
    mean = sympy.integrate(polynomial * sympy.exp(-eps), (eps, 0, sympy.oo))
    variance = sympy.integrate((polynomial - mean) ** 2 * sympy.exp(-eps), (eps, 0, sympy.oo))
    found = noisy.moments(sympy.lambdify(eps, polynomial))
    assert found == (pytest.approx(float(mean), rel=1e-9), pytest.approx(float(variance), rel=1e-9))
    values = noisy.reparameterized_gradient(0.5, 2.6, 3.6, np.random.default_rng(1).exponential(size=400_000))
    mean, variance = noisy.moments(lambda eps: noisy.reparameterized_gradient(0.5, 2.6, 3.6, eps))
    assert values.mean() == pytest.approx(mean, abs=5 * np.sqrt(variance / 400_000))
    assert values.var() == pytest.approx(variance, rel=0.05)


@pytest.mark.parametrize("triple", TRIPLES)
def test_hidden_closed_forms_agree_with_the_definitions(triple):
    phi = triple[2]
    for name, given in (
        ("reparameterized_gradient", EPS),
        ("sticking_the_landing", EPS),
        ("score_function_gradient", EPS / phi),
    ):
        want = getattr(noisy, name)(*triple, given)
        assert getattr(closed, f"exact_{name}")(*triple, given) == pytest.approx(want, rel=1e-8, abs=1e-8)
    assert closed.exact_log_weight(*triple, EPS) == pytest.approx(noisy.log_weight(EPS, *triple), rel=1e-12)
    assert closed.exact_estimate_joint(*triple, EPS) == pytest.approx(
        estimators.estimate_joint(*triple, EPS), rel=1e-12
    )
    assert closed.exact_estimate_kl(*triple, EPS) == pytest.approx(estimators.estimate_kl(*triple, EPS), rel=1e-10)


# Figures of the chapter --------------------------------------------------------------------------------------------


def variance(estimator):
    return float(noisy.moments(estimator)[1])


def gradient_variances(x, theta, phi):
    """(reparameterized, score function) at one sample."""
    return (
        variance(lambda eps: noisy.reparameterized_gradient(x, theta, phi, eps)),
        variance(lambda eps: noisy.score_function_gradient(x, theta, phi, noisy.transported(eps, phi))),
    )


def test_neither_gradient_has_always_the_smaller_variance():
    assert gradient_variances(0.5, 2.6, 3.6) == (pytest.approx(0.0632, abs=5e-5), pytest.approx(0.0413, abs=5e-5))
    assert gradient_variances(1.5, 1.0, 1.0) == (pytest.approx(16.25, abs=1e-3), pytest.approx(54.65, abs=5e-3))


def test_the_closed_form_kl_can_raise_the_variance():
    x, theta, phi = -3.0, 1.0, 4.0
    joint = variance(lambda eps: noisy.log_weight(noisy.transported(eps, phi), x, theta, phi))
    kl = variance(lambda eps: by_definition.log_normal(x, noisy.transported(eps, phi)))
    assert (kl, joint) == (pytest.approx(0.770, abs=5e-4), pytest.approx(0.0195, abs=5e-5))


def test_the_best_baseline_rescues_the_score_function_there():
    t = (np.arange(400_000) + 0.5) / 400_000
    z = -np.log1p(-t) / 4.0
    f, s = noisy.log_weight(z, -3.0, 1.0, 4.0), noisy.score(z, 4.0)
    left = (f - noisy.optimal_baseline(f, s)) * s
    assert left.var() == pytest.approx(0.0178, abs=5e-4)
    assert gradient_variances(-3.0, 1.0, 4.0)[1] == pytest.approx(3.30, abs=5e-3)


def test_averages_of_m_samples_have_slope_minus_one_on_logarithmic_axes():
    eps = np.random.default_rng(2).exponential(size=1024 * 400)
    values, sizes = noisy.reparameterized_gradient(0.5, 2.6, 3.6, eps), np.array([1, 4, 16, 64])
    spreads = [values.reshape(-1, m).mean(axis=1).var() for m in sizes]
    assert np.polyfit(np.log(sizes), np.log(spreads), 1)[0] == pytest.approx(-1, abs=0.03)


def test_on_a_conjugate_gaussian_the_path_derivative_has_no_noise_at_the_posterior():
    eps, sigma = torch.randn(200, dtype=torch.float64, generator=torch.Generator().manual_seed(0)), np.sqrt(0.5)
    scale = torch.tensor(sigma, dtype=torch.float64, requires_grad=True)
    z = 1.0 + scale * eps
    model = torch.distributions.Normal(0.0, 1.0).log_prob(z) + torch.distributions.Normal(z, 1.0).log_prob(
        torch.tensor(2.0, dtype=torch.float64)
    )
    path = answers.sample_gradients(model - torch.distributions.Normal(1.0, scale.detach()).log_prob(z), scale)
    total = answers.sample_gradients(model - torch.distributions.Normal(1.0, scale).log_prob(z), scale)
    assert float(path.abs().max()) < 1e-12 and float(total.std()) > 1.0


def test_the_examples_by_hand_are_right():
    two = np.array([0.0, 2.0]) + 1e-12  # the densities begin just above zero
    assert estimators.estimate_joint(1.5, 1.0, 1.0, two) == pytest.approx(-1.5439, abs=5e-5)
    assert noisy.reparameterized_gradient(1.5, 1.0, 1.0, two) == pytest.approx([-1.0, 2.0], abs=1e-9)
    assert noisy.sticking_the_landing(1.5, 1.0, 1.0, two) == pytest.approx([0.0, 1.0], abs=1e-9)
    assert noisy.score_function_gradient(1.5, 1.0, 1.0, two).mean() == pytest.approx(-0.5, abs=1e-6)
    assert by_definition.elbo_gradient(1.5, 1.0, 1.0)[1] == pytest.approx(0.5, abs=1e-9)
    assert estimators.kl_term(1.0, 2.0) == pytest.approx(0.1931, abs=5e-5)
    assert noisy.optimal_baseline([-2.0, -1.0], [2.0, -1.0]) == pytest.approx(-1.8)
