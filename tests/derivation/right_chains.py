"""Right derivations of the classical facts, each with its goal. `RIGHT` maps names to functions that build them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations

from autograder.derivation import (
    KL,
    Density,
    Derivation,
    E,
    H,
    average,
    define,
    equal,
    function,
    integral,
    log,
    product,
    rules,
    total,
    uniform,
    variables,
)
from autograder.derivation.expressions import Expr
from autograder.derivation.names import Variable

x, z = variables("x z")
p = Density("p", [x, z])
q = Density("q", [z], given=[x])
Q, POSTERIOR, PRIOR, JOINT = q(z | x), p(z | x), p(z), p(x, z)
ELBO = define("ELBO", E(Q, log(JOINT) - log(Q)))

RIGHT: dict[str, Callable[[], Derivation]] = {}


def right(build: Callable[[], Derivation]) -> Callable[[], Derivation]:
    RIGHT[build.__name__] = build
    return build


@right
def elbo_is_reconstruction_minus_kl() -> Derivation:
    goal = E(Q, log(p(x | z))) - KL(Q, PRIOR)
    return (
        Derivation(ELBO, goal=equal(ELBO, goal))
        .eq(E(Q, log(JOINT) - log(Q)), by="definition")
        .eq(E(Q, log(p(x | z) * PRIOR) - log(Q)), by="chain rule")
        .eq(E(Q, log(p(x | z)) + log(PRIOR) - log(Q)), by="log")
        .eq(E(Q, log(p(x | z))) + E(Q, log(PRIOR) - log(Q)), by="linearity")
        .eq(E(Q, log(p(x | z))) - E(Q, log(Q / PRIOR)), by="log")
        .eq(goal, by="definition")
    )


@right
def evidence_is_elbo_plus_gap() -> Derivation:
    return (
        Derivation(log(p(x)), goal=log(p(x)) == ELBO + KL(Q, POSTERIOR))
        .eq(E(Q, log(p(x))), by="constant")
        .eq(E(Q, log(JOINT / POSTERIOR)), by="chain rule")
        .eq(E(Q, log(JOINT / Q * (Q / POSTERIOR))), by="algebra")
        .eq(E(Q, log(JOINT) - log(Q) + log(Q / POSTERIOR)), by="log")
        .eq(E(Q, log(JOINT) - log(Q)) + E(Q, log(Q / POSTERIOR)), by="linearity")
        .eq(ELBO + KL(Q, POSTERIOR), by="definition")
    )


@right
def gap_by_bayes() -> Derivation:
    end = KL(Q, PRIOR) - E(Q, log(p(x | z))) + log(p(x))
    return (
        Derivation(KL(Q, POSTERIOR), goal=KL(Q, POSTERIOR) == end)
        .eq(E(Q, log(Q / POSTERIOR)), by="definition")
        .eq(E(Q, log(Q * p(x) / (p(x | z) * PRIOR))), by="bayes")
        .eq(E(Q, log(Q / PRIOR) - log(p(x | z)) + log(p(x))), by="log")
        .eq(E(Q, log(Q / PRIOR)) - E(Q, log(p(x | z))) + E(Q, log(p(x))), by="linearity")
        .eq(E(Q, log(Q / PRIOR)) - E(Q, log(p(x | z))) + log(p(x)), by="constant")
        .eq(end, by="definition")
    )


@right
def free_energy() -> Derivation:
    return (
        Derivation(ELBO, goal=equal(ELBO, E(Q, log(JOINT)) + H(Q)))
        .eq(E(Q, log(JOINT) - log(Q)), by="definition")
        .eq(E(Q, log(JOINT)) - E(Q, log(Q)), by="linearity")
        .eq(E(Q, log(JOINT)) + H(Q), by="definition")
    )


@right
def evidence_bounds_elbo_by_jensen() -> Derivation:
    return (
        Derivation(log(p(x)), goal=log(p(x)) >= ELBO)
        .eq(log(integral(z, JOINT)), by="marginal")
        .eq(log(integral(z, Q * JOINT / Q)), by="algebra")
        .eq(log(E(Q, JOINT / Q)), by="expectation")
        .ge(E(Q, log(JOINT / Q)), by="jensen: log is concave")
        .eq(ELBO, by="definition")
    )


@right
def evidence_bounds_elbo_by_kl() -> Derivation:
    return (
        Derivation(log(p(x)), goal=log(p(x)) >= ELBO)
        .eq(E(Q, log(p(x))), by="constant")
        .eq(E(Q, log(JOINT) - log(POSTERIOR)), by="chain rule")
        .eq(E(Q, log(JOINT) - log(Q)) + E(Q, log(Q) - log(POSTERIOR)), by="linearity")
        .eq(ELBO + KL(Q, POSTERIOR), by="definition")
        .ge(ELBO, by="kl >= 0")
    )


@right
def kl_is_nonnegative() -> Derivation:
    return (
        Derivation(KL(Q, PRIOR), goal=KL(Q, PRIOR) >= 0)
        .eq(E(Q, log(Q / PRIOR)), by="definition")
        .eq(E(Q, -log(PRIOR / Q)), by="log")
        .ge(-log(E(Q, PRIOR / Q)), by="jensen: -log is convex")
        .eq(-log(integral(z, Q * (PRIOR / Q))), by="expectation")
        .eq(-log(integral(z, PRIOR)), by="algebra")
        .eq(-log(1), by="normalisation")
        .eq(0, by="log")
    )


@right
def kl_is_nonnegative_by_u_log_u() -> Derivation:
    phi = function("phi", lambda u: u * log(u))
    return (
        Derivation(E(PRIOR, phi(Q / PRIOR)), goal=E(PRIOR, phi(Q / PRIOR)) >= phi(1))
        .ge(phi(E(PRIOR, Q / PRIOR)), by=rules.jensen("phi is convex"))
        .eq(phi(integral(z, Q)), by="expectation")
        .eq(phi(1), by="normalisation")
    )


def weight(copy: Variable) -> Expr:
    return p(x, copy) / q(copy | x)


def iwae(copies: Sequence[Variable]) -> Expr:
    draws = product(q(copy | x) for copy in copies)
    return define(f"L{len(copies)}", E(draws, log(Fraction(1, len(copies)) * total(map(weight, copies)))))


def iwae_bound(m: int) -> Derivation:
    copies = z.copies(m)
    draws, share, bound = product(q(c | x) for c in copies), Fraction(1, m), iwae(copies)
    weights = [weight(c) for c in copies]
    return (
        Derivation(log(p(x)), goal=log(p(x)) >= bound)
        .eq(log(integral(z, JOINT)), by="marginal")
        .eq(log(integral(z, Q * (JOINT / Q))), by="algebra")
        .eq(log(E(Q, JOINT / Q)), by="expectation")
        .eq(log(share * total(E(q(c | x), w) for c, w in zip(copies, weights, strict=True))), by="symmetry")
        .eq(log(share * total(E(draws, w) for w in weights)), by="marginal")
        .eq(log(E(draws, share * total(weights))), by="linearity")
        .ge(E(draws, log(share * total(weights))), by="jensen")
        .eq(bound, by="definition")
    )


def iwae_is_monotone(m: int, k: int) -> Derivation:
    copies = z.copies(m)
    draws, weights = product(q(c | x) for c in copies), [weight(c) for c in copies]
    subsets = list(combinations(range(m), k))
    share = Fraction(1, len(subsets))

    def mean(chosen: Sequence[int]) -> Expr:
        return average(weights[i] for i in chosen)

    def some(chosen: Sequence[int]) -> Expr:
        return product(q(copies[i] | x) for i in chosen)

    return (
        Derivation(iwae(copies), goal=iwae(copies) >= iwae(copies[:k]))
        .eq(E(draws, log(average(weights))), by="definition")
        .eq(E(draws, log(uniform(map(mean, subsets)))), by="uniform index")
        .ge(E(draws, uniform(log(mean(s)) for s in subsets)), by="jensen")
        .eq(share * total(E(draws, log(mean(s))) for s in subsets), by="uniform index, linearity")
        .eq(share * total(E(some(s), log(mean(s))) for s in subsets), by="marginal")
        .eq(E(some(range(k)), log(mean(range(k)))), by="symmetry")
        .eq(iwae(copies[:k]), by="definition")
    )


@right
def iwae_2_bounds_evidence() -> Derivation:
    return iwae_bound(2)


@right
def iwae_3_bounds_evidence() -> Derivation:
    return iwae_bound(3)


@right
def iwae_2_beats_1() -> Derivation:
    return iwae_is_monotone(2, 1)


@right
def iwae_3_beats_2() -> Derivation:
    return iwae_is_monotone(3, 2)


@right
def iwae_3_beats_1() -> Derivation:
    return iwae_is_monotone(3, 1)


def kl_of_products(dimensions: int) -> Derivation:
    parts = [Variable(f"z{i + 1}") for i in range(dimensions)]
    prior = Density("p", parts, factors=parts)
    guide = Density("q", parts, given=[x], factors=[v | x for v in parts])
    left, right_ = guide(*parts[:-1], parts[-1] | x), prior(*parts)
    goal = total(KL(guide(v | x), prior(v)) for v in parts)
    ratios = [guide(v | x) / prior(v) for v in parts]
    apart = product(guide(v | x) for v in parts) / product(prior(v) for v in parts)
    return (
        Derivation(KL(left, right_), goal=KL(left, right_) == goal)
        .eq(E(left, log(left / right_)), by="definition")
        .eq(E(left, log(apart)), by="independence")
        .eq(E(left, total(map(log, ratios))), by="log")
        .eq(total(E(left, log(r)) for r in ratios), by="linearity")
        .eq(total(E(guide(v | x), log(r)) for v, r in zip(parts, ratios, strict=True)), by="marginal")
        .eq(goal, by="definition")
    )


@right
def kl_of_two_products() -> Derivation:
    return kl_of_products(2)


@right
def kl_of_three_products() -> Derivation:
    return kl_of_products(3)
