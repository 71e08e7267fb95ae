"""Answers the judge's requests out of a namespace: calls functions, reads variables, drives modules by handle.

It runs beside the learner's code (or, in a notebook, in the learner's own process), so what it says is only a claim.
"""

import contextlib
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder import codec
from autograder.kernel.functions import FUNCTIONS

Message = dict[str, Any]


class Answers:
    """Answers messages about `namespace`; keeps what is not data under a number (a handle)."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.namespace = namespace
        self.kept: list[Any] = []

    def keep(self, thing: Any) -> int:
        """The number under which the judge can ask for `thing` again."""
        self.kept.append(thing)
        return len(self.kept) - 1

    @property
    def revive(self) -> dict[type, Callable[[Any], Any]]:
        """What the codec's classes become on the learner's side."""
        return {
            codec.Tensor: _torch_tensor,
            codec.View: _with_gaps,
            codec.Handle: lambda handle: self.kept[handle.id],
            codec.Function: lambda function: FUNCTIONS[function.name],
        }

    def answer(self, message: Message) -> list[Message]:
        """One result per call of {"op": "calls", "calls": [...]}; see `_OPERATIONS` for the kinds of call.

        Warnings stay quiet: a check asks for values at the edge, and a learner did not choose to go there."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return [self._one(call) for call in message["calls"]]

    def _one(self, call: Message) -> Message:
        try:
            value = _OPERATIONS[call["do"]](self, call)
            codec.pack(0, value, lambda thing: 0)  # refused here, where it costs only this one call
            return {"ok": value}
        except _Missing as missing:
            return {"missing": missing.name}
        except codec.Refused as refused:
            return {"refused": str(refused)}
        except Exception as error:
            return {"raised": [[kind.__name__ for kind in type(error).__mro__], _text(error)[:300]]}

    def named(self, name: str) -> Any:
        """The learner's variable; an exercise left as `...` counts as missing."""
        value = self.namespace.get(name, ...)
        if value is ...:
            raise _Missing(name)
        return value

    def call(self, call: Message) -> Any:
        target = self.named(call["f"]) if isinstance(call["f"], str) else call["f"]
        function = getattr(target, call["method"]) if call.get("method") else target
        kwargs = call.get("kwargs", {})
        if call.get("wrt") is not None:
            return _with_gradients(function, call["args"], kwargs, call["wrt"])
        return function(*call["args"], **kwargs)

    def value(self, call: Message) -> Any:
        return self.named(call["name"])

    def state(self, call: Message) -> Any:
        return dict(call["f"].state_dict())

    def load(self, call: Message) -> None:
        import torch

        call["f"].load_state_dict({name: torch.as_tensor(array) for name, array in call["state"].items()})

    def descent(self, call: Message) -> Any:
        return _Descent(list(call["f"].parameters()), call["lr"])

    def gradients(self, call: Message) -> list[Any] | None:
        """[output, {weight: gradient}]; None for a weight that the output, or its entry `which`, doesn't depend on."""
        import torch

        output = self.call(call)
        if output is None:  # not written yet
            return None
        value = output if call["which"] is None else output[call["which"]]
        named = dict(call["module"].named_parameters())
        if not isinstance(value, torch.Tensor) or not value.requires_grad:
            return [output, dict.fromkeys(named)]
        gradients = torch.autograd.grad(value.sum(), list(named.values()), allow_unused=True)
        return [output, dict(zip(named, gradients, strict=True))]


_OPERATIONS: dict[str, Callable[[Answers, Message], Any]] = {
    "call": Answers.call,  # f (a name or a handle), args; where there are any: method (a name), kwargs, wrt (positions)
    "value": Answers.value,  # name
    "state": Answers.state,  # f (a module)
    "load": Answers.load,  # f (a module), state (name -> array)
    "descent": Answers.descent,  # f (a module), lr
    "gradients": Answers.gradients,  # as call, and: module, which (an entry of the output, or None for all of it)
}


class _Descent:
    """Plain gradient descent, as torch.optim.SGD has it, whose import would cost every kernel seconds."""

    def __init__(self, parameters: list[Any], lr: float) -> None:
        self.parameters, self.lr = parameters, lr

    def zero_grad(self, set_to_none: bool = True) -> None:
        for parameter in self.parameters:
            parameter.grad = None

    def step(self) -> None:
        for parameter in self.parameters:
            if parameter.grad is not None:
                parameter.data -= self.lr * parameter.grad


class _Missing(Exception):
    def __init__(self, name: str) -> None:
        self.name = name


def _torch_tensor(tensor: codec.Tensor) -> Any:
    import torch

    made = torch.from_numpy(tensor.array)
    if tensor.dtype:
        made = made.to(getattr(torch, tensor.dtype))
    return made.requires_grad_(tensor.requires_grad)


def _with_gaps(view: codec.View) -> np.ndarray:
    """The same numbers, every other entry of an array twice as long in each dimension, and not to be written to."""
    wide = np.zeros([2 * n for n in view.array.shape], view.array.dtype)
    every_other: Any = (*(slice(None, None, 2),) * wide.ndim, ...)
    gaps = wide[every_other]
    gaps[...] = view.array
    gaps.flags.writeable = False
    return gaps


def _with_gradients(function: Callable[..., Any], args: list[Any], kwargs: Message, wrt: list[int]) -> list[Any] | None:
    """[output, [d sum(output) / d args[i] for i in wrt]], by torch; None where the output does not depend on one."""
    import torch

    args = list(args)
    for i in wrt:
        args[i] = torch.as_tensor(args[i]).detach().clone().requires_grad_(True)
    output = function(*args, **kwargs)
    if output is None:  # not written yet
        return None
    gradients = torch.autograd.grad(output.sum(), [args[i] for i in wrt], allow_unused=True)
    return [output, list(gradients)]


def _text(error: Exception) -> str:
    with contextlib.suppress(Exception):
        return str(error)
    return ""
