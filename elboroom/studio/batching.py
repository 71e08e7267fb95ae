"""Batches: a fresh order in every epoch and, for pixels that are 0 or 1, fresh coins at every step."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor


def binarise(pixels: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """Each pixel is 1 with probability value/255, else 0: uint8 -> float32 of the same shape."""
    chance = torch.rand(pixels.shape, generator=generator, device=pixels.device)
    return (chance * 255 < pixels).float()


def batches(
    images: Tensor, steps: int, size: int = 100, seed: int = 0, labels: Tensor | None = None, binary: bool = True
) -> Iterator[tuple[Any, ...]]:
    """(step, x), or (step, x, y) with labels, for step = 0 … steps - 1; every image comes once in an epoch.

    x is float32: 0 and 1, drawn afresh each time, or value/255 with binary=False. ValueError: fewer images than
    `size`."""
    if size > len(images):
        raise ValueError(f"a batch of {size} can't be drawn from {len(images)} images")
    generator = torch.Generator(images.device).manual_seed(seed)
    per_epoch = len(images) // size
    for step in range(steps):
        if step % per_epoch == 0:
            order = torch.randperm(len(images), generator=generator, device=images.device)
        which = order[step % per_epoch * size :][:size]
        pixels = images[which]
        x = binarise(pixels, generator) if binary else pixels.float() / 255
        yield (step, x) if labels is None else (step, x, labels[which])
