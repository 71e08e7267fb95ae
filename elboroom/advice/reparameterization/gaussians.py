"""Gaussian samples out of standard normal noise: gaussian_diagonal, gaussian_full."""

from typing import Any

import numpy as np

from elboroom.advice.reparameterization import check, mistake

check.hints(
    "gaussian_diagonal",
    "`log_var` is log σ². You need σ: which operations lead from the one to the other?",
    "exp undoes the logarithm and gives σ². One more step leads to σ, by which the noise is multiplied.",
    "σ = exp(½ log σ²): the half is the square root.",
)
check.hints(
    "gaussian_full",
    "If z = μ + Aε, the covariance of z is AAᵀ. So you need a matrix root of Σ; `np.linalg.cholesky` gives one.",
    "The rows of eps are the samples, so Aε for every row at once is `eps @ A.T`.",
    "`np.linalg.cholesky` looks at one triangle only, so compare cov with its transpose first; it raises LinAlgError, "
    "which is a ValueError, when Σ is not positive definite.",
)


def sd(log_var: Any) -> Any:
    """The standard deviation, by definition of the log variance."""
    return np.sqrt(np.exp(np.asarray(log_var, float)))


@mistake("gaussian_diagonal")
def variance_for_sd(mu: Any, log_var: Any, eps: Any) -> Any:
    """The noise is multiplied by the variance here. A factor σ makes a standard deviation of σ, a variance of σ²."""
    return mu + sd(log_var) ** 2 * eps


@mistake("gaussian_diagonal")
def log_for_sd(mu: Any, log_var: Any, eps: Any) -> Any:
    """The noise is multiplied by log σ² as it stands. It has to be turned into a standard deviation first."""
    return mu + np.log(sd(log_var) ** 2) * eps


@mistake("gaussian_diagonal")
def unit_variance(mu: Any, log_var: Any, eps: Any) -> Any:
    """These samples have variance 1: log_var plays no role."""
    return mu + eps


@mistake("gaussian_diagonal")
def precision_for_sd(mu: Any, log_var: Any, eps: Any) -> Any:
    """A large log variance makes these samples narrow: the sign in the exponent is wrong."""
    return mu + eps / sd(log_var)


@mistake("gaussian_diagonal")
def without_the_mean(mu: Any, log_var: Any, eps: Any) -> Any:
    """These samples are centred at 0: with no noise at all, z should be μ."""
    return 0 * np.asarray(mu) + sd(log_var) * eps


@mistake("gaussian_diagonal")
def mean_scaled_too(mu: Any, log_var: Any, eps: Any) -> Any:
    """σ multiplies the mean as well: it belongs to the noise alone."""
    return sd(log_var) * (mu + eps)


@mistake("gaussian_diagonal")
def sd_added(mu: Any, log_var: Any, eps: Any) -> Any:
    """You add σ to the noise. Adding moves samples, only multiplying spreads them."""
    return mu + sd(log_var) + eps


def root(cov: Any) -> Any:
    """A with A Aᵀ = cov."""
    return np.linalg.cholesky(np.asarray(cov, float))


@mistake("gaussian_full")
def symmetry_not_looked_at(mu: Any, cov: Any, eps: Any) -> Any:
    """For a true covariance this is right. A matrix that isn't symmetric, or not positive definite, is no covariance:
    raise a ValueError. (`np.linalg.cholesky` reads one triangle and never looks at the other.)"""
    return mu + eps @ root(cov).T


@mistake("gaussian_full")
def root_on_the_wrong_side(mu: Any, cov: Any, eps: Any) -> Any:
    """Your samples have covariance AᵀA, not AAᵀ. The rows of eps are noise vectors: what is Aε for a row?"""
    return mu + eps @ root(cov)


@mistake("gaussian_full")
def covariance_for_its_root(mu: Any, cov: Any, eps: Any) -> Any:
    """The noise is multiplied by Σ itself, which makes the covariance ΣΣᵀ. You need a root of Σ."""
    return mu + eps @ cov


@mistake("gaussian_full")
def correlations_lost(mu: Any, cov: Any, eps: Any) -> Any:
    """The variances are right, but the components are independent: the entries off the diagonal are not used."""
    return mu + eps * np.sqrt(np.diag(cov))


@mistake("gaussian_full")
def root_entry_by_entry(mu: Any, cov: Any, eps: Any) -> Any:
    """This takes the root of every *entry* of Σ. Return a matrix A with AAᵀ = Σ."""
    return mu + eps @ np.sqrt(cov)


@mistake("gaussian_full")
def inverse_covariance(mu: Any, cov: Any, eps: Any) -> Any:
    """These samples have covariance Σ⁻¹: that is a root of the precision, not of the covariance."""
    return mu + eps @ np.linalg.inv(root(cov))


@mistake("gaussian_full")
def centred_at_zero(mu: Any, cov: Any, eps: Any) -> Any:
    """These samples are centred at 0: with no noise at all, z should be μ."""
    return eps @ root(cov).T


@mistake("gaussian_full")
def mean_mixed_in(mu: Any, cov: Any, eps: Any) -> Any:
    """A multiplies the mean as well: it belongs to the noise alone."""
    return (mu + eps) @ root(cov).T
