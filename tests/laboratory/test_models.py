"""Every model against brute force: quadrature in one and two latent dimensions, exact formulas, torch.distributions."""

import math

import pytest
import torch
from torch.distributions import Bernoulli, Independent, MixtureSameFamily, Normal

from elboroom.models import GMVAE, IWAE, VAE, LinearVAE
from elboroom.models import densities as d

DOUBLE = torch.float64


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(0)


def grid(z_dim, n=161, half_width=9.0):
    """Points (n^K, K) and the log of the cell's size, for sums that stand for integrals."""
    line = torch.linspace(-half_width, half_width, n, dtype=DOUBLE)
    points = torch.cartesian_prod(*[line] * z_dim).reshape(-1, z_dim)
    return points, z_dim * math.log(line[1] - line[0])


def small(kind, z_dim):
    model = {"vae": VAE, "iwae": IWAE, "gmvae": lambda **kw: GMVAE(k=3, **kw)}[kind](z_dim=z_dim, x_dim=5, hidden=8)
    return model.to(DOUBLE)


@pytest.fixture
def x():
    return torch.bernoulli(torch.full((4, 5), 0.5, dtype=DOUBLE))


def log_evidence(model, x):
    """log p(x) by summing p(x|z) p(z) over a grid."""
    z, cell = grid(model.z_dim)
    log_joint = d.log_bernoulli(x[:, None, :], model.decode(z)) + model.log_prior(z)
    return torch.logsumexp(log_joint, 1) + cell


@pytest.mark.parametrize("z_dim", [1, 2])
@pytest.mark.parametrize("kind", ["vae", "gmvae"])
def test_importance_weights_average_to_the_evidence(kind, z_dim, x):
    model = small(kind, z_dim)
    with torch.no_grad():
        bound = d.iwae_bound(model.log_weights(x, torch.randn(40_000, 4, z_dim, dtype=DOUBLE)))
        assert torch.allclose(bound, log_evidence(model, x), atol=0.02)


@pytest.mark.parametrize("kind", ["vae", "gmvae"])
def test_the_negative_elbo_is_its_definition_by_quadrature(kind, x):
    model = small(kind, 1)
    with torch.no_grad():
        mu, var = model.encode(x)
        z, cell = grid(1, n=2001, half_width=12.0)
        q = (d.log_normal(z[None], mu[:, None], var[:, None]) + cell).exp()
        joint = d.log_bernoulli(x[:, None, :], model.decode(z)) + model.log_prior(z)
        log_q = d.log_normal(z[None], mu[:, None], var[:, None])
        wanted = -(q * (joint - log_q)).sum(1).mean()
        terms = torch.stack([torch.stack(model.negative_elbo(x, torch.randn(4, 1, dtype=DOUBLE))) for _ in range(4000)])
        mean, error = terms.mean(0), terms.std(0) / math.sqrt(4000)
    assert abs(mean[0] - wanted) < 5 * error[0] + 1e-9
    assert torch.allclose(terms[:, 0], terms[:, 1] + terms[:, 2])


def test_one_sample_of_a_mixtures_kl_may_be_negative_and_its_mean_is_not():
    model = small("gmvae", 2)
    with torch.no_grad():
        mu, var = torch.zeros(2000, 2, dtype=DOUBLE), torch.ones(2000, 2, dtype=DOUBLE)
        z = d.sample_normal(mu, var, torch.randn(2000, 2, dtype=DOUBLE))
        kl = model.kl(z, mu, var)
    assert kl.min() < 0 < kl.mean()


def test_components_that_begin_apart_make_up_nearly_a_standard_normal():
    mu, var = GMVAE(z_dim=3, x_dim=5, hidden=8, k=4000, spread=0.8).prior()
    assert torch.allclose(var, torch.full_like(var, 1 - 0.8**2))
    assert torch.allclose(mu.mean(0), torch.zeros(3), atol=0.06) and torch.allclose(
        (mu.square() + var).mean(0), torch.ones(3), atol=0.08
    )


def test_densities_agree_with_torch_distributions():
    z, mu, var = torch.randn(7, 3, dtype=DOUBLE), torch.randn(7, 3, dtype=DOUBLE), torch.rand(7, 3, dtype=DOUBLE) + 0.1
    normal = Independent(Normal(mu, var.sqrt()), 1)
    assert torch.allclose(d.log_normal(z, mu, var), normal.log_prob(z))
    standard = Independent(Normal(torch.zeros_like(mu), torch.ones_like(mu)), 1)
    assert torch.allclose(d.log_standard_normal(z), standard.log_prob(z))
    assert torch.allclose(d.kl_standard_normal(mu, var), torch.distributions.kl_divergence(normal, standard))
    logits, x = torch.randn(7, 3, dtype=DOUBLE), torch.bernoulli(torch.full((7, 3), 0.5, dtype=DOUBLE))
    assert torch.allclose(d.log_bernoulli(x, logits), Independent(Bernoulli(logits=logits), 1).log_prob(x))
    components = Independent(Normal(mu, var.sqrt()), 1)
    mixture = MixtureSameFamily(torch.distributions.Categorical(torch.ones(7, dtype=DOUBLE)), components)
    assert torch.allclose(d.log_normal_mixture(z, mu, var), mixture.log_prob(z))


