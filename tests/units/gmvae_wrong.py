"""Misconceptions as learners of unit 07 write them: (exercise, function, code, name of the known mistake)."""

import math

import torch
from torch.nn import functional as F

from tests.units.gmvae_right import GMVAE, Net, estimate, gaussian, log_normal, mixture_by_hand

LOG_2PI = math.log(2 * math.pi)


def table(z, mu, var):
    return log_normal(z[:, None], mu, var)


def with_deviations(z, mu, var):
    return torch.distributions.Normal(mu, var).log_prob(z).sum(-1)


def unit_two_habit(z, mu, var):
    return -0.5 * (LOG_2PI + var + (z - mu) ** 2 / var.exp()).sum(-1)


def constant_outside(z, mu, var):
    return -0.5 * LOG_2PI - 0.5 * (var.log() + (z - mu) ** 2 / var).sum(-1)


def mean_of_coordinates(z, mu, var):
    return torch.distributions.Normal(mu, var.sqrt()).log_prob(z).mean(-1)


def logsumexp_alone(z, mu, var):
    return torch.logsumexp(table(z, mu, var), dim=1)


def over_the_batch(z, mu, var):
    logs = table(z, mu, var)
    return torch.logsumexp(logs, dim=0) - math.log(logs.shape[0])


def mean_of_logs(z, mu, var):
    return table(z, mu, var).mean(dim=1)


def log_mean_exp_over_coordinates_last(z, mu, var):
    coordinates = torch.distributions.Normal(mu, var.sqrt()).log_prob(z[:, None])
    return (torch.logsumexp(coordinates, dim=1) - math.log(mu.shape[1])).sum(-1)


def one_gaussian(z, mu, var):
    return log_normal(z, mu.mean(1), var.mean(1))


def prior_minus_posterior(z, mu, var, prior_mu, prior_var):
    return mixture_by_hand(z, prior_mu, prior_var) - log_normal(z, mu, var)


def no_entropy(z, mu, var, prior_mu, prior_var):
    return -mixture_by_hand(z, prior_mu, prior_var)


def at_least_zero(z, mu, var, prior_mu, prior_var):
    return torch.relu(estimate(z, mu, var, prior_mu, prior_var))


def entropy_known(z, mu, var, prior_mu, prior_var):
    return -gaussian(mu, var).entropy() - mixture_by_hand(z, prior_mu, prior_var)


def not_averaged(z, mu, var, prior_mu, prior_var):
    return log_normal(z, mu, var) - torch.logsumexp(table(z, prior_mu, prior_var), dim=1)


class Exponential(GMVAE):
    def prior(self):
        mu, log_var = self.z_pre.chunk(2)
        return mu, log_var.exp()


class Sigmoid(GMVAE):
    def decode(self, z):
        return torch.sigmoid(self.dec.net(z))


class Rectified(GMVAE):
    def __init__(self, z_dim, x_dim, hidden, k):
        super().__init__(z_dim, x_dim, hidden, k)
        for part in (self.enc, self.dec):
            part.net[1] = part.net[3] = torch.nn.ReLU()


class Named(torch.nn.Module):
    def __init__(self, z_dim, x_dim, hidden, k):
        super().__init__()
        self.encoder, self.decoder = Net(x_dim, hidden, 2 * z_dim), Net(z_dim, hidden, x_dim)


def elbo_terms(model, x, eps):
    mu, var = model.encode(x)
    z = mu + var.sqrt() * eps
    return z, mu, var, F.binary_cross_entropy_with_logits(model.decode(z), x, reduction="none")


def unbatched_prior(model, x, eps):
    """The (k, K) arrays as they are: the log of the wrong dimension is subtracted."""
    z, mu, var, pixels = elbo_terms(model, x, eps)
    prior_mu, prior_var = model.prior()
    log_p = torch.logsumexp(table(z, prior_mu, prior_var), dim=1) - math.log(prior_mu.shape[1])
    kl, rec = (log_normal(z, mu, var) - log_p).mean(), pixels.sum(-1).mean()
    return kl + rec, kl, rec


def pixel_means(model, x, eps):
    z, mu, var, pixels = elbo_terms(model, x, eps)
    prior_mu, prior_var = model.prior()
    kl = estimate(z, mu, var, prior_mu[None], prior_var[None]).mean()
    return kl + pixels.mean(), kl, pixels.mean()


def log_likelihood(model, x, eps):
    z, mu, var, pixels = elbo_terms(model, x, eps)
    prior_mu, prior_var = model.prior()
    kl, rec = estimate(z, mu, var, prior_mu[None], prior_var[None]).mean(), -pixels.sum(-1).mean()
    return kl + rec, kl, rec


