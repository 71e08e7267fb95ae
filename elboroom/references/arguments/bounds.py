"""Arguments about the bound of one observation: two_signs, under_the_integral, small_kl, equivalent_bounds.

x is fixed. A point gives p(x | z), the prior and q(z | x) as lists over the values of z.
"""

from typing import Any

import numpy as np

from elboroom.references.arguments.claims import Argument, Claim, Point, chain
from elboroom.references.arguments.points import Array, likelihoods, pmf
from elboroom.references.arguments.tables import elbo, kl, log, log_evidence, mean, posterior, random_pmf

MODEL = {"likelihood": likelihoods(), "prior": pmf(), "q": pmf()}


def same_length(**lists: Any) -> str:
    names = ", ".join(f"`{name}`" for name in lists)
    return "" if len({len(v) for v in lists.values()}) == 1 else f"{names} should be as long as each other."


def draw_model(rng: np.random.Generator) -> Point:
    size = int(rng.integers(2, 5))
    likelihood = rng.uniform(0.05, 0.95, size)
    return {"likelihood": likelihood, "prior": random_pmf(rng, size), "q": random_pmf(rng, size)}


def draw_two_guesses(rng: np.random.Generator) -> Point:
    point = draw_model(rng)
    return point | {"r": random_pmf(rng, len(point["q"]))}


def _two_signs(likelihood: Array, prior: Array, q: Array) -> list[Claim]:
    log_p, truth = log_evidence(likelihood, prior), posterior(likelihood, prior)
    fit, price = mean(q, log(likelihood)), kl(q, prior)
    return chain(
        kl(q, truth),
        ("=", mean(q, log(q) - log(truth))),
        ("=", mean(q, log(q) - log(likelihood) - log(prior) + log_p)),
        ("=", price - mean(q, log(likelihood) + log_p)),
        ("=", price - fit + log_p),
        ("=", log_p - elbo(likelihood, prior, q)),
    )


def _under_the_integral(likelihood: Array, prior: Array, q: Array) -> list[Claim]:
    log_p, truth, joint = log_evidence(likelihood, prior), posterior(likelihood, prior), likelihood * prior
    return chain(
        log_p,
        ("=", mean(q, np.full(len(q), log_p))),
        ("=", mean(q, log(joint / truth))),
        ("=", mean(q, log(joint / q * (q / truth)))),
        ("=", mean(q, log(joint / q)) + mean(q, log(q / truth))),
        ("=", elbo(likelihood, prior, q) + kl(q, truth)),
    )


def _small_kl(likelihood: Array, prior: Array, q: Array, r: Array) -> list[Claim]:
    price, other = kl(q, prior), kl(r, prior)
    bounds = elbo(likelihood, prior, q), elbo(likelihood, prior, r)
    silent = "" if price <= other else "it speaks of a q whose KL to the prior is not larger than that of r"
    return [
        Claim(bounds[0], "=", mean(q, log(likelihood)) - price),
        Claim(bounds[0], "≥", bounds[1], silent),
        Claim(price, "≥", 0.0),
        Claim(elbo(likelihood, prior, prior), "=", mean(prior, log(likelihood))),
    ]


def _equivalent_bounds(likelihood: Array, prior: Array, q: Array) -> list[Claim]:
    evidence = float(np.log(mean(prior, likelihood)))
    return chain(
        log_evidence(likelihood, prior),
        ("=", evidence),
        ("=", evidence),
        ("≥", mean(prior, log(likelihood))),
        ("=", mean(q, log(likelihood * prior / q))),
        ("=", mean(q, log(likelihood)) - kl(q, prior)),
    )


ARGUMENTS = {
    "two_signs": Argument(MODEL, _two_signs, draw_model, same_length),
    "under_the_integral": Argument(MODEL, _under_the_integral, draw_model, same_length),
    "small_kl": Argument(MODEL | {"r": pmf()}, _small_kl, draw_two_guesses, same_length),
    "equivalent_bounds": Argument(MODEL, _equivalent_bounds, draw_model, same_length),
}
