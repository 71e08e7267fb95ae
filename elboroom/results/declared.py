"""Which runs the page needs: a name, the settings, and for how many importance samples the bound is evaluated."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from elboroom.training.recipes import CHANGES, OF_THE_PRIOR, recipe_for, settings_for
from elboroom.training.settings import Settings
from elboroom.training.ssvae import CHANGES as SSVAE_CHANGES

SEEDS = (0, 1, 2)
MANY_SEEDS = (0, 1, 2, 3, 4)
BETAS = (0.1, 0.3, 1.0, 3.0, 10.0)
PROTOCOLS = ("published", "tuned")
SHORT, LONG = (1, 10, 100), (1, 10, 100, 1000)

# What each change adds, one after the other, from the published protocol to ours.
LADDER: dict[str, dict[str, Any]] = {"the published protocol: Adam, constant 1e-3": {}} | CHANGES
LADDERS: dict[str, dict[str, dict[str, Any]]] = {
    "vae": LADDER,
    "gmvae": LADDER | OF_THE_PRIOR,
    "ssvae": {"the published protocol": {}} | SSVAE_CHANGES,
}

# Tried beside that on held-out images, for the choice. None of them is what the commands do.
BASE = {"learning_rate": 3e-3, "warm_up": 200, "schedule": "cosine", "average": 0.999}
TRIED: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "vae": [
        ("weight decay 0.1", BASE | {"weight_decay": 0.1}),
        ("weight decay 0.03", BASE | {"weight_decay": 0.03}),
        ("2e-3", BASE | {"learning_rate": 2e-3, "warm_up": 0}),
        ("5e-3, beta2 = 0.99", BASE | {"learning_rate": 5e-3, "beta2": 0.99}),
        ("epsilon 1e-4", BASE | {"epsilon": 1e-4}),
        ("5e-3, epsilon 3e-3", BASE | {"learning_rate": 5e-3, "epsilon": 3e-3}),
        ("the KL's weight rising over 2,000 steps", BASE | {"kl_warm_up": 2000}),
    ],
    "gmvae": [
        ("components that begin apart, spread 0.8", BASE | {"spread": 0.8}),
        ("weight decay 0.03", BASE | {"weight_decay": 0.03}),
        ("epsilon 1e-3, spread 0.8", BASE | {"epsilon": 1e-3, "spread": 0.8}),
        ("epsilon 1e-3, weight decay 0.02", BASE | {"epsilon": 1e-3, "weight_decay": 0.02}),
        ("2e-3, epsilon 1e-3", BASE | {"learning_rate": 2e-3, "epsilon": 1e-3}),
        ("2e-3, weight decay 0.03", BASE | {"learning_rate": 2e-3, "weight_decay": 0.03}),
        ("epsilon 1e-3, ten times the rate for the prior", BASE | {"epsilon": 1e-3, "prior_rate": 10.0}),
        ("the KL's weight rising over 2,000 steps", BASE | {"kl_warm_up": 2000}),
    ],
}


@dataclass(frozen=True)
class Run:
    """A run that the page needs; `name` is that of its JSON file."""

    name: str
    settings: Settings
    samples: tuple[int, ...] = SHORT

    def is_done_by(self, metrics: dict[str, Any]) -> bool:
        """Whether these metrics are of this run: the same settings, code and numbers of samples."""
        theirs = {field.name: field.default for field in fields(self.settings)} | metrics["settings"]
        same = theirs == self.settings.to_dict() and self._covers(metrics.get("iwae"))
        return same and metrics["version"] == recipe_for(self.settings.model).version

    def _covers(self, bounds: dict[str, float] | None) -> bool:
        return bounds is None or {str(m) for m in self.samples} <= bounds.keys()


def repeated(model: str, protocol: str, seeds: tuple[int, ...], name: str = "", **changes: Any) -> list[Run]:
    """The same settings with each seed; the bound of a thousand samples for the first of them."""
    name = name or f"{model}-{protocol}"
    return [
        Run(f"{name}-{seed}", settings_for(model, protocol, seed=seed, **changes), LONG if seed == 0 else SHORT)
        for seed in seeds
    ]


def ladder(model: str) -> list[Run]:
    """The published protocol with one change more at each rung."""
    settings, changes = settings_for(model, "published", held_out=True), LADDERS[model].values()
    return [Run(f"{model}-rung-{i}", settings := settings.changed(**c), (1, 10)) for i, c in enumerate(changes)]


def tried(model: str) -> list[Run]:
    """Other settings, for the choice."""
    settings = settings_for(model, "published", held_out=True)
    return [Run(f"{model}-tried-{i}", settings.changed(**c), (1, 10)) for i, (_, c) in enumerate(TRIED[model])]


def declared() -> Iterator[Run]:
    """All runs, the most wanted first."""
    for model in ("vae", "gmvae"):
        for protocol in reversed(PROTOCOLS):
            yield from repeated(model, protocol, SEEDS)
    yield from ladder("vae")
    yield from ladder("gmvae")
    for model in TRIED:
        yield from tried(model)
    for beta in BETAS:
        if beta == 1:
            continue  # that is vae-tuned-0
        yield Run(f"vae-beta-{beta:g}", settings_for("vae", "tuned", beta=beta), (1,))
    yield from repeated("iwae", "tuned", SEEDS[:1])
    for seed in MANY_SEEDS:  # each with a hundred labels of its own
        for weight in (0, 1):
            changes = {"generative_weight": float(weight), "label_seed": seed}
            yield from repeated("ssvae", "published", (seed,), f"ssvae-gw-{weight}", **changes)
        yield from repeated("ssvae", "tuned", (seed,), label_seed=seed)
    yield from ladder("ssvae")
    for told in (True, False):
        yield from repeated("fsvae", "tuned", SEEDS[:1], f"fsvae-{'told' if told else 'untold'}", told=told)
    yield from repeated("fsvae", "tuned", SEEDS[:1], "fsvae-learnt", learn_variance=True)
