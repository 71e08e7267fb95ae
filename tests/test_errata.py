"""The errors found in the course's sources, each refuted here by machine, and each correction confirmed.

Numbers are those of the list in docs/sources.md. Where the claim is a line of a derivation, the derivation checker
finds it (tests/derivation/source_proofs.py); the other claims are held against definitions computed here.
"""

import numpy as np
import pytest
import torch
from scipy import stats

from autograder.derivation import KL, Derivation, integral, log
from elboroom.references import exponential as by_definition
from elboroom.references import reparameterization as noisy
from tests.derivation import source_proofs as sources
from tests.derivation.source_proofs import ERRATA, PRIOR, PROOFS, Q

X, THETA, PHI = 1.5, 1.0, 1.0


def kl(p, q):
    return float(sum(a * np.log(a / b) if a > 0 else 0.0 for a, b in zip(p, q, strict=True)))


def caught(name):
    """The verdict on the line of a derivation that its source has wrong."""
    build, line, verdict = ERRATA[name]
    number, found = build().check().first_bad
    assert (number, found.status) == (line, verdict)
    return found


def holds(name):
    return PROOFS[name]().check().proved


def test_1_two_different_densities_may_be_equally_far_from_each_other():
    p, q = (0.2, 0.8), (0.8, 0.2)
    assert kl(p, q) == pytest.approx(kl(q, p)) and kl(p, q) > 0.8
    assert kl(p, p) == 0.0  # "if" holds, "only if" does not
    caught("lecture_kl_is_symmetric")  # and in general the two differ


def test_2_the_sign_of_the_reconstruction_in_the_assignment():
    assert caught("assignment_1_2_as_printed").counterexample is not None
    assert holds("assignment_1_2_with_its_signs_mended")


def test_3_the_chain_for_kl_needs_an_inequality_where_p_may_vanish():
    p, q = (1.0, 0.0), (0.5, 0.5)
    mass = sum(b for a, b in zip(p, q, strict=True) if a > 0)
    assert mass == 0.5 and kl(p, q) > -np.log(mass) - 1e-12 > 0
    caught("assignment_1_3_as_printed_when_p_may_vanish")
    caught("assignment_1_3_with_log_called_convex")
    assert holds("assignment_1_3_with_the_inequality_that_it_needs") and holds("assignment_1_3_on_one_support")


def test_4_samples_of_the_posterior_give_the_slope_of_the_evidence_not_of_the_bound():
    u = (np.arange(1_000_000) + 0.5) / 1_000_000
    posterior = stats.truncnorm(THETA - X, np.inf, loc=X - THETA).ppf(u)
    slope = float(by_definition.derivative(lambda t: by_definition.log_evidence(X, t), THETA))
    assert noisy.theta_gradient(THETA, posterior) == pytest.approx(slope, abs=1e-5)
    assert slope == pytest.approx(-0.00916, abs=5e-6)
    assert by_definition.elbo_gradient(X, THETA, PHI)[0] == pytest.approx(0.0, abs=1e-9)
    assert noisy.theta_gradient(THETA, stats.expon.ppf(u)) == pytest.approx(0.0, abs=1e-5)


