"""The definitions of unit 07 against a second route: torch.distributions, closed forms, the project's own models."""

import runpy
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch.distributions import Categorical, Independent, MixtureSameFamily, Normal, kl_divergence

from autograder.course import Course
from elboroom.checks import gmvae as checks
from elboroom.references import gmvae, mixtures

UNIT = Course.find().unit("07_gmvae")
closed = SimpleNamespace(**runpy.run_path(str(UNIT.hidden.with_name("07_gmvae_closed_forms.py"))))
draw = np.random.default_rng(0)
Z, MU, VAR = draw.normal(size=(6, 3)), draw.normal(size=(6, 3)), draw.uniform(0.1, 3.0, (6, 3))
PRIOR = draw.normal(size=(1, 5, 3), scale=2.0), draw.uniform(0.1, 3.0, (1, 5, 3))
EACH = draw.normal(size=(6, 5, 3), scale=2.0), draw.uniform(0.1, 3.0, (6, 5, 3))
EXACT = {"rtol": 1e-12, "atol": 1e-12}


def gaussian(mu, var):
    return Independent(Normal(torch.tensor(mu), torch.tensor(var).sqrt()), 1)


def mixture(mu, var):
    return MixtureSameFamily(Categorical(torch.ones(mu.shape[:-1], dtype=torch.float64)), gaussian(mu, var))


def test_log_normal_is_that_of_torch_and_the_closed_form():
    want = gaussian(MU, VAR).log_prob(torch.tensor(Z))
    np.testing.assert_allclose(mixtures.log_normal(Z, MU, VAR), want, **EXACT)
    np.testing.assert_allclose(closed.log_density(Z, MU, VAR), want, **EXACT)


@pytest.mark.parametrize("prior", [PRIOR, EACH], ids=["one for all", "one for each"])
@pytest.mark.parametrize("shift", [0.0, 50.0, -1e4])
def test_the_mixture_is_that_of_torch_and_the_closed_form_however_far_away(prior, shift):
    want = mixture(*prior).log_prob(torch.tensor(Z + shift))
    np.testing.assert_allclose(mixtures.log_normal_mixture(Z + shift, *prior), want, **EXACT)
    np.testing.assert_allclose(closed.log_mixture(Z + shift, *prior), want, **EXACT)


def test_the_estimates_average_to_the_kl_by_quadrature():
    noise = np.random.default_rng(1).normal(size=(200_000, 1))
    mu, var, prior = 0.3, 0.7, (np.array([-1.0, 2.0]), np.array([0.2, 1.5]))
    z = mu + np.sqrt(var) * noise
    of_q = closed.log_density(z, np.full((1, 1), mu), np.full((1, 1), var))
    found = of_q - closed.log_mixture(z, *(each[None, :, None] for each in prior))
    kl = mixtures.kl_to_mixture(mu, var, *prior)
    assert abs(found.mean() - kl) < 5 * found.std() / np.sqrt(len(found))
    assert mixtures.kl_to_mixture(0.0, 1.0, [-1.0, 1.0], [0.25, 0.25]) == pytest.approx(0.2278415, abs=1e-7)


@pytest.mark.parametrize("prior", [PRIOR, EACH], ids=["one for all", "one for each"])
def test_divergences_to_components_are_those_of_torch_and_the_closed_form(prior):
    want = kl_divergence(gaussian(MU[:, None], VAR[:, None]), gaussian(*prior))
    np.testing.assert_allclose(mixtures.kl_to_components(MU, VAR, *prior), want, rtol=1e-11)
    np.testing.assert_allclose(closed.divergences(MU, VAR, *prior), want, rtol=1e-11)


@pytest.mark.parametrize("prior", [PRIOR, EACH], ids=["one for all", "one for each"])
@pytest.mark.parametrize("shift", [0.0, 60.0])
def test_the_least_bound_is_the_closed_form_and_no_weights_give_less(prior, shift):
    table = mixtures.kl_to_components(MU + shift, VAR, *prior)
    least = mixtures.least_bound(table)
    np.testing.assert_allclose(least, closed.least_of_the_bounds(MU + shift, VAR, *prior), rtol=1e-11)
    for weights in np.random.default_rng(2).dirichlet(np.ones(5), size=50):
        assert np.all((weights * (table + np.log(5 * weights))).sum(axis=1) >= least - 1e-9)


def test_the_least_bound_lies_above_the_kl_on_the_line():
    for mu in (-3.0, 0.0, 0.7, 4.0):
        prior = np.array([-1.0, 1.0, 3.0]), np.array([0.3, 1.0, 2.0])
        arrays = np.full((1, 1), mu), np.full((1, 1), 0.5), *(each[None, :, None] for each in prior)
        bound = mixtures.least_bound(mixtures.kl_to_components(*arrays))[0]
        assert mixtures.kl_to_mixture(mu, 0.5, *prior) <= bound + 1e-9


def test_the_best_gaussian_has_the_moments_of_the_aggregate_posterior():
    for found, want in zip(mixtures.best_gaussian(MU, VAR), closed.moments(MU, VAR), strict=True):
        np.testing.assert_allclose(found, want, rtol=1e-6, atol=1e-6)


def test_slopes_of_the_mixture_are_autograds():
    arguments = [torch.tensor(each, requires_grad=True) for each in (Z, *PRIOR)]
    components = Independent(Normal(arguments[1], arguments[2].sqrt()), 1)
    family = MixtureSameFamily(Categorical(torch.ones(1, 5, dtype=torch.float64)), components)
    want = torch.autograd.grad(family.log_prob(arguments[0]).sum(), arguments)
    for found, slope in zip(closed.slope_of_mixture(Z, *PRIOR), want, strict=True):
        np.testing.assert_allclose(found, slope, rtol=1e-9, atol=1e-12)


def test_terms_of_the_bound_are_those_of_the_projects_model():
    sizes = (3, 7, 4, 5)
    state = gmvae.weights(sizes, seed=3)
    module = gmvae.module(sizes, state)
    x, eps = (draw.uniform(size=(8, 7)) > 0.5).astype(float), draw.normal(size=(8, 3))
    kl, reconstruction = gmvae.terms(state, x, eps)
    with torch.no_grad():
        nelbo, *each = module.negative_elbo(torch.tensor(x), torch.tensor(eps))
        np.testing.assert_allclose(gmvae.encode(state, x), torch.stack(module.encode(torch.tensor(x))), rtol=1e-10)
        np.testing.assert_allclose(gmvae.prior(state), torch.stack(module.prior()), rtol=1e-12)
    np.testing.assert_allclose([kl.mean(), reconstruction.mean()], each, rtol=1e-10)
    assert float(nelbo) == pytest.approx((kl + reconstruction).mean(), rel=1e-10)


def test_a_prior_without_clusters_is_worth_nothing():
    torch.manual_seed(0)
    model = checks.trained()
    with torch.no_grad():
        mu, var = model.encode(torch.from_numpy(checks.digits()[0]))
        best = mu.mean(0), var.mean(0) + mu.var(0, correction=0)
        model.z_pre[:100], model.z_pre[100:] = best[0], torch.log(torch.expm1(best[1]))
        assert checks.worth_of_the_mixture(model) == pytest.approx(0, abs=1e-4)
