"""Coloured MNIST: digits on 32 × 32 pixels in colours that say nothing about the digit.

The colours of ink and paper are drawn independently of the class, so the style of an image (its colours, its hand) and
its content (the digit) are independent by construction.
"""

import numpy as np


def colour(images: np.ndarray, seed: int) -> np.ndarray:
    """(N, 784) uint8 -> (N, 3, 32, 32) uint8; the colours depend on `seed` and on nothing else."""
    generator = np.random.default_rng([seed, 32])
    n = len(images)
    ink = np.pad(images.reshape(n, 1, 28, 28), ((0, 0), (0, 0), (2, 2), (2, 2))).astype(np.float32) / 255
    front, back = generator.uniform(0, 1, (2, n, 3, 1, 1)).astype(np.float32)
    front, back = 0.5 + 0.5 * front, 0.45 * back  # bright ink on dark paper, so that every digit can be read
    return np.round(255 * (ink * front + (1 - ink) * back)).astype(np.uint8)
