"""Digits a little turned, stretched, slanted and bent: what a hand does to a shape without making it another.

Each image has its own affine map and its own smooth field of displacements (Simard, Steinkraus & Platt 2003).
"""

import torch
from torch import Tensor
from torch.nn import functional as F

TURN, STRETCH, SLANT, SHIFT = 0.2, 0.15, 0.2, 0.07  # radians, shares of the size, of which the image is 2 wide
BEND, KNOTS = 0.1, 4  # how far the knots of the field move, of a side of 2, and how many there are along a side


def warp(pixels: Tensor, generator: torch.Generator) -> Tensor:
    """Grey images (N, 784), uint8, each warped in its own way: (N, 784), uint8."""
    n, side = len(pixels), round(pixels.shape[1] ** 0.5)
    device = pixels.device

    def uniform(*shape: int) -> Tensor:
        return 2 * torch.rand(n, *shape, generator=generator, device=device) - 1

    turn, slant, stretch, shift = TURN * uniform(), SLANT * uniform(), STRETCH * uniform(2), SHIFT * uniform(2)
    cos, sin = turn.cos(), turn.sin()
    wide, high = (1 + stretch).unbind(1)
    maps = torch.stack([wide * cos, slant - sin, shift[:, 0], slant + sin, high * cos, shift[:, 1]], 1)
    grid = F.affine_grid(maps.reshape(n, 2, 3), [n, 1, side, side], align_corners=False)
    bend = F.interpolate(BEND * uniform(2, KNOTS, KNOTS), (side, side), mode="bicubic", align_corners=True)
    images = pixels.reshape(n, 1, side, side).float()
    warped = F.grid_sample(images, grid + bend.movedim(1, -1), align_corners=False)
    return warped.round().clamp(0, 255).to(torch.uint8).reshape(n, -1)
