"""No triple (line, relation, rule) that the refuter rejects is ever justified.

What is justified is searched once more, in models that the refuter doesn't use. The seeds are fixed; a slice runs
always, 200,000 triples and more run with the marker `full`.
"""

from __future__ import annotations

import random

import pytest

from autograder.derivation.effort import limited
from autograder.derivation.expressions import Expr
from autograder.derivation.justify import justify
from autograder.derivation.mistakes import TooLarge
from autograder.derivation.normal import normal_form
from autograder.derivation.refute import refute
from autograder.derivation.rulebook import ALL, Rule
from autograder.derivation.worlds import Kind
from tests.derivation.fuzzing import pair

RULES = list(ALL.values())
DEEP = (
    Kind("further", 40, (2, 3), (1, 8, 64, 256), tuple(range(1, 98))),
    Kind("further, extreme", 40, (3, 2), (1, 16, 64, 1024), tuple(4**k for k in range(9))),
    Kind("further, with zeros", 40, (2, 3), (64, 16), tuple(range(1, 9)), True),
)


def wrongly_justified(
    left: Expr, relation: str, right: Expr, combinations: list[tuple[Rule, ...]]
) -> tuple[int, list[str]]:
    """The number of triples tried, and those that are justified although a model refutes them."""
    bad, tried, deep_silence = [], 0, False
    try:
        with limited():
            refuted = refute(left, relation, right) is not None
    except TooLarge:
        return 0, []
    for by in combinations:
        try:
            with limited():
                justified = justify(left, relation, right, by).ok
        except TooLarge:
            continue
        tried += 1
        if justified and not refuted and not deep_silence:
            refuted, deep_silence = refute(left, relation, right, DEEP) is not None, True
        if justified and refuted:
            bad.append(f"{left!r} {relation} {right!r} by {by}")
    return tried, bad


def run(seed: int, pairs: int) -> tuple[int, list[str]]:
    rng, total, bad = random.Random(seed), 0, []
    for _ in range(pairs):
        found = pair(rng)
        if found is None:
            continue
        combinations = [(rule,) for rule in RULES] + [tuple(rng.sample(RULES, 2)) for _ in range(6)]
        for relation in ("=", rng.choice([">=", "<="])):
            tried, wrong = wrongly_justified(*_ordered(found, relation), combinations)
            total, bad = total + tried, bad + wrong
        if normal_form.cache_info().currsize > 30_000:
            normal_form.cache_clear()
    return total, bad


def _ordered(found: tuple[Expr, Expr], relation: str) -> tuple[Expr, str, Expr]:
    return found[0], relation, found[1]


def test_a_slice_of_the_fuzz() -> None:
    tried, bad = run(seed=0, pairs=300)
    assert not bad, bad[:3]
    assert tried > 7_000


@pytest.mark.full
@pytest.mark.parametrize("seed", range(1, 6))
def test_two_hundred_thousand_triples(seed: int) -> None:
    tried, bad = run(seed, pairs=2_000)
    assert not bad, bad[:3]
    assert tried > 50_000
