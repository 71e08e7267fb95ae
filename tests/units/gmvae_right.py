"""Right answers to the exercises of unit 07, at least three of each, in different words."""

import math

import torch
from torch import nn
from torch.distributions import Bernoulli, Categorical, Independent, MixtureSameFamily, Normal, kl_divergence
from torch.nn import functional as F

from tests.units.gmvae_proofs import by_a_difference, from_below, from_the_smaller, jensen_first, split, under_the_ratio


def gaussian(mu, var):
    return Independent(Normal(mu, var.sqrt(), validate_args=False), 1, validate_args=False)


def log_normal(z, mu, var):
    return gaussian(mu, var).log_prob(z)


def log_normal_by_dimension(z, mu, var):
    z, mu, var = torch.broadcast_tensors(z, mu, var)
    total = torch.zeros_like(z[..., 0])
    for j in range(z.shape[-1]):
        scaled = (z[..., j] - mu[..., j]) / torch.sqrt(var[..., j])
        total = total - 0.5 * scaled**2 - 0.5 * torch.log(2 * torch.pi * var[..., j])
    return total


def log_normal_from_sums(z, mu, var):
    z, mu, var = torch.broadcast_tensors(z, mu, var)
    squares = torch.sum(torch.square(z - mu) / var, dim=-1)
    return -(z.shape[-1] * math.log(2 * math.pi) + torch.sum(torch.log(var), dim=-1) + squares) / 2


def mixture_from_torch(z, mu, var):
    mu, var = (each.expand(len(z), -1, -1) for each in (mu, var))
    weights = Categorical(logits=torch.zeros(mu.shape[:2], dtype=mu.dtype), validate_args=False)
    return MixtureSameFamily(weights, gaussian(mu, var), validate_args=False).log_prob(z)


def mixture_by_hand(z, mu, var):
    table = log_normal_from_sums(z.unsqueeze(1), mu, var)
    top = table.max(dim=1, keepdim=True).values
    return top.squeeze(1) + torch.exp(table - top).mean(dim=1).log()


def mixture_one_by_one(z, mu, var):
    total = log_normal(z, mu[:, 0], var[:, 0])
    for c in range(1, mu.shape[1]):
        total = torch.logaddexp(total, log_normal(z, mu[:, c], var[:, c]))
    return total - math.log(mu.shape[1])


def estimate(z, mu, var, prior_mu, prior_var):
    return log_normal(z, mu, var) - mixture_by_hand(z, prior_mu, prior_var)


def estimate_as_a_sum(z, mu, var, prior_mu, prior_var):
    return -(mixture_one_by_one(z, prior_mu, prior_var) - log_normal_by_dimension(z, mu, var))


def estimate_from_torch(z, mu, var, prior_mu, prior_var):
    return gaussian(mu, var).log_prob(z) - mixture_from_torch(z, prior_mu, prior_var)


def narrow_peak():
    return torch.tensor(0.5), 0, 1, torch.tensor([0.5]), torch.tensor([1e-3])


def far_and_near():
    return 1.0, 0.0, 4.0, (1.0, -9.0), (0.0025, 1.0)


def rows_of_one():
    return [[0.1]], [[0.0]], [[1.0]], [[[0.1], [5.0], [6.0]]], [[[1e-4], [1.0], [1.0]]]


class Net(nn.Module):
    def __init__(self, *sizes):
        super().__init__()
        layers = []
        for i in range(len(sizes) - 1):
            layers += [nn.Linear(sizes[i], sizes[i + 1]), nn.ELU()]
        self.net = nn.Sequential(*layers[:-1])


class GMVAE(nn.Module):
    def __init__(self, z_dim, x_dim, hidden, k):
        super().__init__()
        self.z_dim, self.k = z_dim, k
        self.enc, self.dec = Net(x_dim, hidden, hidden, 2 * z_dim), Net(z_dim, hidden, hidden, x_dim)
        self.z_pre = nn.Parameter(torch.zeros(2 * k, z_dim))

    def encode(self, x):
        out = self.enc.net(x)
        return out[:, : self.z_dim], nn.Softplus()(out[:, self.z_dim :]) + 1e-8

    def decode(self, z):
        return self.dec.net(z)

    def prior(self):
        return self.z_pre[: self.k], F.softplus(self.z_pre[self.k :]) + 1e-8


class ByHand(GMVAE):
    """With a softplus and an ELU of its own."""

    @staticmethod
    def softplus(h):
        return torch.logaddexp(h, torch.zeros_like(h)) + 1e-8

    @staticmethod
    def through(net, h):
        for layer in (0, 2, 4):
            h = h @ net[layer].weight.T + net[layer].bias
            h = torch.where(h > 0, h, torch.expm1(h.clamp(max=0))) if layer < 4 else h
        return h

    def encode(self, x):
        mu, h = torch.split(self.through(self.enc.net, x), self.z_dim, dim=1)
        return [mu, self.softplus(h)]

    def decode(self, z):
        return self.through(self.dec.net, z)

    def prior(self):
        mu, h = self.z_pre.view(2, self.k, self.z_dim)
        return mu, self.softplus(h)


