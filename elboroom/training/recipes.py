"""The models that can be trained, by name, each with its two protocols: the published one as it is, and ours."""

from dataclasses import dataclass
from typing import Any

from autograder.errors import UserError
from elboroom.models import GMVAE, IWAE, VAE
from elboroom.training.fsvae import FSVAE_RECIPE
from elboroom.training.recipe import Recipe
from elboroom.training.settings import Settings
from elboroom.training.ssvae import SSVAE_RECIPE


@dataclass(frozen=True)
class Mixture(Settings):
    """A run with a mixture for a prior: `spread` of its components' means in the beginning (0: all but together), and
    their learning rate, `prior_rate` times that of the networks."""

    spread: float = 0.0
    prior_rate: float = 1.0


# CS 236, homework 2: Adam at 1e-3, batches of 100, 20,000 steps.
PUBLISHED = Settings()
# What each change to the published protocol adds stands in docs/results.md, from runs on held-out images.
CHANGES: dict[str, dict[str, Any]] = {
    "3e-3 after a warm-up of 200 steps, then a cosine down to 0": {
        "learning_rate": 3e-3,
        "warm_up": 200,
        "schedule": "cosine",
    },
    "the average of the weights, with decay 0.999": {"average": 0.999},
    "Adam's epsilon at 1e-3": {"epsilon": 1e-3},
}
TUNED = PUBLISHED.after(CHANGES.values())
OF_THE_PRIOR: dict[str, dict[str, Any]] = {"thirty times the learning rate for the prior": {"prior_rate": 30.0}}

RECIPES: dict[str, Recipe] = {
    "vae": Recipe(PUBLISHED, TUNED, lambda s: VAE(z_dim=s.z_dim, beta=s.beta)),
    "gmvae": Recipe(
        Mixture(**PUBLISHED.to_dict() | {"model": "gmvae"}),
        Mixture(**TUNED.to_dict() | {"model": "gmvae"}).after(OF_THE_PRIOR.values()),
        lambda s: GMVAE(z_dim=s.z_dim, beta=s.beta, spread=s.spread),
    ),
    "iwae": Recipe(
        PUBLISHED.changed(model="iwae", samples=10),
        TUNED.changed(model="iwae", samples=10),
        lambda s: IWAE(z_dim=s.z_dim, beta=s.beta),
    ),
    "ssvae": SSVAE_RECIPE,
    "fsvae": FSVAE_RECIPE,
}


def recipe_for(model: str) -> Recipe:
    """The recipe of a model. Raises UserError for an unknown one."""
    if model not in RECIPES:
        raise UserError(f"there is no model {model!r}", f"Known: {', '.join(RECIPES)}")
    return RECIPES[model]


def settings_for(model: str, protocol: str = "tuned", **changes: Any) -> Settings:
    """The settings of a protocol, with changes. Raises UserError for an unknown model, protocol or setting."""
    if protocol not in ("published", "tuned"):
        raise UserError(f"there is no protocol {protocol!r}", "Known: published, tuned")
    recipe = recipe_for(model)
    return (recipe.published if protocol == "published" else recipe.tuned).changed(**changes)
