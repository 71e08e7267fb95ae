"""Right answers of unit 01 in torch, tensors in and out; the proofs are other right chains."""

import torch
from torch.distributions import Bernoulli, Categorical, Independent, kl_divergence

from autograder.derivation import KL, Density, Derivation, E, H, define, integral, log, variables


def tensor(values):
    return torch.as_tensor(values).double()


def log_evidence(log_joint):
    return torch.logsumexp(tensor(log_joint), dim=-1)


def posterior(log_joint):
    log_joint = tensor(log_joint)
    if torch.isneginf(log_evidence(log_joint)).any():
        raise ValueError("this can't happen")
    return torch.softmax(log_joint, dim=-1)


def weighed(q, f):
    return (q * torch.where(q > 0, f, torch.zeros_like(f))).sum(-1)


def elbo(log_joint, q):
    log_joint, q = torch.broadcast_tensors(tensor(log_joint), tensor(q))
    return weighed(q, log_joint) - torch.special.xlogy(q, q).sum(-1)


def elbo_terms(log_likelihood, log_prior, q):
    log_likelihood, log_prior, q = torch.broadcast_tensors(tensor(log_likelihood), tensor(log_prior), tensor(q))
    return weighed(q, log_likelihood), weighed(q, torch.log(q) - log_prior)


def gap(log_joint, q):
    log_joint, q = torch.broadcast_tensors(tensor(log_joint), tensor(q))
    return weighed(q, torch.log(q) - torch.log_softmax(log_joint, dim=-1))


tight = "d"


def tight_q(log_likelihood, log_prior):
    return torch.softmax(tensor(log_likelihood) + tensor(log_prior), dim=-1)


def likelihood_and_kl(data, models):
    data, models = torch.as_tensor(data), tensor(models)
    counts = torch.bincount(data, minlength=models.shape[1]).double().expand_as(models)
    shares = counts / len(data)
    return torch.special.xlogy(counts, models).sum(1), weighed(shares, torch.log(shares) - torch.log(models))


def sandwich(log_joint, q):
    log_joint, q = torch.broadcast_tensors(tensor(log_joint), tensor(q))
    return elbo(log_joint, q), weighed(torch.softmax(log_joint, dim=-1), log_joint - torch.log(q))


def em_step(images, weights, means):
    images, weights, means = tensor(images), tensor(weights), tensor(means).clamp(1e-300, 1 - 1e-16)
    stencils = Independent(Bernoulli(means, validate_args=False), 1)
    q = Categorical(logits=torch.log(weights) + stencils.log_prob(images[:, None])).probs
    return q.mean(0), torch.einsum("nk,nd->kd", q, images) / q.sum(0)[:, None]


def gap_by_distributions(log_joint, q):
    """For q without zeros."""
    return kl_divergence(Categorical(probs=tensor(q)), Categorical(logits=tensor(log_joint)))


x, z = variables("x z")
p, q = Density("p", [x, z]), Density("q", [z], given=[x])
Q, POSTERIOR = q(z | x), p(z | x)
ELBO = define("ELBO", E(Q, log(p(x, z)) - log(Q)))

elbo_is_reconstruction_minus_kl = (
    Derivation(ELBO)
    .eq(E(Q, log(p(x, z) / Q)), by="definition")
    .eq(integral(z, Q * log(p(x, z) / Q)), by="expectation")
    .eq(integral(z, Q * log(p(x | z) * p(z) / Q)), by="chain rule")
    .eq(integral(z, Q * log(p(x | z))) - integral(z, Q * log(Q / p(z))), by="linearity")
    .eq(E(Q, log(p(x | z))) - E(Q, log(Q / p(z))), by="expectation")
    .eq(E(Q, log(p(x | z))) - KL(Q, p(z)), by="definition")
)
evidence_is_elbo_plus_gap = (
    Derivation(KL(Q, POSTERIOR))
    .eq(E(Q, log(Q) - log(POSTERIOR)), by="definition")
    .eq(E(Q, log(Q) - log(p(x | z) * p(z) / p(x))), by="bayes")
    .eq(E(Q, log(Q) - log(p(x | z) * p(z))) + E(Q, log(p(x))), by="linearity")
    .eq(E(Q, log(Q) - log(p(x | z) * p(z))) + log(p(x)), by="constant")
    .eq(E(Q, log(Q) - log(p(x, z))) + log(p(x)), by="chain rule")
    .eq(log(p(x)) - ELBO, by="definition")
)
evidence_under_the_integral = (
    Derivation(log(p(x)) * integral(z, Q))
    .eq(integral(z, log(p(x)) * Q), by="constant")
    .eq(E(Q, log(p(x))), by="expectation")
    .eq(E(Q, log(p(x, z) / POSTERIOR)), by="chain rule")
    .eq(E(Q, log(p(x, z) / Q * (Q / POSTERIOR))), by="algebra")
    .eq(E(Q, log(p(x, z) / Q)) + E(Q, log(Q / POSTERIOR)), by="linearity")
    .eq(ELBO + KL(Q, POSTERIOR), by="definition")
)
free_energy = (
    Derivation(E(Q, log(p(x, z))) + H(Q))
    .eq(E(Q, log(p(x, z))) - E(Q, log(Q)), by="definition")
    .eq(E(Q, log(p(x, z)) - log(Q)), by="linearity")
    .eq(ELBO, by="definition")
)
data, a, b = Density("data", [x], positive=False), Density("a", [x]), Density("b", [x])
L_a, L_b = define("L_a", E(data(x), log(a(x)))), define("L_b", E(data(x), log(b(x))))
maximum_likelihood_is_minimum_kl = (
    Derivation(KL(data(x), a(x)) - KL(data(x), b(x)))
    .eq(E(data(x), log(data(x)) - log(a(x))) - E(data(x), log(data(x)) - log(b(x))), by="definition")
    .eq(-E(data(x), log(a(x))) + E(data(x), log(b(x))), by="linearity")
    .eq(L_b - L_a, by="definition")
)
EUBO = define("EUBO", E(POSTERIOR, log(p(x, z)) - log(Q)))
upper_bound_is_evidence_plus_kl = (
    Derivation(EUBO)
    .eq(E(POSTERIOR, log(p(x) * POSTERIOR / Q)), by="definition, chain rule")
    .eq(E(POSTERIOR, log(p(x))) + E(POSTERIOR, log(POSTERIOR / Q)), by="linearity")
    .eq(log(p(x)) + KL(POSTERIOR, Q), by="constant, definition")
)
