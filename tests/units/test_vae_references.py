"""Unit 06's truths, each two independent ways: definitions against PyTorch, autograd, closed forms and simulation."""

import numpy as np
import pytest
import torch
from torch.distributions import Bernoulli, MixtureSameFamily, Normal, kl_divergence

from elboroom.advice.vae.networks import DECODER, ENCODER, HIDDEN, STATE, D, K
from elboroom.checks.modules import double, gradients_of, numbers
from elboroom.checks.vae_objective import batch
from elboroom.checks.vae_pieces import asleep
from elboroom.models import VAE, densities
from elboroom.references import vae as model

X, EPS = (a.astype(float) for a in batch(0))
RNG = np.random.default_rng(7)
MU, VAR = RNG.normal(size=(6, 3)), RNG.uniform(0.1, 3, (6, 3))


@pytest.fixture
def ours():
    module = VAE(K, D, HIDDEN).double()
    module.load_state_dict({name: double(w) for name, w in STATE.items()})
    return module


def test_the_networks_are_the_judges_modules(ours):
    assert np.allclose(model.encode(X, STATE), numbers(ours.encode(double(X))), rtol=1e-12)
    assert np.allclose(model.decode(EPS, STATE), numbers(ours.decode(double(EPS))), rtol=1e-12)
    assert np.allclose(model.encode(X, ENCODER, "net"), model.encode(X, STATE))
    assert np.allclose(model.decode(EPS, DECODER, "net"), model.decode(EPS, STATE))


def test_the_log_likelihood_is_pytorchs():
    logits = 3 * RNG.normal(size=X.shape)
    want = Bernoulli(logits=double(logits)).log_prob(double(X)).sum(-1)
    assert np.allclose(model.log_bernoulli(X, logits), want, rtol=1e-10)


def test_probabilities_of_all_images_add_up_to_one():
    images = np.array(np.meshgrid(*[[0, 1]] * 4)).reshape(4, -1).T
    assert np.exp(model.log_bernoulli(images, np.tile([0.3, -2.0, 4.0, 0.0], (16, 1)))).sum() == pytest.approx(1)


def test_the_kl_is_pytorchs():
    want = kl_divergence(Normal(double(MU), double(VAR).sqrt()), Normal(0.0, 1.0)).sum(-1)
    assert np.allclose(model.kl(MU, VAR), want, rtol=1e-11)


def test_the_terms_and_their_gradient_are_the_judges_modules(ours):
    terms = ours.negative_elbo(double(X), double(EPS))
    assert np.allclose(model.negative_elbo(X, EPS, STATE), numbers(terms), rtol=1e-11)
    want = gradients_of(terms[0], ours)
    found = model.gradient(lambda state: model.negative_elbo(X, EPS, state)[0], STATE)
    assert all(np.allclose(found[name], want[name], rtol=1e-5, atol=1e-8) for name in want)


def test_descending_is_plain_gradient_descent(ours):
    ours.negative_elbo(double(X), double(EPS))[0].backward()
    torch.optim.SGD(ours.parameters(), lr=0.3).step()
    found = model.descend(lambda state: model.negative_elbo(X, EPS, state)[0], STATE, 0.3)
    assert all(np.allclose(found[name], w.detach(), rtol=1e-6, atol=1e-7) for name, w in ours.named_parameters())


def test_improving_q_is_descent_by_autograd(ours):
    mu, var = MU[:4, :K], VAR[:4, :K]
    m, v = double(mu).requires_grad_(), double(np.log(var)).requires_grad_()
    missed = -densities.log_bernoulli(double(X), ours.decode(m + (v / 2).exp() * double(EPS)))
    (missed + densities.kl_standard_normal(m, v.exp())).sum().backward()
    found = model.improved(X, mu, var, EPS, 0.2, STATE)
    assert np.allclose(found[0], (m - 0.2 * m.grad).detach(), rtol=1e-6)
    assert np.allclose(found[1], (v - 0.2 * v.grad).exp().detach(), rtol=1e-6)


def test_the_two_parts_of_the_kl_add_up_to_the_mean_kl():
    """With many samples of each image; the estimate is unbiased, so 200,000 of them come within 0.01 nats."""
    q = Normal(double(MU), double(VAR).sqrt())
    aggregate = MixtureSameFamily(
        torch.distributions.Categorical(logits=torch.zeros(6)), torch.distributions.Independent(q, 1)
    )
    torch.manual_seed(0)
    z = q.sample((200_000,))
    information = (q.log_prob(z).sum(-1) - aggregate.log_prob(z)).mean()
    marginal = (aggregate.log_prob(z) - Normal(0.0, 1.0).log_prob(z).sum(-1)).mean()
    assert float(information + marginal) == pytest.approx(model.kl(MU, VAR).mean(), abs=0.01)
    some = [model.kl_split(MU, VAR, numbers(each)) for each in z[:1000]]
    assert np.mean(some, axis=0) == pytest.approx([float(information), float(marginal)], abs=0.06)


def test_two_images_far_apart_are_told_apart_by_one_bit():
    mu, var = np.array([[-9.0], [9.0]]), np.full((2, 1), 1e-2)
    assert model.kl_split(mu, var, mu)[0] == pytest.approx(np.log(2))


def test_the_least_cost_is_the_entropy_of_the_pixels():
    x = (RNG.random((30, 4)) < [0.2, 0.5, 0.9, 0.0]).astype(float)
    p = double(x).mean(0)
    want = float((torch.special.entr(p) + torch.special.entr(1 - p)).sum())
    assert model.least_cost(x) == pytest.approx(want, abs=1e-9)


def test_there_are_inputs_for_which_the_floor_is_all_of_the_variance():
    far = asleep()
    assert far.shape == (2, D)
    assert np.allclose(model.encode(far, ENCODER, "net")[1], 1e-8, rtol=0.2)
