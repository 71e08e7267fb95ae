"""Unit 02's definitions, each by a second route, and the figures of the chapter."""

import numpy as np
import pytest
import sympy
import torch
from scipy import integrate, stats

from autograder.codec import Function
from autograder.kernel.functions import FUNCTIONS
from elboroom.plots.kl import best_of_each
from elboroom.references import kl as by_definition
from elboroom.references import kl_symbolic as symbolic
from tests.units import kl_right as right
from tests.units.judging import Judge

closed = Judge("02_kl").hidden

RANDOM = np.random.default_rng(0)
Q_TABLE, P_TABLE = RANDOM.dirichlet(np.ones(5), size=(2, 6))
HOLES = np.where(Q_TABLE > 0.15, Q_TABLE, 0.0)
MU_Q, LOG_VAR_Q, MU_P, LOG_VAR_P = RANDOM.normal(size=(4, 5, 3))


def covariance(k):
    factor = RANDOM.normal(size=(k, k))
    return factor @ factor.T + 0.2 * np.eye(k)


def torch_normal(mu, log_var):
    return torch.distributions.Normal(right.real(mu), (right.real(log_var) / 2).exp())


@pytest.mark.parametrize(("q", "p"), [(Q_TABLE, P_TABLE), (HOLES / HOLES.sum(1, keepdims=True), P_TABLE)])
def test_the_kl_of_tables_agrees_with_scipy_and_torch(q, p):
    found = by_definition.kl_discrete(q, p)
    assert found == pytest.approx(stats.entropy(q, p, axis=-1), rel=1e-12)
    assert found == pytest.approx(right.discrete_torch(q, p).numpy(), rel=1e-12)


def test_the_kl_of_tables_knows_the_zeros():
    q, p = np.array([[1.0, 0.0], [0.5, 0.5], [1.0, 0.0]]), np.array([[0.5, 0.5], [1.0, 0.0], [1.0, 0.0]])
    assert by_definition.kl_discrete(q, p).tolist() == [pytest.approx(np.log(2)), np.inf, 0.0]


def test_the_jensen_gap_of_a_square_is_a_variance_and_that_of_exp_agrees_with_40_digits():
    values, weights = RANDOM.normal(size=6), RANDOM.dirichlet(np.ones(6))
    variance = np.average((values - np.average(values, weights=weights)) ** 2, weights=weights)
    assert by_definition.jensen_gap(Function("square"), values, weights) == pytest.approx(variance, rel=1e-11)
    v, w = ([sympy.Float(x, 40) for x in each] for each in (values, weights))
    exact = sum(b * sympy.exp(a) for a, b in zip(v, w, strict=True)) - sympy.exp(
        sum(a * b for a, b in zip(v, w, strict=True))
    )
    assert by_definition.jensen_gap(Function("exp"), values, weights) == pytest.approx(float(exact), rel=1e-12)


def test_gaussian_kls_agree_with_torch_and_with_adaptive_quadrature():
    q, p = torch_normal(MU_Q, LOG_VAR_Q), torch_normal(MU_P, LOG_VAR_P)
    found = by_definition.kl_normal(MU_Q, LOG_VAR_Q, MU_P, LOG_VAR_P)
    assert found == pytest.approx(torch.distributions.kl_divergence(q, p).sum(-1).numpy(), rel=1e-12)
    a, b = stats.norm(0.5, 1.3), stats.norm(-1.0, 0.7)
    whole = integrate.quad(lambda z: a.pdf(z) * (a.logpdf(z) - b.logpdf(z)), -15, 15)[0]
    given = (np.array([x]) for x in (0.5, 2 * np.log(1.3), -1.0, 2 * np.log(0.7)))
    assert float(by_definition.kl_normal(*given)) == pytest.approx(whole, rel=1e-9)


def test_the_kl_to_a_standard_normal_agrees_with_torch():
    p = torch.distributions.Normal(right.real(0.0), right.real(1.0))
    want = torch.distributions.kl_divergence(torch_normal(MU_Q, LOG_VAR_Q), p).sum(-1)
    assert by_definition.kl_standard_normal(MU_Q, LOG_VAR_Q) == pytest.approx(want.numpy(), rel=1e-12)