def closed_form(model, x, eps):
    _, mu, var, pixels = elbo_terms(model, x, eps)
    kl, rec = 0.5 * (mu**2 + var - 1 - var.log()).sum(-1).mean(), pixels.sum(-1).mean()
    return kl + rec, kl, rec


def everything_at_once(mu, var, component, eps):
    return (mu[None] + var.sqrt()[None] * eps[:, None]).mean(1)


def variance_times_noise(mu, var, component, eps):
    return mu[component] + var[component] * eps


def smallest(mu, var, prior_mu, prior_var):
    return divergences(mu, var, prior_mu, prior_var).min(dim=1).values


def divergences(mu, var, prior_mu, prior_var):
    q, p = gaussian(mu[:, None], var[:, None]), gaussian(prior_mu, prior_var)
    return torch.distributions.kl_divergence(q, p)


def average(mu, var, prior_mu, prior_var):
    return divergences(mu, var, prior_mu, prior_var).mean(dim=1)


def no_log_k(mu, var, prior_mu, prior_var):
    return -torch.logsumexp(-divergences(mu, var, prior_mu, prior_var), dim=1)


def reversed_kl(mu, var, prior_mu, prior_var):
    q, p = gaussian(mu[:, None], var[:, None]), gaussian(prior_mu, prior_var)
    kl = torch.distributions.kl_divergence(p, q)
    return math.log(kl.shape[1]) - torch.logsumexp(-kl, dim=1)


def torch_var(mu, var):
    return mu.mean(0), var.mean(0) + mu.var(0)


def averages(mu, var):
    return mu.mean(0), var.mean(0)


def product_of_experts(mu, var):
    precision = (1 / var).mean(0)
    return (mu / var).mean(0) / precision, 1 / precision


WRONG = [
    ("log_normal", "log_normal", with_deviations, "deviations_for_variances"),
    ("log_normal", "log_normal", unit_two_habit, "log_variances"),
    ("log_normal", "log_normal", constant_outside, "constant_once"),
    ("log_normal", "log_normal", mean_of_coordinates, "mean_over_coordinates"),
    ("log_normal_mixture", "log_normal_mixture", logsumexp_alone, "summed_components"),
    ("log_normal_mixture", "log_normal_mixture", over_the_batch, "averaged_over_the_rows"),
    ("log_normal_mixture", "log_normal_mixture", mean_of_logs, "mean_of_the_logs"),
    ("log_normal_mixture", "log_normal_mixture", log_mean_exp_over_coordinates_last, "mixed_coordinate_by_coordinate"),
    ("log_normal_mixture", "log_normal_mixture", one_gaussian, "averaged_parameters"),
    ("kl_to_mixture_monte_carlo", "kl_to_mixture_monte_carlo", prior_minus_posterior, "reversed_difference"),
    ("kl_to_mixture_monte_carlo", "kl_to_mixture_monte_carlo", no_entropy, "prior_alone"),
    ("kl_to_mixture_monte_carlo", "kl_to_mixture_monte_carlo", at_least_zero, "clipped"),
    ("kl_to_mixture_monte_carlo", "kl_to_mixture_monte_carlo", entropy_known, "entropy_in_closed_form"),
    ("kl_to_mixture_monte_carlo", "kl_to_mixture_monte_carlo", not_averaged, "log_k_missing"),
    ("GMVAE", "GMVAE", Exponential, "exponential_prior"),
    ("GMVAE", "GMVAE", Sigmoid, "probabilities"),
    ("GMVAE", "GMVAE", Rectified, "rectified_encoder"),
    ("negative_elbo", "negative_elbo", unbatched_prior, "log_of_another_axis"),
    ("negative_elbo", "negative_elbo", pixel_means, "mean_over_pixels"),
    ("negative_elbo", "negative_elbo", log_likelihood, "likelihood_for_reconstruction"),
    ("negative_elbo", "negative_elbo", closed_form, "kl_of_unit_six"),
    ("sample_mixture", "sample_mixture", everything_at_once, "average_of_samples"),
    ("sample_mixture", "sample_mixture", variance_times_noise, "noise_times_variances"),
    ("mixture_kl_bound", "mixture_kl_bound", smallest, "nearest_component"),
    ("mixture_kl_bound", "mixture_kl_bound", average, "mean_of_the_divergences"),
    ("mixture_kl_bound", "mixture_kl_bound", no_log_k, "sum_for_mean"),
    ("mixture_kl_bound", "mixture_kl_bound", reversed_kl, "reversed_divergences"),
    ("best_gaussian_prior", "best_gaussian_prior", torch_var, "one_less"),
    ("best_gaussian_prior", "best_gaussian_prior", averages, "spread_within_alone"),
    ("best_gaussian_prior", "best_gaussian_prior", product_of_experts, "the_other_direction"),
]
