"""The learner as a check sees them: `student.elbo(1.5, 1.0, 2.0)` asks for the value of their function.

Calls are lazy: each gives an `Answer`, and all answers that are still open go out in one request when the first of
them is needed (at the end of a part, at the latest). The same calls reach a namespace in a notebook and a kernel in
grading; in both, only what the codec lets through comes back.
"""

from typing import Any

import numpy as np

from autograder import codec
from autograder.endpoint import Endpoint
from autograder.wrong import Wrong


class Answer:
    """One result to come. `name` is the learner's function or variable; `args` what it was called with. In `made`
    expectations note what they have made of the value."""

    def __init__(self, student: "Student", call: dict[str, Any], name: str) -> None:
        self.student, self.message, self.name = student, call, name
        self.result: dict[str, Any] | None = None
        self.made: dict[Any, Any] = {}

    @property
    def args(self) -> list[Any]:
        return self.message.get("args", [])

    def data(self) -> Any:
        """The value as the codec decodes it. Raises Wrong when there is none."""
        result = self.outcome()
        if "ok" in result:
            if result["ok"] is None:
                raise Wrong(f"`{self.name}` returns nothing yet.")
            return result["ok"]
        if "missing" in result:
            raise Wrong(f"`{self.name}` is not defined yet.")
        if "raised" in result:
            kinds, text = result["raised"]
            raise Wrong(f"{self} raised {kinds[0]}{': ' + text if text else ''}.")
        raise Wrong(f"{self} returned something that can't be checked: {result['refused']}.")

    def outcome(self) -> dict[str, Any]:
        """What came back: {"ok": value}, {"missing": name}, {"raised": [type names, message]} or {"refused": why}."""
        if self.result is None:
            self.student.flush()
        assert self.result is not None
        return self.result

    def array(self, shape: tuple[int, ...] | None = None) -> np.ndarray:
        """The value as float64 (complex128 for complex numbers), of exactly `shape` when that is given."""
        array = numbers(self.data(), str(self))
        if shape is not None and array.shape != shape:
            raise Wrong(f"{self} has {describe_shape(array.shape)}; it should have {describe_shape(shape)}.")
        return array

    def call(self, *args: Any, **kwargs: Any) -> "Answer":
        """Calls what this answer is a handle on (a module, a function)."""
        return self.method("", *args, **kwargs)

    def method(self, method: str, *args: Any, **kwargs: Any) -> "Answer":
        """Calls a method of what this answer is a handle on."""
        call: dict[str, Any] = {"do": "call", "f": self.handle(), "args": list(args)} | _named(kwargs)
        if method:
            return self.student.ask(call | {"method": method}, f"{self.name}.{method}")
        return self.student.ask(call, self.name)

    def state(self) -> "Answer":
        """The state dict of the module that this answer is a handle on."""
        return self.student.ask({"do": "state", "f": self.handle()}, f"{self.name}.state_dict")

    def load(self, state: dict[str, np.ndarray]) -> None:
        """Loads weights into the module that this answer is a handle on. Raises Wrong when they don't fit."""
        answer = self.student.ask({"do": "load", "f": self.handle(), "state": state}, f"{self.name}.load_state_dict")
        if "ok" not in answer.outcome():
            answer.data()

    def descent(self, lr: float) -> "Answer":
        """An optimiser, with `zero_grad` and `step` as torch's have them, for the module that this answer is a handle
        on: plain gradient descent with the step size `lr`."""
        return self.student.ask({"do": "descent", "f": self.handle(), "lr": lr}, "the optimiser")

    def handle(self) -> codec.Handle:
        """The handle itself. Raises Wrong when the learner's function returned plain data instead."""
        value = self.data()
        if not isinstance(value, codec.Handle):
            raise Wrong(f"{self} should return an object (a module or a function), not {describe_kind(value)}.")
        return value

    def __str__(self) -> str:
        if self.message["do"] not in ("call", "gradients"):
            return f"`{self.name}`"
        shown = [show(a) for a in self.args] + [f"{k}={show(v)}" for k, v in self.message.get("kwargs", {}).items()]
        return f"`{self.name}({', '.join(shown)})`"


