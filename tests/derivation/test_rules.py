"""Every rule gives its identity, and does not give it where a side condition is violated.

These are tests of the justifier alone: what is not justified here stays so even if no counterexample were found.
"""

from __future__ import annotations

import pytest

from autograder.derivation import (
    KL,
    Count,
    Density,
    E,
    H,
    Mistake,
    Parameter,
    average,
    exp,
    function,
    index,
    integral,
    log,
    product,
    rules,
    subset,
    total,
    uniform,
    variables,
)
from autograder.derivation.expressions import Claim
from autograder.derivation.justify import justify
from autograder.derivation.rulebook import ALL, Rule, cited, find
from tests.derivation.right_chains import ELBO, JOINT, POSTERIOR, PRIOR, Q, p, q, x, z

f, g = log(p(x | z)), log(PRIOR)
a, b = z.copies(2)
u, v, y = variables("u v y")
tree = Density("m", [u, v, y], factors=[u, v | u, y | u])
vanishing = Density("r", [z], positive=False)
m = Count("m")
k = Count("k", at_most=m)
i, j = index("i", m), index("j", k)
S = subset("S", k, m)
draws = product(i, q(z[i] | x))
both = q(a | x) * q(b | x)
beta, c = Parameter("beta", positive=True), Parameter("c")
bump = function("bump", lambda t: t**3 - 3 * t**2)

IDENTITIES = [
    (rules.algebra, p(x) * (PRIOR + Q) / Q == p(x) * PRIOR / Q + p(x)),
    (rules.algebra, E(vanishing(z), vanishing(z) / vanishing(z) * PRIOR) == E(vanishing(z), PRIOR)),
    (rules.log, log(JOINT**2 / Q) == 2 * log(JOINT) - log(Q)),
    (rules.log, log(12 * p(x)) == 2 * log(2) + log(3) + log(p(x))),
    (rules.log, log(exp(f)) == f),
    (rules.definition, KL(Q, PRIOR) == E(Q, log(Q / PRIOR))),
    (rules.definition, H(Q) == -E(Q, log(Q))),
    (rules.definition, E(Q, log(JOINT) - log(Q)) == ELBO),
    (rules.linearity, E(Q, 2 * f - beta * g) == 2 * E(Q, f) - beta * E(Q, g)),
    (rules.linearity, E(draws, total(i, log(p(z[i])))) == total(i, E(draws, log(p(z[i]))))),
    (rules.linearity, integral(z, Q * f + Q * g) == integral(z, Q * f) + integral(z, Q * g)),
    (rules.constant, E(Q, p(x) * f + log(p(x))) == p(x) * E(Q, f) + log(p(x))),
    (rules.constant, integral(z, p(x) * Q * f) == p(x) * integral(z, Q * f)),
    (rules.constant, uniform(i, c) == c),
    (rules.chain_rule, log(JOINT) == f + g),
    (rules.bayes, p(x | z) * PRIOR / p(x) == POSTERIOR),
    (rules.normalisation, integral(z, Q) == 1),
    (rules.normalisation, integral([a, b], q(a | x) * q(b | x)) == 1),
    (rules.marginal, integral(z, JOINT) == p(x)),
    (rules.marginal, E([q(a | x), q(b | x)], log(p(a))) == E(q(a | x), log(p(a)))),
    (rules.marginal, E(draws, log(p(z[1]))) == E(q(z[1] | x), log(p(z[1])))),
    (rules.expectation, E(Q, f) == integral(z, Q * f)),
    (rules.independence, tree(v, y | u) == tree(v | u) * tree(y | u)),
    (rules.independence, tree(v | u & y) == tree(v | u)),
    (rules.factorisation, tree(u, v, y) == tree(u) * tree(v | u) * tree(y | u)),
    (rules.symmetry, E(q(a | x), log(p(a))) == E(Q, g)),
    (
        rules.symmetry,
        E([q(a | x), q(b | x)], log(p(a) / (p(a) + p(b)))) == E([q(a | x), q(b | x)], log(p(b) / (p(a) + p(b)))),
    ),
    (rules.identically_distributed, E(draws, average(i, log(p(z[i])))) == E(Q, g)),
    (
        rules.identically_distributed,
        E(draws, uniform(S, log(average(j, p(z[S[j]]))))) == E(product(j, q(z[j] | x)), log(average(j, p(z[j])))),
    ),
    (rules.uniform_index, average(i, p(z[i])) == uniform(i, p(z[i]))),
    (rules.uniform_index, average(i, p(z[i])) == uniform(S, average(j, p(z[S[j]])))),
    (rules.uniform_index, uniform([p(a), p(b)]) == average([p(a), p(b)])),
    (rules.tower, E(p(x), E(POSTERIOR, f)) == E(JOINT, f)),
    (rules.tower, integral(x, integral(z, JOINT * f)) == integral([x, z], JOINT * f)),
    (rules.jensen, log(E(Q, p(x | z))) >= E(Q, f)),
    (rules.jensen, -log(E(Q, p(x | z))) <= -E(Q, f)),
    (rules.kl_nonnegative, ELBO + beta * KL(Q, PRIOR) >= ELBO),
    (rules.kl_nonnegative, E(p(x), KL(Q, PRIOR)) >= 0),
]

