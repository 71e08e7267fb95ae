"""What the judge remembers of one submission, or of its own truths, changes nothing for the next one."""

import random
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
import sympy

from autograder import codec, expect
from autograder.checks import Checks, Verdict, part, run
from autograder.checks.loading import load
from autograder.codec.expressions import to_tree
from autograder.course import Course
from autograder.expect import formulas, symbolic
from autograder.local import Local
from autograder.student import Student
from autograder.timers import budget

X = sympy.Symbol("x", positive=True)
check = Checks("caches")


@check
def answer(student: Student) -> None:
    with part("is the formula"):
        expect.symbolically_equal(student.formula(), sympy.log(X) + sympy.loggamma(X))
    with part("has the value"):
        expect.value_at(student.formula(), {"x": 2.0}, float(np.log(2)))


@check.mistake("answer", "This is minus the formula.", function="formula")
def negative() -> Any:
    return -sympy.log(X) - sympy.loggamma(X)


Y = to_tree(X)
RIGHT = to_tree(sympy.log(X) + sympy.loggamma(X))
HANDED_IN = {
    "right": RIGHT,
    "minus": ["Mul", ["Integer", "-1"], RIGHT],
    "other assumptions": ["Add", ["log", ["Symbol", "x", {"negative": True}]], ["loggamma", ["Symbol", "x", {}]]],
    "nearly right": ["Add", RIGHT, ["Float", "1e-15"]],
    "of another symbol": ["log", ["Symbol", "y", {}]],
    "never finite": ["log", ["Mul", Y, ["Integer", "0"]]],
    "of many digits": ["Mul", ["Integer", "7" * 399], Y],
    "busy until it is stopped": ["Add", *[["expint", Y, Y]] * 1300],
    "busy with what the right one needs": [
        "Add",
        *[["loggamma", ["Mul", ["polygamma", ["Integer", "3"], Y], Y]]] * 600,
    ],
}


def verdict(tree: Any) -> tuple[str, float, str, list[str]]:
    found: Verdict = run(check, "answer", Student(Local({"formula": lambda: codec.Expression(tree)})), 2.0, seed=7)
    return found.status, found.points, found.mistake, [p.message for p in found.parts]


def forget() -> None:
    formulas.formula_of.cache_clear()
    formulas._number.cache_clear()


def test_formulas_are_judged_as_if_each_were_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(symbolic, "budget", partial(budget, 0.05))
    alone = {}
    for name, tree in HANDED_IN.items():
        forget()
        alone[name] = verdict(tree)
    assert alone["right"][:2] == ("passed", 2.0) and alone["minus"][2] == "negative"
    assert {name for name, found in alone.items() if found[1] == 2.0} == {"right", "other assumptions"}
    assert alone["busy until it is stopped"][0] == "timeout"
    for seed in range(3):
        for name in random.Random(seed).sample(list(HANDED_IN), len(HANDED_IN)):
            assert verdict(HANDED_IN[name])[:3] == alone[name][:3], name


def spoil(value: Any) -> None:
    for each in value if isinstance(value, tuple) else [value]:
        if isinstance(each, np.ndarray) and each.ndim:
            each[...] = 0.0


def test_a_truth_that_is_remembered_cannot_be_changed() -> None:
    unit = Course.find().unit("03_exponential")
    load(unit.public, unit.hidden)
    from elboroom.checks import exponential

    truths: dict[str, Callable[..., Any]] = vars(exponential.by_definition)
    grid = (exponential.X, exponential.THETA, exponential.PHI)
    before = [np.array(truths["elbo"](*grid)), np.array(truths["elbo_gradient"](*grid))]
    for name in ("elbo", "elbo_gradient"):
        with pytest.raises(ValueError, match="read-only"):
            spoil(truths[name](*grid))
    assert [
        np.array_equal(truths[name](*grid), was) for name, was in zip(("elbo", "elbo_gradient"), before, strict=True)
    ]
