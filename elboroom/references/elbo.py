"""Unit 01 by definition: a latent z with K values, so that every expectation is a sum over z that can be written out.

Nothing here is a stable formula. Probabilities are taken as they are, in decimal numbers of 40 digits whose exponents
don't run out: exp(-10000) is an ordinary number. Information is in nats, 0 log 0 is 0. The tests compare each function
with a second route (scipy, torch.distributions, mpmath, numerical optimisation) to 1e-12, relative.
"""

from collections.abc import Callable
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext
from functools import partial
from typing import Any

import numpy as np

from elboroom.references.remembered import remembered

Array = np.ndarray
Row = list[Decimal]
ZERO, NEVER = Decimal(0), Decimal("-Infinity")
DIGITS = Context(prec=40, Emax=MAX_EMAX, Emin=MIN_EMIN)


def by_rows(of_rows: Callable[..., Any], per_z: bool = False) -> Callable[..., Any]:
    """Makes a function of rows of K decimals one of arrays (..., K) that broadcast; values are remembered.

    It gives an array (...) of numbers, a tuple of such arrays for tuples, or, with per_z=True, (..., K)."""

    @remembered
    def of_arrays(*arrays: Any) -> Any:
        arrays = np.broadcast_arrays(*(np.asarray(a, float) for a in arrays))
        shape = arrays[0].shape
        with localcontext(DIGITS):
            rows = [of_rows(*([Decimal(float(v)) for v in a[i]] for a in arrays)) for i in np.ndindex(shape[:-1])]
        if rows and isinstance(rows[0], tuple):
            return tuple(np.array(column, float).reshape(shape[:-1]) for column in zip(*rows, strict=True))
        return np.array(rows, float).reshape(shape if per_z else shape[:-1])

    of_arrays.__name__, of_arrays.__doc__ = of_rows.__name__, of_rows.__doc__
    return of_arrays


def log(value: Decimal) -> Decimal:
    return value.ln() if value > 0 else NEVER


def expectation(q: Row, f: Row) -> Decimal:
    """Σ_z q(z) f(z), over the z that occur."""
    return sum((weight * value for weight, value in zip(q, f, strict=True) if weight > 0), ZERO)


def divergence(q: Row, p: Row) -> Decimal:
    """Σ_z q(z) log(q(z)/p(z)), over the z that occur in q."""
    return expectation(q, [log(a) - log(b) if a > 0 else ZERO for a, b in zip(q, p, strict=True)])


def log_ratio(log_joint: Row, q: Row) -> Row:
    """log p(x, z)/q(z), and 0 where both are 0: nothing ever weighs it."""
    pairs = zip(log_joint, q, strict=True)
    return [value - log(weight) if weight > 0 or value > NEVER else ZERO for value, weight in pairs]


def given_x(joint: Row) -> Row:
    """p(z | x), for positive evidence."""
    return [value / sum(joint, ZERO) for value in joint]


@by_rows
def log_evidence(log_joint: Row) -> Decimal:
    """log Σ_z p(x, z): (..., K) to (...)."""
    return log(sum((value.exp() for value in log_joint), ZERO))


@partial(by_rows, per_z=True)
def posterior(log_joint: Row) -> Row:
    """p(z | x), (..., K), where the evidence is positive."""
    return given_x([value.exp() for value in log_joint])


@by_rows
def elbo(log_joint: Row, q: Row) -> Decimal:
    """E_q[log p(x, z) - log q(z)]: (..., K) twice to (...)."""
    return expectation(q, log_ratio(log_joint, q))


@by_rows
def elbo_terms(log_likelihood: Row, log_prior: Row, q: Row) -> tuple[Decimal, Decimal]:
    """(E_q[log p(x | z)], KL(q || p(z))): (..., K) three times to two arrays (...)."""
    return expectation(q, log_likelihood), divergence(q, [value.exp() for value in log_prior])


@by_rows
def gap(log_joint: Row, q: Row) -> Decimal:
    """KL(q || p(z | x)), where the evidence is positive: (..., K) twice to (...)."""
    return divergence(q, given_x([value.exp() for value in log_joint]))


@partial(by_rows, per_z=True)
def tight_q(log_likelihood: Row, log_prior: Row) -> Row:
    """The q at which the ELBO is the evidence, (..., K)."""
    return given_x([(a + b).exp() for a, b in zip(log_likelihood, log_prior, strict=True)])


@by_rows
def sandwich(log_joint: Row, q: Row) -> tuple[Decimal, Decimal]:
    """(E_q[log p(x, z)/q(z)], E_p(z|x)[log p(x, z)/q(z)]): (..., K) twice to two arrays (...)."""
    ratio = log_ratio(log_joint, q)
    return expectation(q, ratio), expectation(given_x([value.exp() for value in log_joint]), ratio)


@remembered
def likelihood_and_kl(data: Any, models: Any) -> tuple[Array, Array]:
    """data (n,) of whole numbers 0 to V-1, models (M, V): (Σ_i log p(x_i), KL(p̂ || p)) for each model, (M,) twice."""
    with localcontext(DIGITS):
        seen = [int(x) for x in data]
        pmfs = [[Decimal(float(v)) for v in model] for model in np.asarray(models, float)]
        share = [Decimal(seen.count(x)) / len(seen) for x in range(np.shape(models)[1])]
        likelihoods = [sum((log(pmf[x]) for x in seen), ZERO) for pmf in pmfs]
        return np.array(likelihoods, float), np.array([divergence(share, pmf) for pmf in pmfs], float)


def coins(x: Any, weights: Any, means: Any) -> list[Row]:
    """p(x_n, z_n = k) for a mixture of products of Bernoullis: x (N, D), weights (K,), means (K, D); N rows of K."""
    table = []
    for image in np.asarray(x):
        row = []
        for weight, mean in zip(weights, np.asarray(means), strict=True):
            value = Decimal(float(weight))
            for pixel, m in zip(image, mean, strict=True):
                value *= Decimal(float(m)) if pixel else 1 - Decimal(float(m))
            row.append(value)
        table.append(row)
    return table


@remembered
def mixture_log_evidence(x: Any, weights: Any, means: Any) -> float:
    """Σ_n log p(x_n) of the mixture in `coins`."""
    with localcontext(DIGITS):
        return float(sum((log(sum(row, ZERO)) for row in coins(x, weights, means)), ZERO))


@remembered
def em_step(x: Any, weights: Any, means: Any) -> tuple[Array, Array]:
    """(weights (K,), means (K, D)) after one step of EM on the mixture in `coins`: counts, each with its share in k."""
    with localcontext(DIGITS):
        shares = [given_x(row) for row in coins(x, weights, means)]
        total = [sum(column, ZERO) for column in zip(*shares, strict=True)]
        ones = [[n for n, pixel in enumerate(column) if pixel] for column in np.asarray(x).T]
        moved = [[sum((shares[n][k] for n in column), ZERO) / size for column in ones] for k, size in enumerate(total)]
        return np.array([size / len(shares) for size in total], float), np.array(moved, float)
