"""The bound and its parts: elbo, elbo_terms, gap."""

from typing import Any

import numpy as np

from elboroom.advice.elbo import check, log, mistake, weighed
from elboroom.references import elbo as by_definition

check.hints(
    "elbo",
    "An expectation over q is a sum over z with weights q(z): `expectation(q, ...)`. What is it that is averaged here?",
    "Where q is 0 the term is 0, whatever log p(x, z) and log q(z) are. `expectation` sees to that, `np.sum` doesn't.",
    "Two calls of `expectation` and a minus. `ln(q)` is log q, with -inf and no warning where q is 0.",
)
check.hints(
    "elbo_terms",
    "Two expectations over q: one of log p(x | z), one of log q(z) - log p(z). The second one is the KL.",
    "`expectation(q, ...)` does each of the averages, and takes care of 0 · anything = 0.",
    "Average log_likelihood for the first. For the second average ln(q) and log_prior, one by one, and subtract.",
)
check.hints(
    "gap",
    "A divergence between q and the posterior: E_q[log q(z) - log p(z | x)].",
    "log p(z | x) = log_joint - log_evidence(log_joint)[..., None]. Average over q, not over the posterior.",
    "It is what you wrote for `elbo`, with the sign turned and the log posterior in place of the log joint.",
)


@mistake("elbo")
def without_the_entropy(log_joint: Any, q: Any) -> Any:
    """- log q(z) is missing: this is E_q[log p(x, z)] alone. The bound adds the entropy of q."""
    return weighed(q, log_joint)


@mistake("elbo")
def entropy_subtracted(log_joint: Any, q: Any) -> Any:
    """log q(z) goes in with the wrong sign: the bound subtracts it, so that a wider q is rewarded."""
    return weighed(q, log_joint + log(q))


@mistake("elbo")
def logarithm_outside(log_joint: Any, q: Any) -> Any:
    """This is log E_q[p(x, z)/q(z)], with the logarithm outside: the evidence again. In the bound the expectation is
    outside."""
    return by_definition.log_evidence(np.where(np.asarray(q) > 0, log_joint, -np.inf))


@mistake("elbo")
def posterior_for_q(log_joint: Any, q: Any) -> Any:
    """The expectation is over the posterior here. In the bound z is drawn from q: the point is to need no
    posterior."""
    return by_definition.sandwich(log_joint, q)[1]


@mistake("elbo")
def every_z_counts_the_same(log_joint: Any, q: Any) -> Any:
    """Every z counts the same here. An expectation over q weighs each value of z with q(z)."""
    return np.sum(log_joint - log(q), axis=-1)


@mistake("elbo")
def a_loss(log_joint: Any, q: Any) -> Any:
    """This is minus the bound, a loss to minimise. Return the bound itself, which lies below log p(x)."""
    return -by_definition.elbo(log_joint, q)


@mistake("elbo")
def mean_of_the_batch(log_joint: Any, q: Any) -> Any:
    """This averages over the batch. Each observation has a bound of its own: (..., K) becomes (...)."""
    return np.mean(by_definition.elbo(log_joint, q))


@mistake("elbo")
def impossible_z_left_out(log_joint: Any, q: Any) -> Any:
    """Where q puts weight on a z that the model excludes, the term is q · log 0 = -inf, and so is the bound. You leave
    that z out."""
    return weighed(np.where(np.isneginf(log_joint), 0.0, q), log_joint - log(q))


@mistake("elbo_terms")
def in_the_other_order(log_likelihood: Any, log_prior: Any, q: Any) -> Any:
    """The two come in the other order: first the reconstruction, then the KL."""
    return by_definition.elbo_terms(log_likelihood, log_prior, q)[::-1]


@mistake("elbo_terms")
def kl_with_its_sign_turned(log_likelihood: Any, log_prior: Any, q: Any) -> Any:
    """Your second value is -KL. A KL divergence is E_q[log q(z) - log p(z)], and never negative."""
    reconstruction, kl = by_definition.elbo_terms(log_likelihood, log_prior, q)
    return reconstruction, -kl


