"""Warped digits are the same digits, written a little differently."""

import pytest
import torch
from torch import Tensor

from elboroom.training.warps import warp


def images(digits) -> Tensor:
    return torch.from_numpy(digits.train.images[:100])


def warped(pixels: Tensor, seed: int) -> Tensor:
    return warp(pixels, torch.Generator().manual_seed(seed))


def centre(pixels: Tensor) -> Tensor:
    """(row, column) of the centre of mass: (N, 2)."""
    grid = torch.stack(torch.meshgrid(torch.arange(28.0), torch.arange(28.0), indexing="ij"), -1).reshape(784, 2)
    return pixels.float() @ grid / pixels.float().sum(1, keepdim=True)


def test_every_image_is_warped_in_its_own_way_which_the_generator_decides(digits):
    pixels = images(digits)
    first = warped(pixels, 0)
    assert first.shape == pixels.shape and first.dtype == torch.uint8
    assert torch.equal(first, warped(pixels, 0)) and not torch.equal(first, warped(pixels, 1))
    copies = warped(pixels[:1].expand(5, -1), 0)
    assert len({bytes(copy.numpy()) for copy in copies}) == 5


def test_a_digit_keeps_its_place_its_ink_and_most_of_its_shape(digits):
    pixels = images(digits)
    after = warped(pixels, 0)
    assert (centre(after) - centre(pixels)).norm(dim=1).max() < 4  # pixels
    ink = after.float().sum(1) / pixels.float().sum(1)
    assert ink.min() > 0.5 and ink.max() < 2 and 0.9 < ink.mean() < 1.1
    nearest = torch.cdist(after.float(), pixels.float()).argmin(1)
    assert (nearest == torch.arange(100)).float().mean() > 0.5  # of a hundred; a turn moves thin strokes far


@pytest.mark.parametrize("what", ["TURN", "STRETCH", "SLANT", "SHIFT", "BEND"])
def test_each_kind_of_warp_alone_changes_the_picture_and_none_leaves_it(digits, monkeypatch, what):
    for name in ("TURN", "STRETCH", "SLANT", "SHIFT", "BEND"):
        monkeypatch.setattr(f"elboroom.training.warps.{name}", 0.0 if name != what else 0.1)
    pixels = images(digits)
    assert not torch.equal(warped(pixels, 0), pixels)
    monkeypatch.setattr(f"elboroom.training.warps.{what}", 0.0)
    assert torch.equal(warped(pixels, 0), pixels)
