"""Training: one loop, data on the device, the same run on a CPU, a GPU, or several."""

from elboroom.binarising import binarise
from elboroom.training.batches import Batches
from elboroom.training.loop import Diverged, Look, train
from elboroom.training.recipe import Recipe
from elboroom.training.recipes import RECIPES, recipe_for, settings_for
from elboroom.training.settings import Settings
from elboroom.training.stepper import Stepper

__all__ = [
    "RECIPES",
    "Batches",
    "Diverged",
    "Look",
    "Recipe",
    "Settings",
    "Stepper",
    "binarise",
    "recipe_for",
    "settings_for",
    "train",
]
