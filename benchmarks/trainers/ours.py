"""Our loop, as `elboroom train` runs it: on a CPU as it stands; on a GPU eager, compiled or as a recorded graph."""

import copy

import torch

from elboroom.data import Dataset
from elboroom.models import VAE
from elboroom.training import Settings, Stepper, recipe_for
from elboroom.training.checkpoint import evaluated_state
from elboroom.training.distributed import World
from elboroom.training.run import make_model
from elboroom.training.stepper import Objective


class OurLoop:
    """Takes steps; `how` is "default" (a recorded graph on a GPU), "eager" or "compiled"."""

    def __init__(self, settings: Settings, dataset: Dataset, device: str = "cpu", how: str = "default") -> None:
        world = World(0, 1, torch.device(device))
        self.model = make_model(settings, world.device)
        objective = Objective(self.model, settings)
        objective = torch.compile(objective) if how == "compiled" else objective
        self.stepper = Stepper(self.model, settings, objective, graph=how == "default")
        self.batches = recipe_for(settings.model).batches(settings, dataset, world.device, world)
        self.taken = 0

    def steps(self, n: int) -> None:
        terms = [self.stepper.take(step, *self.batches.draw(step)) for step in range(self.taken, self.taken + n)]
        self.taken += n
        self.said = torch.stack(terms).mean(0).tolist()

    def evaluated(self) -> VAE:
        """The model that the protocol evaluates."""
        model = copy.deepcopy(self.model)
        model.load_state_dict(evaluated_state(self.stepper))
        return model