@pytest.mark.parametrize("sigma2", [0.1, 1.0, 3.0])
def test_5_squared_error_with_a_weight_is_the_elbo_for_one_weight_only(sigma2):
    """x in R^3, decoder N(g(z), sigma2 I) with g(z) = (z, z², 1), q = N(m, v), prior N(0, 1); by quadrature."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    weights = weights / weights.sum()
    x = np.array([0.3, -1.0, 2.0])

    def terms(m, v):
        z = m + np.sqrt(v) * nodes
        squared = ((x[:, None] - np.stack([z, z**2, np.ones_like(z)])) ** 2).sum(0)
        log_likelihood = -0.5 * (squared / sigma2 + 3 * np.log(2 * np.pi * sigma2))
        log_ratio = stats.norm.logpdf(z, m, np.sqrt(v)) - stats.norm.logpdf(z)
        return weights @ squared, weights @ log_ratio, weights @ (log_likelihood - log_ratio)

    points = [terms(m, v) for m, v in [(0.0, 1.0), (0.4, 0.5), (-1.0, 0.2), (2.0, 2.0)]]
    for squared, divergence, elbo in points:
        wanted = squared + 2 * sigma2 * divergence + 3 * sigma2 * np.log(2 * np.pi * sigma2)
        assert -2 * sigma2 * elbo == pytest.approx(wanted, rel=1e-9)
    for weight in (sigma2, 4 * sigma2):  # another weight is another objective: the difference is no constant
        difference = [-2 * sigma2 * elbo - (squared + weight * d) for squared, d, elbo in points]
        assert np.ptp(difference) > 0.01


def test_6_signs_and_denominators_in_the_notes():
    assert caught("notes_minus_kl_where_plus_kl_stands").counterexample is not None
    caught("notes_equality_where_the_bound_holds")
    mended = Derivation(-KL(Q, PRIOR)).eq(integral(sources.z, Q * log(PRIOR / Q)), by="definition and expectation")
    assert mended.check().first_bad is None and holds("notes_4_and_5_the_bound")
    mu_q, mu_p, s_q, s_p = 0.3, -0.5, 0.7, 1.9
    draws = stats.norm.ppf((np.arange(200_000) + 0.5) / 200_000, mu_q, s_q)
    spread = float(np.mean((draws - mu_q) ** 2))
    assert spread / (2 * s_q**2) == pytest.approx(0.5, abs=1e-3) != pytest.approx(spread / (2 * s_p**2), abs=1e-3)
    right = np.log(s_p / s_q) + (s_q**2 + (mu_q - mu_p) ** 2) / (2 * s_p**2) - 0.5
    assert float(np.mean(stats.norm.logpdf(draws, mu_q, s_q) - stats.norm.logpdf(draws, mu_p, s_p))) == pytest.approx(
        right, abs=1e-3
    )


def test_7_the_objective_of_a_batch_sums_the_kl_over_its_images():
    """Three images, two latents, x | z ~ N(W z, I): the mean of their bounds, each by quadrature, against the objective
    with samples as it should be, and as it is printed, with one index."""
    rng = np.random.default_rng(0)
    W, images = rng.normal(size=(3, 2)), rng.normal(size=(3, 3))
    mu, var = rng.normal(size=(3, 2)), rng.uniform(0.2, 1.5, (3, 2))

    def log_likelihood(x, codes):
        return stats.norm.logpdf(x, codes @ W.T).sum(-1)

    def bound(x, m, v):
        nodes, weights = np.polynomial.hermite_e.hermegauss(20)
        grid = np.stack(np.meshgrid(nodes, nodes), -1).reshape(-1, 2)
        mass = np.outer(weights, weights).ravel() / weights.sum() ** 2
        codes = m + np.sqrt(v) * grid
        log_ratio = stats.norm.logpdf(codes, m, np.sqrt(v)).sum(-1) - stats.norm.logpdf(codes).sum(-1)
        return mass @ (log_likelihood(x, codes) - log_ratio)

    eps = rng.normal(size=(2000, 2))
    eps = np.concatenate([eps, -eps]) / np.sqrt(np.mean(eps**2, axis=0))
    fits = [log_likelihood(x, m + np.sqrt(v) * eps).mean() for x, m, v in zip(images, mu, var, strict=True)]
    minus_kl = 0.5 * (1 + np.log(var) - var - mu**2)
    right = (minus_kl.sum(1) + fits).mean()
    assert right == pytest.approx(np.mean([bound(x, m, v) for x, m, v in zip(images, mu, var, strict=True)]), abs=0.05)
    printed = [minus_kl[i].sum() + np.mean(fits) for i in range(3)]  # no sum over data in front of the KL
    assert (
        np.ptp(printed) > 0.4 and max(abs(value - right) for value in printed) > 0.2
    )  # it depends on which i is meant


def test_8_without_the_prior_the_estimator_tends_to_a_number_above_the_evidence():
    phi = 1.3
    without = float(
        noisy.moments(lambda e: by_definition.log_normal(X, e / phi) - by_definition.log_exponential(e / phi, phi))[0]
    )
    assert without == pytest.approx(-0.744, abs=5e-4)
    assert by_definition.elbo(X, THETA, phi) == pytest.approx(-1.513, abs=5e-4)
    assert by_definition.elbo(X, THETA, phi) < by_definition.log_evidence(X, THETA) < without
    caught("notes_estimator_without_the_log_prior")
    whole = float(noisy.moments(lambda e: noisy.log_weight(e / phi, X, THETA, phi))[0])
    assert whole == pytest.approx(float(by_definition.elbo(X, THETA, phi)), abs=1e-9)


def test_9_the_expectation_is_differentiable():
    phi = np.array([0.5, 1.0, 1.3, 4.0])

    def reconstruction(rate):
        return by_definition.expectation(lambda z: by_definition.log_normal(X, z), np.asarray(rate))

    assert reconstruction(phi) == pytest.approx(-0.5 * np.log(2 * np.pi) - X**2 / 2 + X / phi - 1 / phi**2, rel=1e-11)
    assert by_definition.derivative(reconstruction, phi) == pytest.approx(-X / phi**2 + 2 / phi**3, rel=1e-8)
    law = torch.distributions.Exponential(torch.tensor(1.3, requires_grad=True))
    assert not law.sample().requires_grad and law.rsample().requires_grad  # only the naive sample forgets phi


def test_10_maximising_the_bound_is_not_maximising_the_evidence():
    of_the_bound, _ = by_definition.maximise_elbo(X)
    of_the_evidence = float(by_definition.maximum_likelihood(X))
    assert of_the_bound == pytest.approx(4 / 3, rel=1e-6) and of_the_evidence == pytest.approx(0.98269, abs=5e-6)
    assert by_definition.log_evidence(X, of_the_bound) < by_definition.log_evidence(X, of_the_evidence)


def test_11_what_is_chosen_is_the_prior_and_not_the_posterior():
    """Matching q to the prior and matching it to p(z|x) are different aims, already in the exponential model."""
    phis = np.linspace(0.2, 4, 400)
    to_prior = [
        float(by_definition.expectation(lambda z, f=f: np.log(f) - f * z - (np.log(THETA) - THETA * z), f))
        for f in phis
    ]
    to_posterior = by_definition.log_evidence(X, THETA) - by_definition.elbo(X, THETA, phis)
    assert phis[np.argmin(to_prior)] == pytest.approx(THETA, abs=0.01)
    assert abs(phis[np.argmin(to_posterior)] - THETA) > 0.1


def test_12_the_bound_over_the_prior_is_a_looser_one_and_one_sample_can_not_show_a_wrong_reshape():
    caught("homework_21_and_27_called_equivalent")
    evidence = float(by_definition.log_evidence(X, THETA))
    over_prior, best = (
        float(by_definition.elbo(X, THETA, THETA)),
        float(by_definition.elbo(X, THETA, float(by_definition.best_phi(X, THETA)))),
    )
    assert (over_prior, best, evidence) == pytest.approx((-1.5439, -1.5039, -1.3689), abs=5e-5)
    log_w = np.random.default_rng(0).normal(-100, 5, (10, 6)) + 40 * np.arange(6)  # (m, N): images differ a lot

    def bound(weights):
        return np.logaddexp.reduce(weights, 0) - np.log(len(weights))

    mixed = log_w.reshape(-1).reshape(6, 10).T  # sample-major values read as batch-major
    assert bound(mixed).mean() > bound(log_w).mean() + 10
    one = log_w[:1]
    assert np.array_equal(bound(one.reshape(-1).reshape(6, 1).T), bound(one))
    assert holds("homework_16_to_22_the_bound_over_the_prior") and holds("homework_23_to_28_the_bound_over_any_q")


def test_12_the_wrong_reshape_goes_above_the_evidence_and_the_right_one_stays_below():
    """Twenty observations of the exponential model, sorted; 100 samples each, averaged over 200 repetitions."""
    x = np.linspace(-6, 8, 20)
    evidence = by_definition.log_evidence(x, THETA).mean()
    phi = by_definition.best_phi(x, np.full(20, THETA))
    draws = np.random.default_rng(0).exponential(1 / phi, (200, 100, 20))
    log_w = noisy.log_weight(draws, x, THETA, phi)

    def bound(weights, axis):
        return float((np.logaddexp.reduce(weights, axis) - np.log(100)).mean())

    assert evidence - 0.1 < bound(log_w, 1) < evidence < bound(log_w.reshape(200, 20, 100), 2) - 1


def test_13_a_small_kl_is_no_sign_of_good_samples_and_pca_needs_centred_data():
    """A constant encoder has KL 0 and an ELBO below that of one that looks; projecting uncentred data loses more."""
    phis = np.array([THETA, float(by_definition.best_phi(4.0, THETA))])
    bounds = by_definition.elbo(4.0, THETA, phis)
    assert bounds[1] > bounds[0] + 0.5  # phi = theta is q = p: KL(q || p) = 0
    data = np.random.default_rng(0).normal(size=(200, 5)) * [1, 1, 1, 1, 3.0] + [100, 0, 0, 0, 0]

    def loss(centre):
        _, _, v = np.linalg.svd(data - centre)
        return float((((data - centre) - (data - centre) @ v[:1].T @ v[:1]) ** 2).sum())

    assert loss(0.0) > 1.5 * loss(data.mean(0))


def test_14_the_map_from_the_unit_interval_fails_at_both_ends_and_a_bound_needs_its_constant():
    with np.errstate(divide="ignore"):
        ends = -np.log1p(-np.array([0.0, 1.0])) / 2.0
    assert ends.tolist() == [0.0, np.inf]  # neither lies in the positive numbers
    inside = (np.arange(1000) + 0.5) / 1000
    assert -np.log1p(-inside) / 2.0 == pytest.approx(stats.expon.ppf(inside, scale=1 / 2.0))  # in between all is well
    without = -1 / PHI**2 + (X - THETA) / PHI + np.log(THETA) - np.log(PHI)
    assert without > by_definition.log_evidence(X, THETA)  # "up to a constant" it is no bound
    constant = 1 - X**2 / 2 - 0.5 * np.log(2 * np.pi)
    assert without + constant == pytest.approx(float(by_definition.elbo(X, THETA, PHI)))
