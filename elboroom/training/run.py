"""A whole run: data and model on the device, training, evaluation, metrics.json."""

import json
import time
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from autograder.errors import UserError
from elboroom.evaluation import SAMPLES
from elboroom.training.checkpoint import evaluated_state
from elboroom.training.distributed import World
from elboroom.training.loop import Observer, train
from elboroom.training.recipes import recipe_for
from elboroom.training.settings import Settings
from elboroom.training.stepper import Objective, Stepper

WEIGHTS = "model.safetensors"


def make_model(settings: Settings, device: torch.device | str = "cpu") -> Any:
    """The model of the settings, freshly initialised from their seed (the same on every device)."""
    with torch.random.fork_rng():
        torch.manual_seed(settings.seed)
        model = recipe_for(settings.model).make(settings)
    return model.to(device)


def run(
    settings: Settings,
    folder: Path,
    device: str = "auto",
    observers: list[Observer] | None = None,
    samples: tuple[int, ...] = SAMPLES,
) -> dict[str, Any]:
    """Trains and evaluates, with these numbers of importance samples; writes model.safetensors and metrics.json into
    `folder` and returns the metrics.

    A folder that holds a checkpoint of the same run is gone on with."""
    with World.join(device) as world:
        folder.mkdir(parents=True, exist_ok=True)
        recipe = recipe_for(settings.model)
        dataset = recipe.data(settings)
        model = make_model(settings, world.device)
        stepper = Stepper(model, settings, world.parallel(Objective(model, settings, recipe.loss)))
        batches = recipe.batches(settings, dataset, world.device, world)
        kept, watching = (folder, observers) if world.first else (None, None)
        seconds = train(stepper, batches, kept, watching, recipe.terms)
        model.load_state_dict(evaluated_state(stepper))
        if not world.first:
            return {}
        save_file({k: v.cpu().contiguous() for k, v in model.state_dict().items()}, folder / WEIGHTS)
        begun = time.perf_counter()
        metrics = recipe.evaluate(model, settings, dataset, samples)
        metrics |= {
            "seconds": seconds,
            "evaluation_seconds": time.perf_counter() - begun,
            "steps_per_second": settings.steps / seconds if seconds else None,
            "data": dataset.described,
            "device": world.described,
            "settings": settings.to_dict(),
            "version": recipe.version,
        }
        (folder / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n")
        return metrics


def load_run(folder: Path, device: torch.device | str = "cpu") -> tuple[Any, Settings]:
    """The model of a finished run and its settings. UserError when the folder holds none."""
    from safetensors.torch import load_file

    try:
        given = json.loads((folder / "metrics.json").read_text())["settings"]
        settings = recipe_for(given["model"]).published.changed(**given)
        state = load_file(folder / WEIGHTS)
    except (FileNotFoundError, KeyError, TypeError, ValueError):
        raise UserError(f"{folder} holds no finished run", "Train one: elboroom train vae --out DIR") from None
    model = make_model(settings, device)
    model.load_state_dict(state)
    return model, settings