class Student:
    """Asks `endpoint`; a request may take `seconds`."""

    def __init__(self, endpoint: Endpoint, seconds: float = 10.0) -> None:
        self._endpoint, self._seconds = endpoint, seconds
        self._open: list[Answer] = []
        self._once: dict[str, Answer] = {}
        self.answers: list[Answer] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)

        def call(*args: Any, **kwargs: Any) -> Answer:
            return self.ask({"do": "call", "f": name, "args": list(args)} | _named(kwargs), name)

        return call

    def once(self, name: str) -> Answer:
        """The answer of a function without arguments, which is called once however many parts look at its answer: a
        formula, that may have taken long to derive."""
        if name not in self._once:
            self._once[name] = getattr(self, name)()
        return self._once[name]

    def value(self, name: str) -> Answer:
        """A variable of the learner: a choice, a derivation."""
        return self.ask({"do": "value", "name": name}, name)

    def grad(self, name: str, *args: Any, wrt: list[int]) -> Answer:
        """[output, [d sum(output)/d args[i] for i in wrt]] of the learner's function, by torch in their kernel."""
        return self.ask({"do": "call", "f": name, "args": list(args), "wrt": wrt}, name)

    def weight_gradients(self, name: str, *args: Any, module: Answer, which: int | None = None) -> Answer:
        """[output, {weight: gradient}] of the learner's function, by torch in their kernel: the gradient of the sum of
        the output, or of its entry `which`, in every weight of `module`; None where it doesn't depend on one."""
        call: dict[str, Any] = {"do": "gradients", "f": name, "method": None, "args": list(args), "kwargs": {}}
        return self.ask(call | {"module": module.handle(), "which": which}, name)

    def ask(self, call: dict[str, Any], name: str) -> Answer:
        answer = Answer(self, call, name)
        self._open.append(answer)
        self.answers.append(answer)
        return answer

    def flush(self, seconds: float | None = None) -> None:
        """Sends every open call in one request, to be answered in `seconds` (what a request may take, unless said).
        Raises TimedOut or Died, as the endpoint does."""
        asked, self._open = self._open, []
        if not asked:
            return
        for answer in asked:
            answer.result = {"refused": "no answer came"}
        seconds = min(seconds or self._seconds, self._seconds)
        replies = self._endpoint.request({"op": "calls", "calls": [a.message for a in asked]}, seconds)
        if type(replies) is list and len(replies) == len(asked):
            for answer, reply in zip(asked, replies, strict=True):
                answer.result = reply if _is_result(reply) else {"refused": "the answer is not readable"}


def _named(kwargs: dict[str, Any]) -> dict[str, Any]:
    """The part of a call that names arguments: a call says only what is to be said, as many are made."""
    return {"kwargs": kwargs} if kwargs else {}


def _is_result(reply: Any) -> bool:
    """Whether a reply has the form that an honest kernel gives it; a learner's kernel may say anything."""
    if type(reply) is not dict or len(reply) != 1:
        return False
    (kind, value), *_ = reply.items()
    if kind == "raised":
        return (
            type(value) is list
            and len(value) == 2
            and type(value[0]) is list
            and bool(value[0])
            and all(type(k) is str for k in [*value[0], value[1]])
        )
    return kind == "ok" or (kind in ("missing", "refused") and type(value) is str)


def tensor(array: Any, requires_grad: bool = False) -> codec.Tensor:
    """An argument that reaches the learner's function as a torch tensor; needs no torch on this side."""
    return codec.Tensor(np.asarray(array), requires_grad)


def view(array: Any) -> codec.View:
    """An argument that reaches the learner's function as a read-only array whose entries don't lie side by side."""
    return codec.View(np.asarray(array))


def numbers(value: Any, source: object) -> np.ndarray:
    """A number, a nested list of numbers, an array or a tensor as one float64 (or complex128) array."""
    try:
        array = np.asarray(value.array if isinstance(value, codec.Tensor) else value)
    except (ValueError, TypeError, OverflowError):
        array = np.asarray(None)
    if array.dtype.kind not in "iufc" or isinstance(value, bool | str | bytes | dict):
        raise Wrong(f"{source} should be a number or an array of numbers, not {describe_kind(value)}.")
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)


def reals(value: Any, source: object) -> np.ndarray:
    """As `numbers`, for what can only be real: complex numbers must have no imaginary part."""
    array = numbers(value, source)
    if np.iscomplexobj(array) and np.any(array.imag):
        raise Wrong(f"{source} should be real; it has an imaginary part.")
    return array.real


_KINDS = {
    codec.Handle: "an object",
    codec.Expression: "a symbolic expression",
    codec.Derived: "a derivation",
    codec.Tensor: "a tensor",
    np.ndarray: "an array",
    bool: "True or False",
    str: "text",
    dict: "a dictionary",
}


def describe_kind(value: Any) -> str:
    """What a value is, in words."""
    return _KINDS.get(type(value), codec.article(type(value).__name__))


def describe_shape(shape: tuple[int, ...]) -> str:
    """A shape, in words."""
    return "no shape (a single number)" if shape == () else f"shape {shape}"


def show(argument: Any) -> str:
    """An argument as a learner would write it, arrays by their shape alone."""
    if isinstance(argument, codec.Tensor):
        return f"<tensor of shape {argument.array.shape}>"
    if isinstance(argument, np.ndarray | codec.View):
        argument = np.asarray(argument)
        return f"<array of shape {argument.shape}>" if argument.ndim else f"{argument[()]:.6g}"
    if isinstance(argument, codec.Handle):
        return "<object>"
    if isinstance(argument, float):
        return f"{argument:.6g}"
    text = repr(argument.name if isinstance(argument, codec.Function) else argument)
    return text if len(text) <= 60 else text[:57] + "..."
