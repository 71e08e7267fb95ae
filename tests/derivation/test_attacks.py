"""Attempts to have something false justified, or something meaningless accepted."""

from __future__ import annotations

from fractions import Fraction

import pytest

from autograder.derivation import (
    KL,
    Count,
    Density,
    Derivation,
    E,
    H,
    Mistake,
    Parameter,
    average,
    define,
    exp,
    function,
    grade,
    index,
    integral,
    log,
    product,
    rules,
    sqrt,
    subset,
    total,
    uniform,
    variables,
)
from autograder.derivation.effort import limited, spend
from autograder.derivation.expressions import Claim, Expr
from autograder.derivation.functions import CONVEX, NEITHER, UNDECIDED, shape
from autograder.derivation.justify import justify
from autograder.derivation.mistakes import TooLarge
from autograder.derivation.names import Index, Pick
from autograder.derivation.refute import refute
from autograder.derivation.rulebook import ALL
from tests.derivation.right_chains import ELBO, JOINT, POSTERIOR, PRIOR, Q, p, q, x, z

a, b = z.copies(2)
m = Count("m")
i, j = index("i", m), index("j", m)
draws = product(i, q(z[i] | x))
k = Count("k", at_most=m)
n = index("n", k)
S = subset("S", k, m)
G = log(PRIOR)
RULES = list(ALL.values())
PAIRS = [(first, second) for first in RULES for second in RULES if first.name < second.name]


def both(copy: Index | Pick) -> Expr:
    """A function of one copy and of the first one."""
    return log(p(z[copy]) + 2 * p(z[1]))


def justified_somehow(claim: Claim) -> list[str]:
    """All citations of one or two rules that justify the claim."""
    citations = [(rule,) for rule in RULES] + PAIRS
    return [str(by) for by in citations if justify(claim.left, claim.relation, claim.right, by).ok]


CAPTURES = {
    "inner z is not outer z": E(Q, log(PRIOR) * E(Q, log(PRIOR))) == E(Q, log(PRIOR) ** 2),
    "an inner expectation is constant, the factor beside it is not": E(Q, G * E(Q, G)) == G * E(Q, G),
    "merging two expectations over z": E(Q, p(x | z) * E(PRIOR, p(x | z))) == E(Q, p(x | z) ** 2),
    "free and bound z": log(PRIOR) + E(Q, log(PRIOR)) == 2 * log(PRIOR),
    "integral inside an integral over the same z": integral(z, Q * integral(z, JOINT)) == integral(z, Q * JOINT),
    "a copy captured by a copy": E(q(a | x), log(p(b))) == E(q(b | x), log(p(b))),
    "an index captured by an index": total(i, p(z[i]) * total(j, p(z[j]))) == total(i, p(z[i]) * total(i, p(z[i]))) / 2,
    "sum of products for product of sums": total(i, p(z[i])) ** 2 == total(i, p(z[i]) ** 2),
    "the copies of a subset, not drawn": uniform(S, average(n, p(z[S[n]]))) == average(n, p(z[n])),
    "a subset may have the first one": E(draws, uniform(S, average(n, both(S[n])))) == E(draws, average(n, both(n))),
}  # fmt: skip


@pytest.mark.parametrize("name", CAPTURES)
def test_captured_names_justify_nothing(name: str) -> None:
    assert refute(CAPTURES[name].left, "=", CAPTURES[name].right) is not None
    assert justified_somehow(CAPTURES[name]) == []


def test_sums_over_an_index_are_renamed_without_harm() -> None:
    nested = total(i, p(z[i]) * total(j, p(z[j])))
    assert justify(nested, "=", total(j, p(z[j]) * total(i, p(z[i]))), (rules.algebra,)).ok
    assert justify(nested, "=", total(i, p(z[i])) ** 2, (rules.algebra,)).ok


def test_data_numbered_by_the_subset_stays_with_its_number() -> None:
    """Of pairs (x[i], z[i]) the subset chooses both: relabelling the z alone would tear them apart."""
    both = E(draws, uniform(S, average(n, log(p(x[S[n]], z[S[n]])))))
    torn = E(product(n, q(z[n] | x)), average(n, log(p(x[n], z[n]))))
    assert refute(both, "=", torn) is not None
    assert justified_somehow(both == torn) == []


def test_copies_that_follow_different_densities_are_not_exchanged() -> None:
    """With q_i for every i, the copies are independent but not identically distributed."""
    guides = Density("g", [z], indexed=True)
    own = product(i, guides[i](z[i]))
    some = E(own, uniform(S, average(n, log(p(x, z[S[n]])))))
    first = E(product(n, guides[n](z[n])), average(n, log(p(x, z[n]))))
    assert refute(some, "=", first) is not None
    assert justified_somehow(some == first) == []
    assert justified_somehow(E(own, average(i, log(p(z[i])))) == E(guides[1](z), log(PRIOR))) == []


