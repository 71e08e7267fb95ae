"""Arguments about divergences: symmetric, through_u_log_u, supports, gaussian_kl."""

from typing import Any

import numpy as np
from scipy.special import xlogy

from elboroom.references.arguments.claims import Argument, Claim, Point, chain
from elboroom.references.arguments.points import Array, number, pmf
from elboroom.references.arguments.tables import kl, log, mean, random_pmf

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(60)
ROOM = 0.01  # how far two distributions must be apart, somewhere, to count as different


def two_pmfs(q: Array, p: Array) -> str:
    return "" if len(q) == len(p) else "`q` and `p` should be as long as each other."


def draw_two(rng: np.random.Generator) -> Point:
    size = int(rng.integers(2, 5))
    return {"q": random_pmf(rng, size), "p": random_pmf(rng, size)}


def _symmetric(q: Array, p: Array) -> list[Claim]:
    there, back, apart = kl(q, p), kl(p, q), float(np.abs(q - p).max())
    return [
        Claim(there, "≥", 0.0),
        Claim(back, "≥", 0.0),
        Claim(there, "=", back, "" if apart < 1e-9 else "it speaks of the case q = p"),
        Claim(there, "≠", back, "" if apart > ROOM else "it speaks of q and p that differ (somewhere by 0.01 or more)"),
    ]


def _through_u_log_u(q: Array, p: Array) -> list[Claim]:
    ratio = q / p
    return chain(
        kl(q, p),
        ("=", float(np.sum(p * ratio * np.where(ratio > 0, log(np.where(ratio > 0, ratio, 1)), 0)))),
        ("=", mean(p, xlogy(ratio, ratio))),
        ("≥", float(xlogy(mean(p, ratio), mean(p, ratio)))),
        ("=", 0.0),
        ("=", 0.0),
    )


def _supports(q: Array, p: Array) -> list[Claim]:
    inside = q > 0
    return chain(
        mean(q, -log(p / np.where(inside, q, 1))),
        ("≥", -float(log(mean(q, p / np.where(inside, q, 1))))),
        ("=", -float(log(p[inside].sum()))),
        ("=", 0.0),
        ("=", 0.0),
    )


def _dominated(q: Array, p: Array) -> str:
    if len(q) == len(p) and np.any((q > 0) & (p == 0)):
        return "The argument assumes p(z) > 0 wherever q(z) > 0; your q has weight where p has none."
    return two_pmfs(q, p)


def _gaussian_kl(mu_q: float, sigma_q: float, mu_p: float, sigma_p: float) -> list[Claim]:
    z, weights = mu_q + sigma_q * NODES, WEIGHTS / WEIGHTS.sum()

    def log_normal(mu: float, sigma: float) -> Array:
        return -0.5 * np.log(2 * np.pi) - np.log(sigma) - (z - mu) ** 2 / (2 * sigma**2)

    ratio, spread = np.log(sigma_q / sigma_p), mean(weights, (z - mu_q) ** 2)
    first = ratio - mean(weights, (z - mu_p) ** 2) / (2 * sigma_p**2)
    last = ratio - (sigma_q**2 + (mu_q - mu_p) ** 2) / (2 * sigma_p**2) + 0.5
    return chain(
        -mean(weights, log_normal(mu_q, sigma_q) - log_normal(mu_p, sigma_p)),
        ("=", first + spread / (2 * sigma_q**2)),
        ("=", first + sigma_q**2 / (2 * sigma_p**2)),
        ("=", first + 0.5),
        ("=", last),
    )


def draw_gaussians(rng: np.random.Generator) -> Point:
    mu_q, mu_p = rng.uniform(-2, 2, 2)
    sigma_q, sigma_p = np.exp(rng.uniform(-1, 1, 2))
    return {"mu_q": float(mu_q), "sigma_q": float(sigma_q), "mu_p": float(mu_p), "sigma_p": float(sigma_p)}


def draw_with_a_zero(rng: np.random.Generator) -> Point:
    """q may leave values out, p doesn't."""
    point: dict[str, Any] = draw_two(rng)
    if rng.random() < 0.5:
        point["q"] = np.append(point["q"], 0.0)
        point["p"] = random_pmf(rng, len(point["q"]))
    return point


PMFS = {"q": pmf(), "p": pmf()}
NORMALS = {"mu_q": number(-20, 20), "sigma_q": number(0.05, 20), "mu_p": number(-20, 20), "sigma_p": number(0.05, 20)}
ARGUMENTS = {
    "symmetric": Argument(PMFS, _symmetric, draw_two, two_pmfs),
    "through_u_log_u": Argument({"q": pmf(zeros=True), "p": pmf()}, _through_u_log_u, draw_with_a_zero, two_pmfs),
    "supports": Argument({"q": pmf(zeros=True), "p": pmf(zeros=True)}, _supports, draw_with_a_zero, _dominated),
    "gaussian_kl": Argument(NORMALS, _gaussian_kl, draw_gaussians),
}
