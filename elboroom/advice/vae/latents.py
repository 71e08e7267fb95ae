"""What the latents hold: `active_units`, `improve_q`, `kl_split`; and hints for the questions of choice."""

from typing import Any

import numpy as np

from elboroom.advice.vae import check, mistake
from elboroom.advice.vae.networks import STATE
from elboroom.references import vae as by_definition
from elboroom.references.vae import FLOOR

Array = np.ndarray
Pair = tuple[Array, Array]
ACTIVE = 0.01

check.hints(
    "active_units",
    "A latent that is switched off says the same of every image: its mean hardly moves from image to image.",
    "The variance of each column of mu over the images. Is it above 0.01?",
    "Variance over dim 0, compare, count; return an int.",
)
check.hints(
    "improve_q",
    "mu and var are now the unknowns: copies of them that ask for a gradient, and the model's weights left alone.",
    "Each image has its own nelbo, kl - log-likelihood, which depends on its own mu and var only. So the gradient of "
    "the *sum* over the images holds each image's own gradient in its row.",
    "Differentiate with `torch.autograd.grad(total, [mu, log_var])`, where var = log_var.exp() inside. Step in mu and "
    "in log_var, take the exponential again, and detach both.",
)
check.hints(
    "kl_split",
    "You need log q(z_n | x_m) for every pair (n, m): an N × N table of log densities. What is on its diagonal?",
    "log q(z_n) is the log of the mean, over m, of the densities in row n: a logsumexp less log N.",
    "Broadcast z[:, None] against mu[None] and var[None], sum over the latents, and you have the table. Then two means "
    "over n: diagonal less log q(z_n), and log q(z_n) less log p(z_n).",
)
check.hints(
    "what_beta_buys",
    "What is the price of a nat of KL, counted in nats of reconstruction, when beta is 4? And what does the objective "
    "still bound?",
    "Look at your rate-distortion plot: which way do you move along the curve as beta grows?",
    "Two of the statements call something a bound that isn't one any more, or claim something for every model.",
)
check.hints(
    "maximum_of_the_bound",
    "Unit 03 had a model in which both maxima can be computed. Did they coincide?",
    "log p(x) = ELBO + gap. Does the gap stay the same as the parameters move?",
    "At x = 1.5 the bound was highest at theta = 1.333, and the evidence at 0.983.",
)
check.hints(
    "better_sampler",
    "Where does an autoencoder put its codes, and who tells it to? Where do we draw z from when we sample?",
    "The two terms of the objective have different parts in it. One looks after *where* codes lie, the other after "
    "what the decoder does *between* them.",
    "Leave out each term in thought: which answer still explains what then goes wrong?",
)


def spreads(mu: Any) -> Array:
    """(K,): the variance of each column."""
    mu = np.asarray(mu, float)
    return ((mu - mu.mean(axis=0)) ** 2).mean(axis=0)


@mistake("active_units")
def by_image(mu: Any) -> int:
    """This counts images, not latents: the variance is taken along the wrong dimension."""
    return int((np.asarray(mu, float).var(axis=1) > ACTIVE).sum())


@mistake("active_units")
def by_standard_deviation(mu: Any) -> int:
    """This compares the standard deviation with 0.01. The convention is for the variance."""
    return int((np.sqrt(spreads(mu)) > ACTIVE).sum())


@mistake("active_units")
def by_size(mu: Any) -> int:
    """This asks whether the mean is far from zero. A latent may sit far from zero and never move: it tells nothing."""
    return int(((np.asarray(mu, float) ** 2).mean(axis=0) > ACTIVE).sum())


@mistake("active_units")
def those_that_sleep(mu: Any) -> int:
    """This counts the latents that are *not* active."""
    return int((spreads(mu) <= ACTIVE).sum())


# --- improve_q


def moved(x: Any, mu: Any, var: Any, eps: Any, rate: float) -> Pair:
    return by_definition.improved(x, mu, var, eps, rate, STATE)


@mistake("improve_q")
def shared_among_the_images(model: Any, x: Any, mu: Any, var: Any, eps: Any, lr: float) -> Pair:
    """The steps are N times too short: this is the gradient of the mean over the images. Each image has its own q, and
    doesn't share its step with the others."""
    return moved(x, mu, var, eps, lr / len(np.asarray(x)))


@mistake("improve_q")
def uphill(model: Any, x: Any, mu: Any, var: Any, eps: Any, lr: float) -> Pair:
    """This goes uphill: each image's nelbo rises."""
    return moved(x, mu, var, eps, -lr)


