"""Wrong answers to the exercises of unit 06 as a learner would write them: (exercise, function, code, mistake).

They are written without a look at the definitions that the known mistakes are made of.
"""

import math
from operator import itemgetter

import torch
from torch import nn
from torch.distributions import Normal
from torch.nn import functional as F

from tests.units.vae_right import VAE, kl, log_likelihood, negative_elbo, sample
from tests.units.vae_right_pieces import Decoder, Encoder


def encoder(second, first=lambda mu, h: mu):
    """An encoder with other last lines: (first(mu, h), second(h))."""

    class Other(Encoder):
        def forward(self, x):
            mu, h = self.net(x).chunk(2, dim=-1)
            return first(mu, h), second(h)

    return Other


def bent(layer):
    """A module of this class with another nonlinearity."""

    def change(cls):
        class Other(cls):
            def __init__(self, *sizes):
                super().__init__(*sizes)
                self.net[1], self.net[3] = layer(), layer()

        return Other

    return change


class DecoderToMeans(Decoder):
    def forward(self, z):
        return torch.sigmoid(self.net(z))


class VAEToMeans(VAE):
    def decode(self, z):
        return torch.sigmoid(self.dec(z))


def naive(x, logits):
    p = torch.sigmoid(logits)
    return (x * torch.log(p) + (1 - x) * torch.log(1 - p)).sum(-1)


def objective(nats=lambda mu, var, z, logits: kl(mu, var).mean(), missed=None, total=lambda k, r: k + r, draw=sample):
    """A negative_elbo with other lines in it."""
    missed = missed or (lambda x, logits: -log_likelihood(x, logits).mean())

    def function(model, x, eps):
        mu, var = model.encode(x)
        z = draw(mu, var, eps)
        logits = model.decode(z)
        k, r = nats(mu, var, z, logits), missed(x, logits)
        return total(k, r), k, r

    return function


def elements(mu, var):
    return 0.5 * (mu**2 + var - 1 - var.log())


def step(loss=lambda nelbo, nats, missed, beta: missed + beta * nats, clear=True, take=True, again=False):
    """A train_step with other lines in it."""

    def function(model, optimiser, x, eps, beta=1.0):
        terms = negative_elbo(model, x, eps)
        if clear:
            optimiser.zero_grad()
        loss(*terms, beta).backward()
        if take:
            optimiser.step()
        said = negative_elbo(model, x, eps) if again else terms
        return tuple(term.item() for term in said)

    return function


def improved(total=lambda k, r: (k - r).sum(), sign=1, start=None, by_variance=False, also_variance=True):
    """An improve_q with other lines in it."""

    def function(model, x, mu, var, eps, lr):
        mu, var = start(model, x) if start else (mu, var)
        mu, raw = (t.detach().clone().requires_grad_() for t in (mu, var if by_variance else var.log()))
        v = raw if by_variance else raw.exp()
        loss = total(kl(mu, v), log_likelihood(x, model.decode(sample(mu, v, eps))))
        a, b = torch.autograd.grad(loss, [mu, raw])
        new = raw - sign * lr * b if also_variance else raw
        return (mu - sign * lr * a).detach(), (new if by_variance else new.exp()).detach()

    return function


def split(mixed, order=lambda i, m: (i, m)):
    def function(mu, var, z):
        table = Normal(mu, var.sqrt()).log_prob(z[:, None]).sum(-1)
        aggregate = mixed(table)
        prior = Normal(0.0, 1.0).log_prob(z).sum(-1)
        return order(float((table.diagonal() - aggregate).mean()), float((aggregate - prior).mean()))

    return function


def again_encoded(model, x, eps):
    mu, var = model.encode(x)
    logits = model.decode(sample(mu, var, eps))
    nats = kl(*model.encode(torch.sigmoid(logits))).mean()
    missed = -log_likelihood(x, logits).mean()
    return nats + missed, nats, missed


