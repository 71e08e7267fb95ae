"""Unit 08: right answers in several dialects, each under the name of its exercise."""

import math
from typing import Any

import numpy as np
import torch
from scipy import integrate
from torch.distributions import Bernoulli, Normal
from torch.nn import functional as F

from autograder.derivation import Derivation, E, average, integral, log, uniform
from elboroom.checks.iwae_goals import FEWER, L_1, SAMPLES, L_k, L_m, S, a, i, j, p, q, w, x, z
from elboroom.specimens import GMVAE, VAE

MODELS = {"VAE": VAE, "GMVAE": GMVAE}


# iwae_bound ----------------------------------------------------------------------------------------------------------


def by_logsumexp(log_w):
    return torch.logsumexp(log_w, 0) - math.log(log_w.shape[0])


def by_the_largest(log_w):
    top = log_w.max(dim=0).values
    return top + (log_w - top).exp().mean(dim=0).log()


def one_image_after_another(log_w):
    log_m = torch.log(torch.tensor(float(len(log_w)), dtype=log_w.dtype))
    return torch.stack([torch.logsumexp(column, dim=-1) - log_m for column in log_w.T])


def by_running(log_w):
    total = log_w[0]
    for row in log_w[1:]:
        total = torch.logaddexp(total, row)
    return total - math.log(len(log_w))


# effective_sample_size -----------------------------------------------------------------------------------------------


def by_shares(log_w):
    return (torch.softmax(log_w, 0) ** 2).sum(0).reciprocal()


def by_two_logsumexps(log_w):
    return torch.exp(2 * torch.logsumexp(log_w, 0) - torch.logsumexp(2 * log_w, 0))


def by_ratios_to_the_largest(log_w):
    weights = torch.exp(log_w - log_w.max(dim=0, keepdim=True).values)
    return weights.sum(0).square() / weights.square().sum(0)


# proofs --------------------------------------------------------------------------------------------------------------


def evidence_from_the_left() -> Derivation:
    return (
        Derivation(log(p(x)))
        .eq(log(integral(z, p(x, z))), by="marginal")
        .eq(log(E(q(z | x), w(z))), by="expectation")
        .eq(log(E(SAMPLES, average(i, w(z[i])))), by="identically distributed")
        .ge(E(SAMPLES, log(average(i, w(z[i])))), by="jensen: log is concave")
        .eq(L_m, by="definition")
    )


def evidence_from_the_right() -> Derivation:
    return (
        Derivation(L_m)
        .eq(E(SAMPLES, log(average(i, w(z[i])))), by="definition")
        .le(log(E(SAMPLES, average(i, w(z[i])))), by="jensen")
        .eq(log(E(q(z | x), w(z))), by="identically distributed")
        .eq(log(integral(z, q(z | x) * w(z))), by="expectation")
        .eq(log(integral(z, p(x, z))), by="algebra")
        .eq(log(p(x)), by="marginal")
    )


def evidence_over_the_copies() -> Derivation:
    return (
        Derivation(log(p(x)))
        .eq(log(integral(z[1], p(x, z[1]))), by="marginal")
        .eq(log(E(q(z[1] | x), w(z[1]))), by="expectation")
        .eq(log(E(SAMPLES, average(j, w(z[j])))), by="identically distributed")
        .ge(E(SAMPLES, log(average(j, w(z[j])))), by="jensen")
        .eq(L_m, by="definition")
    )


def elbo_by_jensen_on_the_average() -> Derivation:
    return (
        Derivation(L_m)
        .eq(E(SAMPLES, log(average(i, w(z[i])))), by="definition")
        .ge(E(SAMPLES, average(i, log(w(z[i])))), by="jensen")
        .eq(E(q(z[1] | x), log(w(z[1]))), by="identically distributed")
        .eq(L_1, by="definition")
    )


def elbo_by_a_uniform_index() -> Derivation:
    return (
        Derivation(L_m)
        .eq(E(SAMPLES, log(average(i, w(z[i])))), by="definition")
        .eq(E(SAMPLES, log(uniform(j, w(z[j])))), by="uniform index")
        .ge(E(SAMPLES, uniform(j, log(w(z[j])))), by="jensen")
        .eq(E(q(z | x), log(w(z))), by="identically distributed")
        .eq(L_1, by="definition, symmetry")
    )


