"""Counterexamples: real ones, small ones, in densities as well as in probabilities, and their hints."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest

from autograder.derivation import (
    KL,
    Count,
    Density,
    Derivation,
    E,
    H,
    Parameter,
    Variable,
    average,
    exp,
    index,
    integral,
    log,
    product,
    variables,
)
from autograder.derivation.counterexamples import sentence, tables, values
from autograder.derivation.refute import Counterexample, refute
from tests.derivation.right_chains import ELBO, JOINT, PRIOR, Q, p, q, weight, x, z
from tests.derivation.test_chains import ALL_WRONG


def found(left: object, relation: str, right: object) -> Counterexample:
    counterexample = refute(log(1) + left, relation, log(1) + right)  # type: ignore[operator]
    assert counterexample is not None
    return counterexample


def test_a_counterexample_can_be_redone_from_its_tables() -> None:
    """KL(q || p) and KL(p || q) from the printed fractions, by the textbook formula."""
    import math

    counterexample = found(KL(Q, PRIOR), "=", KL(PRIOR, Q))
    (_, _, joint), (_, _, guide) = tables(counterexample)
    at = counterexample.at[x]
    table = {(int(row[0]), int(row[1])): Fraction(row[2]) for row in joint}
    prior = [float(table[0, state] + table[1, state]) for state in (0, 1)]
    row = {int(r[0]): float(Fraction(r[2])) for r in guide if int(r[1]) == at}
    forward = sum(row[s] * math.log(row[s] / prior[s]) for s in (0, 1))
    backward = sum(prior[s] * math.log(prior[s] / row[s]) for s in (0, 1))
    left, right = values(counterexample)
    assert (round(forward, 4), round(backward, 4)) == (round(float(left), 4), round(float(right), 4))


def test_most_counterexamples_are_two_by_two_probabilities() -> None:
    small = total = 0
    for build, verdict in ALL_WRONG.values():
        if verdict == "false":
            first = build().check().first_bad
            assert first is not None and first[1].counterexample is not None
            world = first[1].counterexample.world
            small += world.kind.widths == (64,) and set(world.states.values()) == {2}
            total += 1
    assert small / total > 0.85


def test_densities_may_exceed_one() -> None:
    y = variables("y", discrete=True)
    probability = Density("d", [y])
    assert refute(log(probability(y)), "<=", log(1)) is None
    counterexample = found(log(PRIOR), "<=", 0)
    assert not counterexample.probabilities
    assert tables(counterexample)[0][0] == "width of each cell"


def test_a_true_bound_is_not_refuted_by_rounding() -> None:
    assert refute(exp(exp(4 * PRIOR)), "=", exp(exp(4 * PRIOR)) * Q / Q) is None
    assert refute(KL(Q, Q) * exp(9 * PRIOR), "=", KL(Q, Q)) is None


def test_rare_violations_are_hunted_with_extreme_models() -> None:
    """KL is at most 3 nats unless a model is extreme."""
    assert found(KL(Q, PRIOR), "<=", 3).world.kind.name != "by hand"


def test_sizes_and_parameters_are_part_of_the_counterexample() -> None:
    m, beta = Count("m"), Parameter("beta", positive=True)
    i = index("i", m)
    looser = E(product(i, q(z[i] | x)), log(average(i, weight(z[i]))))
    assert "m = 2" in sentence(found(ELBO, ">=", looser))
    assert "beta = " in sentence(found(beta * log(p(x)), "=", log(p(x))))


def test_the_sentence_shows_where_the_sides_differ() -> None:
    said = sentence(found(log(p(x)), "=", log(p(x)) + Fraction(1, 10**8)))
    left, right = said.split(" the left side is ")[1].rstrip(".").split(", the right side is ")
    assert left != right


HINTS = {
    "swapped_kl": "with the arguments of the KL swapped",
    "dropped_sign": r"with the sign of $\log p(x)$ flipped",
    "log_of_expectation_for_expectation_of_log": "with the log inside the expectation",
    "jensen_the_wrong_way_round": "the inequality points the other way",
    "expectation_over_the_posterior": r"with the expectation over $q(z \mid x)$",
    "missing_normaliser": r"if you add $\log p(x)$ to the right side",
    "plus_kl": "sign of",
    "kl_in_the_other_direction_in_the_gap": "with the arguments of the KL swapped",
    "jensen_with_sqrt_called_convex": "sqrt is concave, not convex",
}


@pytest.mark.parametrize("name", HINTS)
def test_a_hint_names_the_one_edit_that_mends_the_line(name: str) -> None:
    first = ALL_WRONG[name][0]().check().first_bad
    assert first is not None
    assert any(HINTS[name] in hint for hint in first[1].hints), first[1].hints


def test_no_hint_where_no_one_edit_mends() -> None:
    first = Derivation(log(JOINT)).eq(H(Q) ** 2, by="log").check().first_bad
    assert first is not None and first[1].hints == ()


def test_the_same_line_gets_the_same_counterexample() -> None:
    one, two = (found(KL(Q, PRIOR), "=", KL(PRIOR, Q)) for _ in range(2))
    assert (one.at, values(one)) == (two.at, values(two))


@pytest.mark.parametrize(("one", "other"), list(itertools.permutations(("p", "q", "r", "a", "z0"), 2)))
def test_what_fails_only_where_a_density_vanishes_is_refuted_whatever_the_densities_are_called(one, other):
    z = Variable("z")
    q, p = Density(one, [z], positive=False), Density(other, [z])
    chain = Derivation(-log(integral(z, q(z) * (p(z) / q(z))))).eq(-log(1), by="normalisation")
    assert "normalisation: false" in repr(chain)
