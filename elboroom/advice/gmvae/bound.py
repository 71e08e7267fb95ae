"""A bound on the KL to a mixture: at_most_the_mean (a proof), mixture_kl_bound."""

from typing import Any

import numpy as np

from elboroom.advice.gmvae import check, mistake
from elboroom.references import mixtures as by_definition
from elboroom.references.mixtures import kl_to_components, log_mean_density

Array = np.ndarray

check.hints(
    "at_most_the_mean",
    "Only one line is not an equality. Where in E_q[log q - log mean_i c_i] can Jensen be applied?",
    "log of an average ≥ average of the logs; with the minus sign in front that makes the whole expression larger. "
    'Write ≤ with `.le(..., by="jensen")`.',
    "Then log q goes under the average (by algebra: it doesn't depend on i), the average comes out of the expectation "
    "(by linearity), and what stands inside is a KL (by definition).",
)
check.hints(
    "mixture_kl_bound",
    "First the (N, k) table of the KLs of each q to each component: two diagonal Gaussians, unit 02's formula, summed "
    "over the coordinates.",
    "KL(q‖p) of two Gaussians, for each coordinate: ½[log(var_p/var_q) + (var_q + (mu_q - mu_p)²)/var_p - 1]. "
    "`mu[:, None]` against (1 or N, k, K) gives all of them at once.",
    "With the table in hand: minus (logsumexp(-table, dim=1) - log k). Both minus signs are needed.",
)


def table(mu: Any, var: Any, prior_mu: Any, prior_var: Any) -> Array:
    """(N, k): KL(q_n‖p_k), by definition."""
    return kl_to_components(mu, var, prior_mu, prior_var)


@mistake("mixture_kl_bound")
def sum_for_mean(mu: Any, var: Any, prior_mu: Any, prior_var: Any) -> Array:
    """log k is missing: the weights are 1/k each, and so your bound may lie below the KL it should bound."""
    return -log_mean_density(-table(mu, var, prior_mu, prior_var)) - np.log(np.shape(prior_mu)[1])


@mistake("mixture_kl_bound")
def nearest_component(mu: Any, var: Any, prior_mu: Any, prior_var: Any) -> Array:
    """This is the KL to the nearest component. The mixture gives that one only 1/k of its mass, so the KL to the
    mixture can be larger: by log k, at most."""
    return table(mu, var, prior_mu, prior_var).min(axis=1)


@mistake("mixture_kl_bound")
def nearest_and_log_k(mu: Any, var: Any, prior_mu: Any, prior_var: Any) -> Array:
    """The KL to the nearest component, plus log k: a bound, but not the best of this kind. It puts all the weight r on
    one component; put the best weights in."""
    return table(mu, var, prior_mu, prior_var).min(axis=1) + np.log(np.shape(prior_mu)[1])


@mistake("mixture_kl_bound")
def mean_of_the_divergences(mu: Any, var: Any, prior_mu: Any, prior_var: Any) -> Array:
    """This is the mean of the KLs, the bound that you proved. It is far too large when a component is far away; the
    better weights prefer what is near."""
    return table(mu, var, prior_mu, prior_var).mean(axis=1)


@mistake("mixture_kl_bound")
def without_the_outer_sign(mu: Any, var: Any, prior_mu: Any, prior_var: Any) -> Array:
    """The sign in front of the logarithm is missing: this is negative, and no bound on a KL is."""
    return log_mean_density(-table(mu, var, prior_mu, prior_var))


@mistake("mixture_kl_bound")
def without_the_inner_sign(mu: Any, var: Any, prior_mu: Any, prior_var: Any) -> Array:
    """The sign in the exponent is missing: so the components that are farthest away count most."""
    return log_mean_density(table(mu, var, prior_mu, prior_var))


@mistake("mixture_kl_bound")
def reversed_divergences(mu: Any, var: Any, prior_mu: Any, prior_var: Any) -> Array:
    """The KLs run the wrong way: KL(p_k‖q). The bound is made of KL(q‖p_k)."""
    mu, var = np.asarray(mu, float)[:, None], np.asarray(var, float)[:, None]
    of, to = by_definition.expected_log(prior_mu, prior_var, prior_mu, prior_var), (prior_mu, prior_var, mu, var)
    return -log_mean_density(-(of - by_definition.expected_log(*to)).sum(axis=-1))


@mistake("mixture_kl_bound")
def half_the_divergences(mu: Any, var: Any, prior_mu: Any, prior_var: Any) -> Array:
    """A factor ½ too many: every KL is half of what it should be."""
    return -log_mean_density(-table(mu, var, prior_mu, prior_var) / 2)


@mistake("mixture_kl_bound")
def deviations_in_the_bound(mu: Any, var: Any, prior_mu: Any, prior_var: Any) -> Array:
    """The variances have been squared, as if they were standard deviations."""
    return -log_mean_density(-table(mu, np.square(var), prior_mu, np.square(prior_var)))


@mistake("mixture_kl_bound")
def coordinates_apart(mu: Any, var: Any, prior_mu: Any, prior_var: Any) -> Array:
    """The bound is taken for each coordinate, then added up. First add up the KL over the coordinates: a component is a
    Gaussian in all of them."""
    mu, var = np.asarray(mu, float)[:, None], np.asarray(var, float)[:, None]
    own = by_definition.expected_log(mu, var, mu, var)
    apart = own - by_definition.expected_log(mu, var, prior_mu, prior_var)  # (N, k, K)
    return -log_mean_density(-np.moveaxis(apart, 1, 2)).sum(axis=1)


@mistake("mixture_kl_bound")
def averaged_over_the_rows_instead(mu: Any, var: Any, prior_mu: Any, prior_var: Any) -> Array:
    """The mean runs over the N rows, one number for each component; it should run over the k components."""
    return -log_mean_density(-table(mu, var, prior_mu, prior_var).T)
