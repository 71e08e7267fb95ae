"""Unit 08, the training run: handed-in weights are measured by the judge, in its own model, on its own test digits.

All bounds stand on the embedded test digits and 20 samples of each, always the same ones. On the thresholds:
docs/decisions/0580-what-a-run-on-l5-must-reach.md.
"""

from typing import Any

from autograder.checks import part
from autograder.student import Student
from elboroom.advice.iwae import check
from elboroom.checks.trained import Measured, at_least, at_most, digits, noise

SAMPLES, AT_ONCE, HIDDEN = 20, 5, 100


def make() -> Any:
    """The judge's model, of the size that the training cell asks for."""
    from elboroom.models import VAE

    return VAE(hidden=HIDDEN)


def log_weights(model: Any) -> Any:
    """(20, 1000): log weights of the judge's digits under this model."""
    import torch

    x = torch.from_numpy(digits()[0])
    eps = torch.from_numpy(noise(SAMPLES, len(x), model.z_dim))
    return torch.cat([model.log_weights(x, few) for few in eps.split(AT_ONCE)])


def negative_bound(model: Any) -> float:
    """-L_20, the mean over the digits."""
    from elboroom.models.densities import iwae_bound

    return -float(iwae_bound(log_weights(model)).mean())


def gained(model: Any) -> float:
    """How far L_20 lies above L_1: more for an encoder that was taught to cast a wide net."""
    return -float(log_weights(model).mean()) - negative_bound(model)


BOUND, GAIN = Measured(make, negative_bound), Measured(make, gained)
FAR, NEAR, WIDE = 123.0, 116.0, 4.0  # nats


@check
def train_iwae(student: Student) -> None:
    """The judge measures the weights that you hand in, on a thousand test digits with twenty samples of each."""
    reached = [f"-L_20 is at most {limit:g} nats" for limit in (FAR, NEAR)]
    for name, limit in zip(reached, (FAR, NEAR), strict=True):
        with part(name):
            at_most(student.value("iwae_weights"), BOUND, limit, "-L_20", "nats")
    with part(f"the encoder casts a wide net: L_20 lies at least {WIDE:g} nats above L_1", given=reached[0]):
        at_least(student.value("iwae_weights"), GAIN, WIDE, "L_20 - L_1", "nats")