def test_the_expanded_square_of_the_mixture_is_exact_enough_in_single_precision():
    z, mu, var = 3 * torch.randn(50, 10), torch.randn(500, 10), torch.rand(500, 10) + 0.05
    single = d.log_normal_mixture(z, mu, var)
    assert torch.allclose(single.double(), d.log_normal_mixture(z.double(), mu.double(), var.double()), rtol=1e-4)


@pytest.mark.parametrize("logit", [-80.0, 80.0])
def test_extreme_logits_give_finite_likelihoods_and_gradients(logit):
    logits = torch.full((1, 5), logit, requires_grad=True)
    value = d.log_bernoulli(torch.tensor([[0.0, 1, 0, 1, 1]]), logits)
    value.sum().backward()
    assert value.isfinite().all() and logits.grad.isfinite().all() and value.item() < -100


def test_the_iwae_objective_is_the_bound_and_falls_back_to_the_elbo(x):
    model = small("iwae", 2)
    eps = torch.randn(5, 4, 2, dtype=DOUBLE)
    nelbo, kl, reconstruction = model.negative_elbo(x, eps)
    assert torch.allclose(nelbo, -d.iwae_bound(model.log_weights(x, eps)).mean())
    assert torch.allclose(nelbo, kl + reconstruction)
    assert torch.allclose(model.negative_elbo(x, eps[0])[0], VAE.negative_elbo(model, x, eps[0])[0])


def test_beta_weighs_the_divergence(x):
    model = small("vae", 2)
    eps = torch.randn(4, 2, dtype=DOUBLE)
    _, kl, reconstruction = model.negative_elbo(x, eps)
    model.beta = 4.0
    assert torch.allclose(model.negative_elbo(x, eps)[0], reconstruction + 4 * kl)


@pytest.mark.parametrize("kind", ["vae", "gmvae"])
def test_samples_have_the_models_mean(kind):
    model = small(kind, 1)
    with torch.no_grad():
        z, cell = grid(1, n=2001, half_width=12.0)
        wanted = ((model.log_prior(z) + cell).exp()[:, None] * torch.sigmoid(model.decode(z))).sum(0)
        generator = torch.Generator().manual_seed(0)
        model.draw = lambda n, g=None, draw=model.draw: draw(n, g).to(DOUBLE)
        got = model.sample(50_000, generator).mean(0)
    assert torch.allclose(got, wanted, atol=0.01)


class TestLinear:
    """The one model of which everything is known."""

    @pytest.fixture
    def model(self):
        model = LinearVAE(2, 5).to(DOUBLE)
        with torch.no_grad():
            model.log_sigma2.fill_(-0.7)
            model.log_d.copy_(torch.tensor([-1.0, -0.5]))
            model.b.copy_(torch.randn(5))
        return model

    @pytest.fixture
    def real(self):
        return torch.randn(6, 5, dtype=DOUBLE)

    def test_the_exact_elbo_is_the_mean_of_the_sampled_one(self, model, real):
        with torch.no_grad():
            exact = torch.stack(model.negative_elbo(real))
            draws = [torch.stack(model.negative_elbo(real, torch.randn(6, 2, dtype=DOUBLE))) for _ in range(4000)]
        draws = torch.stack(draws)
        assert (draws.mean(0) - exact).abs().lt(5 * draws.std(0) / math.sqrt(4000) + 1e-9).all()

    def test_the_bound_is_tight_at_the_true_posterior_when_the_columns_are_orthogonal(self, model, real):
        with torch.no_grad():
            model.W.copy_(torch.linalg.qr(torch.randn(5, 2, dtype=DOUBLE))[0] * torch.tensor([2.0, 0.7]))
            sigma2 = model.log_sigma2.exp()
            precision = model.W.T @ model.W + sigma2 * torch.eye(2, dtype=DOUBLE)
            model.V.copy_(torch.linalg.solve(precision, model.W.T))
            model.log_d.copy_((sigma2 / precision.diagonal()).log())
            assert torch.allclose(-model.negative_elbo(real)[0], model.log_likelihood(real).mean())
            assert torch.allclose(
                model.log_weights(real, torch.randn(3, 6, 2, dtype=DOUBLE)), model.log_likelihood(real)
            )

    def test_elsewhere_the_bound_is_below(self, model, real):
        with torch.no_grad():
            assert -model.negative_elbo(real)[0] < model.log_likelihood(real).mean()
