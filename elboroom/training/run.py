"""A whole run: data and model on the device, training, evaluation, metrics.json."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from autograder.errors import UserError
from elboroom.data import Dataset, load
from elboroom.evaluation import SAMPLES, evaluate
from elboroom.models import GMVAE, IWAE, VAE
from elboroom.training.batches import Batches
from elboroom.training.checkpoint import evaluated_state
from elboroom.training.distributed import World
from elboroom.training.loop import Observer, train
from elboroom.training.settings import Settings
from elboroom.training.stepper import Objective, Stepper

MODELS = {"vae": VAE, "gmvae": GMVAE, "iwae": IWAE}
WEIGHTS = "model.safetensors"


def make_model(settings: Settings, device: torch.device | str = "cpu") -> VAE:
    """The model of the settings, freshly initialised from their seed (the same on every device)."""
    with torch.random.fork_rng():
        torch.manual_seed(settings.seed)
        model: VAE = MODELS[settings.model](z_dim=settings.z_dim, beta=settings.beta)
    return model.to(device)


def dataset_for(settings: Settings) -> Dataset:
    """The settings' data; with `held_out`, the held-out training images stand where the test images were."""
    dataset = load(settings.data, settings.subset)
    if dataset.train.images.ndim != 2:
        raise UserError(f"{settings.model} is for grey digits, {settings.data} is in colour", "Choose --data mnist")
    return dataset.held_out() if settings.held_out else dataset


def make_batches(settings: Settings, dataset: Dataset, device: torch.device | str, world: World) -> Batches:
    images = torch.from_numpy(dataset.train.images).to(device)
    noise = (settings.z_dim,) if settings.samples == 1 else (settings.samples, settings.z_dim)
    return Batches(images, settings.batch, noise, settings.seed, dataset.binary, world.rank, world.size)


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
        dataset = dataset_for(settings)
        model = make_model(settings, world.device)
        stepper = Stepper(model, settings, world.parallel(Objective(model)))
        batches = make_batches(settings, dataset, world.device, world)
        seconds = train(stepper, batches, folder if world.first else None, observers if world.first else None)
        model.load_state_dict(evaluated_state(stepper))
        if not world.first:
            return {}
        save_file({k: v.cpu().contiguous() for k, v in model.state_dict().items()}, folder / WEIGHTS)
        metrics = evaluate(model, dataset.test, settings.seed, samples, dataset.binary)
        metrics |= {
            "seconds": seconds,
            "steps_per_second": settings.steps / seconds if seconds else None,
            "data": dataset.described,
            "device": world.described,
            "settings": settings.to_dict(),
        }
        (folder / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n")
        return metrics


def load_run(folder: Path, device: torch.device | str = "cpu") -> tuple[VAE, Settings]:
    """The model of a finished run and its settings. UserError when the folder holds none."""
    from safetensors.torch import load_file

    try:
        settings = Settings(**json.loads((folder / "metrics.json").read_text())["settings"])
        state = load_file(folder / WEIGHTS)
    except (FileNotFoundError, KeyError, TypeError, ValueError):
        raise UserError(f"{folder} holds no finished run", "Train one: elboroom train vae --out DIR") from None
    model = make_model(replace(settings), device)
    model.load_state_dict(state)
    return model, settings
