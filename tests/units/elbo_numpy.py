"""Right answers of unit 01 in plain numpy and scipy: none of the notebook's helpers, other formulas where there are."""

import numpy as np
from scipy import special, stats

from autograder.derivation import KL, Density, Derivation, E, H, define, integral, log, variables


def log_evidence(log_joint):
    return special.logsumexp(log_joint, axis=-1)


def posterior(log_joint):
    log_joint = np.asarray(log_joint, float)
    top = np.max(log_joint, axis=-1, keepdims=True) if np.size(log_joint) else 0.0
    if np.isneginf(top).any():
        raise ValueError("no posterior")
    weights = np.exp(log_joint - top)
    return weights / weights.sum(axis=-1, keepdims=True)


def elbo(log_joint, q):
    log_joint, q = np.broadcast_arrays(np.asarray(log_joint, float), np.asarray(q, float))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(q > 0, q * (log_joint - np.log(q)), 0.0).sum(axis=-1)


def elbo_terms(log_likelihood, log_prior, q):
    q, log_likelihood = np.asarray(q, float), np.asarray(log_likelihood, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        reconstruction = np.where(q > 0, q * log_likelihood, 0.0).sum(-1)
    return reconstruction, special.rel_entr(q, np.exp(np.asarray(log_prior, float))).sum(axis=-1)


def gap(log_joint, q):
    """As a difference: what it is computed as, the check can't see."""
    return log_evidence(np.asarray(log_joint, float)) - elbo(log_joint, q)


tight = "d"


def tight_q(log_likelihood, log_prior):
    return special.softmax(np.add(log_likelihood, log_prior), axis=-1)


def likelihood_and_kl(data, models):
    models = np.asarray(models)
    with np.errstate(divide="ignore"):
        log_likelihood = np.log(models)[:, data].sum(axis=1)
    return log_likelihood, stats.entropy(np.bincount(data, minlength=models.shape[1]), models, axis=1)


def sandwich(log_joint, q):
    given_x = special.softmax(log_joint, axis=-1)
    return elbo(log_joint, q), log_evidence(log_joint) + special.rel_entr(given_x, q).sum(axis=-1)


def em_step(images, weights, means):
    on, off = special.xlogy(images[:, None], means), special.xlog1py(1 - images[:, None], -means)
    q = special.softmax(np.log(weights) + (on + off).sum(axis=2), axis=1)
    return q.mean(axis=0), np.array([np.average(images, axis=0, weights=column) for column in q.T])


# The proofs, backwards, over integrals, or in fewer lines than the notebook's ---------------------------------------

x, z = variables("x z")
p, q = Density("p", [x, z]), Density("q", [z], given=[x])
Q, POSTERIOR = q(z | x), p(z | x)
ELBO = define("ELBO", E(Q, log(p(x, z)) - log(Q)))

split = E(Q, log(p(x | z))) - KL(Q, p(z))
elbo_is_reconstruction_minus_kl = (
    Derivation(split)
    .eq(E(Q, log(p(x | z))) - E(Q, log(Q / p(z))), by="definition")
    .eq(E(Q, log(p(x | z) * p(z) / Q)), by="linearity")
    .eq(E(Q, log(p(x, z) / Q)), by="chain rule")
    .eq(ELBO, by="definition")
)
evidence_is_elbo_plus_gap = (
    Derivation(KL(Q, POSTERIOR))
    .eq(E(Q, log(Q * p(x) / (p(x | z) * p(z)))), by="definition, bayes")
    .eq(E(Q, log(Q * p(x) / p(x, z))), by="chain rule")
    .eq(log(p(x)) - E(Q, log(p(x, z) / Q)), by="constant")
    .eq(log(p(x)) - ELBO, by="definition")
)
evidence_under_the_integral = (
    Derivation(log(p(x)) * integral(z, Q))
    .eq(integral(z, Q * log(p(x) * POSTERIOR * Q / (POSTERIOR * Q))), by="constant")
    .eq(integral(z, Q * (log(p(x, z) / Q) + log(Q / POSTERIOR))), by="chain rule")
    .eq(E(Q, log(p(x, z) / Q)) + E(Q, log(Q / POSTERIOR)), by="linearity, expectation")
    .eq(ELBO + KL(Q, POSTERIOR), by="definition")
)
free_energy = (
    Derivation(ELBO)
    .eq(E(Q, log(p(x, z))) - E(Q, log(Q)), by=("definition", "linearity"))
    .eq(E(Q, log(p(x, z))) + H(Q), by="definition")
)
data, a, b = Density("data", [x], positive=False), Density("a", [x]), Density("b", [x])
L_a, L_b = define("L_a", E(data(x), log(a(x)))), define("L_b", E(data(x), log(b(x))))
maximum_likelihood_is_minimum_kl = (
    Derivation(L_b - L_a)
    .eq(E(data(x), log(b(x))) - E(data(x), log(a(x))), by="definition")
    .eq(E(data(x), log(data(x)) - log(a(x))) - E(data(x), log(data(x)) - log(b(x))), by="linearity")
    .eq(KL(data(x), a(x)) - KL(data(x), b(x)), by="definition")
)
EUBO = define("EUBO", E(POSTERIOR, log(p(x, z)) - log(Q)))
upper_bound_is_evidence_plus_kl = (
    Derivation(KL(POSTERIOR, Q) + log(p(x)))
    .eq(E(POSTERIOR, log(POSTERIOR / Q)) + log(p(x)), by="definition")
    .eq(E(POSTERIOR, log(POSTERIOR * p(x) / Q)), by="constant")
    .eq(E(POSTERIOR, log(p(x, z) / Q)), by="chain rule")
    .eq(EUBO, by="definition")
)
