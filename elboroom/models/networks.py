"""The two networks of every model here: 300 and 300 hidden units, ELU (the protocol of CS 236, homework 2)."""

from torch import Tensor, nn
from torch.nn import functional as F

from elboroom.models.products import Linear

HIDDEN = 300
FLOOR = 1e-8  # no variance is smaller


def mlp(inputs: int, outputs: int, hidden: int = HIDDEN) -> nn.Sequential:
    """inputs -> hidden -> hidden -> outputs."""
    return nn.Sequential(
        Linear(inputs, hidden),
        nn.ELU(inplace=True),
        Linear(hidden, hidden),
        nn.ELU(inplace=True),
        Linear(hidden, outputs),
    )


class Encoder(nn.Module):
    """x (and what else is given, side by side) -> (mu, var) of q(z|x), diagonal."""

    def __init__(self, inputs: int, z_dim: int, hidden: int = HIDDEN) -> None:
        super().__init__()
        self.net = mlp(inputs, 2 * z_dim, hidden)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        mu, h = self.net(x).chunk(2, -1)  # (..., K) each
        return mu, F.softplus(h) + FLOOR


class Decoder(nn.Module):
    """z (and what else is given, side by side) -> logits of the pixels."""

    def __init__(self, inputs: int, x_dim: int, hidden: int = HIDDEN) -> None:
        super().__init__()
        self.net = mlp(inputs, x_dim, hidden)

    def forward(self, z: Tensor) -> Tensor:
        return self.net(z)  # (..., D)
