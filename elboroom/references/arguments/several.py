"""Arguments about several samples, and about labels: two_samples, one_sample_confirms, marginalised_label."""

import numpy as np

from elboroom.references.arguments.bounds import MODEL, draw_model, same_length
from elboroom.references.arguments.claims import Argument, Claim, Point, chain
from elboroom.references.arguments.points import Array, likelihoods, matrix, pmf, pmfs, whole
from elboroom.references.arguments.tables import elbo, entropy, log, mean, random_pmf


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


def _marginalised_label(prior_y: Array, prior: Array, likelihood: Array, q_y: Array, q_z: Array) -> list[Claim]:
    joint, both = prior_y[:, None] * prior * likelihood, q_y[:, None] * q_z
    labelled = np.array([mean(q_z[y], log(joint[y]) - log(q_z[y])) for y in range(len(q_y))])
    inner = [mean(q_z[y], log(joint[y]) - log(q_z[y]) - log(q_y[y])) for y in range(len(q_y))]
    return chain(
        float(log(joint.sum())),
        ("≥", mean(both, log(joint) - log(both))),
        ("=", mean(q_y, inner)),
        ("=", mean(q_y, labelled - log(q_y))),
        ("=", mean(q_y, labelled) + entropy(q_y)),
        ("≤", float(np.logaddexp.reduce(labelled))),
    )


def _tables_fit(prior_y: Array, prior: Array, likelihood: Array, q_y: Array, q_z: Array) -> str:
    shape = (len(prior_y), len(prior))
    if likelihood.shape != shape or q_z.shape != shape or len(q_y) != shape[0]:
        return "`likelihood` and `q_z` should have a row for each y and a column for each z, `q_y` an entry for each y."
    return ""


def draw_labels(rng: np.random.Generator) -> Point:
    labels, size = (int(v) for v in rng.integers(2, 4, 2))
    rows = np.array([random_pmf(rng, size) for _ in range(labels)])
    likelihood = rng.uniform(0.05, 0.95, (labels, size))
    pmfs_of_y = {"prior_y": random_pmf(rng, labels), "q_y": random_pmf(rng, labels)}
    return pmfs_of_y | {"prior": random_pmf(rng, size), "likelihood": likelihood, "q_z": rows}


WEIGHTS = {"log_w": matrix(20), "s": whole(0, 19), "n": whole(0, 19)}
LABELS = {"prior_y": pmf(), "prior": pmf(), "likelihood": likelihoods(2), "q_y": pmf(), "q_z": pmfs()}
ARGUMENTS = {
    "two_samples": Argument(MODEL, _two_samples, draw_model, same_length),
    "one_sample_confirms": Argument(WEIGHTS, _one_sample_confirms, draw_weights, _inside),
    "marginalised_label": Argument(LABELS, _marginalised_label, draw_labels, _tables_fit),
}
