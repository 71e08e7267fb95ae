"""One step of training, on the CPU as it stands, on a GPU as a CUDA graph that is recorded once and replayed."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from elboroom.training import adam
from elboroom.training.recipe import bound
from elboroom.training.settings import Settings

AVERAGE_EVERY = 10  # steps between two additions to the average of the weights: its decay is taken so often
WARM_UPS = 3  # eager steps before a graph may be recorded


class Objective(nn.Module):
    """The loss as a module's forward pass, so that DistributedDataParallel sees it. -> (T,), see Recipe."""

    def __init__(self, model: nn.Module, settings: Settings, loss: Callable[..., Tensor] = bound) -> None:
        super().__init__()
        self.model, self.settings, self.loss = model, settings, loss

    def forward(self, kl_weight: Tensor, *batch: Tensor) -> Tensor:
        return self.loss(self.model, self.settings, kl_weight, *batch)


class Stepper:
    """Takes steps of Adam (fused) on `model`; keeps the average of the weights, if the settings ask for one.

    On a GPU the step is recorded once and replayed, unless `graph` is false."""

    def __init__(self, model: Any, settings: Settings, objective: nn.Module | None = None, graph: bool = True) -> None:
        self.model, self.settings = model, settings
        self.objective = objective or Objective(model, settings)
        self.parameters: list[Tensor] = [p for p in model.parameters() if p.requires_grad]
        device = self.parameters[0].device
        self.kl_weight = torch.ones((), device=device)
        on_gpu = self.on_gpu = device.type == "cuda"
        self.optimiser = torch.optim.AdamW(
            self._groups(),
            betas=(0.9, settings.beta2),
            fused=True,
            capturable=on_gpu,
        )
        for group in self.optimiser.param_groups:  # a graph reads its rate from the device
            group["lr"] = torch.zeros((), device=device) if on_gpu else 0.0
        self.average = [p.detach().clone() for p in self.parameters] if settings.average else []
        self._take: Callable[..., Tensor] = self._record if on_gpu and graph else self._eager

    def _groups(self) -> list[dict[str, Any]]:
        """All parameters: a layer's weights decay, its biases don't; epsilon is the layers'. A mixture's components get
        a small share of the gradient each, and have a long way to go: for them epsilon stays Adam's own, and `times`
        that of the layers is their rate."""
        groups: dict[tuple[float, float, float], list[Tensor]] = {}
        for name, parameter in self.model.named_parameters():
            of_a_layer = name.endswith((".weight", ".bias"))
            decay = self.settings.weight_decay if name.endswith(".weight") else 0.0
            epsilon = self.settings.epsilon if of_a_layer else Settings.epsilon
            times = 1.0 if of_a_layer else getattr(self.settings, "prior_rate", 1.0)
            if parameter.requires_grad:
                groups.setdefault((decay, epsilon, times), []).append(parameter)
        return [{"params": params, "weight_decay": d, "eps": e, "times": t} for (d, e, t), params in groups.items()]

    def take(self, step: int, *batch: Tensor) -> Tensor:
        """One step; returns the loss and the terms before it, (T,), still on the device."""
        self._set_rate(self.settings.rate(step))
        self.kl_weight.fill_(self.settings.kl_weight(step))
        terms = self._take(*batch)
        if self.average and (step + 1) % AVERAGE_EVERY == 0:
            self._add_to_average(step)
        return terms

    def _set_rate(self, rate: float) -> None:
        for group in self.optimiser.param_groups:
            if self.on_gpu:
                group["lr"].fill_(rate * group["times"])
            else:
                group["lr"] = rate * group["times"]

    def _add_to_average(self, step: int) -> None:
        """An exponential average that forgets the beginning sooner."""
        decay = min(self.settings.average, (1 + step) / (10 + step)) ** AVERAGE_EVERY
        with torch.no_grad():
            torch._foreach_lerp_(self.average, self.parameters, 1 - decay)

    def _eager(self, *batch: Tensor) -> Tensor:
        self._forget_gradients()
        terms = self.objective(self.kl_weight, *batch)
        terms[0].backward()
        adam.step(self.optimiser)
        return terms.detach()

    def _forget_gradients(self) -> None:
        """As the optimiser's zero_grad does, which takes ten times as long about it."""
        for parameter in self.parameters:
            parameter.grad = None

    def _record(self, *batch: Tensor) -> Tensor:
        """The first step on a GPU: warm up on a side stream, record, and replay from then on."""
        self.batch = [tensor.clone() for tensor in batch]
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            self._warm_up()
        torch.cuda.current_stream().wait_stream(stream)
        self.graph = torch.cuda.CUDAGraph()
        self._forget_gradients()
        with torch.cuda.graph(self.graph):
            self.terms = self._eager(*self.batch)
        self._take = self._replay
        return self._replay(*batch)

    def _warm_up(self) -> None:
        """Eager steps that leave no trace: weights and Adam's state, if there is some already, are put back."""
        kept = [(tensor, tensor.detach().clone()) for tensor in (*self.parameters, *self._moments())]
        for _ in range(WARM_UPS):
            self._eager(*self.batch)
        with torch.no_grad():
            for tensor in self._moments():
                tensor.zero_()
            for tensor, value in kept:
                tensor.copy_(value)

    def _moments(self) -> list[Tensor]:
        return [value for state in self.optimiser.state.values() for value in state.values()]

    def _replay(self, *batch: Tensor) -> Tensor:
        torch._foreach_copy_(self.batch, list(batch))
        self.graph.replay()
        return self.terms.clone()
