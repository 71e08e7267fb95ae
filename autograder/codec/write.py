"""Objects to nodes of a header; the bytes of arrays gather in a body, one after the other."""

import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.codec.data import (
    DTYPES,
    MAX_BODY,
    MAX_DEPTH,
    MAX_DIMENSIONS,
    Derived,
    Expression,
    Function,
    Handle,
    Refused,
    Tensor,
    View,
    article,
)


class Writer:
    """Objects to nodes; the bytes gather in `body`."""

    def __init__(self, handle: Callable[[Any], int] | None) -> None:
        self.handle, self.body, self.size = handle, [], 0  # type: ignore[var-annotated]

    def bytes(self, data: bytes) -> int:
        self.size += len(data)
        if self.size > MAX_BODY:
            raise Refused("the answer is too large")
        self.body.append(data)
        return len(data)

    def array(self, a: np.ndarray) -> list[Any]:
        a = np.asarray(a)
        dtype = a.dtype.newbyteorder("<").str
        if dtype not in DTYPES or a.ndim > MAX_DIMENSIONS:
            raise Refused(f"an array of dtype {a.dtype} and {a.ndim} dimensions is not data")
        if a.nbytes > MAX_BODY:  # a view may claim more than it holds: refused before it is copied
            raise Refused("the answer is too large")
        self.bytes(np.ascontiguousarray(a, dtype=dtype).tobytes())
        return [dtype, list(a.shape)]

    def node(self, x: Any, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise Refused("the answer is nested too deeply")
        write = _WRITERS.get(type(x))
        return write(self, x, depth) if write else self.other(x, depth)

    def other(self, x: Any, depth: int) -> Any:
        torch, sympy = sys.modules.get("torch"), sys.modules.get("sympy")
        if torch and isinstance(x, torch.Tensor):
            return {"t": self.tensor(x)}
        if isinstance(x, np.ndarray | np.generic):
            return {"a": self.array(np.asarray(x))}
        if sympy and isinstance(x, sympy.Basic | sympy.MatrixBase):
            from autograder.codec.expressions import to_tree

            return {"e": to_tree(x)}
        if callable(getattr(type(x), "__wire__", None)):
            kind, data = x.__wire__()
            return {"w": [str(kind), self.node(data, depth + 1)]}
        for plain in _PLAIN:  # subclasses cross as the plain value
            if isinstance(x, plain):
                return self.node(plain(x), depth)
        if self.handle:
            return {"h": self.handle(x)}
        raise Refused(f"{article(type(x).__name__)} is not data (a number, a string, a list, an array)")

    def tensor(self, x: Any) -> list[Any]:
        y = x.detach().cpu().resolve_conj().resolve_neg()
        name = str(x.dtype).removeprefix("torch.")
        y = y.float() if name == "bfloat16" else y
        try:
            return [*self.array(y.numpy()), bool(x.requires_grad), name]
        except (TypeError, RuntimeError):
            raise Refused(f"a tensor of dtype {x.dtype} and layout {x.layout} is not data") from None

    def integer(self, x: int, depth: int) -> Any:
        if x.bit_length() > 4096:
            raise Refused("an integer of more than 4096 bits")
        return x if -(1 << 53) < x < 1 << 53 else {"i": hex(x)}

    def float(self, x: float, depth: int) -> Any:
        return x if math.isfinite(x) else {"f": repr(x)}

    def list(self, x: list, depth: int) -> Any:
        if len(x) > 64 and all(type(v) is float for v in x):  # a loop's result: as compact as an array
            return {"l": self.bytes(np.asarray(x, "<f8").tobytes()) // 8}
        return [self.node(v, depth + 1) for v in x]

    def mapping(self, x: dict, depth: int) -> Any:
        if all(type(k) is str for k in x):
            return {"o": {k: self.node(v, depth + 1) for k, v in x.items()}}
        if not all(isinstance(k, str | int) for k in x):
            raise Refused("a dictionary whose keys are not strings or integers")
        return {"d": [[self.node(k, depth + 1), self.node(v, depth + 1)] for k, v in x.items()]}


_PLAIN: tuple[type[Any], ...] = (int, float, str, tuple, list, dict)
_WRITERS: dict[type, Callable[[Writer, Any, int], Any]] = {
    type(None): lambda w, x, d: None,
    bool: lambda w, x, d: x,
    str: lambda w, x, d: x,
    int: Writer.integer,
    float: Writer.float,
    complex: lambda w, x, d: {"c": [w.float(x.real, d), w.float(x.imag, d)]},
    bytes: lambda w, x, d: {"b": w.bytes(x)},
    list: Writer.list,
    tuple: lambda w, x, d: {"u": [w.node(v, d + 1) for v in x]},
    dict: Writer.mapping,
    Tensor: lambda w, x, d: {"t": [*w.array(x.array), bool(x.requires_grad), x.dtype]},
    View: lambda w, x, d: {"v": w.array(x.array)},
    Handle: lambda w, x, d: {"h": x.id},
    Function: lambda w, x, d: {"fn": x.name},
    Expression: lambda w, x, d: {"e": x.tree},
    Derived: lambda w, x, d: {"w": [x.kind, w.node(x.data, d + 1)]},
}
