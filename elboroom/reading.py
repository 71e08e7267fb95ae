"""A reader of coloured digits: it names the digit in an image, whoever made the image, by its nearest neighbours.

A model that claims to have written a 7 should be read by somebody who hasn't learnt from that model. The reader sees
how much ink there is at each place, not its colour, and asks three training digits that look most alike.
"""

from typing import Any

import numpy as np

Array = np.ndarray
NEIGHBOURS, MEMORY, ROWS = 3, 10_000, 500  # neighbours asked, digits remembered, images read at a time
FAINT = 1e-3  # less contrast than this is none


def ink(images: Any) -> Array:
    """How much ink there is at each place, 0 for paper to 1, whatever the colours: (N, 3·P) -> (N, P).

    images hold the colours 0 to 1, or bytes, one colour after the other, flat or as (N, 3, side, side)."""
    array = np.asarray(images.detach().cpu() if hasattr(images, "detach") else images, dtype="f4")
    planes = array.reshape(len(array), 3, -1) / (255 if array.max(initial=0) > 2 else 1)
    darkest, brightest = planes.min(2, keepdims=True), planes.max(2, keepdims=True)
    return ((planes - darkest) / (brightest - darkest + FAINT)).mean(1)


class Reader:
    """Remembers the first MEMORY of these images and their labels (N,); reads others of the same size."""

    def __init__(self, images: Any, labels: Any) -> None:
        self.known, self.labels = ink(images[:MEMORY]), np.asarray(labels[:MEMORY])

    def read(self, images: Any) -> Array:
        """The digit in each image: (N, 3·P) -> (N,) int64."""
        places = ink(images)
        return np.concatenate([self._vote(places[i : i + ROWS]) for i in range(0, len(places), ROWS)])

    def accuracy(self, images: Any, labels: Any) -> tuple[float, float]:
        """How often the digit read is the label, and the standard error of that."""
        right = self.read(images) == np.asarray(labels)
        return float(right.mean()), float(right.std(ddof=1) / len(right) ** 0.5)

    def _vote(self, places: Array) -> Array:
        """The commonest label among the nearest neighbours; of several, the smallest."""
        distances = (self.known**2).sum(1) - 2 * places @ self.known.T  # less |places|², the same for all
        nearest = np.argpartition(distances, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
        votes = self.labels[nearest][..., None] == np.arange(self.labels.max() + 1)  # (N, neighbours, classes)
        return votes.sum(1).argmax(1)
