"""Right answers to the exercises of unit 06 in different ways: by functions of PyTorch, by hand, in loops."""

import math

import numpy as np
import torch
from torch import nn
from torch.distributions import Normal, kl_divergence
from torch.nn import functional as F

from tests.units.vae_right_pieces import (
    VAE,
    Decoder,
    DecoderByName,
    DecoderFromAList,
    Encoder,
    EncoderByName,
    EncoderFromAList,
    VAEOfLists,
    VAEThatForwards,
    binarise,
    binarise_by_where,
    binarise_in_numpy,
    kl,
    kl_by_distribution,
    kl_in_a_loop,
    log_likelihood,
    log_likelihood_by_distribution,
    log_likelihood_by_logsigmoid,
    log_likelihood_by_softplus,
    sample,
    sample_by_addcmul,
    sample_by_exponential,
)

# --- the objective


def negative_elbo(model, x, eps):
    mu, var = model.encode(x)
    nats = kl(mu, var).mean()
    missed = -log_likelihood(x, model.decode(sample(mu, var, eps))).mean()
    return nats + missed, nats, missed


def negative_elbo_by_distributions(model, x, eps):
    mu, var = model.encode(x)
    q = Normal(mu, var.sqrt())
    logits = model.decode(q.loc + q.scale * eps)
    nats = kl_divergence(q, Normal(0.0, 1.0)).sum() / len(x)
    missed = F.binary_cross_entropy_with_logits(logits, x, reduction="sum") / len(x)
    return missed + nats, nats, missed


def negative_elbo_in_a_loop(model, x, eps):
    total_kl = total_missed = torch.zeros(())
    for i in range(len(x)):
        mu, var = model.encode(x[i : i + 1])
        logits = model.decode(mu + var**0.5 * eps[i : i + 1])
        total_kl = total_kl + kl_in_a_loop(mu, var)[0]
        total_missed = total_missed - log_likelihood_by_softplus(x[i : i + 1], logits)[0]
    return (total_kl + total_missed) / len(x), total_kl / len(x), total_missed / len(x)


def train_step(model, optimiser, x, eps, beta=1.0):
    nelbo, nats, missed = negative_elbo(model, x, eps)
    optimiser.zero_grad()
    (missed + beta * nats).backward()
    optimiser.step()
    return nelbo.item(), nats.item(), missed.item()


def train_step_that_clears_afterwards(model, optimiser, x, eps, beta=1.0):
    nelbo, nats, missed = negative_elbo(model, x, eps)
    loss = nelbo + (beta - 1) * nats
    loss.backward()
    optimiser.step()
    model.zero_grad()
    return tuple(float(term.detach()) for term in (nelbo, nats, missed))


def train_step_by_autograd(model, optimiser, x, eps, beta=1):
    _, nats, missed = negative_elbo_by_distributions(model, x, eps)
    weights = list(model.parameters())
    for w, slope in zip(weights, torch.autograd.grad(beta * nats + missed, weights), strict=True):
        w.grad = slope
    optimiser.step()
    return [float(nats + missed), float(nats), float(missed)]


def bits(nelbo, pixels=784):
    return nelbo / (pixels * np.log(2))


def bits_by_log2(nelbo, pixels=784):
    return math.log2(math.e) * nelbo / pixels


def bits_in_torch(nelbo, pixels=784):
    return torch.tensor(nelbo, dtype=torch.float64) / math.log(2.0) / pixels


def without_latents(x):
    p = x.mean(dim=0)
    return float((torch.special.entr(p) + torch.special.entr(1 - p)).sum())


def without_latents_in_numpy(x):
    p = x.numpy().astype(float).mean(axis=0)
    p = p[(p > 0) & (p < 1)]
    return -np.sum(p * np.log(p) + (1 - p) * np.log1p(-p))


def without_latents_by_likelihood(x):
    logits = torch.logit(x.double().mean(0).clamp(1e-12, 1 - 1e-12)).expand(x.shape)
    return -log_likelihood(x.double(), logits).mean().item()


# --- the latents


def active_units(mu):
    return int((mu.var(dim=0, correction=0) > 0.01).sum())


def active_units_in_numpy(mu):
    return np.count_nonzero(np.var(mu.numpy(), axis=0) > 0.01)