def test_the_formula_in_symbols_agrees_with_sympys_own_integral():
    mu_q, sigma_q, mu_p, sigma_p = symbolic.symbols()
    point = {mu_q: sympy.Rational(1, 2), sigma_q: 1, mu_p: -1, sigma_p: 2}
    z = sympy.Symbol("z", real=True)
    q = sympy.exp(-((z - sympy.Rational(1, 2)) ** 2) / 2) / sympy.sqrt(2 * sympy.pi)
    bracket = sympy.log(2) - (z - sympy.Rational(1, 2)) ** 2 / 2 + (z + 1) ** 2 / 8
    integral = float(sympy.Integral(q * bracket, (z, -20, 20)).evalf())
    assert float(symbolic.kl().subs(point)) == pytest.approx(integral, rel=1e-9)
    assert sympy.simplify(symbolic.kl() - right.general_with_variances()) == 0


@pytest.mark.parametrize("k", [1, 2, 3, 5])
def test_the_kl_with_correlations_agrees_with_torch(k):
    given = RANDOM.normal(size=k), covariance(k), RANDOM.normal(size=k), covariance(k)
    assert by_definition.kl_mvn(*given) == pytest.approx(float(right.mvn_torch(*given)), rel=1e-10)


def test_the_kl_with_correlations_agrees_with_simulation():
    mu_q, cov_q, mu_p, cov_p = RANDOM.normal(size=2), covariance(2), RANDOM.normal(size=2), covariance(2)
    q, p = stats.multivariate_normal(mu_q, cov_q), stats.multivariate_normal(mu_p, cov_p)
    z = q.rvs(200_000, random_state=1)
    terms = q.logpdf(z) - p.logpdf(z)
    error = 5 * terms.std() / np.sqrt(len(terms))
    assert by_definition.kl_mvn(mu_q, cov_q, mu_p, cov_p) == pytest.approx(terms.mean(), abs=error)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_the_best_diagonal_agrees_with_conditional_variances(k):
    cov = covariance(k)
    variances, gap = by_definition.best_diagonal(cov)
    want_variances, want_gap = right.diagonal_conditional(cov)
    assert variances == pytest.approx(np.array(want_variances), rel=1e-7)
    assert float(gap) == pytest.approx(want_gap, rel=1e-7, abs=1e-12)


def test_products_and_half_products_agree_with_torch():
    q, p = ([RANDOM.dirichlet(np.ones(k)) for k in (2, 3, 4)] for _ in range(2))
    assert by_definition.kl_of_products(q, p) == pytest.approx(float(right.products_torch(q, p)), rel=1e-12)
    table = RANDOM.dirichlet(np.ones(6)).reshape(2, 3)
    want = [float(v) for v in right.half_torch(q[0], q[1], table)]
    assert [float(v) for v in by_definition.half_factorised(q[0], q[1], table)] == pytest.approx(want, rel=1e-12)


def test_what_is_too_large_to_enumerate_is_refused_and_not_waited_for():
    with pytest.raises(ValueError, match="too large"):
        by_definition.kl_of_products([np.full(3, 1 / 3)] * 60, [np.full(3, 1 / 3)] * 60)
    with pytest.raises(ValueError, match="too large"):
        by_definition.kl_mvn(np.zeros(40), np.eye(40), np.zeros(40), np.eye(40))


NAMED = {
    "log N(0, I)": stats.norm(0, 1),
    "log N(1, I)": stats.norm(1, 1),
    "log N(0, 9 I)": stats.norm(0, 3),
    "log Laplace": stats.laplace(),
}


@pytest.mark.parametrize("name", NAMED)
def test_a_named_log_density_is_that_of_scipy(name):
    z = RANDOM.normal(size=(4, 3))
    assert FUNCTIONS[name](z) == pytest.approx(NAMED[name].logpdf(z).sum(axis=1), rel=1e-12)


def test_the_two_bumps_are_a_mixture():
    z = RANDOM.normal(size=(4, 2))
    each = [stats.norm(m, 1).pdf(z).prod(axis=1) for m in (-2, 2)]
    assert FUNCTIONS["log two bumps"](z) == pytest.approx(np.log(sum(each) / 2), rel=1e-12)


def test_estimates_agree_with_torch_and_lie_around_the_kl():
    given = Function("log N(0, I)"), Function("log N(1, I)"), RANDOM.normal(size=(4000, 2))
    mean, error = by_definition.kl_monte_carlo(*given)
    want = right.carlo_torch(FUNCTIONS[given[0].name], FUNCTIONS[given[1].name], given[2])
    assert (mean, error) == (pytest.approx(float(want[0]), rel=1e-10), pytest.approx(float(want[1]), rel=1e-10))
    assert mean == pytest.approx(1.0, abs=5 * error)


