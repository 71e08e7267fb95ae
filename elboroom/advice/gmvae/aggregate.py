"""The aggregate posterior and the best priors: best_gaussian_prior, aggregate_posterior_is_optimal (a proof)."""

from typing import Any

import numpy as np

from elboroom.advice.gmvae import check, mistake

Array = np.ndarray
Gaussian = tuple[Array, Array]

check.hints(
    "aggregate_posterior_is_optimal",
    "Put log q(z) - log q(z), which is nothing, between log q(z|x) and -log p(z). What are the two halves?",
    "The second half, E over q(x) of E over q(z|x) of log q(z) - log p(z), doesn't look at x. `tower` makes one "
    "expectation over q(x, z) of the two, `marginal` drops x.",
    "definition; linearity (two nested expectations); definition, tower; marginal; definition: the first half plus "
    "KL(q(z)‖p(z)). The last line drops that, by kl >= 0.",
)
check.hints(
    "best_gaussian_prior",
    "Minimising the mean of KL(q_n‖p) over p is maximising the mean of E_{q_n}[log p(z)]: maximum likelihood for z "
    "from the aggregate posterior.",
    "The most likely Gaussian has the mean and the variance of what it is fitted to. So: which variance has a mixture "
    "of the q_n?",
    "The mean is that of the mu_n. The variance is the mean of the var_n (spread within) plus the mean of "
    "(mu_n - mean)² (spread between).",
)


def moments(mu: Any, var: Any) -> tuple[Array, Array, Array]:
    """(mean of the means, mean of the variances, variance of the means), (K,) each, two passes."""
    mu, var = np.asarray(mu, float), np.asarray(var, float)
    centre = mu.mean(axis=0)
    return centre, var.mean(axis=0), ((mu - centre) ** 2).mean(axis=0)


@mistake("best_gaussian_prior")
def spread_within_alone(mu: Any, var: Any) -> Gaussian:
    """The variance is the mean of the variances. The means are spread, too, and the prior has to reach all of them."""
    centre, within, _ = moments(mu, var)
    return centre, within


@mistake("best_gaussian_prior")
def spread_of_the_means_alone(mu: Any, var: Any) -> Gaussian:
    """The variance is that of the means. Each q_n has a variance of its own, which comes on top."""
    centre, _, between = moments(mu, var)
    return centre, between


@mistake("best_gaussian_prior")
def one_less(mu: Any, var: Any) -> Gaussian:
    """The variance of the means has N - 1 in it (torch's `var` does, unless you say `correction=0`). The best prior is
    a maximum of likelihood: 1/N."""
    centre, within, between = moments(mu, var)
    return centre, within + between * len(np.asarray(mu)) / (len(np.asarray(mu)) - 1)


@mistake("best_gaussian_prior")
def second_moment(mu: Any, var: Any) -> Gaussian:
    """This is E[z²], the second moment; the variance is that less the square of the mean."""
    centre, within, between = moments(mu, var)
    return centre, within + between + centre**2


@mistake("best_gaussian_prior")
def standard_deviation(mu: Any, var: Any) -> Gaussian:
    """The mean is right; the second array holds standard deviations, and should hold variances."""
    centre, within, between = moments(mu, var)
    return centre, np.sqrt(within + between)


@mistake("best_gaussian_prior")
def mean_of_deviations(mu: Any, var: Any) -> Gaussian:
    """The standard deviations of the q_n are averaged, then squared. Average the variances."""
    centre, _, between = moments(mu, var)
    return centre, np.sqrt(np.asarray(var, float)).mean(axis=0) ** 2 + between


@mistake("best_gaussian_prior")
def the_other_direction(mu: Any, var: Any) -> Gaussian:
    """This minimises the mean of KL(p‖q_n), the other direction: the precisions are averaged, and p ends where the q_n
    overlap. The bound has KL(q_n‖p): p has to cover all of them."""
    mu, precision = np.asarray(mu, float), 1 / np.asarray(var, float)
    return (precision * mu).mean(axis=0) / precision.mean(axis=0), 1 / precision.mean(axis=0)


@mistake("best_gaussian_prior")
def summed_up(mu: Any, var: Any) -> Gaussian:
    """The variance is a sum over the rows; it should be their mean. (The sum belongs to a sum of independent
    variables, a mixture is none.)"""
    centre, within, between = moments(mu, var)
    return centre, len(np.asarray(mu)) * (within + between)


@mistake("best_gaussian_prior")
def unit_prior(mu: Any, var: Any) -> Gaussian:
    """This is N(0, I), whatever the encoder says."""
    return np.zeros(np.shape(mu)[1]), np.ones(np.shape(mu)[1])
