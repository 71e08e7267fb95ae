"""A learner's torch modules, held against the judge's: the same weights and noise, the same numbers and gradients.

    ours = judge(lambda: VAE(z_dim=2, x_dim=6, hidden=5), seed=1)            # the judge's module, in float64
    theirs = with_weights(student.VAE(6, 2, 5), state_of(ours))              # the learner's, with the same weights
    expect.close(theirs.method("decode", tensor(z)), numbers(ours.decode(double(z))), rtol=RTOL)
    got = student.weight_gradients("negative_elbo", theirs.handle(), tensor(x), tensor(eps), module=theirs, which=0)
    gradients_are(got, gradients_of(ours.negative_elbo(double(x), double(eps))[0], ours))

Learners' modules compute in float32, the judge's in float64: RTOL is for what lies between.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograder import codec
from autograder.expect import Expected, await_judgement
from autograder.student import Answer, Wrong, describe_shape, reals

Array = np.ndarray
State = dict[str, Array]  # the weights of a module by name, as in its state_dict
RTOL = 2e-4


@contextmanager
def one_thread() -> Iterator[None]:
    """Torch on one thread, for what a judge computes: worker processes are forked from it. Put back at the end."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def unseeded() -> Any:
    """Making a module draws random weights; in a notebook the learner's own random numbers must not notice."""
    import torch

    return torch.random.fork_rng(devices=[])


def judge(make: Callable[[], Any], seed: int, spread: float = 0.5) -> Any:
    """The judge's own module, `make()`, in float64, with weights N(0, spread²) that are the same for the same seed.

    The weights are rounded to float32, so that a learner's module can hold them exactly."""
    import torch

    with unseeded():
        module = make().double()
    draw = np.random.default_rng(seed)
    state = {name: draw.normal(size=tuple(w.shape), scale=spread) for name, w in module.state_dict().items()}
    module.load_state_dict({name: torch.from_numpy(w.astype("f4").astype("f8")) for name, w in state.items()})
    return module


def state_of(module: Any) -> State:
    """The judge's module's weights, float32: to be sent to a learner's."""
    return {name: w.detach().numpy().astype("f4") for name, w in module.state_dict().items()}


def double(array: Any) -> Any:
    """An array as a float64 tensor, for the judge's module."""
    import torch

    return torch.as_tensor(np.asarray(array, dtype=float))


def numbers(value: Any) -> Any:
    """What the judge's module returned, as arrays: a tensor, or a tuple of them."""
    return tuple(numbers(v) for v in value) if isinstance(value, tuple) else value.detach().numpy()


def with_weights(module: Answer, state: State) -> Answer:
    """The learner's module, what their constructor returned, with our weights in it.

    Raises Wrong, with the name and the shape, unless its state_dict has the names and the shapes of `state`."""
    require_shapes(module, {name: np.shape(value) for name, value in state.items()})
    module.load(state)
    return module


def require_shapes(module: Answer, wanted: dict[str, tuple[int, ...]]) -> None:
    """Raises Wrong, with the name and the shape, unless the learner's module has weights of these."""
    found = shapes_of(module)
    if wanted and not found:
        raise Wrong(f"{module} has no weights yet.")
    for name, shape in wanted.items():
        if name not in found:
            raise Wrong(f"{module} has no weight called `{name}`. It has {_listed(found)}.")
        if found[name] != shape:
            has, should = describe_shape(found[name]), describe_shape(shape)
            raise Wrong(f"{module}: the weight `{name}` has {has}; it should have {should}.")
    for name in found:
        if name not in wanted:
            raise Wrong(f"{module} has a weight `{name}` that should not be there. Wanted are {_listed(wanted)}.")


def shapes_of(module: Answer) -> dict[str, tuple[int, ...]]:
    """The names and shapes of the learner's module's state_dict. Raises Wrong when it is no module."""
    module.handle()
    state = module.state()
    found = state.data() if "ok" in state.outcome() else None
    if not isinstance(found, dict) or not all(isinstance(w, codec.Tensor) for w in found.values()):
        raise Wrong(f"{module} should return a `torch.nn.Module`: it has no `state_dict` of weights.")
    return {str(name): tuple(w.array.shape) for name, w in found.items()}


