"""Choosing images: a few of each class, always the same ones for the same seed."""

import numpy as np


def of_each_class(labels: np.ndarray, per_class: int, seed: int) -> np.ndarray:
    """Indices of `per_class` random examples of each class, in random order: (classes · per_class,) int64."""
    generator = np.random.default_rng(seed)
    chosen = [generator.choice(np.flatnonzero(labels == c), per_class, replace=False) for c in np.unique(labels)]
    return generator.permutation(np.concatenate(chosen))