def test_hidden_closed_forms_agree_with_the_definitions():
    assert closed.exact_kl_discrete(Q_TABLE, P_TABLE) == pytest.approx(by_definition.kl_discrete(Q_TABLE, P_TABLE))
    normals = MU_Q, LOG_VAR_Q, MU_P, LOG_VAR_P
    assert closed.exact_kl_normal(*normals) == pytest.approx(by_definition.kl_normal(*normals), rel=1e-11)
    given = RANDOM.normal(size=3), covariance(3), RANDOM.normal(size=3), covariance(3)
    assert closed.exact_kl_mvn(*given) == pytest.approx(by_definition.kl_mvn(*given), rel=1e-10)
    variances, gap = closed.exact_best_diagonal(given[1])
    want = by_definition.best_diagonal(given[1])
    assert (variances, gap) == (pytest.approx(want[0], rel=1e-7), pytest.approx(float(want[1]), rel=1e-7))


# Figures of the chapter --------------------------------------------------------------------------------------------


def normal(mu_q, sigma_q, mu_p, sigma_p):
    given = mu_q, 2 * np.log(sigma_q), mu_p, 2 * np.log(sigma_p)
    return float(by_definition.kl_normal(*(np.array([a]) for a in given)))


def test_the_examples_by_hand_are_right():
    half, skewed = np.array([0.5, 0.5]), np.array([0.75, 0.25])
    assert float(by_definition.kl_discrete(half, skewed)) == pytest.approx(0.1438, abs=5e-5)
    assert float(by_definition.kl_discrete(skewed, half)) == pytest.approx(0.1308, abs=5e-5)
    assert by_definition.kl_of_products([half] * 2, [skewed] * 2) == pytest.approx(0.2877, abs=5e-5)
    assert [normal(1, 1, 0, 1), normal(0, 2, 0, 1), normal(0, 1, 0, 2)] == pytest.approx(
        [0.5, 0.8069, 0.3181], abs=5e-5
    )
    one = np.array([1.0]), np.array([[4.0]]), np.array([0.0]), np.array([[1.0]])
    assert by_definition.kl_mvn(*one) == pytest.approx(1.3069, abs=5e-5)
    variances, gap = by_definition.best_diagonal(np.array([[1.0, 0.8], [0.8, 1.0]]))
    assert [*variances, gap] == pytest.approx([0.36, 0.36, 0.5108], abs=5e-5)
    two = Function("log N(0, I)"), Function("log N(1, I)"), np.array([[0.0], [1.0]])
    assert by_definition.kl_monte_carlo(*two) == pytest.approx((0.0, 0.5), abs=1e-12)
    assert stats.norm.sf(0.5) == pytest.approx(0.31, abs=5e-3)


def test_half_of_a_factorisation_is_not_enough():
    mostly, agreeing = np.array([0.9, 0.1]), np.array([[0.45, 0.05], [0.05, 0.45]])
    kl, apart = by_definition.half_factorised(mostly, mostly, agreeing)
    assert (float(kl), float(apart)) == (pytest.approx(0.544, abs=5e-4), pytest.approx(0.736, abs=5e-4))


def test_the_naive_form_is_five_percent_off_in_single_precision():
    t = np.float32(1e-3)
    naive = float(0.5 * (np.exp(t) - 1 - t))
    true = float(by_definition.kl_standard_normal(np.zeros((1, 1)), np.array([[1e-3]]))[0])
    assert naive / true - 1 == pytest.approx(0.047, abs=0.005)


@pytest.mark.parametrize("a", [0.5, 2.0, 3.0])
def test_the_forward_optimum_has_the_targets_moments(a):
    _, (mean, sd) = best_of_each(right.discrete_numpy, a)
    assert mean == pytest.approx(0.0, abs=0.02) and sd**2 == pytest.approx(1 + a**2, rel=0.02)


def test_the_reverse_optimum_covers_near_bumps_and_picks_one_of_far_ones():
    (near, _), _ = best_of_each(right.discrete_numpy, 0.5)
    (far, width), _ = best_of_each(right.discrete_numpy, 4.0)
    assert near == pytest.approx(0.0, abs=0.02) and far == pytest.approx(4.0, abs=0.05)
    assert width == pytest.approx(1.0, abs=0.05)
