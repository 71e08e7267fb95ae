"""The recipe of the conditional VAE: batches with labels, and an evaluation of what is left of the digit in z.

`told=false` trains the same model with every label replaced by 0: a VAE that must put the digit into z, too. The
homework's protocol (CS 236, homework 2): two hidden layers of 500, K = 10, variance 0.1, batches of 100; on SVHN there,
here on coloured MNIST unless --data svhn is given.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.errors import UserError
from elboroom.data import Dataset, load
from elboroom.evaluation import ACTIVE
from elboroom.models.densities import kl_standard_normal, sample_normal
from elboroom.models.fsvae import FSVAE, VARIANCE
from elboroom.reading import Reader
from elboroom.training.batches import Batches
from elboroom.training.distributed import World
from elboroom.training.recipe import Recipe
from elboroom.training.settings import Settings

IMAGES = 500


@dataclass(frozen=True)
class Conditional(Settings):
    """A run of the conditional VAE: the decoder's `variance`, where it begins if it is learnt; whether the model is
    `told` the labels."""

    variance: float = VARIANCE
    learn_variance: bool = False
    told: bool = True


def coloured_images(settings: Conditional) -> Dataset:
    """The settings' data, flat: (N, 3072)."""
    dataset = load(settings.data, settings.subset)
    if dataset.train.images.ndim != 4:
        raise UserError(f"fsvae is for colours, {settings.data} is grey", "Choose --data coloured_mnist or svhn")
    return dataset.held_out() if settings.held_out else dataset


class LabelledBatches:
    """Draws (x, y, eps): the colours (B, 3072) in [0, 1], the labels (B,), all 0 for a model that isn't told, noise."""

    def __init__(self, settings: Conditional, dataset: Dataset, device: torch.device | str, world: World) -> None:
        flat = torch.from_numpy(dataset.train.images).to(device).flatten(1)
        noise = (settings.z_dim,)
        self.images = Batches(flat, settings.batch, noise, settings.seed, True, world.rank, world.size)
        self.labels = _labels(dataset.train.labels, settings).to(device)

    def draw(self, step: int) -> tuple[Tensor, Tensor, Tensor]:
        x, eps = self.images.draw(step)
        return x / 255, self.labels[self.images._which(step)][self.images.share], eps


def _labels(labels: np.ndarray | None, settings: Conditional) -> Tensor:
    assert labels is not None
    return torch.from_numpy(labels) * int(settings.told)


def loss(model: FSVAE, settings: Conditional, kl_weight: Tensor, x: Tensor, y: Tensor, eps: Tensor) -> Tensor:
    """(3,): the negative ELBO with the KL at its weights, the KL, the reconstruction."""
    _, kl, reconstruction = model.negative_elbo(x, y, eps)
    return torch.stack([reconstruction + settings.beta * kl_weight * kl, kl, reconstruction])


@torch.no_grad()
def evaluate(model: FSVAE, settings: Conditional, dataset: Dataset, samples: tuple[int, ...]) -> dict[str, Any]:
    """On all test images, one sample of z each: nelbo, kl, rec, in nats of a density of colours in [0, 1]; `variance`
    of the decoder; `active_units`; and accuracies, with what they compare to:

    digit_from_z (by least squares on z, which is fitted on the training images), digit_from_z_squares (on z and all
    products of two of its entries); digit_read (of the real image, by a reader that never saw the model), and of what
    is decoded with the image's own label, digit_of_reconstruction, or another one, digit_of_swap and old_digit_of_swap.
    """
    model.eval()
    train, test = _encoded(model, dataset.train, settings), _encoded(model, dataset.test, settings)
    columns = {"nelbo": test["kl"] + test["rec"], "kl": test["kl"], "rec": test["rec"]}
    columns |= style(train["z"], _named(dataset.train), test["z"], _named(dataset.test))
    columns |= content(model, settings, dataset, test["z"])
    values = {name: column.double().cpu() for name, column in columns.items()}
    return {
        **{name: float(value.mean()) for name, value in values.items()},
        "se": {name: float(value.std()) / math.sqrt(len(value)) for name, value in values.items()},
        "variance": float(model.variance),
        "active_units": int((test["mu"].var(0) > ACTIVE).sum()),
        "images": len(dataset.test),
    }


