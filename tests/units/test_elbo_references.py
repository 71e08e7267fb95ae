"""Unit 01's truths, each two independent ways: definitions against scipy, torch.distributions, mpmath and numerical
optimisation; the hidden file's formulas against definitions; and the figures that the notebook quotes."""

import mpmath
import numpy as np
import pytest
import torch
from scipy import optimize, special, stats
from torch.distributions import Categorical, kl_divergence

from elboroom.references import elbo as by_definition
from tests.units.judging import Judge

closed = Judge("01_elbo").hidden
generator = np.random.default_rng(11)
JOINT, GUESS = generator.normal(-2, 3, (6, 4)), generator.dirichlet(np.ones(4), 6)
WITH_ZEROS = np.where(generator.random((6, 4)) < 0.3, -np.inf, JOINT)
WITH_ZEROS[:, 0] = JOINT[:, 0]
AWAY = special.softmax(WITH_ZEROS + generator.normal(size=(6, 4)), axis=1)
IMAGES, WEIGHTS, MEANS = generator.integers(0, 2, (9, 4)), np.array([0.3, 0.7]), generator.uniform(0.2, 0.8, (2, 4))
EXACT = {"rtol": 1e-12, "atol": 1e-13}


def near(got, want):
    for g, w in zip(got, want, strict=True) if isinstance(want, tuple) else [(got, want)]:
        np.testing.assert_allclose(g, w, **EXACT)


@pytest.mark.parametrize("shift", [0.0, -1e4, 800.0])
def test_the_evidence_by_enumeration_is_that_of_mpmath(shift):
    with mpmath.workdps(50):
        sums = [mpmath.log(mpmath.fsum(mpmath.exp(mpmath.mpf(float(v))) for v in row)) for row in JOINT + shift]
    near(by_definition.log_evidence(JOINT + shift), np.array([float(v) for v in sums]))
    near(closed.exact_log_evidence(JOINT + shift), np.array([float(v) for v in sums]))


def test_where_nothing_is_possible_the_evidence_is_minus_infinity():
    assert by_definition.log_evidence([-np.inf, -np.inf]) == closed.exact_log_evidence([-np.inf, -np.inf]) == -np.inf


def test_definitions_agree_with_torch_distributions():
    q, given_x = Categorical(probs=torch.tensor(GUESS)), Categorical(logits=torch.tensor(JOINT))
    evidence = torch.logsumexp(torch.tensor(JOINT), -1)
    near(by_definition.posterior(JOINT), given_x.probs.numpy())
    near(by_definition.gap(JOINT, GUESS), kl_divergence(q, given_x).numpy())
    near(by_definition.elbo(JOINT, GUESS), ((torch.tensor(JOINT) * q.probs).sum(-1) + q.entropy()).numpy())
    near(by_definition.sandwich(JOINT, GUESS)[1], (evidence + kl_divergence(given_x, q)).numpy())


@pytest.mark.parametrize(("joint", "q"), [(JOINT, GUESS), (WITH_ZEROS, AWAY), (JOINT[:, :1], GUESS[:, :1] ** 0)])
def test_the_hidden_formulas_are_the_definitions(joint, q):
    near(closed.exact_posterior(joint), by_definition.posterior(joint))
    near(closed.exact_elbo(joint, q), by_definition.elbo(joint, q))
    near(closed.exact_gap(joint, q), by_definition.gap(joint, q))
    near(closed.exact_sandwich(joint, q), by_definition.sandwich(joint, q))


def test_the_three_faces_are_one():
    likelihood, prior = JOINT, np.log(generator.dirichlet(np.ones(4)))
    bound = by_definition.elbo(likelihood + prior, GUESS)
    reconstruction, kl = by_definition.elbo_terms(likelihood, prior, GUESS)
    evidence, distance = by_definition.log_evidence(likelihood + prior), by_definition.gap(likelihood + prior, GUESS)
    near(reconstruction - kl, bound)
    near(evidence - distance, bound)
    near((GUESS * (likelihood + prior)).sum(-1) + stats.entropy(GUESS, axis=1), bound)
    near(closed.exact_elbo_terms(likelihood, prior, GUESS), (reconstruction, kl))


def test_where_q_believes_in_the_impossible_the_bound_is_minus_infinity_and_the_gap_infinite():
    joint, q = np.array([-1.0, -np.inf]), np.array([0.9, 0.1])
    assert by_definition.elbo(joint, q) == -np.inf and by_definition.gap(joint, q) == np.inf
    below, above = by_definition.sandwich(np.array([-1.0, -2.0]), np.array([1.0, 0.0]))
    assert np.isfinite(below) and above == np.inf


def test_the_tight_q_is_where_a_search_over_all_q_ends():
    likelihood, prior = np.log([0.6, 0.2, 0.4]), np.log([0.5, 0.3, 0.2])

    def loss(u):
        return -float(by_definition.elbo(likelihood + prior, special.softmax(u)))

    found = special.softmax(optimize.minimize(loss, np.zeros(3), tol=1e-12).x)
    np.testing.assert_allclose(by_definition.tight_q(likelihood, prior), found, atol=1e-5)


