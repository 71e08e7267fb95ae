"""Independence read off a factorisation is the independence that random models have."""

from __future__ import annotations

import random
from itertools import combinations

from autograder.derivation import Density, variables
from autograder.derivation.graph import blocks, needed, separated
from autograder.derivation.refute import refute


def random_density(rng: random.Random) -> Density:
    """Four variables in order, each given a random part of the ones before it."""
    names = variables("a b c d")
    factors = []
    for i, variable in enumerate(names):
        given = [v for v in names[:i] if rng.random() < 0.5]
        factors.append(variable | given if given else variable)
    return Density("m", names, factors=factors)


def test_separation_is_independence_in_every_model() -> None:
    """d-separated: p(a | b, rest) = p(a | rest) in all models; not d-separated: some model has it otherwise."""
    rng = random.Random(3)
    for _ in range(12):
        m = random_density(rng)
        by_name = {v.name: v for v in m.of}
        for one, other in combinations("abcd", 2):
            rest = {n for n in "abcd" if n not in (one, other) and rng.random() < 0.5}
            given = [by_name[n] for n in rest]
            left, right = m.at([by_name[one]], [by_name[other], *given]), m.at([by_name[one]], given)
            apart = separated(m.parents, frozenset([one]), frozenset([other]), frozenset(rest))
            assert apart == (refute(left, "=", right) is None), (m.parents, one, other, rest)


def test_what_is_needed_and_what_falls_apart() -> None:
    a, b, c, d = variables("a b c d")
    m = Density("m", [a, b, c, d], factors=[a, b | a, c | a, d | b])
    assert needed(m.parents, frozenset("d"), frozenset("abc")) == {"b"}
    assert needed(m.parents, frozenset("a"), frozenset("bcd")) == {"b", "c"}
    assert sorted(map(sorted, blocks(m.parents, frozenset("bcd"), frozenset("a")))) == [["b", "d"], ["c"]]
    assert sorted(map(sorted, blocks(m.parents, frozenset("bc"), frozenset()))) == [["b", "c"]]


def test_factors_of_several_variables_stay_together() -> None:
    a, b, c = variables("a b c")
    m = Density("m", [a, b, c], factors=[c, (a | c).__class__((a, b), (c,))])
    assert not separated(m.parents, frozenset("a"), frozenset("b"), frozenset("c"))
