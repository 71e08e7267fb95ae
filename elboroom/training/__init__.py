"""Training: one loop, data on the device, the same run on a CPU, a GPU, or several."""

from elboroom.training.batches import Batches, binarise
from elboroom.training.loop import Diverged, Look, train
from elboroom.training.settings import PROTOCOLS, Settings, settings_for
from elboroom.training.stepper import Stepper

__all__ = ["PROTOCOLS", "Batches", "Diverged", "Look", "Settings", "Stepper", "binarise", "settings_for", "train"]