def test_likelihood_and_divergence_agree_with_scipy_and_rank_models_alike():
    data, models = generator.integers(0, 5, 40), generator.dirichlet(np.ones(5), 30)
    likelihood, kl = by_definition.likelihood_and_kl(data, models)
    shares = np.bincount(data, minlength=5) / 40
    near(likelihood, np.log(models)[:, data].sum(axis=1))
    near(kl, stats.entropy(shares, models, axis=1))
    near(closed.exact_likelihood_and_kl(data, models), (likelihood, kl))
    near(likelihood, -40 * (kl + stats.entropy(shares)))
    assert (np.argsort(likelihood) == np.argsort(-kl)).all()


def test_no_parameters_are_better_than_those_of_the_m_step():
    """By numerical optimisation of E_q[log p(x, z)] over weights and means, q held."""
    q = closed.exact_posterior(closed.exact_log_joint(IMAGES, WEIGHTS, MEANS))

    def loss(u):
        weights, means = special.softmax(u[:2]), special.expit(u[2:].reshape(2, 4))
        return -(q * closed.exact_log_joint(IMAGES, weights, means)).sum()

    found = optimize.minimize(loss, np.zeros(10), tol=1e-12).x
    weights, means = by_definition.em_step(IMAGES, WEIGHTS, MEANS)
    np.testing.assert_allclose(weights, special.softmax(found[:2]), atol=1e-4)
    np.testing.assert_allclose(means, special.expit(found[2:].reshape(2, 4)), atol=1e-4)
    near(closed.exact_em_step(IMAGES, WEIGHTS, MEANS), (weights, means))


def test_the_evidence_never_falls():
    for seed in range(5):
        draw = np.random.default_rng(seed)
        x, parameters = draw.integers(0, 2, (12, 3)), (draw.dirichlet(np.ones(3)), draw.uniform(0.1, 0.9, (3, 3)))
        heights = []
        for _ in range(8):
            heights.append(by_definition.mixture_log_evidence(x, *parameters))
            parameters = by_definition.em_step(x, *parameters)
        assert (np.diff(heights) > -1e-9).all() and heights[-1] > heights[0]


def test_the_evidence_of_the_mixture_adds_up_to_one_over_all_images():
    images = np.array(np.meshgrid(*[[0, 1]] * 4)).reshape(4, -1).T
    each = [by_definition.mixture_log_evidence(image[None], WEIGHTS, MEANS) for image in images]
    assert np.exp(each).sum() == pytest.approx(1.0, abs=1e-12)


def test_the_figures_in_the_notebook():
    red, lazy, half = np.log([0.3, 0.1]), np.array([0.5, 0.5]), np.log([0.5, 0.5])
    assert by_definition.log_evidence(red) == pytest.approx(-0.9163, abs=5e-5)
    assert by_definition.elbo(red, lazy) == pytest.approx(-1.0601, abs=5e-5)
    assert by_definition.gap(red, lazy) == pytest.approx(0.1438, abs=5e-5)
    assert by_definition.elbo_terms(np.log([0.6, 0.2]), half, lazy)[0] == pytest.approx(-1.0601, abs=5e-5)
    assert by_definition.elbo_terms(np.log([0.6, 0.2]), half, lazy)[1] == pytest.approx(0.0, abs=1e-12)
    assert by_definition.sandwich(red, lazy)[1] == pytest.approx(-0.7855, abs=5e-5)
    near(by_definition.posterior(red), np.array([0.75, 0.25]))
    near(by_definition.posterior(np.log([0.5 * 0.4, 0.5 * 0.8])), np.array([1 / 3, 2 / 3]))
    likelihood, kl = by_definition.likelihood_and_kl(np.array([0, 0, 1]), np.array([[0.5, 0.5], [2 / 3, 1 / 3]]))
    np.testing.assert_allclose(likelihood, [-2.0794, -1.9095], atol=5e-5)
    np.testing.assert_allclose(kl, [0.0566, 0.0], atol=5e-5)
    weights, means = by_definition.em_step(np.array([[1], [0]]), lazy, np.array([[0.8], [0.4]]))
    assert (weights[0], means[0, 0]) == pytest.approx((0.4583, 0.7273), abs=5e-5)


def test_in_finer_and_finer_bins_every_density_is_infinitely_far_and_differences_settle():
    draws = np.random.default_rng(0).normal(size=200)
    models = stats.norm(0, 1), stats.norm(0.5, 1.5)
    table = []
    for h in (1e-3, 1e-4, 1e-5):
        left, counts = np.unique(np.floor(draws / h) * h, return_counts=True)
        shares = counts / 200
        table.append([np.sum(shares * np.log(shares / (m.cdf(left + h) - m.cdf(left)))) for m in models])
    table = np.array(table)
    np.testing.assert_allclose(np.diff(table, axis=0), np.log(10), atol=0.04)
    want = np.mean(models[0].logpdf(draws) - models[1].logpdf(draws))
    np.testing.assert_allclose(table[:, 1] - table[:, 0], want, atol=2e-3)
