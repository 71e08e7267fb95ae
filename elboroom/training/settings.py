"""Everything that decides a run. A model that needs more fields has a subclass of Settings, beside its recipe."""

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from functools import reduce
from typing import Any, Self

from autograder.errors import UserError


@dataclass(frozen=True)
class Settings:
    """A training run. `average` is the decay of an exponential average of the weights (0: none), which is what is
    evaluated; `kl_warm_up` and `warm_up` are steps over which the KL's weight and the learning rate rise from 0;
    `weight_decay` is AdamW's, of the layers' matrices; `beta2` and `epsilon` are Adam's: its memory of squares, and the
    floor under their root, in the layers; `samples` is the number of importance samples of the objective (IWAE)."""

    model: str = "vae"
    data: str = "mnist"
    steps: int = 20_000
    batch: int = 100
    learning_rate: float = 1e-3
    schedule: str = "constant"  # or "cosine", down to 0 at the last step
    warm_up: int = 0
    kl_warm_up: int = 0
    average: float = 0.0
    weight_decay: float = 0.0
    beta2: float = 0.999
    epsilon: float = 1e-8
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

    def changed(self, **changes: Any) -> Self:
        """The same with changes, of which a text is read as what the field holds. UserError for what isn't a field."""
        known = [field.name for field in fields(self)]
        for name, value in changes.items():
            if name not in known:
                raise UserError(f"{self.model} has no setting {name!r}", f"Known: {', '.join(known)}")
            if isinstance(value, str):
                changes[name] = _read(name, value, getattr(self, name))
        return replace(self, **changes)

    def after(self, changes: Iterable[dict[str, Any]]) -> Self:
        """The same with all of these changes, one after the other."""
        return reduce(lambda settings, change: settings.changed(**change), changes, self)


def _read(name: str, text: str, example: Any) -> Any:
    """A text as a value of the example's type."""
    if isinstance(example, bool):
        if text.lower() in ("true", "false"):
            return text.lower() == "true"
        raise UserError(f"{name} is true or false, not {text!r}")
    try:
        return type(example)(text)
    except ValueError:
        raise UserError(f"{name} is a number like {example}, not {text!r}") from None
