"""Recipes: what differs between models; settings that say what they don't know."""

from dataclasses import dataclass

import pytest
import torch

from autograder.errors import UserError
from elboroom.models import VAE
from elboroom.training import RECIPES, Recipe, Settings, recipe_for, settings_for
from elboroom.training.run import load_run, run


@pytest.mark.parametrize("name", RECIPES)
def test_both_protocols_of_a_recipe_are_for_its_model(name):
    recipe = recipe_for(name)
    assert recipe.published.model == recipe.tuned.model == name
    assert type(recipe.published) is type(recipe.tuned)


def test_settings_are_changed_by_name_and_read_from_text():
    settings = settings_for("vae", "published", steps="300", beta="0.5", held_out="true", seed=4)
    assert (settings.steps, settings.beta, settings.held_out, settings.seed) == (300, 0.5, True, 4)
    assert settings.learning_rate == 1e-3 and settings_for("iwae").samples == 10


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"depth": 3}, r"vae has no setting 'depth'\. Known: model, data"),
        ({"steps": "many"}, r"steps is a number like 20000, not 'many'"),
        ({"subset": "1"}, "subset is true or false, not '1'"),
    ],
)
def test_a_setting_that_is_none_is_refused_by_name(changes, said):
    with pytest.raises(UserError, match=said):
        settings_for("vae", **changes)


def test_an_unknown_model_or_protocol_is_told_with_the_known_ones():
    with pytest.raises(UserError, match=r"no model 'vea'\. Known: vae"):
        settings_for("vea")
    with pytest.raises(UserError, match=r"no protocol 'best'\. Known: published, tuned"):
        settings_for("vae", "best")


@dataclass(frozen=True)
class Weighted(Settings):
    """A model with a setting and a term of its own."""

    weight: float = 2.0


def test_a_model_may_bring_its_own_settings_loss_and_terms(short, tmp_path, monkeypatch):
    def loss(model, settings, kl_weight, x, eps):
        nelbo, kl, _ = model.negative_elbo(x, eps)
        return torch.stack([settings.weight * nelbo, kl])

    own = Weighted(model="weighted", steps=3, subset=True)
    recipe = Recipe(own, own, lambda s: VAE(z_dim=s.z_dim), loss, ("weighted", "kl"))
    monkeypatch.setitem(RECIPES, "weighted", recipe)
    looks = []
    run(own.changed(weight=0.5), tmp_path, "cpu", [looks.append], samples=(1,))
    assert list(looks[-1].terms) == ["weighted", "kl"] and looks[-1].terms["weighted"] < 350
    assert load_run(tmp_path)[1] == own.changed(weight=0.5)


# The mean loss of the first twenty steps of the published protocol on the embedded digits, by (model, version).
KNOWN = {("vae", 1): 328.457, ("gmvae", 1): 330.230, ("iwae", 1): 309.262}


@pytest.mark.parametrize("model", ["vae", "gmvae", "iwae"])
def test_who_changes_the_numbers_raises_the_recipes_version(model, tmp_path):
    looks = []
    run(settings_for(model, "published", steps=20, subset=True), tmp_path, "cpu", [looks.append], samples=(1,))
    assert looks[-1].terms["nelbo"] == pytest.approx(KNOWN[model, recipe_for(model).version], rel=1e-4)