def elbo_from_below() -> Derivation:
    return (
        Derivation(L_1)
        .eq(E(q(z[1] | x), log(w(z[1]))), by="definition")
        .eq(E(SAMPLES, average(i, log(w(z[i])))), by="identically distributed")
        .le(E(SAMPLES, log(average(i, w(z[i])))), by="jensen")
        .eq(L_m, by="definition")
    )


def monotone_from_above() -> Derivation:
    return (
        Derivation(L_m)
        .eq(E(SAMPLES, log(average(i, w(z[i])))), by="definition")
        .eq(E(SAMPLES, log(uniform(S, average(a, w(z[S[a]]))))), by="uniform subset")
        .ge(E(SAMPLES, uniform(S, log(average(a, w(z[S[a]]))))), by="jensen")
        .eq(E(FEWER, log(average(a, w(z[a])))), by="identically distributed")
        .eq(L_k, by="definition")
    )


def monotone_from_below() -> Derivation:
    return (
        Derivation(L_k)
        .eq(E(FEWER, log(average(a, w(z[a])))), by="definition")
        .eq(E(SAMPLES, uniform(S, log(average(a, w(z[S[a]]))))), by="identically distributed")
        .le(E(SAMPLES, log(uniform(S, average(a, w(z[S[a]]))))), by="jensen")
        .eq(E(SAMPLES, log(average(i, w(z[i])))), by="uniform subset")
        .eq(L_m, by="definition")
    )


def monotone_with_a_line_to_spare() -> Derivation:
    return (
        Derivation(L_m)
        .eq(E(SAMPLES, log(average(i, p(x, z[i]) / q(z[i] | x)))), by="definition")
        .eq(E(SAMPLES, log(average(i, w(z[i])))), by="algebra")
        .eq(E(SAMPLES, log(uniform(S, average(a, w(z[S[a]]))))), by="uniform index")
        .ge(E(SAMPLES, uniform(S, log(average(a, w(z[S[a]]))))), by="jensen")
        .eq(E(FEWER, log(average(a, w(z[a])))), by="identically distributed")
        .eq(L_k, by="definition")
    )


# log_weights ---------------------------------------------------------------------------------------------------------


def by_distributions(model, x, eps):
    mu, var = model.encode(x)
    q = Normal(mu, torch.sqrt(var))
    z = q.mean + q.stddev * eps
    return Bernoulli(logits=model.decode(z)).log_prob(x).sum(2) + model.log_prior(z) - q.log_prob(z).sum(2)


def by_formulas(model, x, eps):
    mu, var = model.encode(x)
    z = mu + var.sqrt() * eps
    logits = model.decode(z)
    log_x = (x * logits - F.softplus(logits)).sum(-1)
    return log_x + model.log_prior(z) + 0.5 * (math.log(2 * math.pi) + var.log() + eps**2).sum(-1)


def sample_by_sample(model, x, eps):
    mu, var = model.encode(x)
    rows = []
    for noise in eps:
        z = mu + var.sqrt() * noise
        log_x = -F.binary_cross_entropy_with_logits(model.decode(z), x, reduction="none").sum(1)
        rows.append(log_x + model.log_prior(z) - Normal(mu, var.sqrt()).log_prob(z).sum(1))
    return torch.stack(rows)


def repeated_and_folded_as_it_should_be(model, x, eps):
    m, N, K = eps.shape
    x = x.repeat(m, 1)
    mu, var = model.encode(x)
    z = mu + var.sqrt() * eps.reshape(m * N, K)
    log_x = -F.binary_cross_entropy_with_logits(model.decode(z), x, reduction="none").sum(1)
    return (log_x + model.log_prior(z) - Normal(mu, var.sqrt()).log_prob(z).sum(1)).reshape(m, N)


# relative_variance ---------------------------------------------------------------------------------------------------


def log_evidence(x, theta):
    from scipy.special import log_ndtr

    return math.log(theta) + theta**2 / 2 - theta * x + log_ndtr(x - theta)


