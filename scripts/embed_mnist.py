"""Writes elboroom/data/mnist_subset.npz: 500 digits a class of MNIST's training split, 100 a class of its test split.

    ELBOROOM_DATA=<folder with mnist/> python scripts/embed_mnist.py

The files are verified by their sha256 first; the same files give the same subset.
"""

import io
import zipfile
from pathlib import Path

import numpy as np

import elboroom.data
from elboroom.data import load, of_each_class

TARGET = Path(elboroom.data.__file__).with_name("mnist_subset.npz")
PER_CLASS = {"train": 500, "test": 100}


def subset() -> dict[str, np.ndarray]:
    """The arrays of the embedded file."""
    mnist, arrays = load("mnist"), {}
    for part, split in (("train", mnist.train), ("test", mnist.test)):
        chosen = of_each_class(split.labels, PER_CLASS[part], seed=2026)
        arrays[f"{part}_images"], arrays[f"{part}_labels"] = split.images[chosen], split.labels[chosen].astype(np.uint8)
    return arrays


def write(arrays: dict[str, np.ndarray], target: Path) -> None:
    """An npz as numpy reads it, packed more tightly than numpy packs, without dates."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_LZMA) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.save(buffer, array)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), buffer.getvalue(), zipfile.ZIP_LZMA)


if __name__ == "__main__":
    write(subset(), TARGET)
    print(f"{TARGET.name}: {TARGET.stat().st_size / 1e6:.2f} MB")
