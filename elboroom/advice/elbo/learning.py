"""What the bound is for: likelihood_and_kl, em_step."""

from typing import Any

import numpy as np

from elboroom.advice.elbo import check, log, mistake, weighed
from elboroom.references import elbo as by_definition

check.hints(
    "likelihood_and_kl",
    "Count first: p̂(v) is the share of the observations that are v. `np.bincount(data, minlength=V)` counts them.",
    "Σ_i log p(x_i) = Σ_v count(v) · log p(v): once the counts are there, both answers are sums over v.",
    "`expectation(counts, ln(models))` is the first; it knows that 0 · log 0 = 0. Then log shares and log models, "
    "under shares.",
)
check.hints(
    "em_step",
    "Two lines of thought: q ← posterior under the *old* parameters; then maximise E_q[log p(x, z)] over the new ones.",
    "You have `posterior`, and `log_joint_of` is given: q is (N, K). What is the average of q over the images?",
    "A mean is an average of the pixels with weights q: (q.T @ images) / q.sum(axis=0)[:, None].",
)


@mistake("likelihood_and_kl")
def repeats_counted_once(data: Any, models: Any) -> Any:
    """A value that was seen three times counts three times: p̂ is a share of observations, not of distinct values."""
    return by_definition.likelihood_and_kl(np.unique(data), models)


@mistake("likelihood_and_kl")
def mean_log_likelihood(data: Any, models: Any) -> Any:
    """Your first value is the mean of log p(x_i). It ranks models alike, but the sum is asked for."""
    likelihood, kl = by_definition.likelihood_and_kl(data, models)
    return likelihood / len(data), kl


@mistake("likelihood_and_kl")
def kl_of_the_model(data: Any, models: Any) -> Any:
    """Your KL has its arguments swapped. It is KL(p̂‖p): the average is over the data, not over the model."""
    shares = np.bincount(data, minlength=np.shape(models)[1]) / len(data)
    return by_definition.likelihood_and_kl(data, models)[0], weighed(models, log(models) - log(shares))


@mistake("likelihood_and_kl")
def cross_entropy_to_the_data(data: Any, models: Any) -> Any:
    """Your second value is -Σ p̂ log p, a cross-entropy. A KL also subtracts the entropy of p̂, and is 0 at p = p̂."""
    likelihood, _ = by_definition.likelihood_and_kl(data, models)
    return likelihood, -likelihood / len(data)


@mistake("likelihood_and_kl")
def likelihood_as_a_loss(data: Any, models: Any) -> Any:
    """Your first value is minus the log likelihood, a loss. Return Σ log p(x_i), never positive for a pmf."""
    likelihood, kl = by_definition.likelihood_and_kl(data, models)
    return -likelihood, kl


@mistake("likelihood_and_kl")
def counts_not_shares(data: Any, models: Any) -> Any:
    """The KL is computed with counts. p̂ must sum to 1: divide the counts by the number of observations."""
    counts = np.bincount(data, minlength=np.shape(models)[1])
    return by_definition.likelihood_and_kl(data, models)[0], weighed(counts, log(counts) - log(models))


@mistake("likelihood_and_kl")
def kl_before_likelihood(data: Any, models: Any) -> Any:
    """The two come in the other order: first the log likelihoods, then the divergences."""
    return by_definition.likelihood_and_kl(data, models)[::-1]


@mistake("likelihood_and_kl")
def impossible_data_left_out(data: Any, models: Any) -> Any:
    """A model that excludes what was seen has likelihood 0: its logarithm is -inf, its KL +inf. You leave those
    observations out."""
    shares = np.bincount(data, minlength=np.shape(models)[1]) / len(data)
    kept = np.where(np.asarray(models) > 0, shares, 0.0)
    return len(data) * weighed(kept, log(models)), weighed(kept, log(shares) - log(models))


def responsibilities(x: Any, weights: Any, means: Any) -> Any:
    """q(z | x_n) under the old parameters, (N, K)."""
    joint = np.array(by_definition.coins(x, weights, means), dtype=float)
    return joint / joint.sum(axis=1, keepdims=True)


def maximised(x: Any, q: Any) -> Any:
    """The parameters that are best for this q."""
    return q.mean(axis=0), (q.T @ np.asarray(x)) / q.sum(axis=0)[:, None]


@mistake("em_step")
def hard_assignments(x: Any, weights: Any, means: Any) -> Any:
    """Each observation is given to its most probable component as a whole. In EM it is shared out, as the posterior
    says."""
    q = responsibilities(x, weights, means)
    return maximised(x, np.eye(q.shape[1])[q.argmax(axis=1)])


@mistake("em_step")
def without_the_weights(x: Any, weights: Any, means: Any) -> Any:
    """Your q is the normalised likelihood. Bayes' rule also weighs each component with its prior weight."""
    return maximised(x, responsibilities(x, np.ones_like(weights, dtype=float), means))


@mistake("em_step")
def q_has_not_seen_x(x: Any, weights: Any, means: Any) -> Any:
    """Your q is the prior, so all components get the same mean. Step one sets q to the posterior given x."""
    return maximised(x, np.tile(weights, (len(x), 1)))


@mistake("em_step")
def weights_left_alone(x: Any, weights: Any, means: Any) -> Any:
    """The weights have not moved. They are parameters, too: the best ones are the average of q."""
    return np.asarray(weights, float), by_definition.em_step(x, weights, means)[1]


@mistake("em_step")
def means_left_alone(x: Any, weights: Any, means: Any) -> Any:
    """The means have not moved. They are parameters, too: averages of the pixels, weighed with q."""
    return by_definition.em_step(x, weights, means)[0], np.asarray(means, float)


@mistake("em_step")
def means_over_everything(x: Any, weights: Any, means: Any) -> Any:
    """The pixels of a component are divided by the number of all observations. Divide by its own share, Σ_n q_n(k)."""
    weights, means = by_definition.em_step(x, weights, means)
    return weights, means * weights[:, None]


@mistake("em_step")
def weights_as_counts(x: Any, weights: Any, means: Any) -> Any:
    """Your weights add up to the number of observations. A prior sums to 1: average q, don't add it up."""
    weights, means = by_definition.em_step(x, weights, means)
    return weights * len(x), means


@mistake("em_step")
def zeros_ignored(x: Any, weights: Any, means: Any) -> Any:
    """Only the pixels that are 1 speak in your likelihood. A pixel that is 0 has probability 1 - mean, and says as
    much."""
    log_joint = log(weights) + np.asarray(x) @ log(means).T
    return maximised(x, by_definition.posterior(log_joint))


@mistake("em_step")
def means_before_weights(x: Any, weights: Any, means: Any) -> Any:
    """The two come in the other order: first the weights (K,), then the means (K, D)."""
    return by_definition.em_step(x, weights, means)[::-1]


@mistake("em_step")
def two_steps(x: Any, weights: Any, means: Any) -> Any:
    """These are the parameters after two steps. Take one."""
    return by_definition.em_step(x, *by_definition.em_step(x, weights, means))
