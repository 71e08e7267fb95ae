"""Gaussians with correlations: kl_mvn, and the best q without them: best_diagonal."""

from typing import Any

import numpy as np

from elboroom.advice.kl import check, mistake
from elboroom.references import kl as by_definition

check.hints(
    "kl_mvn",
    "First the two tests: compare each covariance with its transpose; `np.linalg.cholesky` makes the other test.",
    "With roots L_q and L_p, np.linalg.solve(L_p, L_q) and np.linalg.solve(L_p, mu_q - mu_p) are what is squared and "
    "summed.",
    "½ log|Σ| is the sum of the logarithms of the diagonal of its Cholesky factor, so the last term needs no factor ½.",
)
check.hints(
    "best_diagonal",
    "Λ_ii v_i - log v_i is least where its derivative in v_i is 0.",
    "Λ_ii - 1/v_i = 0: solve it for v_i. Put that back into the formula: what is Λ_ii v_i now, and their sum?",
    "K cancels, and ½ [Σ log Λ_ii - log|Λ|] is left. `np.linalg.slogdet` returns (sign, log|Λ|).",
)


@mistake("kl_mvn")
def covariances_not_looked_at(mu_q: Any, cov_q: Any, mu_p: Any, cov_p: Any) -> Any:
    """For true covariances this is right. One that isn't symmetric, or not positive definite, is no covariance, be it
    q's or p's: raise a ValueError. (`np.linalg.cholesky` reads one triangle and never looks at the other.)"""
    return by_definition.kl_mvn(mu_q, cov_q, mu_p, cov_p)


@mistake("kl_mvn")
def the_other_direction(mu_q: Any, cov_q: Any, mu_p: Any, cov_p: Any) -> Any:
    """This is KL(p‖q): the roles of q and p are exchanged. The inverse to be taken is that of p's covariance."""
    return by_definition.kl_mvn(mu_p, cov_p, mu_q, cov_q)


@mistake("kl_mvn")
def minus_the_kl(mu_q: Any, cov_q: Any, mu_p: Any, cov_p: Any) -> Any:
    """This is minus the KL."""
    return -by_definition.kl_mvn(mu_q, cov_q, mu_p, cov_p)


@mistake("kl_mvn")
def correlations_dropped(mu_q: Any, cov_q: Any, mu_p: Any, cov_p: Any) -> Any:
    """Only the diagonals of the covariances are used here. What is off the diagonal counts, too."""
    return by_definition.kl_mvn(mu_q, np.diag(np.diag(cov_q)), mu_p, np.diag(np.diag(cov_p)))


@mistake("kl_mvn")
def means_not_compared(mu_q: Any, cov_q: Any, mu_p: Any, cov_p: Any) -> Any:
    """The means play no role here: the term with (μ_q - μ_p) is missing."""
    return by_definition.kl_mvn(mu_q, cov_q, mu_q, cov_p)


def log_dets(cov_q: Any, cov_p: Any) -> Any:
    """½ (log|Σ_p| - log|Σ_q|)."""
    return 0.5 * (np.linalg.slogdet(cov_p)[1] - np.linalg.slogdet(cov_q)[1])


@mistake("kl_mvn")
def determinants_doubled(mu_q: Any, cov_q: Any, mu_p: Any, cov_p: Any) -> Any:
    """The determinants count twice: ½ log|Σ| is already the sum of log L_ii."""
    return by_definition.kl_mvn(mu_q, cov_q, mu_p, cov_p) + log_dets(cov_q, cov_p)


@mistake("kl_mvn")
def determinants_halved(mu_q: Any, cov_q: Any, mu_p: Any, cov_p: Any) -> Any:
    """The determinants count half: |Σ| is |L|², so the sum of log L_ii is ½ log|Σ| as it stands."""
    return by_definition.kl_mvn(mu_q, cov_q, mu_p, cov_p) - 0.5 * log_dets(cov_q, cov_p)


@mistake("kl_mvn")
def dimension_forgotten(mu_q: Any, cov_q: Any, mu_p: Any, cov_p: Any) -> Any:
    """The -K/2 is missing. At q = p the trace is K, and the KL must be 0."""
    return by_definition.kl_mvn(mu_q, cov_q, mu_p, cov_p) + 0.5 * len(mu_q)


@mistake("kl_mvn")
def distance_by_the_wrong_covariance(mu_q: Any, cov_q: Any, mu_p: Any, cov_p: Any) -> Any:
    """The distance of the means is measured with q's covariance. The term stems from log p, so it is p's."""
    flat = by_definition.kl_mvn(mu_q, cov_q, mu_q, cov_p)
    return flat + by_definition.kl_mvn(mu_q, cov_q, mu_p, cov_q)


def with_variances(cov: Any, variances: Any) -> Any:
    """(variances, what the KL is at them)."""
    k = len(cov)
    return variances, by_definition.kl_mvn(np.zeros(k), np.diag(variances), np.zeros(k), np.asarray(cov))


@mistake("best_diagonal")
def marginal_variances(cov: Any) -> Any:
    """These are the variances of the target's components, Σ_ii. With them the KL is larger: your q lies where p is
    small. Take the derivative in v_i once more."""
    return with_variances(cov, np.diag(cov))


@mistake("best_diagonal")
def marginal_variances_with_the_least_gap(cov: Any) -> Any:
    """The gap is that of the best q, but the variances are those of the target's components, Σ_ii, which is another
    q."""
    return np.diag(cov), by_definition.best_diagonal(cov)[1]


@mistake("best_diagonal")
def precisions_for_variances(cov: Any) -> Any:
    """These are precisions, Λ_ii. The best variances are one over them."""
    variances, gap = by_definition.best_diagonal(cov)
    return 1 / variances, gap


@mistake("best_diagonal")
def deviations_for_variances(cov: Any) -> Any:
    """These are standard deviations. Return variances."""
    variances, gap = by_definition.best_diagonal(cov)
    return np.sqrt(variances), gap


@mistake("best_diagonal")
def gap_without_its_half(cov: Any) -> Any:
    """The variances are right. The gap is twice as large as it should be: the ½ stands before everything."""
    variances, gap = by_definition.best_diagonal(cov)
    return variances, 2 * gap


@mistake("best_diagonal")
def gap_turned(cov: Any) -> Any:
    """The variances are right. The gap has the wrong sign; it is a KL."""
    variances, gap = by_definition.best_diagonal(cov)
    return variances, -gap


@mistake("best_diagonal")
def gap_with_the_covariances_determinant(cov: Any) -> Any:
    """The variances are right. In the gap, log|Λ| is minus log|Σ|: here it has the sign of the other."""
    variances, gap = by_definition.best_diagonal(cov)
    return variances, gap - np.linalg.slogdet(cov)[1]
