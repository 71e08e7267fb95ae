"""Unit 03: the mutants that are no mistakes, such as maximum(0, a) for maximum(a, 0)."""

from typing import Any

import numpy as np


def observation_and_rate(generator: np.random.Generator) -> tuple[Any, ...]:
    """x, theta; one time in four they are equal, where two forms of an answer meet."""
    theta = generator.uniform(0.05, 20)
    return theta if generator.random() < 0.25 else generator.normal(scale=10), theta


def observation(generator: np.random.Generator) -> tuple[Any, ...]:
    """x: positive, or one time in four not."""
    return (generator.uniform(0.3, 10) * generator.choice([1, 1, 1, -1]),)


DOMAIN = {
    "log_evidence": observation_and_rate,
    "best_phi": observation_and_rate,
    "maximum_likelihood": observation,
}