@mistake("improve_q")
def a_step_in_the_variance(model: Any, x: Any, mu: Any, var: Any, eps: Any, lr: float) -> Pair:
    """This is a step in the variance itself, which may carry it below zero. Step in the log of the variance."""
    mu, var, eps = np.asarray(mu, float), np.asarray(var, float), np.asarray(eps, float)

    def total(v: Array) -> float:
        return float(sum(map(np.sum, by_definition.terms_at(x, mu, v, eps, STATE))))

    return moved(x, mu, var, eps, lr)[0], var - lr * by_definition.slopes(total, var)


@mistake("improve_q")
def only_the_mean(model: Any, x: Any, mu: Any, var: Any, eps: Any, lr: float) -> Pair:
    """The variance stays as it is; it is a parameter of q as well."""
    return moved(x, mu, var, eps, lr)[0], np.asarray(var, float)


@mistake("improve_q")
def log_variance_returned(model: Any, x: Any, mu: Any, var: Any, eps: Any, lr: float) -> Pair:
    """The second value is the log of the variance: return the variance itself."""
    new_mu, new_var = moved(x, mu, var, eps, lr)
    return new_mu, np.log(new_var)


@mistake("improve_q")
def starts_at_the_encoder(model: Any, x: Any, mu: Any, var: Any, eps: Any, lr: float) -> Pair:
    """This starts from the encoder's q(z|x) again. The step should go on from the mu and var that are given."""
    return moved(x, *by_definition.encode(x, STATE), eps, lr)


@mistake("improve_q")
def stays_where_it_is(model: Any, x: Any, mu: Any, var: Any, eps: Any, lr: float) -> Pair:
    """This returns mu and var as they were: no step is taken."""
    return np.asarray(mu, float), np.maximum(np.asarray(var, float), FLOOR)


# --- kl_split


def tables(mu: Any, var: Any, z: Any) -> tuple[Array, Array, Array]:
    """(log of the mean density of each z, log of its own, log of the prior's): (N,) each."""
    q, p = by_definition.densities(mu, var, z)
    return np.log(q.mean(axis=1)), np.log(np.diag(q)), np.log(p)


@mistake("kl_split")
def mean_of_the_logs(mu: Any, var: Any, z: Any) -> tuple[float, float]:
    """This averages the *logs* of the densities. The aggregate q(z) is the mean of the densities; its log comes
    after."""
    q, p = by_definition.densities(mu, var, z)
    between = np.log(q).mean(axis=1)
    return float((np.log(np.diag(q)) - between).mean()), float((between - np.log(p)).mean())


@mistake("kl_split")
def sum_of_the_densities(mu: Any, var: Any, z: Any) -> tuple[float, float]:
    """The aggregate is a sum of densities, N times too large: its log lacks - log N. A mutual information can't be
    negative."""
    aggregate, own, prior = tables(mu, var, z)
    more = np.log(len(own))
    return float((own - aggregate - more).mean()), float((aggregate + more - prior).mean())


@mistake("kl_split")
def over_the_samples(mu: Any, var: Any, z: Any) -> tuple[float, float]:
    """The mean runs over the wrong index: it takes the density of *all samples* under one image's q. The aggregate at
    z_n is the mean over the images m of q(z_n | x_m)."""
    q, p = by_definition.densities(mu, var, z)
    aggregate = np.log(q.mean(axis=0))
    return float((np.log(np.diag(q)) - aggregate).mean()), float((aggregate - np.log(p)).mean())


@mistake("kl_split")
def latent_by_latent(mu: Any, var: Any, z: Any) -> tuple[float, float]:
    """The aggregate is taken latent by latent, and the results are added. The aggregate of a product isn't the product
    of the aggregates: its latents are dependent."""
    columns = [[np.asarray(a, float)[:, k : k + 1] for a in (mu, var, z)] for k in range(np.shape(z)[1])]
    parts = [by_definition.kl_split(*column) for column in columns]
    return sum(i for i, _ in parts), sum(kl for _, kl in parts)


@mistake("kl_split")
def the_other_order(mu: Any, var: Any, z: Any) -> tuple[float, float]:
    """The two are returned in the other order: first the mutual information, then KL(q(z)‖p(z))."""
    information, marginal = by_definition.kl_split(mu, var, z)
    return marginal, information


@mistake("kl_split")
def whole_kl_for_the_marginal(mu: Any, var: Any, z: Any) -> tuple[float, float]:
    """The second value is the mean KL of the single q(z|x). Its *part* KL(q(z)‖p(z)) is what remains of it without the
    mutual information."""
    information, marginal = by_definition.kl_split(mu, var, z)
    return information, information + marginal
