"""Arguments about what is minimised in practice: weight_of_the_kl, batch."""

import numpy as np

from elboroom.references.arguments.claims import Argument, Claim, Point, chain
from elboroom.references.arguments.divergences import NODES, WEIGHTS
from elboroom.references.arguments.points import Array, matrix, numbers, whole
from elboroom.references.arguments.tables import mean


def _weight_of_the_kl(D: int, first: Array, second: Array) -> list[Claim]:
    bounds, shorts = (_elbo(D, *first), _elbo(D, *second)), (_short(*first), _short(*second))
    ordered = "" if shorts[0] <= shorts[1] else "it speaks of a `first` whose S + 2 σ² KL is not larger than `second`'s"
    fixed = "" if first[2] == second[2] else "it speaks of one σ², the same in `first` and in `second`"
    squared, price, var = first
    return [
        Claim(_cost(D, squared, var), "=", squared / (2 * var) + D / 2 * np.log(2 * np.pi * var)),
        Claim(-2 * var * bounds[0], "=", squared + 2 * var * price + D * var * np.log(2 * np.pi * var)),
        Claim(bounds[0], "≥", bounds[1], fixed or ordered),
        Claim(bounds[0], "≥", bounds[1], ordered),
    ]


def _cost(D: int, squared: float, var: float) -> float:
    """−log N of D pixels, each of them off by the root of squared / D, one after the other."""
    off = np.sqrt(squared / D)
    return float(-sum(-0.5 * np.log(2 * np.pi) - 0.5 * np.log(var) - off**2 / (2 * var) for _ in range(D)))


def _elbo(D: int, squared: float, price: float, var: float) -> float:
    return -_cost(D, squared, var) - price


def _short(squared: float, price: float, var: float) -> float:
    return squared + 2 * var * price


def draw_settings(rng: np.random.Generator) -> Point:
    first, second = rng.uniform(0.2, 3.0, (2, 3))
    if rng.random() < 0.5:
        second[2] = first[2]
    return {"D": int(rng.integers(1, 6)), "first": first, "second": second}


def _batch(mu: Array, var: Array, log_likelihood: Array) -> list[Claim]:
    price = np.array([[_to_standard(m, v) for m, v in zip(*row, strict=True)] for row in zip(mu, var, strict=True)])
    fit, average, square = float(log_likelihood.mean()), var.mean(axis=0), (mu**2).mean(axis=0)
    images = [float(f) - float(np.sum(k)) for f, k in zip(log_likelihood.mean(axis=1), price, strict=True)]
    return chain(
        float(np.mean(images)),
        ("=", fit - float(np.mean([np.sum(k) for k in price]))),
        ("=", fit - float(price.sum()) / len(mu)),
        ("=", fit + float((1 + np.log(var) - var - mu**2).sum()) / (2 * len(mu))),
        ("=", fit + 0.5 * float((1 + np.log(average) - average - square).sum())),
    )


def _to_standard(mu: float, var: float) -> float:
    """KL(N(mu, var) ‖ N(0, 1)) by quadrature."""
    z = mu + np.sqrt(var) * NODES
    return mean(WEIGHTS / WEIGHTS.sum(), -0.5 * np.log(var) - (z - mu) ** 2 / (2 * var) + z**2 / 2)


def _same_batch(mu: Array, var: Array, log_likelihood: Array) -> str:
    if mu.shape != var.shape or len(log_likelihood) != len(mu):
        return "`mu` and `var` should have the same shape (N, K), and `log_likelihood` a row for each of the N images."
    return ""


def draw_batch(rng: np.random.Generator) -> Point:
    n, k, samples = (int(v) for v in rng.integers(2, 4, 3))
    return {
        "mu": rng.normal(size=(n, k)),
        "var": rng.uniform(0.05, 2.0, (n, k)),
        "log_likelihood": rng.normal(-3, 1, (n, samples)),
    }


TRIPLE = numbers(3, 1e-3, 1e4)
ARGUMENTS = {
    "weight_of_the_kl": Argument(
        {"D": whole(1, 1000), "first": TRIPLE, "second": TRIPLE}, _weight_of_the_kl, draw_settings
    ),
    "batch": Argument(
        {"mu": matrix(20, -20, 20), "var": matrix(20, 1e-4, 400), "log_likelihood": matrix(20)},
        _batch,
        draw_batch,
        _same_batch,
    ),
}
