"""A derivation crosses as plain data and comes back the same; what is no derivation is refused, at bounded cost."""

from __future__ import annotations

import copy
import json
import random
import time
from typing import Any

import pytest

from autograder.derivation import Density, Derivation, E, Malformed, function, log, rules, variables
from autograder.derivation.wire import read, write
from tests.derivation.right_chains import ELBO, Q, elbo_is_reconstruction_minus_kl, p, x, z
from tests.derivation.test_chains import ALL_RIGHT, ALL_WRONG
from tests.derivation.test_mutation import CHAINS

EVERYTHING = CHAINS | {name: build for name, (build, _) in ALL_WRONG.items()}


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_derivation_comes_back_the_same(name: str) -> None:
    sent = EVERYTHING[name]()
    got = read(json.loads(json.dumps(write(sent))))
    assert all(one.same(other) for one, other in zip(sent.lines, got.lines, strict=True))
    assert got.steps == sent.steps
    assert (got.goal is None) == (sent.goal is None)
    if sent.goal is not None and got.goal is not None:
        assert got.goal.left.same(sent.goal.left) and got.goal.right.same(sent.goal.right)


def test_a_derivation_says_how_it_crosses() -> None:
    kind, data = elbo_is_reconstruction_minus_kl().__wire__()
    assert kind == "derivation"
    assert read(data).check().proved


def test_it_crosses_the_codec_of_the_autograder() -> None:
    codec = pytest.importorskip("autograder.codec")
    sent = elbo_is_reconstruction_minus_kl()
    got = codec.roundtrip(sent)
    assert got.kind == "derivation"
    assert read(got.data).steps == sent.steps


def good() -> dict[str, Any]:
    return write(elbo_is_reconstruction_minus_kl())


def changed(path: list[Any], value: object) -> dict[str, Any]:
    """Good data with one place changed."""
    data = good()
    at: Any = data
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return data


HOSTILE = {
    "nothing": None,
    "a number": 7,
    "a list": [],
    "an empty dict": {},
    "another version": changed(["version"], 2),
    "true for a version": changed(["version"], True) | {"rows": None},
    "rows that are no list": changed(["rows"], {"0": ["number", 1, 1]}),
    "an unknown kind": changed(["rows", 0], ["exec", "import os"]),
    "a kind that is no string": changed(["rows", 0], [["number"], 1, 1]),
    "too few parts": changed(["rows", 0], ["number", 1]),
    "a float": changed(["rows", 0], ["number", 0.5, 1]),
    "a bool for a number": changed(["rows", 0], ["number", True, 1]),
    "division by 0": changed(["rows", 0], ["number", 1, 0]),
    "a huge number": changed(["rows", 0], ["number", 10**40, 1]),
    "a row that refers to itself": changed(["rows", 0], ["power", 0, 2]),
    "a row that refers ahead": changed(["rows", 0], ["sum", [5, 5]]),
    "a negative reference": changed(["rows", 0], ["sum", [-1]]),
    "an undeclared density": changed(["rows", 0], ["density", "s", None, [["x", False, None]], []]),
    "a name that is code": changed(["densities", 0, 0], "__import__('os')"),
    "a name with markup": changed(["densities", 0, 0], "<img>"),
    "a long name": changed(["densities", 0, 0], "p" * 500),
    "a density of nothing": changed(["densities", 0, 1], []),
    "factors of other variables": changed(["densities", 0, 3], [[["y"], []]]),
    "a copy of a huge number": changed(["rows", 0], ["density", "p", None, [["x", False, 10**9]], []]),
    "an unknown relation": changed(["lines", 0, 0], "=="),
    "an unknown rule": changed(["lines", 0, 2], [["magic", ""]]),
    "three rules": changed(["lines", 0, 2], [["log", ""]] * 3),
    "no rule": changed(["lines", 0, 2], []),
    "a long detail": changed(["lines", 0, 2], [["jensen", "x" * 1000]]),
    "too many lines": changed(["lines"], good()["lines"] * 20),
    "a start that isn't there": changed(["start"], 999),
    "a goal of one side": changed(["goal"], [0, "="]),
    "a size at most itself": good() | {"counts": [["m", "m"]]},
    "a size declared twice": good() | {"counts": [["m", None], ["m", None]]},
    "a density declared twice": changed(["densities"], good()["densities"] * 2),
    "a function that is known": good() | {"functions": [["log", 0]]},
    "a function of densities": good() | {"functions": [["f", 0]]},
    "an index to nowhere": changed(["rows", 0], ["total", ["i", 10**6], 0]),
    "an enormous power": changed(["rows", 1], ["power", 0, 10**9]),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_derivation_is_malformed(name: str) -> None:
    with pytest.raises(Malformed):
        read(HOSTILE[name])


def doubling(rows: int) -> dict[str, Any]:
    """Rows of which each is the last one twice: 2**rows expressions if written out."""
    table: list[list[Any]] = [["number", 1, 1]] + [["sum", [i, i]] for i in range(rows)]
    return good() | {"rows": table, "densities": [], "start": rows, "lines": [], "goal": None}


def nested(rows: int) -> dict[str, Any]:
    table: list[list[Any]] = [["number", 1, 1]] + [["sum", [i]] for i in range(rows)]
    return good() | {"rows": table, "densities": [], "start": rows, "lines": [], "goal": None}


@pytest.mark.parametrize(
    "data", [doubling(200), nested(1500), nested(10**5), good() | {"rows": [["number", 1, 1]] * 10**5}]
)
def test_bombs_are_refused_before_they_go_off(data: dict[str, Any]) -> None:
    begun = time.process_time()
    with pytest.raises(Malformed):
        read(data)
    assert time.process_time() - begun < 5  # not a budget: without the limits this would take for ever


def test_random_damage_never_raises_anything_but_malformed() -> None:
    rng = random.Random(1)
    values = [None, True, -1, 0, 3, 10**30, 0.5, "", "x", "p", "log", [], [[]], {}, ["number", 1, 1], "sum"]
    for _ in range(400):
        data = copy.deepcopy(write(rng.choice(list(ALL_RIGHT.values()))())) if rng.random() < 0.05 else good()
        for _ in range(rng.randint(1, 3)):
            at: Any = data
            while isinstance(at, (list, dict)) and at:
                key = rng.choice(list(at) if isinstance(at, dict) else range(len(at)))
                if not isinstance(at[key], (list, dict)) or not at[key] or rng.random() < 0.2:
                    at[key] = rng.choice(values)
                    break
                at = at[key]
        try:
            assert isinstance(read(data), Derivation)
        except Malformed as refused:
            assert str(refused)


def test_a_function_of_ones_own_crosses_by_its_formula() -> None:
    phi = function("phi", lambda u: u * log(u))
    sent = Derivation(E(Q, phi(p(z)))).ge(phi(E(Q, p(z))), by=rules.jensen("phi is convex"))
    assert read(write(sent)).check().proved


def test_two_densities_of_one_name_do_not_cross() -> None:
    other = Density("p", [x, z], factors=[x, z])
    with pytest.raises(Malformed, match="two densities are called p"):
        write(Derivation(log(p(x, z))).eq(log(other(x, z)), by="algebra"))


def test_discrete_variables_stay_discrete() -> None:
    y = variables("y", discrete=True)
    d = Density("d", [y])
    got = read(write(Derivation(E(d(y), log(d(y))))))
    assert got.start.same(E(d(y), log(d(y))))
    assert not read(write(Derivation(ELBO))).start.same(got.start)
