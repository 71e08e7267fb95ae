"""Where the bound touches: tight, tight_q; and from which side: sandwich."""

from typing import Any

import numpy as np

from elboroom.advice.elbo import check, log, mistake, weighed
from elboroom.references import elbo as by_definition

check.hints(
    "tight",
    "What lies between the evidence and the bound? You have proved its name above.",
    "A KL divergence is zero only if its two densities are the same wherever q has weight.",
    "Which of the candidates has seen x, and knows the prior too? Try each on the urns, by hand.",
)
check.hints(
    "tight_q",
    "The choice above says which q it is. Here the joint comes in two parts: log p(x, z) = log p(x | z) + log p(z).",
    "You have a function that makes this q out of the log joint already.",
    "`posterior(log_likelihood + log_prior)`: two lines with the conversion to arrays.",
)
check.hints(
    "sandwich",
    "The lower end you have: it is `elbo`. The upper end averages the same thing over the posterior instead of q.",
    "Σ_z p(z | x) (log_joint - log q). A z that the model excludes has posterior weight 0, and 0 · anything = 0.",
    "`expectation(posterior(log_joint), ...)`, once for log_joint and once for ln(q). Where q is 0 and the posterior "
    "isn't, +inf is right: leave it.",
)


@mistake("tight_q")
def the_prior(log_likelihood: Any, log_prior: Any) -> Any:
    """This is the prior: the same for every x, as if nothing had been observed. Its KL to the prior is zero, but that
    is the price, not the gap."""
    return np.broadcast_to(np.exp(log_prior), np.broadcast(log_likelihood, log_prior).shape)


@mistake("tight_q")
def likelihood_normalised(log_likelihood: Any, log_prior: Any) -> Any:
    """This normalises the likelihood and forgets the prior: right only if all z are equally probable beforehand."""
    return by_definition.posterior(np.broadcast_arrays(log_likelihood, log_prior)[0])


@mistake("tight_q")
def uniform(log_likelihood: Any, log_prior: Any) -> Any:
    """This q is uniform: it has the largest entropy, but it has not looked at x."""
    shape = np.broadcast(log_likelihood, log_prior).shape
    return np.full(shape, 1 / shape[-1])


@mistake("tight_q")
def all_on_the_best_z(log_likelihood: Any, log_prior: Any) -> Any:
    """All weight is on the best z. That maximises E_q[log p(x, z)], but its entropy is zero, and the bound counts
    both."""
    log_joint = np.add(log_likelihood, log_prior)
    return np.eye(log_joint.shape[-1])[np.argmax(log_joint, axis=-1)]


@mistake("tight_q")
def not_normalised(log_likelihood: Any, log_prior: Any) -> Any:
    """This is the joint p(x | z) p(z). A q sums to 1 in each row; divide by the evidence."""
    return np.exp(np.add(log_likelihood, log_prior))


@mistake("tight_q")
def normalised_over_observations(log_likelihood: Any, log_prior: Any) -> Any:
    """Your columns sum to 1: this compares observations. Each x has its own q, a row that sums to 1."""
    log_joint = np.add(log_likelihood, log_prior)
    return np.swapaxes(by_definition.posterior(np.swapaxes(log_joint, 0, -1)), 0, -1)


@mistake("tight_q")
def logarithm_of_q(log_likelihood: Any, log_prior: Any) -> Any:
    """This is log q. Return probabilities, which sum to 1 in each row."""
    return log(by_definition.tight_q(log_likelihood, log_prior))


@mistake("sandwich")
def ends_exchanged(log_joint: Any, q: Any) -> Any:
    """The two come in the other order: first the lower end, then the upper one."""
    return by_definition.sandwich(log_joint, q)[::-1]


@mistake("sandwich")
def both_over_q(log_joint: Any, q: Any) -> Any:
    """Both ends are averaged over q, so both are the ELBO. The upper one averages over the posterior."""
    return (by_definition.elbo(log_joint, q),) * 2


@mistake("sandwich")
def evidence_on_top(log_joint: Any, q: Any) -> Any:
    """Your upper end is the evidence itself: the posterior stands where q should, inside the logarithm. Average over
    the posterior, but divide by q."""
    below = by_definition.elbo(log_joint, q)
    return below, by_definition.log_evidence(np.broadcast_arrays(log_joint, q)[0])


@mistake("sandwich")
def same_gap_above(log_joint: Any, q: Any) -> Any:
    """You put the evidence in the middle. The distance above is KL(p(z | x)‖q), the one below KL(q‖p(z | x)): they
    differ."""
    return by_definition.elbo(log_joint, q), by_definition.log_evidence(log_joint) + by_definition.gap(log_joint, q)


@mistake("sandwich")
def upper_without_q(log_joint: Any, q: Any) -> Any:
    """In your upper end - log q(z) is missing: E[log p(x, z)] over the posterior alone lies below the evidence."""
    below = by_definition.elbo(log_joint, q)
    return below, weighed(by_definition.posterior(np.broadcast_arrays(log_joint, q)[0]), log_joint)


@mistake("sandwich")
def upper_as_a_distance(log_joint: Any, q: Any) -> Any:
    """Your upper end is a distance, KL(p(z | x)‖q). Add the evidence to it, or average log p(x, z) - log q(z)."""
    below, above = by_definition.sandwich(log_joint, q)
    return below, above - by_definition.log_evidence(log_joint)


@mistake("sandwich")
def what_q_excludes_left_out(log_joint: Any, q: Any) -> Any:
    """Where q is 0 and the posterior is not, - log q is infinite, and so is the upper end: q excludes what may well be.
    You leave that z out."""
    weights = np.where(np.asarray(q) > 0, by_definition.posterior(np.broadcast_arrays(log_joint, q)[0]), 0.0)
    return by_definition.elbo(log_joint, q), weighed(weights, log_joint - log(q))
