"""Grey pixels as the probabilities of binary ones."""

import torch
from torch import Tensor


def binarise(pixels: Tensor, generator: torch.Generator) -> Tensor:
    """Each pixel is 1 with probability value/255 (to 2^-16), else 0: (..., D) uint8 -> float32.

    Sixteen random bits a pixel and one comparison of integers: some twenty times faster than torch.bernoulli."""
    words = torch.empty((pixels.numel() + 3) // 4, dtype=torch.int64, device=pixels.device)
    bits = words.random_(-(2**63), None, generator=generator).view(torch.int16)[: pixels.numel()]
    limits = pixels.int().mul_(65536).sub_(32768 * 255)  # (bits + 32768) * 255 < pixels * 65536, without the copies
    ones = torch.empty(pixels.shape, device=pixels.device)
    return torch.lt(bits.view(pixels.shape).int().mul_(255), limits, out=ones)
