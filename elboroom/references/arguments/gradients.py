"""Arguments about gradients of the exponential model's bound: differentiable, whose_samples, score_and_baseline.

Derivatives are differences, expectations are integrals done numerically.
"""

import numpy as np

from autograder.expect import derivative as entrywise
from elboroom.references import exponential as by_definition
from elboroom.references.arguments.claims import Argument, Claim, Point, chain
from elboroom.references.arguments.exponential import MODEL, RATE, SEEN, bound, draw_model, log_p, over_q
from elboroom.references.arguments.points import number

Array = np.ndarray


def slope(f: by_definition.Function, at: float) -> float:
    """f'(at), by differences."""
    return float(by_definition.derivative(np.vectorize(f), at))


def _differentiable(x: float, phi: float) -> list[Claim]:
    def fit(z: Array) -> Array:
        return by_definition.log_normal(x, z)

    moving = over_q(lambda e: entrywise(lambda rate: fit(e / rate), [phi], 0), 1.0)
    mean, square = over_q(lambda z: z, phi), over_q(lambda z: z**2, phi)
    return chain(
        slope(lambda rate: over_q(fit, rate), phi),
        ("=", slope(lambda rate: over_q(lambda e: fit(e / rate), 1.0), phi)),
        ("=", moving),
        ("=", over_q(lambda e: (x - e / phi) * (-e / phi) / phi, 1.0)),
        ("=", -(x * mean - square) / phi),
        ("=", -x / phi**2 + 2 / phi**3),
    )


def _whose_samples(x: float, theta: float, phi: float) -> list[Claim]:
    def score(z: Array) -> Array:
        return entrywise(lambda rate: by_definition.log_joint(z, x, rate), [theta], 0)

    over_posterior = float(by_definition.posterior_expectation(score, x, theta))
    return chain(
        slope(lambda rate: bound(x, rate, phi), theta),
        ("=", over_posterior),
        ("=", float(by_definition.posterior_expectation(lambda z: 1 / theta - z, x, theta))),
        ("=", 1 / theta - float(by_definition.posterior_mean(x, theta))),
        ("=", slope(lambda rate: log_p(x, rate), theta)),
    )


def _score_and_baseline(x: float, theta: float, phi: float, c: float) -> list[Claim]:
    def log_q(z: Array, rate: float) -> Array:
        return by_definition.log_exponential(z, rate)

    def q(z: Array, rate: float) -> Array:
        return np.exp(log_q(z, rate))

    def f(z: Array, rate: float) -> Array:
        return by_definition.log_joint(z, x, theta) - log_q(z, rate)

    def integral(integrand: by_definition.Function) -> float:
        return float(by_definition.integral(integrand, 0.0, 60 / phi))

    def score(z: Array) -> Array:
        return entrywise(lambda rate: log_q(z, rate), [phi], 0)

    product = integral(lambda z: entrywise(lambda rate: q(z, rate) * f(z, rate), [phi], 0))
    weighed = integral(lambda z: entrywise(lambda rate: q(z, rate), [phi], 0) * f(z, phi))
    moved = over_q(lambda z: entrywise(lambda rate: f(z, rate), [phi], 0), phi)
    scored = over_q(lambda z: f(z, phi) * score(z), phi)
    return chain(
        slope(lambda rate: bound(x, theta, rate), phi),
        ("=", product),
        ("=", weighed + moved),
        ("=", scored + moved),
        ("=", scored),
        ("=", over_q(lambda z: (f(z, phi) - c) * score(z), phi)),
    )


def draw_with_baseline(rng: np.random.Generator) -> Point:
    return draw_model(rng) | {"c": float(rng.uniform(-5, 5))}


def draw_x_and_phi(rng: np.random.Generator) -> Point:
    point = draw_model(rng)
    return {"x": point["x"], "phi": point["phi"]}


ARGUMENTS = {
    "differentiable": Argument({"x": SEEN, "phi": RATE}, _differentiable, draw_x_and_phi),
    "whose_samples": Argument(MODEL, _whose_samples, draw_model),
    "score_and_baseline": Argument(MODEL | {"c": number(-100, 100)}, _score_and_baseline, draw_with_baseline),
}
