"""Everything that decides a run. Two protocols per model: the published one as it is, and ours, the default."""

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

from autograder.errors import UserError


@dataclass(frozen=True)
class Settings:
    """A training run. `average` is the decay of an exponential average of the weights (0: none), which is what is
    evaluated; `kl_warm_up` and `warm_up` are steps over which the KL's weight and the learning rate rise from 0;
    `samples` is the number of importance samples of the objective (IWAE)."""

    model: str = "vae"
    data: str = "mnist"
    steps: int = 20_000
    batch: int = 100
    learning_rate: float = 1e-3
    schedule: str = "constant"  # or "cosine", down to 0 at the last step
    warm_up: int = 0
    kl_warm_up: int = 0
    average: float = 0.0
    beta: float = 1.0
    z_dim: int = 10
    samples: int = 1
    seed: int = 0
    subset: bool = False
    held_out: bool = False  # train without, and evaluate on, the last training images: for choosing settings

    def rate(self, step: int) -> float:
        """The learning rate at a step, from 0."""
        rise = min(1.0, (step + 1) / self.warm_up) if self.warm_up else 1.0
        fall = 0.5 * (1 + math.cos(math.pi * step / self.steps)) if self.schedule == "cosine" else 1.0
        return self.learning_rate * rise * fall

    def kl_weight(self, step: int) -> float:
        """The weight of the KL at a step, on top of beta."""
        return min(1.0, (step + 1) / self.kl_warm_up) if self.kl_warm_up else 1.0

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


# CS 236, homework 2: Adam at 1e-3, batches of 100, 20,000 steps.
PUBLISHED = {"vae": Settings(), "gmvae": Settings(model="gmvae"), "iwae": Settings(model="iwae", samples=10)}
TUNED = {
    name: replace(settings, learning_rate=2e-3, schedule="cosine", average=0.999)
    for name, settings in PUBLISHED.items()
}
PROTOCOLS = {"published": PUBLISHED, "tuned": TUNED}


def settings_for(model: str, protocol: str = "tuned", **changes: Any) -> Settings:
    """The settings of a protocol, with changes. Raises UserError for an unknown model or protocol."""
    for kind, name, known in (("protocol", protocol, PROTOCOLS), ("model", model, PUBLISHED)):
        if name not in known:
            raise UserError(f"there is no {kind} {name!r}", f"Known: {', '.join(known)}")
    return replace(PROTOCOLS[protocol][model], **changes)
