"""Unit 08's definitions by second routes (torch, scipy, brute force, simulation), and the hidden closed forms."""

import math

import numpy as np
import pytest
import torch
from scipy import special

from autograder.checks.loading import load_file
from autograder.course import Course
from elboroom import models, specimens
from elboroom.advice.iwae import weights
from elboroom.checks.iwae import DIGITS, EPS
from elboroom.checks.modules import double, numbers
from elboroom.references import exponential
from elboroom.references import iwae as by_definition

LOG_W = np.random.default_rng(0).normal(scale=4.0, size=(6, 5))
RATES = [(1.5, 1.0, 1.0), (0.5, 2.6, 3.6), (-1.0, 0.7, 1.4), (3.0, 0.5, 1.5)]


@pytest.fixture(scope="module")
def exact():
    return load_file(Course.find().unit("08_iwae").hidden, "hidden_of_iwae_for_its_test")


def test_averages_of_weights_in_forty_digits_agree_with_floating_point(exact):
    shares = special.softmax(LOG_W, axis=0)
    assert by_definition.iwae_bound(LOG_W) == pytest.approx(exact.exact_iwae_bound(LOG_W), rel=1e-13)
    assert by_definition.effective_sample_size(LOG_W) == pytest.approx(1 / (shares**2).sum(axis=0), rel=1e-12)
    assert by_definition.normalised_weights(LOG_W) == pytest.approx(shares, rel=1e-12)


@pytest.mark.parametrize("pixels", [6, 4])
def test_the_models_density_by_density_agree_with_torch(pixels):
    x, ours = DIGITS[pixels], weights.model(pixels)
    want = numbers(ours.log_weights(double(x), double(EPS)))
    assert by_definition.log_weights(x, EPS, weights.weights(x)) == pytest.approx(want, rel=1e-6, abs=1e-6)


def test_the_nelbo_and_the_evidence_are_means_of_weights():
    x, state = DIGITS[6], weights.weights(DIGITS[6])
    eps, share = by_definition.noise_nodes(len(x), 40)
    log_w = by_definition.log_weights(x, eps, state)
    assert share.sum() == pytest.approx(1.0)
    assert -share @ log_w == pytest.approx(by_definition.negative_elbo(x, state), rel=1e-4)
    assert share @ np.exp(log_w) == pytest.approx(by_definition.evidence(x, state), rel=1e-4)
    assert np.all(np.log(by_definition.evidence(x, state)) > share @ log_w)


@pytest.mark.parametrize("rates", RATES)
def test_the_relative_variance_is_the_closed_form_and_that_of_samples(rates, exact):
    x, theta, phi = rates
    want = by_definition.relative_variance(*rates)
    assert exact.exact_relative_variance(*rates) == pytest.approx(want, rel=1e-9)
    eps = np.random.default_rng(1).exponential(size=400_000)
    w = np.exp(by_definition.exponential_log_weights(x, theta, phi, eps) - exponential.log_evidence(x, theta))
    assert w.mean() == pytest.approx(1.0, abs=5 * w.std() / math.sqrt(len(w)))
    if want < 1:
        assert w.var() == pytest.approx(want, rel=0.05)


@pytest.mark.parametrize("rates", RATES)
def test_the_gradient_is_the_closed_form_and_a_difference_quotient(rates, exact):
    eps, h = np.random.default_rng(2).exponential(size=(4, 3)), 1e-6
    x, theta, phi = rates
    want = by_definition.iwae_gradient(*rates, eps)

    def bound(theta, phi):
        return by_definition.iwae_bound(by_definition.exponential_log_weights(x, theta, phi, eps))

    quotients = (bound(theta + h, phi) - bound(theta - h, phi)), (bound(theta, phi + h) - bound(theta, phi - h))
    for got, closed, quotient in zip(want, exact.exact_iwae_gradient(*rates, eps), quotients, strict=True):
        assert closed == pytest.approx(got, rel=1e-9) and quotient / (2 * h) == pytest.approx(got, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize(("N", "m"), [(3, 2), (5, 5), (2, 7), (4, 1)])
def test_the_table_is_what_repeating_and_reshaping_makes(N, m, exact):
    table = torch.arange(N)[:, None].repeat(m, 1).reshape(N, m).numpy()
    assert np.array_equal(by_definition.pooled_images(N, m), table)
    assert np.array_equal(exact.exact_pooled_images(N, m), table)
    flat = np.random.default_rng(3).normal(size=N * m)
    assert exact.exact_repaired_bound(flat, m) == pytest.approx(by_definition.repaired_bound(flat, m))
    log_w = torch.from_numpy(flat.reshape(m, N))
    assert by_definition.repaired_bound(flat, m) == pytest.approx(numbers(models.densities.iwae_bound(log_w)))


@pytest.mark.parametrize("name", ["vae", "gmvae"])
def test_a_specimen_is_a_model_of_the_laboratory_with_its_weights(name):
    ours = {"vae": models.VAE, "gmvae": models.GMVAE}[name]()
    theirs = specimens.load(name)
    ours.load_state_dict(theirs.state_dict())
    x = (torch.rand(3, 784, generator=torch.Generator().manual_seed(0)) < 0.2).float()
    z = torch.randn(4, 3, 10, generator=torch.Generator().manual_seed(1))
    for got, want in [
        (theirs.encode(x), ours.encode(x)),
        ((theirs.decode(z), theirs.log_prior(z)), (ours.decode(z), ours.log_prior(z))),
    ]:
        assert all(torch.allclose(g, w, rtol=1e-4, atol=1e-4) for g, w in zip(got, want, strict=True))
    assert not any(weight.requires_grad for weight in theirs.parameters())


def test_loading_a_specimen_leaves_the_learners_random_numbers_alone():
    torch.manual_seed(0)
    first = torch.rand(1)
    torch.manual_seed(0)
    specimens.load("vae")
    assert torch.rand(1) == first