def by_completing_the_square(x, theta, phi):
    from scipy.special import log_ndtr

    b = phi + 2 * (x - theta)
    log_moment = math.log(theta**2 / phi / 2 / math.sqrt(math.pi)) + b * b / 4 - x * x + log_ndtr(b / 2**0.5)
    return float(np.exp(log_moment - 2 * log_evidence(x, theta)) - 1)


def by_an_integrator_told_where_to_look(x, theta, phi):
    log_p, top = log_evidence(x, theta), max(x - theta + phi / 2, 0)

    def square(z):
        log_joint = math.log(theta) - theta * z - 0.5 * math.log(2 * math.pi) - 0.5 * (x - z) ** 2
        return math.exp(2 * (log_joint - log_p) - math.log(phi) + phi * z)

    return integrate.quad(square, max(top - 8, 0), top + 8, points=[top], epsabs=0)[0] - 1


def by_adding_up(x, theta, phi):
    top, log_p = max(x - theta + phi / 2, 0.0), log_evidence(x, theta)
    edges = torch.linspace(max(top - 9, 0.0), top + 9, 400_001, dtype=torch.float64)
    z = (edges[1:] + edges[:-1]) / 2
    log_w = math.log(theta / phi) - 0.5 * math.log(2 * math.pi) - (theta - phi) * z - (x - z) ** 2 / 2 - log_p
    return (torch.exp(2 * log_w + math.log(phi) - phi * z).sum() * (edges[1] - edges[0]) - 1).item()


# iwae_gradient -------------------------------------------------------------------------------------------------------


def shares_and_slopes(x, theta, phi, eps):
    z = eps / phi
    share = torch.softmax(-theta * z - 0.5 * (x - z) ** 2 + phi * z, 0)
    return (share * (1 / theta - z)).sum(0), (share * ((theta - x + z) * z / phi - 1 / phi)).sum(0)


def in_numpy(x, theta, phi, eps):
    by_theta, by_phi = shares_and_slopes(x, theta, phi, eps)
    return by_theta.numpy(), by_phi.numpy()


def column_by_column(x, theta, phi, eps):
    columns = []
    for column in eps.T:
        rates = torch.tensor([theta, phi], dtype=eps.dtype, requires_grad=True)
        z = column / rates[1]
        log_w = rates[0].log() - rates[0] * z - 0.5 * (x - z) ** 2 - rates[1].log() + rates[1] * z
        columns.append(torch.autograd.grad(torch.logsumexp(log_w, 0), rates)[0])
    both = torch.stack(columns)
    return both[:, 0], both[:, 1]


# the bug -------------------------------------------------------------------------------------------------------------


def by_the_place(N, m):
    return [[(row * m + column) % N for column in range(m)] for row in range(N)]


def by_doing_it(N, m):
    return torch.arange(N).repeat(m).reshape(N, m)


def by_tiling(N, m):
    return np.tile(np.arange(N), m).reshape(N, m)


def folded(log_w, m):
    return by_logsumexp(log_w.reshape(m, len(log_w) // m))


def folded_the_other_way(log_w, m):
    return torch.logsumexp(log_w.reshape(m, -1).T, dim=1) - math.log(m)


def picked_out(log_w, m):
    N = len(log_w) // m
    return torch.stack([by_logsumexp(log_w[image::N]) for image in range(N)])


RIGHT: dict[str, list[Any]] = {
    "iwae_bound": [by_logsumexp, by_the_largest, one_image_after_another, by_running],
    "effective_sample_size": [by_shares, by_two_logsumexps, by_ratios_to_the_largest],
    "iwae_bounds_evidence": [evidence_from_the_left(), evidence_from_the_right(), evidence_over_the_copies()],
    "iwae_beats_elbo": [elbo_by_jensen_on_the_average(), elbo_by_a_uniform_index(), elbo_from_below()],
    "iwae_is_monotone": [monotone_from_above(), monotone_from_below(), monotone_with_a_line_to_spare()],
    "log_weights": [by_distributions, by_formulas, sample_by_sample, repeated_and_folded_as_it_should_be],
    "relative_variance": [by_completing_the_square, by_an_integrator_told_where_to_look, by_adding_up],
    "iwae_gradient": [shares_and_slopes, in_numpy, column_by_column],
    "pooled_images": [by_the_place, by_doing_it, by_tiling],
    "repaired_bound": [folded, folded_the_other_way, picked_out],
}
