"""Digits as tensors of bytes, on the device where they will be used; what they are is said aloud."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Digits:
    """Images (N, 784), or (N, 3, 32, 32) in colour, uint8; labels (N,) int64. `described` says what they are."""

    train: Tensor
    train_labels: Tensor
    test: Tensor
    test_labels: Tensor
    described: str

    def __repr__(self) -> str:
        return f"{self.described}: {len(self.train):,} to train on, {len(self.test):,} for the test"


def digits(data: str = "subset", device: str = "cpu", name: str = "mnist") -> Digits:
    """The data set called `name`: with data="subset" its embedded part, with "full" all of it, fetched when needed.

    Raises ValueError for another `data`, and where there is no device of that name."""
    from elboroom.data import load

    if data not in ("subset", "full"):
        raise ValueError(f'data should be "subset" or "full", not {data!r}')
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise ValueError(f"there is no device {device!r} on this machine; use device = 'cpu'")
    found = load(name, subset=data == "subset")
    assert found.train.labels is not None and found.test.labels is not None
    arrays = (found.train.images, found.train.labels, found.test.images, found.test.labels)
    train, train_labels, test, test_labels = (torch.tensor(a, device=device) for a in arrays)
    made = Digits(train, train_labels, test, test_labels, found.described)
    print(made)
    return made
