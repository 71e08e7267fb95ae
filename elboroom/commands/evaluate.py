"""`elboroom evaluate`: the figures of a finished run, computed again."""

import json
from pathlib import Path
from typing import Any

from elboroom.evaluation import evaluate
from elboroom.training.distributed import World
from elboroom.training.run import dataset_for, load_run


def evaluate_run(folder: Path, device: str, seed: int) -> dict[str, Any]:
    """Evaluates the run in `folder` on its test images, binarised from `seed`, and prints the metrics as JSON."""
    with World.join(device) as world:
        model, settings = load_run(folder, world.device)
        dataset = dataset_for(settings)
        metrics = evaluate(model, dataset.test, seed, binary=dataset.binary)
        metrics |= {"data": dataset.described, "device": world.described}
    print(json.dumps(metrics, indent=2))
    return metrics
