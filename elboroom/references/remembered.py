"""A definition is slow and a class of submissions asks for it again and again: so its values are kept, by content."""

import functools
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np

KEPT = 512

Function = Callable[..., Any]


def remembered(function: Function) -> Function:
    """The same function of arrays, numbers and text; the last KEPT values are kept, their arrays made read-only."""
    values: OrderedDict[Any, Any] = OrderedDict()

    @functools.wraps(function)
    def from_memory(*arguments: Any) -> Any:
        key = tuple(map(_content, arguments))
        if key not in values:
            values[key] = _read_only(function(*arguments))
            if len(values) > KEPT:
                values.popitem(last=False)
        values.move_to_end(key)
        return values[key]

    return from_memory


def _content(argument: Any) -> Any:
    if argument is None or isinstance(argument, bool | int | float | str):
        return type(argument).__name__, argument
    array = np.asarray(argument)
    return array.dtype.str, array.shape, array.tobytes()


def _read_only(value: Any) -> Any:
    for each in value if isinstance(value, tuple) else [value]:
        if isinstance(each, np.ndarray):
            each.setflags(write=False)
    return value
