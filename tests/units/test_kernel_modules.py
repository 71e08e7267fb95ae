"""What a learner's kernel may import answers no exercise: every callable in it is handed to every check of the unit."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import matplotlib
import numpy as np
import pytest

from autograder.checks import run
from autograder.checks.loading import load
from autograder.course import Course
from autograder.local import Local
from autograder.student import Student

UNITS = Course.find().graded


def modules(name: str) -> Iterator[Any]:
    """A module that course.toml names, and what lies in it when it is a package."""
    module = importlib.import_module(name)
    yield module
    for inner in pkgutil.iter_modules(getattr(module, "__path__", [])):
        yield importlib.import_module(f"{name}.{inner.name}")


def callables(unit: Any) -> dict[str, Any]:
    """The course library's own functions and classes in the unit's kernel, by their full name."""
    return {
        f"{thing.__module__}.{thing.__qualname__}": thing
        for kernel in unit.kernel
        if kernel.startswith("elboroom")
        for module in modules(kernel)
        for thing in vars(module).values()
        if callable(thing)
        and getattr(thing, "__module__", "").startswith("elboroom")
        and hasattr(thing, "__qualname__")
    }


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_nothing_in_the_kernel_passes_a_check(unit: Any) -> None:
    matplotlib.use("agg")
    check = load(unit.public, unit.hidden)
    passed = []
    for name in check.names:
        for path, thing in callables(unit).items():
            if _may_be_called(thing, check, name):
                with np.errstate(all="ignore"):
                    verdict = run(check, name, Student(Local({name: thing})), 1.0)
                passed += [(name, path)] if verdict.points == 1.0 else []
    assert passed == []


def _may_be_called(thing: Any, check: Any, name: str) -> bool:
    """Whether it takes as many arguments as the exercise's function gets (as its known mistakes tell)."""
    mistakes = [m.returns for m in check.mistakes.get(name, []) if m.function == name]
    wanted = {_positional(returns) for returns in mistakes}
    return not wanted or None in wanted or _positional(thing) is None or bool(wanted & {_positional(thing)})


def _positional(function: Any) -> int | None:
    """How many positional arguments it takes; None where that can't be told."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    if any(p.kind == p.VAR_POSITIONAL for p in parameters):
        return None
    return sum(p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters)