class InputGradients(Answer):
    """The gradients in an answer of `student.grad`, as an answer of its own: a tuple, one for each argument."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.student, answer.message, f"gradient of {answer.name}")
        self.answer = answer

    def outcome(self) -> dict[str, Any]:
        return self.answer.outcome()

    def data(self) -> Any:
        value = self.answer.data()
        found = value[1] if isinstance(value, list) and len(value) == 2 else None
        if not isinstance(found, list) or any(gradient is None for gradient in found):
            raise Wrong(f"`{self.answer.name}` can't be differentiated in all its arguments: is a tensor detached?")
        return tuple(found)


def gradients_of(loss: Any, module: Any) -> State:
    """The gradient of the judge's loss, a 0-d tensor, in each weight of the judge's module."""
    import torch

    named = dict(module.named_parameters())
    found = torch.autograd.grad(loss, list(named.values()), allow_unused=True)
    return {
        name: np.zeros(tuple(w.shape)) if g is None else g.numpy()
        for (name, w), g in zip(named.items(), found, strict=True)
    }


def gradients_are(got: Answer, want: State, rtol: float = RTOL, arguments: tuple[Any, ...] = ()) -> None:
    """`got`, from `student.weight_gradients`, has these gradients; `rtol` is relative to each weight's largest entry.

    Known mistakes in the gradient are registered for the function "gradient of NAME"; they take `arguments` and return
    a dictionary of gradients."""
    await_judgement(_Weights(got, want, f"gradient of {got.name}", _gradients_in, arguments, rtol))


def moved_to(
    got: Answer, start: State, want: State, function: str, arguments: tuple[Any, ...] = (), rtol: float = RTOL
) -> None:
    """`got`, from `module.state()`, has gone from the weights `start` to `want`, after the learner's `function` has
    been called. `rtol` is relative to the largest move in each weight. Known mistakes of `function` take `arguments`
    and return the weights that the misconception leads to."""
    moves = {name: want[name] - start[name] for name in want}
    await_judgement(_Weights(got, moves, function, lambda answer: _moves(answer, start), arguments, rtol, start))


class _Weights(Expected):
    """A dictionary of arrays by the names of weights: gradients, or moves away from `start`."""

    def __init__(
        self,
        got: Answer,
        want: State,
        function: str,
        read: Callable[[Answer], State],
        arguments: tuple[Any, ...],
        rtol: float,
        start: State | None = None,
    ) -> None:
        super().__init__(got)
        self.want, self.function, self.read, self.arguments, self.rtol = want, function, read, arguments, rtol
        self.start = start

    def judge(self, public: bool) -> None:
        for name, got in self._found().items():
            want = self.want[name]
            if not np.isfinite(got).all():
                raise Wrong(f"{self._what(name)} is not finite.")
            if not self._near(got, want):
                raise Wrong(f"{self._what(name)} is {_compared(got, want)}.")

    def agrees_with(self, mistake: Any) -> bool:
        found, returned = self._found(), mistake(*self.arguments)
        if self.start is not None:
            returned = {name: returned[name] - self.start[name] for name in self.want}
        return all(self._near(found[name], returned[name], self.rtol * _size(want)) for name, want in self.want.items())

    def _found(self) -> State:
        found = self.read(self.got)
        return {name: _same_shape(name, found.get(name), want) for name, want in self.want.items()}

    def _what(self, name: str) -> str:
        if self.start is None:
            return f"The {self.function} in the weight `{name}`"
        return f"After `{self.function}` the move of the weight `{name}`"

    def _near(self, got: Array, want: Array, slack: float = 0.0) -> bool:
        with np.errstate(all="ignore"):
            return bool(np.all(np.abs(got - want) <= 1e-7 + slack + self.rtol * _size(want)))


def _gradients_in(answer: Answer) -> State:
    value = answer.data()
    found = value[1] if isinstance(value, list) and len(value) == 2 else None
    if not isinstance(found, dict):
        raise Wrong(f"`{answer.name}` has no gradient.")
    lost = next((name for name, gradient in found.items() if gradient is None), None)
    if lost is not None:
        raise Wrong(
            f"No gradient of `{answer.name}` reaches the weight `{lost}`. Is a tensor detached on the way, turned into "
            "a number, or computed without it?"
        )
    return found


def _moves(answer: Answer, start: State) -> State:
    found = answer.data()
    if not isinstance(found, dict):
        raise Wrong(f"`{answer.name}` is no longer a dictionary of weights.")
    return {name: _same_shape(name, found.get(name), w) - w for name, w in start.items()}


def _same_shape(name: str, got: Any, want: Array) -> Array:
    """An entry of what a kernel sent, as numbers in the shape of `want`."""
    if not isinstance(got, codec.Tensor | np.ndarray) or np.shape(got) != np.shape(want):
        raise Wrong(f"The weight `{name}` is no longer what it was: it should have {describe_shape(np.shape(want))}.")
    return reals(got, f"the weight `{name}`")


def _compared(got: Array, want: Array) -> str:
    """How far off, in words that don't give the numbers away."""
    size, wanted = _size(got), _size(want)
    if size == 0:
        return "zero"
    product = float((got * want).sum())
    if wanted and np.allclose(got, want * (factor := product / float((want**2).sum())), rtol=1e-3, atol=1e-3 * size):
        return f"{factor:.4g} times what it should be"
    return f"off (its largest entry has the size {size:.4g}; it should have {wanted:.4g})"


def _size(array: Array) -> float:
    return float(np.max(np.abs(array), initial=0.0))


def _listed(shapes: dict[str, tuple[int, ...]]) -> str:
    return ", ".join(f"`{name}` {shape}" for name, shape in shapes.items()) or "none"
