"""A run on disk: weights, averages and Adam's moments as safetensors, the step and the settings in its header."""

import json
import os
from dataclasses import fields
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file

from autograder.errors import UserError
from elboroom.training.settings import Settings
from elboroom.training.stepper import Stepper

NAME = "checkpoint.safetensors"


def save(folder: Path, stepper: Stepper, step: int, seconds: float = 0.0) -> Path:
    """Writes the checkpoint after `step` steps that took so long, whole or not at all."""
    tensors = {f"model.{name}": p for name, p in stepper.model.state_dict().items()}
    for i, parameter in enumerate(stepper.parameters):
        state = stepper.optimiser.state.get(parameter, {})
        tensors |= {f"adam.{i}.{key}": value for key, value in state.items()}
        if stepper.average:
            tensors[f"average.{i}"] = stepper.average[i]
    tensors = {name: t.detach().cpu().contiguous().clone() for name, t in tensors.items()}
    header = {"step": str(step), "seconds": str(seconds), "settings": json.dumps(stepper.settings.to_dict())}
    partial = folder / f"{NAME}.partial"
    save_file(tensors, partial, metadata=header)
    os.replace(partial, folder / NAME)
    return folder / NAME


def restore(folder: Path, stepper: Stepper) -> tuple[int, float]:
    """Puts the checkpoint's state into `stepper` and returns the steps done and the seconds that they took; 0 of both
    when there is no checkpoint.

    Raises UserError when the checkpoint is of a run with other settings."""
    path = folder / NAME
    if not path.is_file():
        return 0, 0.0
    with safe_open(path, "pt") as file:
        header, tensors = file.metadata(), {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    _same_run(path, json.loads(header["settings"]), stepper.settings)
    stepper.model.load_state_dict({k[6:]: t for k, t in tensors.items() if k.startswith("model.")})
    device = stepper.parameters[0].device
    for i, parameter in enumerate(stepper.parameters):
        prefix = f"adam.{i}."
        state = {k.removeprefix(prefix): t.to(device) for k, t in tensors.items() if k.startswith(prefix)}
        if state:
            stepper.optimiser.state[parameter] = state
        if stepper.average:
            stepper.average[i].copy_(tensors[f"average.{i}"])
    return int(header["step"]), float(header.get("seconds", 0))


def evaluated_state(stepper: Stepper) -> dict[str, torch.Tensor]:
    """The weights to evaluate: the averaged ones where there are some."""
    state = {name: p.detach().clone() for name, p in stepper.model.state_dict().items()}
    names = [name for name, p in stepper.model.named_parameters() if p.requires_grad]
    for name, average in zip(names, stepper.average, strict=False):
        state[name] = average.detach().clone()
    return state


def is_of(folder: Path, settings: Settings) -> bool:
    """Whether the checkpoint in `folder`, if there is one, is of a run with these settings."""
    path = folder / NAME
    if not path.is_file():
        return True
    with safe_open(path, "pt") as file:
        return not _differing(json.loads(file.metadata()["settings"]), settings)


def _differing(theirs: dict, settings: Settings) -> list[str]:
    ours = settings.to_dict()
    theirs = {field.name: field.default for field in fields(settings)} | theirs  # it may be older than a setting
    return [key for key in ours if theirs[key] != ours[key]]


def _same_run(path: Path, theirs: dict, settings: Settings) -> None:
    if other := _differing(theirs, settings):
        raise UserError(
            f"{path} is of a run with another {', '.join(other)}", "Give another --out, or remove the checkpoint"
        )