def _named(split: Any) -> Tensor:
    """The true labels (N,), also for a model that isn't told."""
    return torch.from_numpy(split.labels)


def _encoded(model: FSVAE, split: Any, settings: Conditional) -> dict[str, Tensor]:
    """Of every image: mu and a sample z (N, K), KL and reconstruction (N,)."""
    device = model.log_sigma2.device
    generator = torch.Generator(device).manual_seed(10_007 + settings.seed)
    labels, parts = _labels(split.labels, settings), []
    for i in range(0, len(split), IMAGES):
        x = torch.from_numpy(split.images[i : i + IMAGES]).to(device).flatten(1) / 255
        y = labels[i : i + IMAGES].to(device)
        mu, var = model.encode(x, y)
        z = sample_normal(mu, var, torch.randn(mu.shape, generator=generator, device=device))
        parts.append((mu, z, kl_standard_normal(mu, var), -model.log_likelihood(x, z, y)))
    return {name: torch.cat(p) for name, p in zip(("mu", "z", "kl", "rec"), zip(*parts, strict=True), strict=True)}


def style(z: Tensor, labels: Tensor, test_z: Tensor, test_labels: Tensor) -> dict[str, Tensor]:
    """Whether the digit is predicted from z, (N,) bool each, by least squares on one column for each class."""
    z, test_z = z.cpu().double(), test_z.cpu().double()
    found = {"digit_from_z": (z, test_z), "digit_from_z_squares": (_products(z), _products(test_z))}
    return {name: least_squares(a, labels, b) == test_labels for name, (a, b) in found.items()}


def least_squares(features: Tensor, labels: Tensor, others: Tensor) -> Tensor:
    """The class of each of the others (M, F): the largest of the linear functions that fit the indicators best."""
    a, b = (torch.cat([f, torch.ones(len(f), 1, dtype=f.dtype)], 1) for f in (features, others))
    targets = torch.nn.functional.one_hot(labels).to(a.dtype)
    return (b @ torch.linalg.lstsq(a, targets).solution).argmax(1)


def _products(z: Tensor) -> Tensor:
    """z beside all products of two of its entries: (N, K) -> (N, K + K (K + 1) / 2)."""
    i, j = torch.triu_indices(z.shape[1], z.shape[1])
    return torch.cat([z, z[:, i] * z[:, j]], 1)


def content(model: FSVAE, settings: Conditional, dataset: Dataset, z: Tensor) -> dict[str, Tensor]:
    """What a reader reads in real images, in reconstructions, and in images with another label than their own."""
    reader, labels = Reader(dataset.train.images, dataset.train.labels), _named(dataset.test)
    generator = torch.Generator().manual_seed(20_011 + settings.seed)
    wanted = (labels + torch.randint(1, 10, labels.shape, generator=generator)) % 10

    def read(y: Tensor) -> Tensor:
        told = (y * int(settings.told)).to(z.device)
        parts = [model.decode(z[i : i + IMAGES], told[i : i + IMAGES]) for i in range(0, len(z), IMAGES)]
        return torch.from_numpy(np.concatenate([reader.read(part) for part in parts]))

    swapped = read(wanted)
    return {
        "digit_read": torch.from_numpy(reader.read(dataset.test.images)) == labels,
        "digit_of_reconstruction": read(labels) == labels,
        "digit_of_swap": swapped == wanted,
        "old_digit_of_swap": swapped == labels,
    }


PUBLISHED = Conditional(model="fsvae", data="coloured_mnist")
TUNED = PUBLISHED.changed(steps=10_000, schedule="cosine", average=0.999)
FSVAE_RECIPE = Recipe(
    PUBLISHED,
    TUNED,
    lambda s: FSVAE(z_dim=s.z_dim, variance=s.variance, learn_variance=s.learn_variance),
    loss,
    data=coloured_images,
    batches=LabelledBatches,
    evaluate=evaluate,
)
