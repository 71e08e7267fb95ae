"""A step of PyTorch's fused AdamW on a CPU, without the bookkeeping around it: a twentieth of a training step.

The same kernel on the same state: the numbers are the optimiser's own, bit for bit.
"""

import torch
from torch import Tensor
from torch.optim import AdamW

AVAILABLE = hasattr(torch, "_fused_adamw_")


@torch.no_grad()
def step(optimiser: AdamW) -> None:
    """optimiser.step(), where `optimiser` was made with fused=True and without amsgrad, and has no hooks."""
    moved = [[p for p in group["params"] if p.grad is not None] for group in optimiser.param_groups]
    begun = all(p in optimiser.state for parameters in moved for p in parameters)  # the first step makes the state
    if not (AVAILABLE and begun) or optimiser.defaults["capturable"]:
        optimiser.step()
        return
    for group, parameters in zip(optimiser.param_groups, moved, strict=True):
        states = [optimiser.state[p] for p in parameters]
        counts: list[Tensor] = [state["step"] for state in states]
        torch._foreach_add_(counts, 1)
        torch._fused_adamw_(
            parameters,
            [p.grad for p in parameters],
            [state["exp_avg"] for state in states],
            [state["exp_avg_sq"] for state in states],
            [],
            counts,
            amsgrad=False,
            lr=group["lr"],
            beta1=group["betas"][0],
            beta2=group["betas"][1],
            weight_decay=group["weight_decay"],
            eps=group["eps"],
            maximize=False,
        )