NELBO = "negative_elbo"
LOG = "bernoulli_log_likelihood"
WRONG = [
    ("binarise", "binarise", lambda p, u: p / 255, "grey"),
    ("binarise", "binarise", lambda p, u: torch.round(p / 255), "rounded"),
    ("binarise", "binarise", lambda p, u: (p / 255 <= u).float(), "negative_picture"),
    ("binarise", "binarise", lambda p, u: (p > u).float(), "not_scaled"),
    ("sample", "sample", lambda mu, var, eps: mu + var * eps, "variance_as_scale"),
    ("sample", "sample", lambda mu, var, eps: mu + (0.5 * var).exp() * eps, "variance_as_log"),
    ("sample", "sample", lambda mu, var, eps: eps * var.sqrt(), "not_shifted"),
    ("sample", "sample", lambda mu, var, eps: mu, "no_noise"),
    ("sample", "sample", lambda mu, var, eps: Normal(mu, var.sqrt()).rsample(), "randomness_inside"),
    (LOG, LOG, naive, ""),
    (LOG, LOG, lambda x, a: -F.binary_cross_entropy_with_logits(a, x), "mean_of_everything"),
    (LOG, LOG, lambda x, a: -F.binary_cross_entropy_with_logits(a, x, reduction="sum"), "one_number"),
    (LOG, LOG, lambda x, a: log_likelihood(x, a) / x.shape[1], "mean_over_pixels"),
    (LOG, LOG, lambda x, a: F.binary_cross_entropy_with_logits(a, x, reduction="none").sum(1), "cross_entropy"),
    (LOG, LOG, lambda x, a: log_likelihood(x, torch.sigmoid(a)), "means_as_logits"),
    (LOG, LOG, lambda x, a: (x * F.logsigmoid(a)).sum(-1), "pixels_that_are_on"),
    (LOG, LOG, lambda x, a: -(x - a.sigmoid()).square().sum(-1), "squared_error"),
    ("kl", "kl", lambda mu, var: -0.5 * (1 + var - mu**2 - var.exp()).sum(-1), "variance_taken_for_its_log"),
    ("kl", "kl", lambda mu, var: elements(mu, var).mean(-1), "mean_over_latents"),
    ("kl", "kl", lambda mu, var: elements(mu, var), "one_for_each_latent"),
    ("kl", "kl", lambda mu, var: elements(mu, var).sum(), "sum_over_the_batch"),
    ("kl", "kl", lambda mu, var: -elements(mu, var).sum(-1), "turned"),
    ("kl", "kl", lambda mu, var: 2 * elements(mu, var).sum(-1), "twice"),
    ("kl", "kl", lambda mu, var: -Normal(mu, var.sqrt()).entropy().sum(-1), "without_the_prior"),
    ("Encoder", "Encoder", encoder(torch.exp), "log_variance"),
    ("Encoder", "Encoder", encoder(lambda h: h), "not_made_positive"),
    ("Encoder", "Encoder", encoder(F.softplus), "without_a_floor"),
    ("Encoder", "Encoder", encoder(lambda h: (F.softplus(h) + 1e-8).sqrt()), "standard_deviation"),
    ("Encoder", "Encoder", bent(nn.ReLU)(Encoder), "rectified"),
    ("Encoder", "Encoder", bent(nn.Identity)(Encoder), "linear_all_the_way"),
    ("Decoder", "Decoder", DecoderToMeans, "means"),
    ("Decoder", "Decoder", bent(nn.ReLU)(Decoder), "with_relu"),
    ("VAE", "VAE", VAEToMeans, "decoded_to_means"),
    (NELBO, NELBO, objective(nats=lambda m, v, z, a: elements(m, v).mean()), "kl_as_a_mean"),
    (NELBO, NELBO, objective(missed=F.binary_cross_entropy_with_logits), ""),
    (
        NELBO,
        NELBO,
        objective(missed=lambda x, a: F.binary_cross_entropy_with_logits(a, x)),
        "reconstruction_as_a_mean",
    ),
    (
        NELBO,
        NELBO,
        objective(missed=lambda x, a: log_likelihood(x, a).mean()),
        "reconstruction_sub",
    ),
    (NELBO, NELBO, objective(total=lambda k, r: r - k), "difference"),
    (NELBO, NELBO, objective(total=lambda k, r: -k - r), "the_elbo"),
    (NELBO, NELBO, objective(draw=lambda mu, var, eps: mu), "mean_decoded"),
    (NELBO, NELBO, objective(draw=lambda mu, var, eps: mu + var * eps), "variance_as_scale"),
    (NELBO, NELBO, objective(nats=lambda m, v, z, a: kl(z, v).mean()), "sample_in_the_kl"),
    (NELBO, NELBO, again_encoded, "decoded_image_in_the_kl"),
    (NELBO, NELBO, objective(draw=lambda mu, var, eps: (mu + var.sqrt() * eps).detach()), "sample_detached"),
    (NELBO, NELBO, objective(draw=lambda mu, var, eps: mu + var.sqrt().detach() * eps), "scale_detached"),
    ("train_step", "train_step", step(clear=False), "gradients_pile_up"),
    ("train_step", "train_step", step(take=False), "no_step"),
    ("train_step", "train_step", step(loss=lambda n, k, r, beta: -n), "uphill"),
    ("train_step", "train_step", step(loss=lambda n, k, r, beta: r), "reconstruction_alone"),
    ("train_step", "train_step", step(loss=lambda n, k, r, beta: n), "weight_forgotten"),
    ("train_step", "train_step", step(loss=lambda n, k, r, beta: beta * n), "weight_on_both"),
    ("train_step", "train_step", step(loss=lambda n, k, r, beta: k), "kl_alone"),
    ("train_step", "train_step", step(loss=lambda n, k, r, beta: k + beta * r), "weight_on_the_reconstruction"),
    ("train_step", "train_step", step(loss=lambda n, k, r, beta: n + beta * k), "weight_added_on_top"),
    ("train_step", "train_step", step(again=True), "terms_after_the_step"),
    ("train_step", "train_step", lambda *args: itemgetter(0, 2, 1)(step()(*args)), "other_order"),
    ("bits_per_pixel", "bits_per_pixel", lambda n, d: n / d, "nats_per_pixel"),
    ("bits_per_pixel", "bits_per_pixel", lambda n, d: n * math.log(2) / d, "the_wrong_way"),
    ("nelbo_without_latents", "nelbo_without_latents", lambda x: x.shape[1] * math.log(2), "fair_coins"),
    ("active_units", "active_units", lambda mu: int((mu.std(0) > 0.01).sum()), "by_standard_deviation"),
    ("active_units", "active_units", lambda mu: int((mu.var(1) > 0.01).sum()), "by_image"),
    ("improve_q", "improve_q", improved(total=lambda k, r: (k - r).mean()), "shared_among"),
    ("improve_q", "improve_q", improved(sign=-1), "uphill"),
    ("improve_q", "improve_q", improved(by_variance=True), "a_step_in_the_variance"),
    ("improve_q", "improve_q", improved(also_variance=False), "only_the_mean"),
    ("improve_q", "improve_q", improved(start=lambda model, x: model.encode(x)), "starts_at_the_encoder"),
    ("kl_split", "kl_split", split(lambda t: torch.logsumexp(t, 1)), "sum_of_the_densities"),
    ("kl_split", "kl_split", split(lambda t: torch.logsumexp(t, 0) - math.log(len(t))), "over_the_samples"),
    ("kl_split", "kl_split", split(lambda t: t.mean(1)), "mean_of_the_logs"),
]
