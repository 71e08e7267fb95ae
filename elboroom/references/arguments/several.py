"""Arguments about several samples, and several priors: two_samples, one_sample_confirms, averaged_prior."""

import numpy as np

from elboroom.references.arguments.bounds import MODEL, draw_model, same_length
from elboroom.references.arguments.claims import Argument, Claim, Point, chain
from elboroom.references.arguments.points import Array, matrix, pmf, pmfs, whole
from elboroom.references.arguments.tables import elbo, kl, log, mean, random_pmf


def _two_samples(likelihood: Array, prior: Array, q: Array) -> list[Claim]:
    w, pairs = likelihood * prior / q, np.outer(q, q)
    first, second = np.meshgrid(w, w, indexing="ij")
    return chain(
        mean(pairs, log((first + second) / 2)),
        ("≥", mean(pairs, log(first) / 2 + log(second) / 2)),
        ("=", mean(pairs, log(first)) / 2 + mean(pairs, log(second)) / 2),
        ("=", mean(q, log(w)) / 2 + mean(q, log(w)) / 2),
        ("=", mean(q, log(w))),
        ("=", elbo(likelihood, prior, q)),
    )


def _one_sample_confirms(log_w: Array, s: int, n: int) -> list[Claim]:
    m, images = log_w.shape
    v = log_w.reshape(-1)
    rows = v.reshape(images, m)
    reported = np.mean(np.logaddexp.reduce(rows, axis=1) - np.log(m))
    return [
        Claim(float(v[s * images + n]), "=", float(log_w[s, n])),
        Claim(float(rows[n, s]), "=", float(log_w[s, n])),
        Claim(float(rows.sum()), "=", float(log_w.sum())),
        Claim(float(reported), "=", float(np.mean(log_w[0])), "" if m == 1 else "it speaks of m = 1"),
    ]


def _inside(log_w: Array, s: int, n: int) -> str:
    m, images = log_w.shape
    if s >= m or n >= images:
        return f"`log_w` has {m} rows (samples) and {images} columns (images); `s` and `n` count from 0."
    return ""


def draw_weights(rng: np.random.Generator) -> Point:
    m, images = (int(v) for v in rng.integers(1, 5, 2))
    values = rng.normal(-5, 3, (m, images))
    return {"log_w": values, "s": int(rng.integers(m)), "n": int(rng.integers(images))}


def _averaged_prior(q: Array, weights: Array, priors: Array) -> list[Claim]:
    mixture, average = weights @ priors, weights @ log(priors)
    apart = [mean(q, log(q) - log(prior)) for prior in priors]
    return chain(
        kl(q, mixture),
        ("=", mean(q, log(q) - log(mixture))),
        ("≤", mean(q, log(q) - average)),
        ("=", mean(q, weights @ (log(q) - log(priors)))),
        ("=", mean(weights, apart)),
        ("=", mean(weights, [kl(q, prior) for prior in priors])),
    )


def _rows_fit(q: Array, weights: Array, priors: Array) -> str:
    if priors.shape != (len(weights), len(q)):
        return "`priors` should have a row for each entry of `weights`, as long as `q`."
    return ""


def draw_mixture(rng: np.random.Generator) -> Point:
    size, parts = (int(v) for v in rng.integers(2, 5, 2))
    priors = np.array([random_pmf(rng, size) for _ in range(parts)])
    return {"q": random_pmf(rng, size), "weights": random_pmf(rng, parts), "priors": priors}


WEIGHTS = {"log_w": matrix(20), "s": whole(0, 19), "n": whole(0, 19)}
ARGUMENTS = {
    "two_samples": Argument(MODEL, _two_samples, draw_model, same_length),
    "one_sample_confirms": Argument(WEIGHTS, _one_sample_confirms, draw_weights, _inside),
    "averaged_prior": Argument(
        {"q": pmf(), "weights": pmf(), "priors": pmfs()}, _averaged_prior, draw_mixture, _rows_fit
    ),
}