def active_units_in_a_loop(mu):
    centred = mu - mu.mean(dim=0)
    return sum(1 for k in range(mu.shape[1]) if (centred[:, k] ** 2).mean() > 0.01)


def improve_q(model, x, mu, var, eps, lr):
    mu, log_var = mu.detach().clone().requires_grad_(), var.detach().log().requires_grad_()
    z = sample(mu, log_var.exp(), eps)
    total = (kl(mu, log_var.exp()) - log_likelihood(x, model.decode(z))).sum()
    by_mu, by_log_var = torch.autograd.grad(total, [mu, log_var])
    return (mu - lr * by_mu).detach(), (log_var - lr * by_log_var).exp().detach()


def improve_q_by_sgd(model, x, mu, var, eps, lr):
    mu, log_var = nn.Parameter(mu.clone()), nn.Parameter(torch.log(var))
    optimiser = torch.optim.SGD([mu, log_var], lr=lr)
    logits = model.decode(mu + torch.exp(log_var / 2) * eps)
    loss = kl_by_distribution(mu, log_var.exp()).sum() - log_likelihood_by_softplus(x, logits).sum()
    loss.backward()
    optimiser.step()
    return mu.data, log_var.data.exp()


def improve_q_image_by_image(model, x, mu, var, eps, lr):
    pairs = [improve_q(model, *(t[i : i + 1] for t in (x, mu, var, eps)), lr) for i in range(len(x))]
    return torch.cat([m for m, _ in pairs]), torch.cat([v for _, v in pairs])


def kl_split(mu, var, z):
    log_q = Normal(mu, var.sqrt()).log_prob(z[:, None]).sum(dim=-1)
    aggregate = torch.logsumexp(log_q, dim=1) - math.log(len(z))
    prior = Normal(0.0, 1.0).log_prob(z).sum(dim=-1)
    return float((log_q.diagonal() - aggregate).mean()), float((aggregate - prior).mean())


def kl_split_without_constants(mu, var, z):
    table = -0.5 * ((z[:, None] - mu) ** 2 / var + var.log()).sum(2)
    mixed = torch.logsumexp(table, 1) - math.log(len(z))
    own = -0.5 * ((z - mu) ** 2 / var + var.log()).sum(1)
    return (own - mixed).mean(), (mixed + 0.5 * (z**2).sum(1)).mean()


def kl_split_in_a_loop(mu, var, z):
    information, marginal, N = 0.0, 0.0, len(z)
    for n in range(N):
        logs = torch.stack([Normal(mu[m], var[m] ** 0.5).log_prob(z[n]).sum() for m in range(N)])
        mixed = torch.logsumexp(logs, 0).item() - math.log(N)
        information += (logs[n].item() - mixed) / N
        marginal += (mixed - Normal(torch.zeros_like(z[n]), 1.0).log_prob(z[n]).sum().item()) / N
    return information, marginal


ANSWERS = {
    "binarise": [binarise, binarise_by_where, binarise_in_numpy],
    "sample": [sample, sample_by_exponential, sample_by_addcmul],
    "bernoulli_log_likelihood": [
        log_likelihood,
        log_likelihood_by_softplus,
        log_likelihood_by_distribution,
        log_likelihood_by_logsigmoid,
    ],
    "kl": [kl, kl_by_distribution, kl_in_a_loop],
    "Encoder": [Encoder, EncoderFromAList, EncoderByName],
    "Decoder": [Decoder, DecoderFromAList, DecoderByName],
    "VAE": [VAE, VAEOfLists, VAEThatForwards],
    "negative_elbo": [negative_elbo, negative_elbo_by_distributions, negative_elbo_in_a_loop],
    "train_step": [train_step, train_step_that_clears_afterwards, train_step_by_autograd],
    "bits_per_pixel": [bits, bits_by_log2, bits_in_torch],
    "nelbo_without_latents": [without_latents, without_latents_in_numpy, without_latents_by_likelihood],
    "active_units": [active_units, active_units_in_numpy, active_units_in_a_loop],
    "improve_q": [improve_q, improve_q_by_sgd, improve_q_image_by_image],
    "kl_split": [kl_split, kl_split_without_constants, kl_split_in_a_loop],
    "what_beta_buys": ["c"],
    "maximum_of_the_bound": ["b"],
    "better_sampler": ["d"],
}
RIGHT = {name: answers[0] for name, answers in ANSWERS.items()}
