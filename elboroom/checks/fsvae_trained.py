"""What is measured of handed-in weights of unit 10: the bound, the content of swapped images, the style in z.

The data are the embedded coloured digits on 16 × 16 pixels; noise and labels to swap to are always the same. A run of
the unit's own training cell (1,500 steps) gives -136.6 to -136.7 nats, 0.98 to 0.99 and 0.11 to 0.13 with three seeds;
400 steps -132.6, 1.00 and 0.13. A model that isn't told the labels comes to -102, 0.06 and 0.32; one whose variance is
learnt, too, to -863 to -879, 0.43 to 0.48 and 0.43 to 0.44.
"""

import functools
from typing import Any

import numpy as np

from elboroom.checks.trained import Measured, noise
from elboroom.reading import Reader
from elboroom.references.fsvae import probe

Array = np.ndarray
Z_DIM, X_DIM, HIDDEN, CLASSES = 10, 768, 200, 10


@functools.cache
def digits() -> tuple[Array, Array, Array, Array]:
    """(images, labels) for training and for the test: (N, 768) float32 in [0, 1], one colour after the other."""
    from elboroom.data import load

    dataset = load("coloured_mnist", subset=True)
    halves = []
    for split in (dataset.train, dataset.test):
        assert split.labels is not None
        blocks = split.images.reshape(len(split), 3, 16, 2, 16, 2)
        halves += [(blocks.mean((3, 5), dtype="f4") / 255).reshape(len(split), -1), split.labels]
    return halves[0], halves[1], halves[2], halves[3]


@functools.cache
def reader() -> Reader:
    images, labels, _, _ = digits()
    return Reader(images, labels)


def other_labels(labels: Array) -> Array:
    """For each digit another one, the same every time."""
    return (labels + np.random.default_rng(2022).integers(1, CLASSES, len(labels))) % CLASSES


def made() -> Any:
    from elboroom.models import FSVAE

    return FSVAE(Z_DIM, X_DIM, HIDDEN, CLASSES)


def _tensors(*arrays: Array) -> list[Any]:
    import torch

    return [torch.from_numpy(array) for array in arrays]


def nelbo_of(model: Any) -> float:
    """The negative ELBO of the test digits, one sample an image, in nats."""
    _, _, images, labels = digits()
    return float(model.negative_elbo(*_tensors(images, labels, noise(len(images), Z_DIM)))[0])


def style_of(model: Any) -> float:
    """How often a linear probe of z, fitted on the training digits, finds the digit of a test image."""
    images, labels, others, their_labels = digits()
    mu, var = model.encode(*_tensors(np.concatenate([images, others]), np.concatenate([labels, their_labels])))
    z = mu.numpy() + np.sqrt(var.numpy()) * noise(len(mu), Z_DIM)
    return probe(z[: len(images)], labels, z[len(images) :], their_labels)[0]


def content_of(model: Any) -> float:
    """How often a test image that was given another label is read as that."""
    _, _, images, labels = digits()
    wanted = other_labels(labels)
    swapped = model.swap(*_tensors(images, labels, wanted, noise(len(images), Z_DIM)))
    return reader().accuracy(swapped, wanted)[0]


NELBO, STYLE, CONTENT = Measured(made, nelbo_of), Measured(made, style_of), Measured(made, content_of)
