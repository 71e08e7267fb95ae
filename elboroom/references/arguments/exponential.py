"""Arguments about the exponential model's bound: left_out_constant, chosen_prior, raising_a_bound, without_the_prior.

z ~ Exp(theta), x | z ~ N(z, 1), q = Exp(phi). Every expectation is an integral done numerically.
"""

import numpy as np

from elboroom.references import exponential as by_definition
from elboroom.references.arguments.claims import Argument, Claim, Point, chain
from elboroom.references.arguments.points import number

RATE, SEEN = number(0.05, 20), number(-10, 10)
MODEL = {"x": SEEN, "theta": RATE, "phi": RATE}


def over_q(f: by_definition.Function, phi: float) -> float:
    """E[f(z)] for z ~ Exp(phi)."""
    return float(by_definition.expectation(f, phi))


def log_p(x: float, theta: float) -> float:
    return float(by_definition.log_evidence(x, theta))


def bound(x: float, theta: float, phi: float) -> float:
    return float(by_definition.elbo(x, theta, phi))


def to_prior(phi: float, theta: float) -> float:
    """KL(Exp(phi) ‖ Exp(theta)), as an expectation."""
    return over_q(lambda z: by_definition.log_exponential(z, phi) - by_definition.log_exponential(z, theta), phi)


def to_posterior(x: float, theta: float, phi: float) -> float:
    """KL(q ‖ p(z | x)), as an expectation of log q − log p(z | x)."""

    def log_ratio(z: by_definition.Array) -> by_definition.Array:
        return by_definition.log_exponential(z, phi) - (by_definition.log_joint(z, x, theta) - log_p(x, theta))

    return over_q(log_ratio, phi)


def draw_model(rng: np.random.Generator) -> Point:
    theta, phi = np.exp(rng.uniform(-1, 1, 2))
    return {"x": float(rng.uniform(-2, 4)), "theta": float(theta), "phi": float(phi)}


def _shortened(x: float, theta: float, phi: float) -> float:
    """M(theta, phi): the bound without the terms that contain neither."""
    return (x - theta) / phi - 1 / phi**2 + np.log(theta / phi)


def _left_out_constant(x: float, theta: float, phi: float) -> list[Claim]:
    def terms(z: by_definition.Array) -> by_definition.Array:
        return -0.5 * np.log(2 * np.pi) - 0.5 * (x - z) ** 2 + np.log(theta) - theta * z - np.log(phi) + phi * z

    constant = 1 - x**2 / 2 - 0.5 * np.log(2 * np.pi)
    closed = -0.5 * np.log(2 * np.pi) - x**2 / 2 + x / phi - 1 / phi**2 + np.log(theta) - theta / phi - np.log(phi) + 1
    slope = by_definition.derivative(lambda rate: by_definition.elbo(x, theta, rate), phi)
    shortened_slope = by_definition.derivative(lambda rate: _shortened(x, theta, rate), phi)
    return [
        *chain(
            bound(x, theta, phi), ("=", over_q(terms, phi)), ("=", closed), ("=", _shortened(x, theta, phi) + constant)
        ),
        Claim(float(slope), "=", float(shortened_slope)),
        Claim(log_p(x, theta), "≥", float(_shortened(x, theta, phi))),
    ]


def _chosen_prior(x: float, theta: float, phi: float) -> list[Claim]:
    fit, price = over_q(lambda z: by_definition.log_normal(x, z), phi), to_prior(phi, theta)
    return [
        Claim(log_p(x, theta) - bound(x, theta, phi), "=", to_posterior(x, theta, phi)),
        Claim(bound(x, theta, phi), "=", fit - price),
        Claim(price, "=", float(np.log(phi / theta)) + theta / phi - 1),
        Claim(price, "≥", 0.0),
        Claim(bound(x, theta, theta), "≥", bound(x, theta, phi)),
    ]


def _raising_a_bound(x: float, theta: float, theta2: float) -> list[Claim]:
    phi, phi2 = (float(by_definition.best_phi(x, t)) for t in (theta, theta2))
    low, other = bound(x, theta, phi), bound(x, theta2, phi2)
    silent = "" if other >= low else "it speaks of a `theta2` whose bound B is not lower than that of `theta`"
    top = bound(x, 2 / x, 2 / x) if x > 0 else -np.inf
    return [
        Claim(log_p(x, theta), "≥", low),
        Claim(log_p(x, theta) - low, "=", to_posterior(x, theta, phi)),
        Claim(log_p(x, theta2), "≥", log_p(x, theta), silent),
        Claim(top, "≥", low),
    ]


def draw_two_rates(rng: np.random.Generator) -> Point:
    theta, theta2 = np.exp(rng.uniform(-1, 1, 2))
    return {"x": float(rng.uniform(0.3, 4)), "theta": float(theta), "theta2": float(theta2)}


def _without_the_prior(x: float, theta: float, phi: float) -> list[Claim]:
    def fit(z: by_definition.Array) -> by_definition.Array:
        return by_definition.log_normal(x, z)

    def log_q(z: by_definition.Array) -> by_definition.Array:
        return by_definition.log_exponential(z, phi)

    def log_prior(z: by_definition.Array) -> by_definition.Array:
        return by_definition.log_exponential(z, theta)

    shortened = over_q(lambda e: fit(e / phi) - log_q(e / phi), 1.0)
    return chain(
        bound(x, theta, phi),
        ("=", over_q(lambda z: fit(z) + log_prior(z) - log_q(z), phi)),
        ("=", over_q(lambda e: fit(e / phi) + log_prior(e / phi) - log_q(e / phi), 1.0)),
        ("=", shortened),
        ("=", (shortened + shortened) / 2),
    )


RATES = {"x": number(0.05, 10), "theta": RATE, "theta2": RATE}
ARGUMENTS = {
    "left_out_constant": Argument(MODEL, _left_out_constant, draw_model),
    "chosen_prior": Argument(MODEL, _chosen_prior, draw_model),
    "raising_a_bound": Argument(RATES, _raising_a_bound, draw_two_rates),
    "without_the_prior": Argument(MODEL, _without_the_prior, draw_model),
}
