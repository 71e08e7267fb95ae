"""Between Gaussians with diagonal covariances: kl_normal_general (a formula), kl_normal, kl_standard_normal.

The three share their mistakes. Each is a transformation of the definition, written with `e`, where e(a, b) is the
average of log b under a: as numbers, by quadrature, or in symbols. The KL itself is e(q, q) - e(q, p).
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from elboroom.advice.kl import check, mistake, told
from elboroom.references import kl as by_definition
from elboroom.references import kl_symbolic as symbolic
from elboroom.references.kl import Normal

check.hints(
    "kl_normal_general",
    "Average log q - log p term by term. Under q, what is the mean of (z - mu_q)², and what of z - mu_q?",
    "(z - mu_p)² is (z - mu_q)² + 2 (z - mu_q)(mu_q - mu_p) + (mu_q - mu_p)²; the mixed term has mean 0.",
    "So E_q[(z - mu_p)²] = sigma_q² + (mu_q - mu_p)², divided by 2 sigma_p²; and the term of log q gives -1/2.",
)
check.hints(
    "kl_normal",
    "It is your formula once for every entry, then a sum over the components, which are the last axis.",
    "With variances, log(σ_p/σ_q) is half of log_var_p - log_var_q. Take the common factor ½ out of everything.",
    "½ (r - 1 - log r + (mu_q - mu_p)² / σ_p²) with r = σ_q²/σ_p², so log r = log_var_q - log_var_p.",
)
check.hints(
    "kl_standard_normal",
    "Put mu_p = 0 and σ_p = 1 into your formula.",
    "σ² - 1 is exp(log_var) - 1, a difference of nearly equal numbers when log_var is small.",
    "`np.expm1(log_var)` is that difference with all its digits. Subtract log_var from it before you add mu².",
)

Average = Callable[[Normal, Normal], Any]
FORMULA, GENERAL, STANDARD = "kl_normal_general", "kl_normal", "kl_standard_normal"


def gaussian(transformation: Callable[[Average, Normal, Normal], Any]) -> Any:
    """Registers transformation(e, q, p) as a mistake of all three exercises; its docstring is what is told."""

    def in_numbers(mu_q: Any, log_var_q: Any, mu_p: Any, log_var_p: Any) -> Any:
        q, p = by_definition.normals(mu_q, log_var_q, mu_p, log_var_p)
        return transformation(by_definition.expected_log, q, p).sum(axis=-1)

    def to_standard(mu: Any, log_var: Any) -> Any:
        return in_numbers(mu, log_var, np.zeros(np.shape(mu)), np.zeros(np.shape(mu)))

    @functools.cache
    def in_symbols() -> Any:
        return transformation(symbolic.expected_log, *symbolic.normals())

    for name, returns in ((FORMULA, in_symbols), (GENERAL, in_numbers), (STANDARD, to_standard)):
        named = functools.wraps(transformation)(functools.partial(returns))
        check.mistake(name, told(transformation))(named)
    return transformation


@gaussian
def direction_reversed(e: Average, q: Normal, p: Normal) -> Any:
    """This is KL(p‖q): the roles of q and p are exchanged. The average is taken under q, with its mean and variance."""
    return e(p, p) - e(p, q)


@gaussian
def sign_turned(e: Average, q: Normal, p: Normal) -> Any:
    """This is minus the KL, as it stands inside the ELBO. The KL itself is not negative."""
    return e(q, p) - e(q, q)


@gaussian
def entropy_forgotten(e: Average, q: Normal, p: Normal) -> Any:
    """This is -E_q[log p], without E_q[log q]. At q = p it isn't 0, as a KL must be."""
    return -e(q, p)


@gaussian
def spread_of_q_forgotten(e: Average, q: Normal, p: Normal) -> Any:
    """σ_q² is missing beside (μ_q - μ_p)²: z isn't at the mean of q, it is spread around it."""
    return e(q, q) - e(_centre(q), p)


@gaussian
def half_forgotten(e: Average, q: Normal, p: Normal) -> Any:
    """The -½ for each component is missing: it is what (z - μ_q)²/(2σ_q²) is on average. At q = p the KL must be 0."""
    return e(_centre(q), q) - e(q, p)