VIOLATIONS = [
    (rules.algebra, vanishing(z) / vanishing(z) * PRIOR == PRIOR, "r may vanish"),
    (rules.log, log(PRIOR + Q) == log(PRIOR) + log(Q), "a sum is no product"),
    (rules.log, log(1) == 1, "log 1 is 0"),
    (rules.definition, KL(PRIOR, Q) == E(Q, log(Q / PRIOR)), "the arguments are in another order"),
    (rules.definition, H(Q) == E(Q, log(Q)), "the sign"),
    (rules.linearity, E(Q, f * g) == E(Q, f) * E(Q, g), "a product is no sum"),
    (rules.linearity, E(Q, p(x) * f) == p(x) * E(Q, f), "that is another rule"),
    (rules.constant, E(Q, PRIOR * f) == PRIOR * E(Q, f), "p(z) depends on z"),
    (rules.constant, integral(z, p(x) + Q) == p(x) + integral(z, Q), "an integral of 1 is not 1"),
    (rules.constant, E(Q, f + g) == E(Q, f) + E(Q, g), "that is linearity"),
    (rules.chain_rule, log(POSTERIOR) == f + g - log(p(x)), "that is Bayes' rule"),
    (rules.chain_rule, log(JOINT) == f + log(p(x)), "the wrong marginal"),
    (rules.chain_rule, p(x | z) * q(z | x) == JOINT, "two densities"),
    (rules.bayes, p(x | z) * PRIOR == POSTERIOR, "the evidence is missing"),
    (rules.normalisation, integral(z, p(x | z)) == 1, "z is a condition"),
    (rules.normalisation, integral(z, Q * g) == 1, "something else depends on z"),
    (rules.normalisation, integral(z, Q**2) == 1, "a density to another power"),
    (rules.normalisation, integral(z, vanishing(z) / vanishing(z) * PRIOR) == 1, "only where r > 0"),
    (rules.marginal, integral(z, JOINT * PRIOR) == p(x), "two densities depend on z"),
    (rules.marginal, integral(x, POSTERIOR) == PRIOR, "x is a condition"),
    (rules.marginal, E([q(a | x), q(b | x)], log(p(a) + p(b))) == E(q(a | x), log(p(a) + p(a))), "b is used"),
    (rules.marginal, E(draws, log(average(i, p(z[i])))) == E(q(z[1] | x), log(p(z[1]))), "all copies are used"),
    (rules.expectation, E(Q, f) == integral(z, f), "the density is missing"),
    (rules.expectation, E(Q, f) == integral(z, PRIOR * f), "another density"),
    (rules.independence, tree(v, y) == tree(v) * tree(y), "u is a common parent"),
    (rules.independence, p(x) * PRIOR == JOINT, "nothing was declared"),
    (rules.factorisation, tree(u, v, y) == tree(u) * tree(v | u) * tree(y), "y has a parent"),
    (rules.symmetry, E(both, log(p(a) * p(b))) == E(both, log(p(a) ** 2)), "two copies are not one"),
    (rules.symmetry, E([q(a | x), p(b)], log(p(a))) == E([q(a | x), p(b)], log(p(b))), "different densities"),
    (rules.symmetry, log(p(a)) == log(p(b)), "they are not bound"),
    (rules.identically_distributed, E(draws, log(average(i, p(z[i])))) == E(Q, log(PRIOR)), "inside a log"),
    (rules.identically_distributed, E(draws, total(i, p(z[i]))) == E(Q, PRIOR), "a sum, not an average"),
    (rules.uniform_index, total(i, p(z[i])) == uniform(i, p(z[i])), "a sum, not an average"),
    (rules.uniform_index, log(average(i, p(z[i]))) == uniform(i, log(p(z[i]))), "inside a log"),
    (rules.uniform_index, log(average(i, p(z[i]))) == uniform(S, log(average(j, p(z[S[j]])))), "inside a log"),
    (rules.tower, E(p(z), E(POSTERIOR, f)) == E(JOINT, f), "p(z | x) p(z) is no joint"),
    (rules.tower, E(Q, f) * E(Q, g) == E(Q, f * g), "two expectations side by side"),
    (rules.jensen, log(E(Q, p(x | z))) <= E(Q, f), "the wrong way round"),
    (rules.jensen, bump(E(Q, p(x | z))) <= E(Q, bump(p(x | z))), "neither convex nor concave"),
    (rules.jensen, c * log(E(Q, p(x | z))) >= c * E(Q, f), "c may be negative"),
    (rules.jensen, log(E(Q, p(x | z))) == E(Q, f), "no equality"),
    (rules.jensen, log(integral(z, PRIOR * p(x | z))) >= integral(z, Q * f), "the weight has changed"),
    (rules.jensen, log(integral(z, p(x | z))) >= integral(z, f), "no density to average over"),
    (rules.kl_nonnegative, ELBO + c * KL(Q, PRIOR) >= ELBO, "c may be negative"),
    (rules.kl_nonnegative, ELBO - KL(Q, PRIOR) >= ELBO, "the wrong way round"),
    (rules.kl_nonnegative, ELBO + H(Q) >= ELBO, "an entropy is no KL"),
    (rules.kl_nonnegative, E(Q, log(Q / PRIOR)) >= 0, "not written as a KL: use its definition"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "claim"), IDENTITIES, ids=str)
