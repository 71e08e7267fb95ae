"""The evidence and the posterior: log_evidence, posterior."""

from typing import Any

import numpy as np

from elboroom.advice.elbo import check, mistake
from elboroom.references import elbo as by_definition

check.hints(
    "log_evidence",
    "The evidence is the sum of the joint over z, and z runs along the last axis. What you are given are logarithms.",
    "exp(-10000) is 0 in floating point. Subtract the largest entry of each row first, and add it back at the end.",
    "`np.logaddexp.reduce(..., axis=-1)` does all of that, and it is right for rows of -inf as well.",
)
check.hints(
    "posterior",
    "Bayes' rule: p(z | x) = p(x, z)/p(x). Divide in logarithms, where nothing underflows, and exponentiate last.",
    "Your `log_evidence` has one number for each row: give it a last axis, `[..., None]`, before you subtract it.",
    "The evidence is 0 where `log_evidence` is -inf: if that is so anywhere (`np.any`), raise a ValueError.",
)


@mistake("log_evidence")
def without_care_for_underflow(log_joint: Any) -> Any:
    """On paper this is right, but exp(-10000) is 0 in floating point, and its logarithm -inf. Take the largest entry of
    each row out of the sum before you exponentiate."""
    return np.log(np.exp(np.asarray(log_joint, float)).sum(axis=-1))


@mistake("log_evidence")
def sum_of_the_logarithms(log_joint: Any) -> Any:
    """This adds logarithms, which multiplies probabilities. The evidence adds probabilities: the sum belongs inside the
    logarithm."""
    return np.sum(log_joint, axis=-1)


@mistake("log_evidence")
def without_the_logarithm(log_joint: Any) -> Any:
    """This is the evidence itself. Return its logarithm, in nats."""
    return np.exp(by_definition.log_evidence(log_joint))


@mistake("log_evidence")
def mean_over_z(log_joint: Any) -> Any:
    """This averages the joint over z. Marginalising adds: Σ_z p(x, z), without dividing by the number of values."""
    return by_definition.log_evidence(log_joint) - np.log(np.shape(log_joint)[-1])


@mistake("log_evidence")
def best_z_only(log_joint: Any) -> Any:
    """Only the most probable z counts here. Every z that could have produced x adds its share."""
    return np.max(log_joint, axis=-1)


@mistake("log_evidence")
def sums_over_the_batch(log_joint: Any) -> Any:
    """This sums along the first axis, over different observations. z runs along the last one."""
    return by_definition.log_evidence(np.swapaxes(log_joint, 0, -1))


@mistake("log_evidence")
def one_number_for_all(log_joint: Any) -> Any:
    """This sums over everything. Each observation has an evidence of its own: sum over the last axis only."""
    return by_definition.log_evidence(np.ravel(log_joint))


@mistake("log_evidence")
def in_bits(log_joint: Any) -> Any:
    """These are bits. Here logarithms are natural, and information is in nats."""
    return by_definition.log_evidence(log_joint) / np.log(2)


@mistake("posterior")
def joint_for_posterior(log_joint: Any) -> Any:
    """This is the joint p(x, z): its rows sum to p(x). Divide each row by its sum."""
    return np.exp(log_joint)


@mistake("posterior")
def log_posterior(log_joint: Any) -> Any:
    """This is the logarithm of the posterior. Return probabilities, which sum to 1 in each row."""
    return np.log(by_definition.posterior(log_joint))


@mistake("posterior")
def normalised_over_the_batch(log_joint: Any) -> Any:
    """Your columns sum to 1: this compares observations. For each x it is the values of z, the row, that share one unit
    of probability."""
    return np.swapaxes(by_definition.posterior(np.swapaxes(log_joint, 0, -1)), 0, -1)


@mistake("posterior")
def normalised_over_everything(log_joint: Any) -> Any:
    """The whole table sums to 1 here. Each row is a distribution of its own: divide it by its own evidence."""
    return by_definition.posterior(np.ravel(log_joint)).reshape(np.shape(log_joint))


@mistake("posterior")
def shares_of_the_logarithms(log_joint: Any) -> Any:
    """This divides logarithms by their sum. It is probabilities that are divided; logarithms are subtracted."""
    return log_joint / np.sum(log_joint, axis=-1, keepdims=True)


@mistake("posterior")
def most_probable_only(log_joint: Any) -> Any:
    """All the probability goes to the best z here. A posterior keeps the other explanations, with smaller weight."""
    return np.eye(np.shape(log_joint)[-1])[np.argmax(log_joint, axis=-1)]


@mistake("posterior")
def conditions_on_the_impossible(log_joint: Any) -> Any:
    """The values are right where x can happen. Where the evidence is 0 there is nothing to divide by, and no posterior:
    raise a ValueError."""
    with np.errstate(invalid="ignore"):
        return np.exp(log_joint - by_definition.log_evidence(log_joint)[..., None])
