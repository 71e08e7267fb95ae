"""Grids of digits: rows of images side by side, as one picture."""

from typing import Any

import numpy as np


def mosaic(rows: Any) -> np.ndarray:
    """Rows of images as one image: R rows of (n, 784), (n, 28, 28) or (n, 3, 32, 32) -> (28 R, 28 n) or (…, 3)."""
    strips = [np.concatenate([_image(i) for i in _array(row)], axis=1) for row in rows]
    return np.concatenate(strips, axis=0)


def _array(row: Any) -> np.ndarray:
    """A row of images, a tensor perhaps (on some device, with a gradient)."""
    return np.asarray(row.detach().cpu() if hasattr(row, "detach") else row, dtype=float)


def _image(flat: np.ndarray) -> np.ndarray:
    if flat.ndim == 3 and flat.shape[0] == 3:  # colours first, as torch has them
        return flat.transpose(1, 2, 0)
    side = round(flat.size**0.5)
    return flat.reshape(side, side) if flat.ndim == 1 else flat
