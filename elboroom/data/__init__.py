"""Data: MNIST and its relatives, verified, cached, with an embedded part that works offline."""

from elboroom.data.choose import of_each_class
from elboroom.data.datasets import FULL, SUBSET, Dataset, Split, load

__all__ = ["FULL", "SUBSET", "Dataset", "Split", "load", "of_each_class"]
