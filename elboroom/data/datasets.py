"""Data sets by name: images and labels of the official split, and where they came from.

Without the full files and without a network, MNIST is the embedded subset, and says so: `source` goes with every
number that is computed from it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import resources

import numpy as np

from autograder.errors import UserError
from elboroom.data.catalogue import CATALOGUE
from elboroom.data.coloured import colour
from elboroom.data.fetch import Unavailable, fetch
from elboroom.data.formats import read_amat, read_idx, read_svhn

FULL, SUBSET = "full", "embedded subset of 5,000 + 1,000 digits"


@dataclass(frozen=True)
class Split:
    """images (N, 784) or (N, 3, 32, 32) uint8; labels (N,) int64, or None where the file has none."""

    images: np.ndarray
    labels: np.ndarray | None

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, which: slice | np.ndarray) -> "Split":
        return Split(self.images[which], None if self.labels is None else self.labels[which])


@dataclass(frozen=True)
class Dataset:
    """A data set's training and test split, its name, and its source: the full files or the embedded subset.

    `binary` images hold 0 and 1; the others hold 0 to 255."""

    name: str
    train: Split
    test: Split
    source: str = FULL
    binary: bool = False

    @property
    def described(self) -> str:
        """For a report: the name, and the source where it isn't the full data."""
        return self.name if self.source == FULL else f"{self.name} ({self.source})"

    def held_out(self, n: int = 10_000) -> "Dataset":
        """The same without the test split: the last `n` training images (a sixth at most) take its place.

        Settings are chosen on these, so that the test images are seen once."""
        n = min(n, len(self.train) // 6)
        held = f"{self.source}, {n} held-out training images"
        return replace(self, train=self.train[:-n], test=self.train[-n:], source=held)


def load(name: str, subset: bool = False) -> Dataset:
    """The data set called `name`; with `subset`, or where nothing else is to be had, the embedded part of it.

    Raises UserError for an unknown name, and Unavailable where there is no embedded part to fall back on."""
    if name not in _READERS:
        raise UserError(f"there is no data set {name!r}", f"Known: {', '.join(sorted(_READERS))}")
    if not subset:
        try:
            return _READERS[name]()
        except Unavailable as unavailable:
            if name not in _EMBEDDED:
                raise
            print(f"{unavailable.message}: using the {SUBSET}.")
    if name not in _EMBEDDED:
        raise UserError(f"no part of {name} is embedded", f"Embedded: {', '.join(sorted(_EMBEDDED))}")
    return _EMBEDDED[name]()


def _idx(name: str) -> Dataset:
    arrays = {part: read_idx(fetch(name, file)) for part, file in CATALOGUE[name].items()}
    splits = [
        Split(arrays[f"{part}_images"].reshape(-1, 784), arrays[f"{part}_labels"].astype(np.int64))
        for part in ("train", "test")
    ]
    return Dataset(name, splits[0], splits[1])


def _binarised() -> Dataset:
    """The benchmark of Larochelle & Murray (2011): binarised once, 50,000 + 10,000 for training, 10,000 for the test.

    The published test file is sorted by class and comes without labels; it is shuffled here, always in the same way,
    and must never be paired with MNIST's labels by index."""
    parts = {part: read_amat(fetch("binarized_mnist", file)) for part, file in CATALOGUE["binarized_mnist"].items()}
    order = np.random.default_rng(0).permutation(len(parts["test"]))
    train = np.concatenate([parts["train"], parts["valid"]])
    return Dataset("binarized_mnist", Split(train, None), Split(parts["test"][order], None), binary=True)


def _svhn() -> Dataset:
    """Street View House Numbers (Netzer et al. 2011), for non-commercial use; downloaded, never passed on."""
    splits = {part: Split(*read_svhn(fetch("svhn", file))) for part, file in CATALOGUE["svhn"].items()}
    return Dataset("svhn", splits["train"], splits["test"])


def _embedded_mnist() -> Dataset:
    with resources.files("elboroom.data").joinpath("mnist_subset.npz").open("rb") as file:
        arrays = np.load(file)
        parts = [Split(arrays[f"{p}_images"], arrays[f"{p}_labels"].astype(np.int64)) for p in ("train", "test")]
    return Dataset("mnist", parts[0], parts[1], SUBSET)


def _coloured(digits: Dataset) -> Dataset:
    splits = [Split(colour(part.images, seed), part.labels) for seed, part in enumerate((digits.train, digits.test))]
    return Dataset("coloured_mnist", splits[0], splits[1], digits.source)


_READERS: dict[str, Callable[[], Dataset]] = {
    "mnist": lambda: _idx("mnist"),
    "fashion_mnist": lambda: _idx("fashion_mnist"),
    "binarized_mnist": _binarised,
    "svhn": _svhn,
    "coloured_mnist": lambda: _coloured(_idx("mnist")),
}
_EMBEDDED: dict[str, Callable[[], Dataset]] = {
    "mnist": _embedded_mnist,
    "coloured_mnist": lambda: _coloured(_embedded_mnist()),
}