def test_the_position_in_a_subset_is_not_the_number_chosen() -> None:
    weights = Density("g", [z], indexed=True)
    left = uniform(S, average(n, weights[n](z[S[n]])))
    right = average(i, weights[i](z[i]))
    assert refute(left, "=", right) is not None
    assert justified_somehow(left == right) == []


MEANINGLESS = {
    "circular conditioning": lambda: E(Density("p", [x, z])(x | z) * Density("q", [z], given=[x])(z | x), 1),
    "the same variable drawn twice": lambda: E([PRIOR, Q], log(PRIOR)),
    "a copy drawn beside all copies": lambda: E([draws, q(z[1] | x)], log(p(a))),
    "a log of something negative": lambda: log(log(p(x))),
    "a log of an expectation of a log": lambda: log(E(Q, log(PRIOR))),
    "a root of something negative": lambda: sqrt(-p(x)),
    "division by a difference": lambda: 1 / (p(x) - PRIOR),
    "division by 0": lambda: p(x) / 0,
    "division by a KL": lambda: 1 / KL(Q, PRIOR),
    "division by a parameter of unknown sign": lambda: 1 / Parameter("c"),
    "a density of a variable that it lacks": lambda: q(x),
    "a conditional without its condition": lambda: q(z),
    "two copies in one density": lambda: p(a, b),
    "KL of densities of different variables": lambda: KL(Q, p(x)),
    "an expectation over an expression": lambda: E(log(p(x)), 1),
    "a bar twice": lambda: p(x | z, z | x),
    "a rounded number": lambda: 0.5 * log(p(x)),
    "a huge power": lambda: p(x) ** 99,
    "a power that is no number": lambda: p(x) ** Fraction(1, 2),
    "an index beyond the copies": lambda: E(product(n, q(z[n] | x)), average(i, p(z[i]))),
    "the second of m copies": lambda: E(draws, p(z[2])),
    "a subset larger than the whole": lambda: subset("T", m, k),
    "a copy of a copy": lambda: a[1],
    "the truth of an inequality": lambda: bool(log(p(x)) >= ELBO),
    "a name that is no name": lambda: define("log p", 1),
    "a function that has a meaning": lambda: function("log", lambda u: u),
    "a function of more than u": lambda: function("h", lambda u: u * p(x)),
    "factors out of order": lambda: Density("r", [x, z], factors=[x | z, z]),
    "a factor left out": lambda: Density("r", [x, z], factors=[x]),
    "a variable that is none": lambda: p(x, "z"),
    "a condition that is none": lambda: z | 3,
    "a density without its variables": lambda: E(q, log(PRIOR)),
    "a KL of densities without their variables": lambda: KL(q, p),
    "a goal that is none": lambda: Derivation(ELBO, goal=ELBO),
    "no terms": lambda: uniform([]),
}


@pytest.mark.parametrize("name", MEANINGLESS)
def test_what_has_no_meaning_is_refused_at_once(name: str) -> None:
    with pytest.raises(Mistake) as refused:
        MEANINGLESS[name]()
    assert len(str(refused.value)) > 15
    (shown,) = refused.value._render_traceback_()
    assert "Traceback" not in shown and "File" not in shown


def test_a_renamed_density_with_the_same_name_is_another_one() -> None:
    """Two densities may be called q; what is proved about one is not proved about the other."""
    u, v = variables("u v")
    dependent, independent = Density("q", [u, v]), Density("q", [u, v], factors=[u, v])
    assert justify(independent(u, v), "=", independent(u) * independent(v), (rules.independence,)).ok
    assert justified_somehow(dependent(u, v) == dependent(u) * dependent(v)) == []
    assert justified_somehow(dependent(u, v) == independent(u, v)) == []


def test_two_quantities_with_one_name_are_two() -> None:
    assert justified_somehow(define("A", log(p(x))) == define("A", log(PRIOR))) == []
    chain = Derivation(log(p(x))).eq(define("ELBO", log(p(x))), by="definition")
    redefined = Derivation(chain.start, log(p(x)) == ELBO, chain.steps)
    assert redefined.check().status == "goal-not-reached"


def test_two_parameters_with_one_name_are_two() -> None:
    unknown, known = Parameter("t"), Parameter("t", positive=True)
    assert justify(known * KL(Q, PRIOR), ">=", known * 0, (rules.kl_nonnegative,)).ok
    assert not justify(unknown * KL(Q, PRIOR), ">=", known * 0, (rules.kl_nonnegative,)).ok
    assert justified_somehow(unknown == known) == []


