"""Arguments about a model with labels, p(x, y, z) = p(y) p(z) p(x | y, z): explained_away, marginalised_label.

Rows belong to labels y, columns to values of z.
"""

import numpy as np

from elboroom.references.arguments.claims import Argument, Claim, Point, chain
from elboroom.references.arguments.points import Array, likelihoods, pmf, pmfs, whole
from elboroom.references.arguments.tables import elbo, entropy, log, mean, random_pmf


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


def _explained_away(prior_y: Array, prior: Array, likelihood: Array, y: int, z: int) -> list[Claim]:
    joint = prior_y[:, None] * prior * likelihood
    of_z = joint.sum(axis=0) / joint.sum()  # p(z | x)
    of_y = joint.sum(axis=1) / joint.sum()  # p(y | x)
    given_y = joint / joint.sum(axis=1, keepdims=True)  # p(z | x, y)
    return [
        Claim(float(given_y[y, z]), "=", float(of_z[z])),
        Claim(float(joint[y, z] / prior_y[y]), "=", float(likelihood[y, z] * prior[z])),
        Claim(float(of_z[z]), "=", mean(of_y, given_y[:, z])),
        Claim(elbo(likelihood[y], prior, given_y[y]), "=", float(np.log(joint[y].sum() / prior_y[y]))),
    ]


def _inside(prior_y: Array, prior: Array, likelihood: Array, y: int, z: int) -> str:
    if likelihood.shape != (len(prior_y), len(prior)):
        return "`likelihood` should have a row for each y and a column for each z."
    if y >= len(prior_y) or z >= len(prior):
        return "`y` is the number of a row of `likelihood`, `z` of a column; they count from 0."
    return ""


def draw_label_and_code(rng: np.random.Generator) -> Point:
    point = draw_labels(rng)
    labels, size = point["likelihood"].shape
    kept = {name: point[name] for name in ("prior_y", "prior", "likelihood")}
    return kept | {"y": int(rng.integers(labels)), "z": int(rng.integers(size))}


MODEL = {"prior_y": pmf(), "prior": pmf(), "likelihood": likelihoods(2)}
ARGUMENTS = {
    "explained_away": Argument(
        MODEL | {"y": whole(0, 11), "z": whole(0, 11)}, _explained_away, draw_label_and_code, _inside
    ),
    "marginalised_label": Argument(
        MODEL | {"q_y": pmf(), "q_z": pmfs()}, _marginalised_label, draw_labels, _tables_fit
    ),
}
