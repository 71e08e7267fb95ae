"""Drawing from the mixture: sample_mixture."""

from typing import Any

import numpy as np

from elboroom.advice.gmvae import check, mistake

Array = np.ndarray

check.hints(
    "sample_mixture",
    "To draw from a mixture, first choose a component, then draw from it, as from any Gaussian. The choice is made "
    "already: `component`.",
    "`mu[component]` picks a row for each sample: (n, K). With the variances likewise it is unit 04's mu + sigma eps.",
    "`mu[component] + var[component].sqrt() * eps`: that is all of it.",
)


def picked(array: Any, component: Any) -> Array:
    """(n, K): the row of each sample's component."""
    return np.asarray(array, float)[np.asarray(component)]


@mistake("sample_mixture")
def average_of_samples(mu: Any, var: Any, component: Any, eps: Any) -> Array:
    """This is the *average* of a sample from each component: it has one peak, where all of them together would like to
    be. A mixture averages densities; its samples come from one component each."""
    mu, var = (np.asarray(a, float).mean(axis=0) for a in (mu, np.sqrt(var)))
    return mu + var * np.asarray(eps)


@mistake("sample_mixture")
def average_parameters(mu: Any, var: Any, component: Any, eps: Any) -> Array:
    """This draws from one Gaussian with averaged parameters. Each sample has a component of its own."""
    mu, var = (np.asarray(a, float).mean(axis=0) for a in (mu, var))
    return mu + np.sqrt(var) * np.asarray(eps)


@mistake("sample_mixture")
def noise_times_variances(mu: Any, var: Any, component: Any, eps: Any) -> Array:
    """The noise is multiplied by the variance; it should be by its root."""
    return picked(mu, component) + picked(var, component) * np.asarray(eps)


@mistake("sample_mixture")
def noise_by_log_variances(mu: Any, var: Any, component: Any, eps: Any) -> Array:
    """`var` is treated as a log variance; it is the variance itself."""
    return picked(mu, component) + np.exp(picked(var, component) / 2) * np.asarray(eps)


@mistake("sample_mixture")
def means_alone(mu: Any, var: Any, component: Any, eps: Any) -> Array:
    """These are the means of the components, without noise: every sample of a component would be the same."""
    return picked(mu, component)


@mistake("sample_mixture")
def components_in_a_row(mu: Any, var: Any, component: Any, eps: Any) -> Array:
    """Sample number i comes from component number i (or the last). It should come from component[i]."""
    row = np.minimum(np.arange(len(np.asarray(component))), len(np.asarray(mu)) - 1)
    return picked(mu, row) + np.sqrt(picked(var, row)) * np.asarray(eps)


@mistake("sample_mixture")
def one_width_for_all(mu: Any, var: Any, component: Any, eps: Any) -> Array:
    """The means are those of the components; the variances aren't. Pick both by `component`."""
    return picked(mu, component) + np.sqrt(np.asarray(var, float).mean(axis=0)) * np.asarray(eps)


@mistake("sample_mixture")
def noise_without_widths(mu: Any, var: Any, component: Any, eps: Any) -> Array:
    """Noise is added as it is. Each component has variances of its own."""
    return picked(mu, component) + np.asarray(eps)
