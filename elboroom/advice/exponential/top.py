"""Climbing the bound: maximise_elbo, ascend."""

from collections.abc import Callable
from typing import Any

import numpy as np

from elboroom.advice.exponential import RATES, check, ignores_the_domain, mistake
from elboroom.references import exponential as by_definition

Pair = tuple[Any, Any]

check.hints(
    "maximise_elbo",
    "Both derivatives are zero at the top. The one in θ is short: what does it say about θ and φ?",
    "With θ = φ the KL term is zero. What is left depends on the mean u = 1/φ alone: a parabola in u.",
    "The parabola is -u² + xu plus a constant. Where is its top, and when can an exponential have that mean u?",
)
check.hints(
    "ascend",
    "Step on log φ, not on φ: by the chain rule the derivative in log φ is φ times the derivative in φ.",
    "Adding to log φ multiplies φ: φ ← φ · exp(lr · φ · ∂φ). Then the same for θ, with the gradient at the *new* φ.",
    "Start a list with (θ, φ), append the pair after each step, return `np.array` of it: steps + 1 rows.",
)


def top(x: Any) -> Pair:
    """(theta, phi) at the top of the bound, for arrays too."""
    return np.vectorize(by_definition.maximise_elbo)(x)


def anywhere(x: Any) -> Pair:
    """Numbers for x <= 0 too, where there is no top."""
    positive = np.maximum(x, 1e-3)
    return top(positive) if np.all(np.asarray(x) > 0) else (1 / positive, 1 / positive)


ignores_the_domain(
    "maximise_elbo",
    "For x > 0 this is right. For x ≤ 0 the bound has no top: it rises for ever as θ and φ grow together. Raise a "
    "ValueError that says so.",
    anywhere,
)


@mistake("maximise_elbo")
def mean_on_x(x: Any) -> Pair:
    """This puts the mean of q on x itself. The bound also pays for the variance of q, which grows with its mean."""
    return 1 / np.asarray(x, float), 1 / np.asarray(x, float)


@mistake("maximise_elbo")
def maximises_the_evidence(x: Any) -> Pair:
    """This θ maximises the evidence, and φ is the best for it. Return the top of the bound, which lies elsewhere."""
    theta = by_definition.maximum_likelihood(x)
    return theta, by_definition.best_phi(x, theta)


@mistake("maximise_elbo")
def means_instead_of_rates(x: Any) -> Pair:
    """These are the means of the best prior and of the best q. Return their rates."""
    theta, phi = top(x)
    return 1 / theta, 1 / phi


@mistake("maximise_elbo")
def only_phi_climbs(x: Any) -> Pair:
    """θ is held at 1 here and only φ climbs. At the top no small move of θ helps either."""
    return np.ones(np.shape(x)), by_definition.best_phi(x, 1.0)


@mistake("maximise_elbo")
def a_rate_and_a_mean(x: Any) -> Pair:
    """One of your two values is a rate and the other a mean. Compare with ∂L/∂θ = 0."""
    theta, phi = top(x)
    return theta, 1 / phi


@mistake("maximise_elbo")
def height_of_the_top(x: Any) -> Pair:
    """This returns the height of the bound at its top, twice. Return where the top is."""
    height = by_definition.elbo(x, *top(x))
    return height, height


Step = Callable[[float, float, float, float], tuple[float, float]]


def path(step: Step, x: float, theta: float, phi: float, steps: int, lr: float) -> Any:
    """(steps + 1, 2): (theta, phi) = step(x, theta, phi, lr), again and again."""
    rows = [(theta, phi)]
    for _ in range(steps):
        rows.append(step(x, *rows[-1], lr))
    return np.array(rows, float)


def by_theta(x: float, theta: float, phi: float) -> float:
    return float(by_definition.elbo_gradient(x, theta, phi)[0])


def by_phi(x: float, theta: float, phi: float) -> float:
    return float(by_definition.elbo_gradient(x, theta, phi)[1])


ignores_the_domain("ascend", RATES.format("θ or φ"), by_definition.ascend)


@mistake("ascend")
def raw_steps(x: float, theta: float, phi: float, steps: int, lr: float) -> Any:
    """These are steps on θ and φ themselves, which can leave the domain. Step on their logarithms."""

    def step(x: float, theta: float, phi: float, lr: float) -> tuple[float, float]:
        phi = phi + lr * by_phi(x, theta, phi)
        return theta + lr * by_theta(x, theta, phi), phi

    return path(step, x, theta, phi, steps, lr)


@mistake("ascend")
def descends(x: float, theta: float, phi: float, steps: int, lr: float) -> Any:
    """This walks downhill: a maximum is reached by adding the gradient."""
    return by_definition.ascend(x, theta, phi, steps, -lr)


@mistake("ascend")
def both_at_once(x: float, theta: float, phi: float, steps: int, lr: float) -> Any:
    """θ is updated with the gradient at the old φ. First φ moves, then θ, which sees the new φ."""

    def step(x: float, theta: float, phi: float, lr: float) -> tuple[float, float]:
        moved = phi * np.exp(lr * phi * by_phi(x, theta, phi))
        return theta * np.exp(lr * theta * by_theta(x, theta, phi)), moved

    return path(step, x, theta, phi, steps, lr)


@mistake("ascend")
def theta_first(x: float, theta: float, phi: float, steps: int, lr: float) -> Any:
    """θ moves first here. It should be φ first, then θ."""

    def step(x: float, theta: float, phi: float, lr: float) -> tuple[float, float]:
        theta = theta * np.exp(lr * theta * by_theta(x, theta, phi))
        return theta, phi * np.exp(lr * phi * by_phi(x, theta, phi))

    return path(step, x, theta, phi, steps, lr)


@mistake("ascend")
def without_the_chain_rule(x: float, theta: float, phi: float, steps: int, lr: float) -> Any:
    """The chain rule is missing: the derivative in log φ is φ times the derivative in φ."""

    def step(x: float, theta: float, phi: float, lr: float) -> tuple[float, float]:
        phi = phi * np.exp(lr * by_phi(x, theta, phi))
        return theta * np.exp(lr * by_theta(x, theta, phi)), phi

    return path(step, x, theta, phi, steps, lr)


@mistake("ascend")
def columns_swapped(x: float, theta: float, phi: float, steps: int, lr: float) -> Any:
    """The columns are in the other order: θ first, then φ."""
    return by_definition.ascend(x, theta, phi, steps, lr)[:, ::-1]


@mistake("ascend")
def without_the_start(x: float, theta: float, phi: float, steps: int, lr: float) -> Any:
    """The start is missing: the first row is (θ, φ) before any step."""
    return by_definition.ascend(x, theta, phi, steps, lr)[1:]


@mistake("ascend")
def in_logarithms(x: float, theta: float, phi: float, steps: int, lr: float) -> Any:
    """These are log θ and log φ. Take the exponential before you return them."""
    return np.log(by_definition.ascend(x, theta, phi, steps, lr))
