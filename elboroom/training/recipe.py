"""What differs between models: a Recipe says it, everything else is the same for all of them.

The defaults are those of a model of binary images whose objective is negative_elbo(x, eps). Another model gives its
own settings (a subclass of Settings), loss, batches or evaluation in a file of its own, and stands in recipes.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from autograder.errors import UserError
from elboroom.data import Dataset, load
from elboroom.evaluation import evaluate
from elboroom.training.batches import Batches
from elboroom.training.distributed import World
from elboroom.training.settings import Settings


class Drawn(Protocol):
    """Draws the batch of any step, this process's share: the same for the same step, whatever was drawn before."""

    def draw(self, step: int) -> tuple[Tensor, ...]: ...


def bound(model: Any, settings: Settings, kl_weight: Tensor, x: Tensor, eps: Tensor) -> Tensor:
    """(3,): the negative ELBO with the KL at its weight, the KL, the reconstruction."""
    nelbo, kl, reconstruction = model.negative_elbo(x, eps)
    if settings.kl_warm_up:
        nelbo = nelbo - settings.beta * (1 - kl_weight) * kl
    return torch.stack([nelbo, kl, reconstruction])


def grey_images(settings: Settings) -> Dataset:
    """The settings' data; with `held_out`, the held-out training images stand where the test images were."""
    dataset = load(settings.data, settings.subset)
    if dataset.train.images.ndim != 2:
        raise UserError(f"{settings.model} is for grey digits, {settings.data} is in colour", "Choose --data mnist")
    return dataset.held_out() if settings.held_out else dataset


def images_and_noise(settings: Settings, dataset: Dataset, device: torch.device | str, world: World) -> Batches:
    """x (B, 784) and eps (B, K), or (m, B, K) for an objective of m samples."""
    images = torch.tensor(dataset.train.images, device=device)
    noise = (settings.z_dim,) if settings.samples == 1 else (settings.samples, settings.z_dim)
    return Batches(images, settings.batch, noise, settings.seed, dataset.binary, world.rank, world.size)


def whole_test_set(model: Any, settings: Settings, dataset: Dataset, samples: tuple[int, ...]) -> dict[str, Any]:
    return evaluate(model, dataset.test, settings.seed, samples, dataset.binary)


@dataclass(frozen=True)
class Recipe:
    """A model's two protocols, and what is its own.

    `make` builds the model, freshly initialised from torch's global seed. `loss` gives (T,) for (model, settings,
    weight of the KL, *batch): first what is minimised, then what is reported, named by `terms`; a batch is what
    `batches` draws. `evaluate` gives the metrics on dataset.test, for these numbers of importance samples, with
    standard errors under "se". `version` is raised when the same settings begin to give other numbers: finished runs
    of another version are run again."""

    published: Settings
    tuned: Settings
    make: Callable[[Any], nn.Module]
    loss: Callable[..., Tensor] = bound
    terms: tuple[str, ...] = ("nelbo", "kl", "reconstruction")
    data: Callable[[Any], Dataset] = grey_images
    batches: Callable[[Any, Dataset, torch.device | str, World], Drawn] = images_and_noise
    evaluate: Callable[[Any, Any, Dataset, tuple[int, ...]], dict[str, Any]] = whole_test_set
    version: int = 1
