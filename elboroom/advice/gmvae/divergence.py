"""One sample of the KL to a mixture: kl_to_mixture_monte_carlo, negative_sample, and the choice below_zero."""

from typing import Any

import numpy as np

from elboroom.advice.gmvae import check, mistake
from elboroom.references import mixtures as by_definition
from elboroom.references.mixtures import kl_to_components, log_components

Array = np.ndarray

check.hints(
    "kl_to_mixture_monte_carlo",
    "KL(q‖p) is an average under q of a difference of two log densities. With one sample the average is that "
    "difference, at the sample.",
    "Which of the two is subtracted? Where q is higher than p, the contribution should be positive.",
    "Your two functions from above, one line. Don't draw anything: z is the sample.",
)
check.hints(
    "negative_sample",
    "The estimate is log q(z) - log p(z). It is negative where p is higher than q.",
    "q is spread over places that p doesn't care for, and z has happened to fall where p is high. A narrow component "
    "is high.",
    "Take q = N(0, 1) and z = 0, and give p one component at 0 with a small variance. How small?",
)
check.hints(
    "below_zero",
    "What is the expectation of the estimate, and what would it be after your change?",
    "max(0, t) ≥ t, with strict inequality for every negative t: what does that do to the average?",
    "Look at the picture: the mean of the histogram is the KL, *with* its negative half.",
)


@mistake("kl_to_mixture_monte_carlo")
def reversed_difference(z: Any, mu: Any, var: Any, prior_mu: Any, prior_var: Any) -> Array:
    """The difference is the wrong way round: log p - log q has the mean -KL(q‖p) under q."""
    return -by_definition.kl_monte_carlo(z, mu, var, prior_mu, prior_var)


@mistake("kl_to_mixture_monte_carlo")
def prior_alone(z: Any, mu: Any, var: Any, prior_mu: Any, prior_var: Any) -> Array:
    """This is -log p(z) alone, a cross-entropy. log q(z) is missing: without it q would be pulled onto the peaks of the
    prior, with no variance at all."""
    return -by_definition.log_normal_mixture(z, prior_mu, prior_var)


@mistake("kl_to_mixture_monte_carlo")
def posterior_alone(z: Any, mu: Any, var: Any, prior_mu: Any, prior_var: Any) -> Array:
    """This is log q(z) alone. The prior is missing from the KL."""
    return by_definition.log_normal(z, mu, var)


@mistake("kl_to_mixture_monte_carlo")
def clipped(z: Any, mu: Any, var: Any, prior_mu: Any, prior_var: Any) -> Array:
    """Negative values are set to 0. The KL is never negative, but *one sample* of it may be; clip it, and the average
    is too large."""
    return by_definition.kl_monte_carlo(z, mu, var, prior_mu, prior_var).clip(min=0.0)


@mistake("kl_to_mixture_monte_carlo")
def made_positive(z: Any, mu: Any, var: Any, prior_mu: Any, prior_var: Any) -> Array:
    """The sign of negative values is dropped. One sample may be negative; the average would be too large without it."""
    return np.abs(by_definition.kl_monte_carlo(z, mu, var, prior_mu, prior_var))


@mistake("kl_to_mixture_monte_carlo")
def against_the_standard_normal(z: Any, mu: Any, var: Any, prior_mu: Any, prior_var: Any) -> Array:
    """This is log q(z) - log N(z; 0, I), with the prior of unit 06. The prior here is the mixture that is passed."""
    return by_definition.log_normal(z, mu, var) - by_definition.log_normal(z, np.zeros(1), np.ones(1))


@mistake("kl_to_mixture_monte_carlo")
def closed_form_of_unit_six(z: Any, mu: Any, var: Any, prior_mu: Any, prior_var: Any) -> Array:
    """This is the closed form of unit 06, KL(q‖N(0, I)). The prior is a mixture now, which has no closed form."""
    return kl_to_components(mu, var, np.zeros_like(mu)[:, None], np.ones_like(mu)[:, None])[:, 0]


@mistake("kl_to_mixture_monte_carlo")
def to_the_nearest_component(z: Any, mu: Any, var: Any, prior_mu: Any, prior_var: Any) -> Array:
    """This is the KL to the component that is nearest, in closed form. It is not the KL to the mixture."""
    return kl_to_components(mu, var, prior_mu, prior_var).min(axis=1)


@mistake("kl_to_mixture_monte_carlo")
def mean_over_the_components(z: Any, mu: Any, var: Any, prior_mu: Any, prior_var: Any) -> Array:
    """The components' *logs* are averaged. The mixture is the log of the mean of the densities."""
    logs = log_components(z, prior_mu, prior_var)
    return by_definition.log_normal(z, mu, var) - logs.mean(axis=1)


@mistake("kl_to_mixture_monte_carlo")
def log_k_missing(z: Any, mu: Any, var: Any, prior_mu: Any, prior_var: Any) -> Array:
    """The prior's densities are summed, not averaged: your KL is too small by log k."""
    return by_definition.kl_monte_carlo(z, mu, var, prior_mu, prior_var) - np.log(np.shape(prior_mu)[1])


@mistake("kl_to_mixture_monte_carlo")
def entropy_in_closed_form(z: Any, mu: Any, var: Any, prior_mu: Any, prior_var: Any) -> Array:
    """Right on average: the expectation of log q(z) has been put in place of log q(z). But this exercise wants both
    logs at the same z, so that their noise can cancel."""
    own = by_definition.expected_log(mu, var, mu, var).sum(axis=-1)
    return own - by_definition.log_normal_mixture(z, prior_mu, prior_var)


@mistake("kl_to_mixture_monte_carlo")
def entropy_of_the_prior(z: Any, mu: Any, var: Any, prior_mu: Any, prior_var: Any) -> Array:
    """In place of log p(z) stands the expectation of the prior's log density under its own components. KL(q‖p) asks for
    log p where *q* has put its sample."""
    own = by_definition.expected_log(prior_mu, prior_var, prior_mu, prior_var).sum(axis=-1).mean(axis=1)
    return by_definition.log_normal(z, mu, var) - own


@mistake("kl_to_mixture_monte_carlo")
def averaged_over_the_batch(z: Any, mu: Any, var: Any, prior_mu: Any, prior_var: Any) -> Array:
    """This is the mean over the batch. One number for each row is asked for; the mean comes later."""
    return by_definition.kl_monte_carlo(z, mu, var, prior_mu, prior_var).mean()


# What can keep a witness from being one; elboroom.checks.gmvae looks for each of these by its name.


@mistake("negative_sample")
def not_five_numbers() -> Any:
    """Return five things: z, mu and var as plain numbers, prior_mu and prior_var as lists of numbers, of one length."""


@mistake("negative_sample")
def no_variance() -> Any:
    """A variance has to be positive, in q and in every component of the prior."""


@mistake("negative_sample")
def hardly_a_sample() -> Any:
    """z lies more than two standard deviations from the mean of q. The point is that it happens all the time: choose
    a z that q likes."""


@mistake("negative_sample")
def not_negative() -> Any:
    """The estimate log q(z) - log p(z) isn't below -1 there. Where is the prior high, and q low?"""


@mistake("negative_sample")
def nothing_to_estimate() -> Any:
    """The KL itself is below ½ there: q and prior are almost one and the same. Choose a prior that differs more, so
    that a negative estimate is a surprise."""