INSIDE, OUTSIDE = E(Q, log(PRIOR)), log(E(Q, PRIOR))
JENSENS = {
    "a combination that hides the sign": (OUTSIDE - 2 * OUTSIDE, INSIDE - 2 * OUTSIDE, "<="),
    "inside a product of unknown sign": (log(p(x)) * OUTSIDE, log(p(x)) * INSIDE, ">="),
    "inside a denominator": (1 / E(Q, exp(INSIDE)), 1 / E(Q, E(Q, PRIOR)), "<="),
    "a weight that is no density": (log(integral(z, JOINT * Q)), integral(z, JOINT * log(Q)), ">="),
    "part of the average": (log(average([p(a), p(b), p(x)])), Fraction(1, 3) * (log(p(a)) + log(p(b))), ">="),
    "a sum that is no average": (log(total([p(a), p(b)])), total([log(p(a)), log(p(b))]), "<="),
}


@pytest.mark.parametrize("name", JENSENS)
def test_jensen_where_it_does_not_apply(name: str) -> None:
    left, right, relation = JENSENS[name]
    assert refute(left, relation, right) is not None
    assert justified_somehow(Claim(left, relation, right)) == []


def test_shapes_are_proved_refuted_or_undecided_never_guessed() -> None:
    assert shape(function("g1", lambda u: u**3)) == CONVEX
    assert shape(function("g2", lambda u: u * log(u) + 1 / u)) == CONVEX
    assert shape(function("g3", lambda u: u**3 - 3 * u**2)) == NEITHER
    assert shape(function("g4", lambda u: exp(u) - u**2)) == NEITHER
    assert shape(function("g5", lambda u: exp(u) - u**3 / 6 + u**2 * log(u) / 100)) == UNDECIDED


def test_infinities_are_not_swapped() -> None:
    """Where r vanishes, log r is minus infinity; it doesn't cancel and it isn't dropped."""
    r = Density("r", [z], positive=False)
    for claim in (
        integral(z, PRIOR * (r(z) / r(z))) == 1,
        integral(z, r(z) / r(z) * PRIOR) == integral(z, PRIOR),
        E(PRIOR, r(z) / r(z)) == 1,
        r(z) ** 2 / r(z) ** 2 * PRIOR == PRIOR,
        E(PRIOR, Q * r(z) / r(z)) == E(PRIOR, Q),
    ):
        assert justified_somehow(claim) == []
        assert refute(claim.left, claim.relation, claim.right) is not None
    assert justify(E(r(z), PRIOR * r(z) / r(z)), "=", E(r(z), PRIOR), (rules.algebra,)).ok


def large_sum(depth: int) -> Expr:
    e: Expr = log(PRIOR) + log(Q) + log(p(x)) + log(JOINT)
    return e if depth == 0 else large_sum(depth - 1) * large_sum(depth - 1)


HUGE = {
    "powers": (PRIOR + Q + p(x) + JOINT + 1) ** 12 * (PRIOR + 2 * Q + 3 * JOINT) ** 12,
    "products": large_sum(5),
    "digits": Fraction(10) ** 70 * log(p(x)),
}


@pytest.mark.parametrize("e", HUGE.values(), ids=HUGE)
def test_a_line_that_is_too_large_is_said_to_be(e: Expr) -> None:
    verdict = Derivation(e).eq(e + E(Q, 0 * log(PRIOR)), by="algebra").check().verdicts[0]
    assert verdict.status == "too-large", verdict


@pytest.mark.parametrize("e", HUGE.values(), ids=HUGE)
def test_many_lines_that_are_too_large_get_a_report(e: Expr) -> None:
    chain = Derivation(e)
    for extra in range(30):
        chain = chain.eq(e + extra, by="identically distributed, definition")
    report = grade(chain, log(p(x)) <= ELBO)
    assert not report.proved and report.fraction == 0 and "too-large" in {v.status for v in report.verdicts}
    assert repr(report)


def test_what_is_spent_inside_is_spent_outside() -> None:
    with pytest.raises(TooLarge), limited(10):
        for _ in range(4):
            with limited(5):
                spend(3)
    with limited(10), pytest.raises(TooLarge), limited(100):
        spend(11)


def test_too_many_copies_are_too_large() -> None:
    copies = z.copies(24)
    start = E(product(q(c | x) for c in copies), log(average(p(c) for c in copies)))
    assert Derivation(start).eq(start, by="algebra").check().status == "too-large"
    with pytest.raises(TooLarge):
        refute(start, "=", start)


def test_entropies_of_densities_are_not_assumed_nonnegative() -> None:
    y = variables("y", discrete=True)
    discrete = Density("d", [y])
    assert refute(H(Q), ">=", H(Q) * 0) is not None
    assert refute(H(discrete(y)), ">=", H(discrete(y)) * 0) is None


def test_posterior_is_not_the_guide() -> None:
    assert justified_somehow(E(POSTERIOR, log(JOINT)) == E(Q, log(JOINT))) == []
