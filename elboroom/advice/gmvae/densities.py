"""Log densities: log_normal and log_normal_mixture."""

from typing import Any

import numpy as np

from elboroom.advice.gmvae import check, mistake
from elboroom.references import mixtures as by_definition
from elboroom.references.mixtures import log_components, log_factors, log_mean_density

Array = np.ndarray

check.hints(
    "log_normal",
    "A diagonal covariance means independent coordinates: the density is a product, and its logarithm is a sum.",
    "In one dimension: -½ log(2π var) - (z - mu)²/(2 var). Here `var` is a variance; nothing has to be squared or "
    "rooted.",
    "Work the one-dimensional formula out for all coordinates at once, then `.sum(-1)`. `math.log(2 * math.pi)` is a "
    "constant that belongs inside the sum: there is one for each coordinate.",
)
check.hints(
    "log_normal_mixture",
    "First make an (N, k) table: the log density of each row under each component. Your `log_normal` can do it in one "
    "call, if z gets a dimension for the components.",
    "`z[:, None]` is (N, 1, K) and broadcasts against (1 or N, k, K). Then comes the log of the *mean* of the "
    "exponentials over the components: logarithm of a sum of exponentials, less log k.",
    "`torch.logsumexp(table, dim=1)` shifts by the largest entry, so that nothing underflows. k is `mu.shape[1]`.",
)


@mistake("log_normal")
def deviations_for_variances(z: Any, mu: Any, var: Any) -> Array:
    """`var` has been squared on the way: it is the variance already, not the standard deviation."""
    return by_definition.log_normal(z, mu, np.square(var))


@mistake("log_normal")
def rooted_variances(z: Any, mu: Any, var: Any) -> Array:
    """The root of `var` stands where the variance belongs. In the exponent it is the variance that divides the square,
    and ½ log var is the log of the standard deviation."""
    return by_definition.log_normal(z, mu, np.sqrt(var))


@mistake("log_normal")
def log_variances(z: Any, mu: Any, var: Any) -> Array:
    """`var` is treated as a log variance. Since unit 06 the functions take the variance itself."""
    return by_definition.log_normal(z, mu, np.exp(var))


@mistake("log_normal")
def without_the_constant(z: Any, mu: Any, var: Any) -> Array:
    """-½ log 2π is missing, once for each coordinate. It cancels in a difference of two such logs, but a log density
    alone needs it."""
    return by_definition.log_normal(z, mu, var) + 0.5 * np.log(2 * np.pi) * np.shape(z)[-1]


@mistake("log_normal")
def constant_once(z: Any, mu: Any, var: Any) -> Array:
    """-½ log 2π is there once; each of the K coordinates has one."""
    return by_definition.log_normal(z, mu, var) + 0.5 * np.log(2 * np.pi) * (np.shape(z)[-1] - 1)


@mistake("log_normal")
def without_the_width(z: Any, mu: Any, var: Any) -> Array:
    """-½ log var is missing: without it a wide Gaussian would be higher than a narrow one everywhere."""
    return by_definition.log_normal(z, mu, var) + 0.5 * np.log(np.asarray(var, float)).sum(axis=-1)


@mistake("log_normal")
def full_log_variance(z: Any, mu: Any, var: Any) -> Array:
    """Here log var is subtracted; it should be half of it, the log of the standard deviation."""
    return by_definition.log_normal(z, mu, var) - 0.5 * np.log(np.asarray(var, float)).sum(axis=-1)


@mistake("log_normal")
def coordinate_by_coordinate(z: Any, mu: Any, var: Any) -> Array:
    """These are the log densities of the coordinates. Add them up along the last axis: one number for each row."""
    return log_factors(z, mu, var)


@mistake("log_normal")
def mean_over_coordinates(z: Any, mu: Any, var: Any) -> Array:
    """This is the mean over the coordinates. The log of a product is the *sum* of the logs."""
    return log_factors(z, mu, var).mean(axis=-1)


@mistake("log_normal")
def summed_over_the_rows(z: Any, mu: Any, var: Any) -> Array:
    """This adds up the rows too. Each row has a log density of its own: sum along the last axis only."""
    return log_factors(z, mu, var).sum()


