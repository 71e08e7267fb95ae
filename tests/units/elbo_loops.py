"""Right answers of unit 01 in loops over Python numbers; its proofs are those of elbo_torch."""

import math

import numpy as np

from tests.units.elbo_torch import (
    elbo_is_reconstruction_minus_kl,
    evidence_is_elbo_plus_gap,
    evidence_under_the_integral,
    free_energy,
    maximum_likelihood_is_minimum_kl,
    upper_bound_is_evidence_plus_kl,
)

__all__ = [
    "elbo_is_reconstruction_minus_kl",
    "evidence_is_elbo_plus_gap",
    "evidence_under_the_integral",
    "free_energy",
    "maximum_likelihood_is_minimum_kl",
    "upper_bound_is_evidence_plus_kl",
]

tight = "d"


def rows(function, *arrays):
    """A function of rows for arrays that broadcast."""
    arrays = np.broadcast_arrays(*(np.asarray(a, float) for a in arrays))
    found = np.empty(arrays[0].shape[:-1])
    for i in np.ndindex(found.shape):
        found[i] = function(*(a[i].tolist() for a in arrays))
    return found


def log(value):
    return math.log(value) if value > 0 else -math.inf


def evidence_of(row):
    top = max(row)
    return -math.inf if top == -math.inf else top + math.log(math.fsum(math.exp(v - top) for v in row))


def log_evidence(log_joint):
    return rows(evidence_of, log_joint)


def posterior(log_joint):
    log_joint = np.asarray(log_joint, float)
    found = np.empty(log_joint.shape)
    for i in np.ndindex(log_joint.shape[:-1]):
        evidence = evidence_of(log_joint[i].tolist())
        if evidence == -math.inf:
            raise ValueError("this x is impossible")
        for k, value in enumerate(log_joint[i]):
            found[(*i, k)] = math.exp(value - evidence)
    return found


def elbo_of(row, q):
    total = 0.0
    for value, weight in zip(row, q, strict=True):
        if weight > 0:
            total += weight * (value - math.log(weight))
    return total


def elbo(log_joint, q):
    return rows(elbo_of, log_joint, q)


def elbo_terms(log_likelihood, log_prior, q):
    def reconstruction(row, weights):
        return sum(weight * value for value, weight in zip(row, weights, strict=True) if weight > 0)

    def kl(row, weights):
        return -elbo_of(row, weights)  # E_q[log q - log p(z)]

    return rows(reconstruction, log_likelihood, q), rows(kl, log_prior, q)


def gap(log_joint, q):
    def kl(row, weights):
        evidence = evidence_of(row)
        return sum(w * (math.log(w) - v + evidence) for v, w in zip(row, weights, strict=True) if w > 0)

    return rows(kl, log_joint, q)


def tight_q(log_likelihood, log_prior):
    return posterior(np.asarray(log_likelihood) + np.asarray(log_prior))


def likelihood_and_kl(data, models):
    likelihoods, divergences = [], []
    for model in models:
        likelihoods.append(sum(log(model[v]) for v in data))
        kl = 0.0
        for v in range(len(model)):
            share = list(data).count(v) / len(data)
            if share:
                kl += share * (math.log(share) - log(model[v]))
        divergences.append(kl)
    return likelihoods, divergences


def sandwich(log_joint, q):
    def above(row, weights):
        evidence, total = evidence_of(row), 0.0
        for value, weight in zip(row, weights, strict=True):
            if value > -math.inf:
                total += math.exp(value - evidence) * (value - log(weight))
        return total

    return elbo(log_joint, q), rows(above, log_joint, q)


def em_step(images, weights, means):
    components = range(len(weights))
    shares = []
    for image in images.tolist():
        row = [log(w) for w in weights]
        for k in components:
            row[k] += sum(log(m if pixel else 1 - m) for pixel, m in zip(image, means[k].tolist(), strict=True))
        evidence = evidence_of(row)
        shares.append([math.exp(value - evidence) for value in row])
    totals = [sum(share[k] for share in shares) for k in components]
    stencils = [[sum(s[k] * pixel for s, pixel in zip(shares, column, strict=True)) / totals[k]
                 for column in images.T.tolist()] for k in components]  # fmt: skip
    return np.array(totals) / len(images), np.array(stencils)
