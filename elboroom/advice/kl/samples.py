"""A KL from samples: kl_monte_carlo."""

import math
from typing import Any

from elboroom.advice.kl import check, mistake
from elboroom.references import kl as by_definition

check.hints(
    "kl_monte_carlo",
    "One term for each sample: log q - log p. The estimate is their mean.",
    "The standard deviation of the terms says how far one of them strays. A mean of n strays √n times less.",
    "`np.std(terms, ddof=1)` divides by n - 1.",
)


@mistake("kl_monte_carlo")
def signs_exchanged(log_q: Any, log_p: Any, samples: Any) -> Any:
    """The mean has the wrong sign: it is of log p - log q."""
    mean, error = by_definition.kl_monte_carlo(log_q, log_p, samples)
    return -mean, error


@mistake("kl_monte_carlo")
def divided_by_n(log_q: Any, log_p: Any, samples: Any) -> Any:
    """The variance is divided by n here. The mean was fitted to the same numbers: divide by n - 1 (`ddof=1`)."""
    mean, error = by_definition.kl_monte_carlo(log_q, log_p, samples)
    return mean, error * math.sqrt(1 - 1 / len(samples))


@mistake("kl_monte_carlo")
def spread_of_one(log_q: Any, log_p: Any, samples: Any) -> Any:
    """This is the standard deviation of one term. That of a mean of n is √n times smaller."""
    mean, error = by_definition.kl_monte_carlo(log_q, log_p, samples)
    return mean, error * math.sqrt(len(samples))


@mistake("kl_monte_carlo")
def divided_by_n_in_place_of_its_root(log_q: Any, log_p: Any, samples: Any) -> Any:
    """The standard deviation is divided by n. It is the *variance* of a mean that falls like 1/n."""
    mean, error = by_definition.kl_monte_carlo(log_q, log_p, samples)
    return mean, error / math.sqrt(len(samples))


@mistake("kl_monte_carlo")
def variance_for_error(log_q: Any, log_p: Any, samples: Any) -> Any:
    """The second number is the variance of the mean. A standard error is its root."""
    mean, error = by_definition.kl_monte_carlo(log_q, log_p, samples)
    return mean, error**2


@mistake("kl_monte_carlo")
def total_for_mean(log_q: Any, log_p: Any, samples: Any) -> Any:
    """This is the sum over the samples. An expectation is estimated by their mean."""
    mean, error = by_definition.kl_monte_carlo(log_q, log_p, samples)
    return mean * len(samples), error


@mistake("kl_monte_carlo")
def weighted_again(log_q: Any, log_p: Any, samples: Any) -> Any:
    """The terms are weighted by q(z). The samples come from q, so the likely ones are there more often already."""
    ratios, density = by_definition.log_ratios(log_q, log_p, samples), log_q(samples)
    _, error = by_definition.kl_monte_carlo(log_q, log_p, samples)
    return sum(math.exp(d) * r for d, r in zip(density, ratios, strict=True)) / len(ratios), error


@mistake("kl_monte_carlo")
def clipped_at_zero(log_q: Any, log_p: Any, samples: Any) -> Any:
    """Negative terms are cut off here. They belong to the average; without them it is biased."""
    kept = [max(r, 0.0) for r in by_definition.log_ratios(log_q, log_p, samples)]
    _, error = by_definition.kl_monte_carlo(log_q, log_p, samples)
    return sum(kept) / len(kept), error