@gaussian
def divided_as_in_the_notes(e: Average, q: Normal, p: Normal) -> Any:
    """E_q[(z - μ_q)²] is divided by 2σ_p² here, as in the notes. It stems from log q, so 2σ_q² belongs below it."""
    return e(_centre(q), q) - e(_centre(q), p)


@gaussian
def means_forgotten(e: Average, q: Normal, p: Normal) -> Any:
    """The distance of the means plays no role here. Two equal shapes in different places don't have KL 0."""
    return e(q, q) - e(q, (q[0], p[1]))


@gaussian
def logarithm_doubled(e: Average, q: Normal, p: Normal) -> Any:
    """The logarithm counts twice: log σ_p/σ_q is *half* of log σ_p²/σ_q²."""
    return 2 * e(q, q) - e(q, p) - e(p, p)


@gaussian
def standard_deviation_for_variance(e: Average, q: Normal, p: Normal) -> Any:
    """Standard deviations stand here where variances belong (or exp(½ log σ²) for σ²)."""
    return e(_root(q), _root(q)) - e(_root(q), _root(p))


def _centre(of: Normal) -> Normal:
    """A Gaussian's mean, without its spread."""
    return of[0], 0 * of[1]


def _root(of: Normal) -> Normal:
    """A Gaussian that has the standard deviation for its variance."""
    return of[0], of[1] ** 0.5


@mistake(GENERAL)
def divided_by_the_wrong_variance(mu_q: Any, log_var_q: Any, mu_p: Any, log_var_p: Any) -> Any:
    """The distance of the means is divided by the variance of q. The term stems from log p, so it is p's."""
    flat = by_definition.kl_normal(mu_q, log_var_q, mu_q, log_var_p)
    return flat + by_definition.kl_normal(mu_q, log_var_q, mu_p, log_var_q)


def _per_component(*normals: Any) -> Any:
    """The KL of each component, (N, K)."""
    q, p = by_definition.normals(*normals)
    return by_definition.expected_log(q, q) - by_definition.expected_log(q, p)


def _standard(mu: Any, log_var: Any) -> Any:
    return _per_component(mu, log_var, np.zeros(np.shape(mu)), np.zeros(np.shape(mu)))


@mistake(GENERAL)
def mean_over_components(mu_q: Any, log_var_q: Any, mu_p: Any, log_var_p: Any) -> Any:
    """This is the *mean* over the components. Independent components add up."""
    return _per_component(mu_q, log_var_q, mu_p, log_var_p).mean(axis=-1)


@mistake(GENERAL)
def summed_over_the_batch(mu_q: Any, log_var_q: Any, mu_p: Any, log_var_p: Any) -> Any:
    """This sums over the rows, which are examples. Sum over the components, the last axis: one KL for each row."""
    return _per_component(mu_q, log_var_q, mu_p, log_var_p).sum(axis=0)


@mistake(GENERAL)
def not_summed(mu_q: Any, log_var_q: Any, mu_p: Any, log_var_p: Any) -> Any:
    """This is one KL for every component. Sum them over the last axis."""
    return _per_component(mu_q, log_var_q, mu_p, log_var_p)


@mistake(STANDARD)
def mean_over_the_components(mu: Any, log_var: Any) -> Any:
    """This is the *mean* over the components. Independent components add up."""
    return _standard(mu, log_var).mean(axis=-1)


@mistake(STANDARD)
def summed_over_the_rows(mu: Any, log_var: Any) -> Any:
    """This sums over the rows, which are examples. Sum over the components, the last axis: one KL for each row."""
    return _standard(mu, log_var).sum(axis=0)


@mistake(STANDARD)
def digits_lost(mu: Any, log_var: Any) -> Any:
    """Right on paper. But exp(log_var) - 1 loses its digits when log_var is small, in single precision at once;
    `np.expm1` keeps them."""
    naive = np.asarray(np.exp(log_var) - 1 - log_var, float)
    return 0.5 * (np.asarray(mu, float) ** 2 + naive).sum(axis=-1)
