"""Batches without a DataLoader: the images stay on the device as bytes, and every step's randomness is its own.

The order of an epoch comes from (seed, epoch), a step's binarisation and noise from (seed, step): a run that resumes at
a step goes on exactly as the run that was never interrupted.
"""

import torch
from torch import Tensor

from elboroom.binarising import binarise

PRIME = 1_000_003  # keeps the streams of neighbouring seeds and steps apart


class Batches:
    """Draws the batch of any step: x (B, D) float32 of 0 and 1, eps (B, K) or (m, B, K) standard normal.

    `images` (N, D) uint8 hold 0 to 255, binarised afresh at every step, or 0 and 1 with `binary`. Of the batch of all
    processes, `rank` of `world` takes its share."""

    def __init__(
        self,
        images: Tensor,
        batch: int,
        noise: tuple[int, ...],
        seed: int,
        binary: bool = False,
        rank: int = 0,
        world: int = 1,
    ) -> None:
        if batch > len(images) or batch % world:
            raise ValueError(f"a batch of {batch} can't be drawn from {len(images)} images by {world} processes")
        self.images, self.batch, self.noise, self.seed, self.binary = images, batch, noise, seed, binary
        self.share = slice(rank * batch // world, (rank + 1) * batch // world)
        self.per_epoch = len(images) // batch
        self.generator = torch.Generator(images.device)
        self.epoch, self.order = -1, torch.empty(0)

    def draw(self, step: int) -> tuple[Tensor, Tensor]:
        """(x, eps) of a step, this process's share."""
        which = self._which(step)
        self.generator.manual_seed(self.seed * PRIME + 2 * step)
        pixels = self.images.index_select(0, which)
        x = pixels.float() if self.binary else binarise(pixels, self.generator)
        shape = (*self.noise[:-1], self.batch, self.noise[-1])
        eps = torch.randn(shape, generator=self.generator, device=x.device)
        return x[self.share], eps[..., self.share, :]

    def _which(self, step: int) -> Tensor:
        epoch, position = divmod(step, self.per_epoch)
        if epoch != self.epoch:
            self.generator.manual_seed(self.seed * PRIME + 2 * epoch + 1)
            self.order = torch.randperm(len(self.images), generator=self.generator, device=self.images.device)
            self.epoch = epoch
        return self.order[position * self.batch : (position + 1) * self.batch]