def negative_elbo(model, x, eps):
    mu, var = model.encode(x)
    z = torch.addcmul(mu, var**0.5, eps)
    prior_mu, prior_var = (each.unsqueeze(0) for each in model.prior())
    kl = estimate_as_a_sum(z, mu, var, prior_mu, prior_var).mean()
    rec = -Bernoulli(logits=model.decode(z)).log_prob(x).sum(dim=1).mean()
    return kl + rec, kl, rec


def negative_elbo_by_rows(model, x, eps):
    prior_mu, prior_var = model.prior()
    kls, recs = [], []
    for row, noise in zip(x, eps, strict=True):
        mu, var = model.encode(row[None])
        z = mu + torch.sqrt(var) * noise
        kls.append(estimate(z, mu, var, prior_mu[None], prior_var[None])[0])
        logits = model.decode(z)[0]
        recs.append((F.softplus(logits) - row * logits).sum())
    kl, rec = torch.stack(kls).mean(), torch.stack(recs).mean()
    return [rec + kl, kl, rec]


def negative_elbo_from_sums(model, x, eps):
    mu, var = model.encode(x)
    z = mu + var.sqrt() * eps
    prior_mu, prior_var = model.prior()
    log_p_z = mixture_from_torch(z, prior_mu[None], prior_var[None])
    rec = F.binary_cross_entropy_with_logits(model.decode(z), x, reduction="sum") / x.shape[0]
    kl = torch.mean(gaussian(mu, var).log_prob(z) - log_p_z)
    return kl + rec, kl, rec


def sample(mu, var, component, eps):
    return torch.index_select(mu, 0, component) + torch.index_select(var, 0, component).sqrt() * eps


def sample_one_by_one(mu, var, component, eps):
    return torch.stack([mu[c] + eps[n] * torch.sqrt(var[c]) for n, c in enumerate(component.tolist())])


def sample_by_indicators(mu, var, component, eps):
    chosen = F.one_hot(component, len(mu)).to(mu.dtype)  # (n, k)
    return chosen @ mu + chosen @ var.sqrt() * eps


def bound_from_torch(mu, var, prior_mu, prior_var):
    table = kl_divergence(gaussian(mu[:, None], var[:, None]), gaussian(prior_mu, prior_var))
    return -(torch.logsumexp(-table, dim=1) - math.log(table.shape[1]))


def bound_by_weights(mu, var, prior_mu, prior_var):
    table = kl_divergence(gaussian(mu[:, None], var[:, None]), gaussian(prior_mu, prior_var))
    r = torch.softmax(-table, dim=1)
    return (r * (table + torch.log_softmax(-table, dim=1) + math.log(table.shape[1]))).sum(dim=1)


def bound_with_a_shift(mu, var, prior_mu, prior_var):
    mu, var = mu.unsqueeze(1), var.unsqueeze(1)
    table = 0.5 * ((var + (mu - prior_mu) ** 2) / prior_var - 1 - (var / prior_var).log()).sum(dim=2)
    low = table.min(dim=1, keepdim=True).values
    return low.squeeze(1) - (low - table).exp().mean(dim=1).log()


def within_and_between(mu, var):
    return mu.mean(dim=0), var.mean(dim=0) + mu.var(dim=0, correction=0)


def by_deviations(mu, var):
    centre = torch.mean(mu, 0)
    return [centre, torch.mean(var, 0) + torch.mean((mu - centre).square(), 0)]


def row_by_row(mu, var):
    centre = sum(mu) / len(mu)
    return centre, sum(v + (m - centre) ** 2 for m, v in zip(mu, var, strict=True)) / len(mu)


NAMESPACES = {
    "log_normal": [log_normal, log_normal_by_dimension, log_normal_from_sums],
    "log_normal_mixture": [mixture_from_torch, mixture_by_hand, mixture_one_by_one],
    "kl_to_mixture_monte_carlo": [estimate, estimate_as_a_sum, estimate_from_torch],
    "negative_sample": [narrow_peak, far_and_near, rows_of_one],
    "sample_mixture": [sample, sample_one_by_one, sample_by_indicators],
    "mixture_kl_bound": [bound_from_torch, bound_by_weights, bound_with_a_shift],
    "best_gaussian_prior": [within_and_between, by_deviations, row_by_row],
    "at_most_the_mean": [jensen_first(), under_the_ratio(), from_below()],
    "aggregate_posterior_is_optimal": [split(), by_a_difference(), from_the_smaller()],
    "below_zero": ["c", "c", "c"],
}
MODULES = [GMVAE, ByHand, GMVAE]
OBJECTIVES = [negative_elbo, negative_elbo_by_rows, negative_elbo_from_sums]


def namespaces():
    """(exercise, names): a learner who has written just what that exercise needs."""
    for name, answers in NAMESPACES.items():
        for answer in answers:
            yield name, {name: answer}
    for module, objective in zip(MODULES, OBJECTIVES, strict=True):
        yield "GMVAE", {"GMVAE": module}
        yield "negative_elbo", {"GMVAE": module, "negative_elbo": objective}
