"""`elboroom evaluate`: the figures of a finished run, computed again."""

import json
from pathlib import Path
from typing import Any

from elboroom.evaluation import SAMPLES
from elboroom.training.distributed import World
from elboroom.training.recipes import recipe_for
from elboroom.training.run import load_run


def evaluate_run(folder: Path, device: str, seed: int) -> dict[str, Any]:
    """Evaluates the run in `folder` on its test images, binarised from `seed`, and prints the metrics as JSON."""
    with World.join(device) as world:
        model, settings = load_run(folder, world.device)
        recipe, settings = recipe_for(settings.model), settings.changed(seed=seed)
        dataset = recipe.data(settings)
        metrics = recipe.evaluate(model, settings, dataset, SAMPLES)
        metrics |= {"data": dataset.described, "device": world.described}
    print(json.dumps(metrics, indent=2))
    return metrics