@mistake("elbo_terms")
def kl_reversed(log_likelihood: Any, log_prior: Any, q: Any) -> Any:
    """The KL has its arguments swapped: the bound pays KL(q‖p(z)), an expectation over q, not over the prior."""
    prior = np.exp(log_prior)
    return by_definition.elbo_terms(log_likelihood, log_prior, q)[0], weighed(prior, log_prior - log(q))


@mistake("elbo_terms")
def kl_to_the_posterior(log_likelihood: Any, log_prior: Any, q: Any) -> Any:
    """Your KL is the one to the posterior: that is the gap. The price in the bound is the KL to the prior."""
    kl = by_definition.gap(np.add(log_likelihood, log_prior), q)
    return by_definition.elbo_terms(log_likelihood, log_prior, q)[0], kl


@mistake("elbo_terms")
def reconstruction_under_the_prior(log_likelihood: Any, log_prior: Any, q: Any) -> Any:
    """The reconstruction is averaged over the prior here. It is q that says which z are likely for this x."""
    return weighed(np.exp(log_prior), log_likelihood), by_definition.elbo_terms(log_likelihood, log_prior, q)[1]


@mistake("elbo_terms")
def prior_counted_twice(log_likelihood: Any, log_prior: Any, q: Any) -> Any:
    """Your first value is E_q[log p(x, z)]: the prior is in it, and in the KL once more. The reconstruction is
    E_q[log p(x | z)]."""
    return weighed(q, np.add(log_likelihood, log_prior)), by_definition.elbo_terms(log_likelihood, log_prior, q)[1]


@mistake("elbo_terms")
def kl_without_the_prior(log_likelihood: Any, log_prior: Any, q: Any) -> Any:
    """Your second value is E_q[log q(z)], minus the entropy of q. A KL compares q with something: where is the
    prior?"""
    return by_definition.elbo_terms(log_likelihood, log_prior, q)[0], weighed(q, log(q))


@mistake("elbo_terms")
def reconstruction_as_a_loss(log_likelihood: Any, log_prior: Any, q: Any) -> Any:
    """Your first value is an error to minimise. Here reconstruction is E_q[log p(x | z)], larger when better."""
    reconstruction, kl = by_definition.elbo_terms(log_likelihood, log_prior, q)
    return -reconstruction, kl


@mistake("gap")
def joint_not_normalised(log_joint: Any, q: Any) -> Any:
    """This compares q with the joint, which does not sum to 1: it is minus the ELBO. Compare q with p(z | x)."""
    return -by_definition.elbo(log_joint, q)


@mistake("gap")
def gap_reversed(log_joint: Any, q: Any) -> Any:
    """This is KL(p(z | x)‖q), an expectation over the posterior. The gap is KL(q‖p(z | x)), an expectation over q."""
    return by_definition.gap(log(np.broadcast_arrays(q, log_joint)[0]), by_definition.posterior(log_joint))


@mistake("gap")
def gap_with_its_sign_turned(log_joint: Any, q: Any) -> Any:
    """This is minus the divergence. The evidence lies above the bound, so the gap is never negative."""
    return -by_definition.gap(log_joint, q)


@mistake("gap")
def cross_entropy(log_joint: Any, q: Any) -> Any:
    """This is -E_q[log p(z | x)], a cross-entropy: it stays positive when q is the posterior. What about log q?"""
    return -weighed(q, log(by_definition.posterior(log_joint)))


@mistake("gap")
def gap_in_bits(log_joint: Any, q: Any) -> Any:
    """These are bits. Here logarithms are natural, and information is in nats."""
    return by_definition.gap(log_joint, q) / np.log(2)


@mistake("gap")
def every_ratio_counts_the_same(log_joint: Any, q: Any) -> Any:
    """Every z counts the same here. A divergence is an expectation: weigh each log ratio with q(z)."""
    return np.sum(log(q) - log(by_definition.posterior(log_joint)), axis=-1)


@mistake("gap")
def impossible_z_forgiven(log_joint: Any, q: Any) -> Any:
    """Where q puts weight on a z that the posterior excludes, the divergence is infinite. You leave that z out."""
    log_posterior = log(by_definition.posterior(log_joint))
    return weighed(np.where(np.isneginf(log_joint), 0.0, q), log(q) - log_posterior)