@mistake("log_normal")
def not_a_log(z: Any, mu: Any, var: Any) -> Array:
    """This is the density, not its logarithm. In ten dimensions densities under- and overflow; their logs don't."""
    return np.exp(by_definition.log_normal(z, mu, var))


@mistake("log_normal")
def negative_log(z: Any, mu: Any, var: Any) -> Array:
    """The sign is turned: this is the *negative* log density."""
    return -by_definition.log_normal(z, mu, var)


@mistake("log_normal_mixture")
def summed_components(z: Any, mu: Any, var: Any) -> Array:
    """This is the log of the *sum* of the k densities: -log k is missing. A mixture with equal weights is their mean;
    the sum integrates to k."""
    return by_definition.log_normal_mixture(z, mu, var) + np.log(np.shape(mu)[1])


@mistake("log_normal_mixture")
def log_k_added(z: Any, mu: Any, var: Any) -> Array:
    """log k is there with the wrong sign: the mean is the sum *divided* by k."""
    return by_definition.log_normal_mixture(z, mu, var) + 2 * np.log(np.shape(mu)[1])


@mistake("log_normal_mixture")
def divided_outside(z: Any, mu: Any, var: Any) -> Array:
    """The logarithm is divided by k. Divide inside it: log(sum/k) = log sum - log k."""
    return (by_definition.log_normal_mixture(z, mu, var) + np.log(np.shape(mu)[1])) / np.shape(mu)[1]


@mistake("log_normal_mixture")
def mean_of_the_logs(z: Any, mu: Any, var: Any) -> Array:
    """This is the mean of the components' *log* densities. The mean belongs inside the logarithm; by Jensen yours is
    smaller, and as far as possible from a mixture: every component has to like z."""
    return log_components(z, mu, var).mean(axis=1)


@mistake("log_normal_mixture")
def averaged_over_the_rows(z: Any, mu: Any, var: Any) -> Array:
    """The mean runs over the wrong axis: over the N rows of the batch, one number for each component. It should run
    over the k components, one number for each row."""
    return log_mean_density(log_components(z, mu, var).T)


@mistake("log_normal_mixture")
def mixed_coordinate_by_coordinate(z: Any, mu: Any, var: Any) -> Array:
    """The coordinates are mixed one by one, then added up: so that each of them may come from another component. First
    the sum over the coordinates, within a component; then the mean over the components."""
    factors = log_factors(np.asarray(z, float)[:, None], mu, var)  # (N, k, K)
    return log_mean_density(np.moveaxis(factors, 1, 2)).sum(axis=1)


@mistake("log_normal_mixture")
def averaged_parameters(z: Any, mu: Any, var: Any) -> Array:
    """This is *one* Gaussian, with the mean of the means and the mean of the variances. The mixture averages densities,
    not parameters: it may have as many peaks as components."""
    return by_definition.log_normal(z, np.mean(mu, axis=1), np.mean(var, axis=1))


@mistake("log_normal_mixture")
def nearest_alone(z: Any, mu: Any, var: Any) -> Array:
    """This is the largest of the k log densities. It is close where the components are far apart, but the others
    count, too."""
    return log_components(z, mu, var).max(axis=1)


@mistake("log_normal_mixture")
def per_component(z: Any, mu: Any, var: Any) -> Array:
    """This is the (N, k) table of the components' log densities. What is missing is the log of their mean."""
    return log_components(z, mu, var)


@mistake("log_normal_mixture")
def mixture_of_deviations(z: Any, mu: Any, var: Any) -> Array:
    """`var` has been squared on the way: it is the variance already, not the standard deviation."""
    return by_definition.log_normal_mixture(z, mu, np.square(var))


@mistake("log_normal_mixture")
def mixture_of_log_variances(z: Any, mu: Any, var: Any) -> Array:
    """`var` is treated as a log variance; it is the variance itself."""
    return by_definition.log_normal_mixture(z, mu, np.exp(var))


@mistake("log_normal_mixture")
def density_of_the_mixture(z: Any, mu: Any, var: Any) -> Array:
    """This is the density of the mixture, not its logarithm."""
    return np.exp(by_definition.log_normal_mixture(z, mu, var))
