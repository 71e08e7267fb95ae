"""Our way of taking AdamW's steps gives PyTorch's numbers, whatever the groups, also after a resumption."""

import copy
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.optim import AdamW

from elboroom.training import adam

Step = Callable[[AdamW], None]


def trained(step: Step, resume_at: int | None = None) -> list[Tensor]:
    """Weights and moments after seven steps of a network of which one layer has no gradient."""
    torch.manual_seed(3)
    net = nn.Sequential(nn.Linear(5, 8), nn.ELU(), nn.Linear(8, 2))
    unused = nn.Linear(2, 2)

    def make() -> AdamW:
        groups = [
            {"params": [net[0].weight, net[2].weight], "weight_decay": 0.1, "eps": 1e-3},
            {"params": [net[0].bias, net[2].bias, *unused.parameters()], "weight_decay": 0.0, "eps": 1e-8},
        ]
        return AdamW(groups, lr=0.01, betas=(0.9, 0.95), fused=True)

    optimiser = make()
    for number in range(7):
        if number == resume_at:
            state = copy.deepcopy(optimiser.state_dict())
            optimiser = make()
            optimiser.load_state_dict(state)
        for group in optimiser.param_groups:
            group["lr"] = 0.01 / (1 + number)
        optimiser.zero_grad()
        net(torch.randn(4, 5)).square().sum().backward()
        step(optimiser)
    moments = [state[name] for state in optimiser.state.values() for name in ("step", "exp_avg", "exp_avg_sq")]
    return [p.detach() for p in net.parameters()] + moments


@pytest.mark.parametrize("resume_at", [None, 3])
def test_the_numbers_are_the_optimisers_own(resume_at: int | None) -> None:
    ours, theirs = trained(adam.step, resume_at), trained(lambda optimiser: optimiser.step(), resume_at)
    assert len(ours) == len(theirs) > 12
    assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))


def test_after_the_first_step_the_optimisers_own_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []
    theirs = AdamW.step
    monkeypatch.setattr(AdamW, "step", lambda self, closure=None: (taken.append(1), theirs(self, closure))[1])
    weight = nn.Parameter(torch.ones(3))
    optimiser = AdamW([weight], lr=0.1, fused=True)
    for _ in range(4):
        weight.grad = torch.ones(3)
        adam.step(optimiser)
    assert len(taken) == 1 and torch.allclose(weight, torch.full((3,), 0.6), atol=1e-2)
