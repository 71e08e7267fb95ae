"""Nodes of a header to objects. Trusts nothing: whatever is not exactly a node is Refused."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.codec.data import (
    DTYPES,
    MAX_BODY,
    MAX_DEPTH,
    MAX_DIMENSIONS,
    MAX_NODES,
    Derived,
    Expression,
    Function,
    Handle,
    Refused,
    Tensor,
    View,
    article,
)

Revive = Callable[[Any], Any]


class Reader:
    """Nodes to objects; trusts nothing."""

    def __init__(self, body: bytes, revive: dict[type, Revive]) -> None:
        self.body, self.revive, self.position, self.nodes = body, revive, 0, 0

    def take(self, n: Any) -> bytes:
        if type(n) is not int or n < 0 or self.position + n > len(self.body):
            raise Refused("malformed frame (body)")
        self.position += n
        return self.body[self.position - n : self.position]

    def array(self, dtype: Any, shape: Any) -> np.ndarray:
        if type(dtype) is not str or dtype not in DTYPES or type(shape) is not list or len(shape) > MAX_DIMENSIONS:
            raise Refused("malformed frame (array)")
        if any(type(s) is not int or s < 0 for s in shape) or math.prod(max(s, 1) for s in shape) > MAX_BODY:
            raise Refused("malformed frame (shape)")  # (10**9, 0) holds no data but would loop for ever
        raw = np.frombuffer(self.take(math.prod(shape) * np.dtype(dtype).itemsize), dtype)
        if dtype == "|b1" and raw.size and raw.view("u1").max() > 1:
            raise Refused("malformed frame (a bool that is neither 0 nor 1)")
        return raw.reshape(shape).copy()

    def node(self, x: Any, depth: int) -> Any:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise Refused("the answer is nested too deeply or has too many parts")
        kind = type(x)
        if x is None or kind in (bool, int, float):
            return x
        if kind is str:
            return _clean(x)
        if kind is list:
            return [self.node(v, depth + 1) for v in x]
        if kind is not dict or len(x) != 1:
            raise Refused("malformed frame (node)")
        (tag, value), *_ = x.items()
        read = _READERS.get(tag)
        if read is None:
            raise Refused("malformed frame (unknown node)")
        made = read(self, value, depth)
        revive = self.revive.get(type(made))
        return revive(made) if revive else made

    def named(self, value: Any, depth: int) -> dict:
        """A dictionary whose keys are all strings, which are nodes as well."""
        self.nodes += len(_typed(value, dict))
        return {_clean(name): self.node(each, depth + 1) for name, each in value.items()}

    def mapping(self, value: Any, depth: int) -> dict:
        pairs = [(self.node(k, depth + 1), self.node(v, depth + 1)) for k, v in _listed(value)]
        if not all(type(k) in (str, int) for k, _ in pairs):
            raise Refused("malformed frame (key)")
        return dict(pairs)

    def tensor(self, value: Any, depth: int) -> Tensor:
        dtype, shape, requires_grad, name = _listed(value)
        if type(requires_grad) is not bool or type(name) is not str or len(name) > 16:
            raise Refused("malformed frame (tensor)")
        return Tensor(self.array(dtype, shape), requires_grad, name)

    def derived(self, value: Any, depth: int) -> Derived:
        kind, data = _listed(value)
        if type(kind) is not str:
            raise Refused("malformed frame (kind)")
        return Derived(kind, self.node(data, depth + 1))

    def expression(self, value: Any, depth: int) -> Expression:
        from autograder.codec.expressions import validate

        validate(value)
        return Expression(value)


def _clean(text: str) -> str:
    """The text without lone surrogates."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _listed(value: Any) -> list:
    if type(value) is not list:
        raise Refused("malformed frame (not a list)")
    return value


def _typed(value: Any, kind: type[Any], limit: int = 1 << 62) -> Any:
    if type(value) is not kind or (kind is str and len(str(value)) > limit):
        raise Refused(f"malformed frame (not {article(kind.__name__)})")
    return value


_READERS: dict[str, Callable[[Reader, Any, int], Any]] = {
    "i": lambda r, v, d: int(_typed(v, str, 1100), 16),
    "f": lambda r, v, d: {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[_typed(v, str)],
    "c": lambda r, v, d: complex(*(float(r.node(part, d + 1)) for part in _listed(v))),
    "b": lambda r, v, d: bytes(r.take(v)),
    "l": lambda r, v, d: np.frombuffer(r.take(_typed(v, int) * 8), "<f8").tolist(),
    "u": lambda r, v, d: tuple(r.node(e, d + 1) for e in _listed(v)),
    "a": lambda r, v, d: r.array(*_listed(v)),
    "v": lambda r, v, d: View(r.array(*_listed(v))),
    "h": lambda r, v, d: Handle(_typed(v, int)),
    "fn": lambda r, v, d: Function(_typed(v, str, 100)),
    "d": Reader.mapping,
    "o": Reader.named,
    "t": Reader.tensor,
    "e": Reader.expression,
    "w": Reader.derived,
}
