"""The floor: a step's matrix products and nothing else, by PyTorch's default library and by the one we use."""

from collections.abc import Callable

import torch
from torch import Tensor

from elboroom.models.products import product
from elboroom.training import Settings

HIDDEN, PIXELS = 300, 784


class Floor:
    """Forward x W^T; backward the gradients in W and, but for the first layer, in x: 17 products."""

    def __init__(self, settings: Settings, multiply: Callable[[Tensor, Tensor], Tensor]) -> None:
        widths = [(PIXELS, HIDDEN), (HIDDEN, HIDDEN), (HIDDEN, 2 * settings.z_dim)]
        widths += [(settings.z_dim, HIDDEN), (HIDDEN, HIDDEN), (HIDDEN, PIXELS)]
        self.multiply = multiply
        self.layers = [
            (torch.randn(settings.batch, i), torch.randn(o, i), torch.randn(settings.batch, o)) for i, o in widths
        ]

    def steps(self, n: int) -> None:
        with torch.no_grad():
            for _ in range(n):
                for number, (x, weight, gradient) in enumerate(self.layers):
                    self.multiply(x, weight)
                    self.multiply(gradient.t(), x.t())
                    if number:
                        self.multiply(gradient, weight.t())


def by_default(x: Tensor, weight: Tensor) -> Tensor:
    """x W^T, as nn.Linear has it done."""
    return x @ weight.t()


by_onednn = product
