"""The checks of unit 03 as plain asserts: the same calls, compared with the same values, written out as constants.

They are found by running the checks on the model solution and noting what they expect. Left out is what a test cell
can't hold: constants for more than LARGEST values (one part asks for sixty thousand).
"""

import contextlib
import io
import random
from collections.abc import Callable
from typing import Any
from unittest import mock

import numpy as np

from autograder.build.read import read_master
from autograder.checks import run
from autograder.checks.loading import load
from autograder.checks.session import Session
from autograder.course import Unit
from autograder.expect.behaviour import Equal, Raises
from autograder.expect.symbolic import SymbolicallyEqual, ValueAt
from autograder.expect.values import Close
from autograder.local import Local
from autograder.mutants.unit import worked_out
from autograder.student import Student

LARGEST = 1000
POINTS = 8  # at which a formula is compared, as the checks do
SEED = 20260131
HELPERS = """import numpy as _np, warnings as _warnings
_warnings.simplefilter("ignore")
array, inf = _np.array, float("inf")


def close(got, want, rtol, atol):
    if isinstance(want, tuple):
        return len(got) == len(want) and all(close(g, w, rtol, atol) for g, w in zip(got, want))
    got, want = _np.asarray(got, float), _np.asarray(want)
    return got.shape == want.shape and _np.allclose(got, want, rtol, atol)


def at(formula, **point):
    return float(formula.subs({symbol: point[symbol.name] for symbol in formula.free_symbols}))


def above_the_first(values):
    return _np.asarray(values) - _np.asarray(values)[:1]


def refuses(function, *arguments):
    try:
        function(*arguments)
    except ValueError:
        return True
    return False
"""
VIEWS = {"log_unnormalised_posterior": "above_the_first"}  # what the check compares instead of the values themselves


def plain_tests(unit: Unit) -> dict[str, str]:
    """Check -> the source of its test cell."""
    checks = load(unit.public, unit.hidden)
    with contextlib.redirect_stdout(io.StringIO()):
        endpoint = Local(worked_out(read_master(unit)))
    tests = {}
    for name in checks.names:
        tests[name] = "\n".join(line for each in expected_by(checks, name, endpoint) for line in _asserted(name, each))
    return tests


def expected_by(checks: Any, name: str, endpoint: Any) -> list[Any]:
    """The expectations of a check, in their order."""
    found: list[Any] = []
    judge: Callable[[Session, list[Any]], None] = Session._judge

    def noted(session: Session, expectations: list[Any]) -> None:
        found.extend(expectations)
        judge(session, expectations)

    with mock.patch.object(Session, "_judge", noted):
        verdict = run(checks, name, Student(endpoint), 1.0, SEED)
    if verdict.status != "passed":
        raise ValueError(f"the model solution does not pass {name}: {verdict.message}")
    return found


def _asserted(name: str, expectation: Any) -> list[str]:
    """The asserts that say the same; none for what has no place in a test cell."""
    call = _call(expectation.got.name, expectation.got.args)
    if isinstance(expectation, Raises):
        function, _, arguments = call.partition("(")
        return [f"assert refuses({function}, {arguments}"]
    if isinstance(expectation, Equal):
        return [f"assert {name} == {expectation.want!r}"]
    if isinstance(expectation, ValueAt):
        return [_at(call, expectation.point, expectation.want)]
    if isinstance(expectation, SymbolicallyEqual):
        return [_at(call, *each) for each in _values(expectation.want)]
    if isinstance(expectation, Close) and np.size(expectation.want) <= LARGEST:
        seen = f"{VIEWS[name]}({call})" if name in VIEWS else call
        return [f"assert close({seen}, {_plain(expectation.want)!r}, {expectation.rtol}, {expectation.atol})"]
    return []


def _values(formula: Any) -> list[tuple[dict[str, float], float]]:
    """Points, with the formula's value there."""
    draw = random.Random(SEED)
    points = [{symbol: draw.uniform(0.3, 2.5) for symbol in formula.free_symbols} for _ in range(POINTS)]
    return [({s.name: v for s, v in point.items()}, float(formula.subs(point))) for point in points]


def _at(call: str, point: dict[str, float], want: float) -> str:
    given = ", ".join(f"{name}={value!r}" for name, value in sorted(point.items()))
    return f"assert close(at({call}, {given}), {want!r}, 1e-09, 0.0)"


def _call(function: str, arguments: list[Any]) -> str:
    return f"{function}({', '.join(repr(_plain(each)) for each in arguments)})"


def _plain(value: Any) -> Any:
    """The value as something that can be written down: numbers as Python's own, arrays as arrays."""
    if isinstance(value, tuple):
        return tuple(_plain(each) for each in value)
    if isinstance(value, np.ndarray | np.generic):
        return _Array(value) if np.ndim(value) else value.item()
    return value


class _Array:
    """Writes an array out with all its digits."""

    def __init__(self, values: Any) -> None:
        self.values = values

    def __repr__(self) -> str:
        return f"array({self.values.tolist()!r})"