def test_a_rule_gives_its_identity(rule: Rule, claim: Claim) -> None:
    assert justify(claim.left, claim.relation, claim.right, (rule,)).ok


@pytest.mark.parametrize(("rule", "claim", "why"), VIOLATIONS, ids=str)
def test_a_violated_side_condition_is_not_justified(rule: Rule, claim: Claim, why: str) -> None:
    assert not justify(claim.left, claim.relation, claim.right, (rule,)).ok, why


def test_every_rule_is_tested_and_says_its_identity() -> None:
    for rule in ALL.values():
        assert any(rule == tested for tested, _ in IDENTITIES), rule
        assert any(rule == tested for tested, _, _ in VIOLATIONS), rule
        assert len(rule.meaning.strip()) > 40, rule


def test_vanishing_densities_stay_inside_their_sum() -> None:
    n = index("n", m)
    left, right = total(i, vanishing(z[i]) * p(z[i])), total(n, vanishing(z[n]) * p(z[n]))
    assert justify(left, "=", right, (rules.algebra,)).ok


def test_vanishing_densities_integrate_to_at_most_one() -> None:
    part = integral(z, vanishing(z) * (PRIOR / vanishing(z)))
    assert justify(part, "<=", part * 0 + 1, (rules.normalisation,)).ok
    assert not justify(part, ">=", part * 0 + 1, (rules.normalisation,)).ok
    assert justify(-log(part), ">=", -log(1), (rules.normalisation,)).ok
    assert not justify(-log(part), "<=", -log(1), (rules.normalisation,)).ok


@pytest.mark.parametrize(("text", "name"), [
    ("Chain Rule", "chain rule"),
    ("jensen's inequality", "jensen"),
    ("Jensen (log is concave)", "jensen"),
    ("KL>=0", "kl >= 0"),
    ("iid", "identically distributed"),
    ("fubini", "tower"),
])  # fmt: skip
def test_rules_have_the_names_that_people_use(text: str, name: str) -> None:
    assert find(text).name == name


def test_two_rules_may_be_cited_and_not_three() -> None:
    assert [rule.name for rule in cited("chain rule, linearity")] == ["chain rule", "linearity"]
    assert cited((rules.chain_rule, rules.linearity)) == cited("chain rule and linearity")
    with pytest.raises(Mistake, match="at most two"):
        cited("chain rule, linearity, constant")


def test_an_unknown_rule_is_refused_with_a_suggestion() -> None:
    with pytest.raises(Mistake, match="did you mean 'linearity'"):
        cited("linearty")


def test_rules_can_be_completed() -> None:
    assert {"chain_rule", "jensen", "kl_nonnegative", "identically_distributed"} <= set(vars(rules))
    assert "| chain rule | p(a, b) = p(a | b) p(b)" in rules._repr_markdown_()
