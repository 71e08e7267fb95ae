"""Right derivations in other styles: under the integral, from below, as a difference, two rules a line."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from autograder.derivation import (
    KL,
    Count,
    Density,
    Derivation,
    E,
    H,
    Parameter,
    average,
    define,
    equal,
    exp,
    function,
    index,
    integral,
    log,
    product,
    rules,
    sqrt,
    total,
    uniform,
    variables,
)
from tests.derivation.right_chains import ELBO, JOINT, POSTERIOR, PRIOR, Q, p, q, weight, x, z

OTHER: dict[str, Callable[[], Derivation]] = {}
LIKELIHOOD, EVIDENCE = p(x | z), log(p(x))


def right(build: Callable[[], Derivation]) -> Callable[[], Derivation]:
    OTHER[build.__name__] = build
    return build


@right
def elbo_from_below() -> Derivation:
    return (
        Derivation(ELBO, goal=log(p(x)) >= ELBO)
        .eq(E(Q, log(JOINT / Q)), by="definition")
        .le(log(E(Q, JOINT / Q)), by="jensen: log is concave")
        .eq(log(integral(z, Q * (JOINT / Q))), by="expectation")
        .eq(log(integral(z, JOINT)), by="algebra")
        .eq(EVIDENCE, by="marginal")
    )


@right
def gap_as_a_difference() -> Derivation:
    return (
        Derivation(EVIDENCE - ELBO, goal=equal(EVIDENCE - ELBO, KL(Q, POSTERIOR)))
        .eq(EVIDENCE - E(Q, log(JOINT / Q)), by="definition")
        .eq(E(Q, EVIDENCE) - E(Q, log(JOINT / Q)), by="constant")
        .eq(E(Q, log(Q * p(x) / JOINT)), by="linearity")
        .eq(E(Q, log(Q / POSTERIOR)), by="chain rule")
        .eq(KL(Q, POSTERIOR), by="definition")
    )


@right
def bound_as_a_difference_that_is_not_negative() -> Derivation:
    return (
        Derivation(EVIDENCE - ELBO, goal=log(p(x)) >= ELBO)
        .eq(E(Q, EVIDENCE) - E(Q, log(JOINT) - log(Q)), by="constant, definition")
        .eq(E(Q, EVIDENCE - log(JOINT) + log(Q)), by="linearity")
        .eq(E(Q, log(Q / POSTERIOR)), by="chain rule")
        .eq(KL(Q, POSTERIOR), by="definition")
        .ge(0, by="kl >= 0")
    )


@right
def bound_from_zero() -> Derivation:
    return (
        Derivation(0, goal=log(p(x)) >= ELBO)
        .le(KL(Q, POSTERIOR), by="gibbs")
        .eq(E(Q, log(Q) - log(POSTERIOR)), by="definition")
        .eq(E(Q, log(Q) - log(JOINT) + EVIDENCE), by="chain rule")
        .eq(E(Q, log(Q) - log(JOINT)) + EVIDENCE, by="constant")
        .eq(EVIDENCE - ELBO, by="definition")
    )


@right
def two_rules_a_line() -> Derivation:
    goal = E(Q, log(LIKELIHOOD)) - KL(Q, PRIOR)
    return (
        Derivation(ELBO, goal=equal(ELBO, goal))
        .eq(E(Q, log(LIKELIHOOD * PRIOR / Q)), by="definition and chain rule")
        .eq(goal, by=(rules.linearity, rules.definition))
    )


@right
def evidence_under_the_integral() -> Derivation:
    return (
        Derivation(EVIDENCE, goal=equal(EVIDENCE, ELBO + KL(Q, POSTERIOR)))
        .eq(EVIDENCE * integral(z, Q), by="normalisation")
        .eq(integral(z, Q * EVIDENCE), by="constant")
        .eq(integral(z, Q * log(JOINT / POSTERIOR)), by="chain rule")
        .eq(integral(z, Q * log(JOINT / Q * (Q / POSTERIOR))), by="multiply by 1")
        .eq(integral(z, Q * log(JOINT / Q)) + integral(z, Q * log(Q / POSTERIOR)), by="linearity of the integral")
        .eq(E(Q, log(JOINT / Q)) + E(Q, log(Q / POSTERIOR)), by="expectation")
        .eq(ELBO + KL(Q, POSTERIOR), by="definition")
    )


@right
def sandwich_from_above() -> Derivation:
    upper = E(POSTERIOR, log(JOINT / Q))
    return (
        Derivation(upper, goal=equal(upper, EVIDENCE + KL(POSTERIOR, Q)))
        .eq(E(POSTERIOR, log(p(x) * POSTERIOR / Q)), by="chain rule")
        .eq(EVIDENCE + E(POSTERIOR, log(POSTERIOR / Q)), by="constant")
        .eq(EVIDENCE + KL(POSTERIOR, Q), by="definition")
    )


@right
def upper_bound() -> Derivation:
    upper = E(POSTERIOR, log(JOINT / Q))
    return (
        Derivation(upper, goal=upper >= log(p(x)))
        .eq(E(POSTERIOR, EVIDENCE + log(POSTERIOR / Q)), by="chain rule")
        .eq(EVIDENCE + KL(POSTERIOR, Q), by="constant and definition")
        .ge(EVIDENCE, by="kl is nonnegative")
    )


@right
def maximum_likelihood_is_minimum_kl() -> Derivation:
    (v,) = [variables("v", discrete=True)]
    data, model = Density("r", [v])(v), Density("p", [v])(v)
    return (
        Derivation(KL(data, model), goal=equal(KL(data, model), -H(data) - E(data, log(model))))
        .eq(E(data, log(data / model)), by="definition")
        .eq(E(data, log(data)) - E(data, log(model)), by="linearity")
        .eq(-H(data) - E(data, log(model)), by="definition")
    )


@right
def mean_kl_is_information_plus_marginal_kl() -> Derivation:
    r = Density("r", [x, z])
    prior = Density("p", [z])(z)
    encoder, aggregate, data = r(z | x), r(z), r(x)
    information = define("I", E(r(x, z), log(encoder / aggregate)))
    start = E(data, KL(encoder, prior))
    return (
        Derivation(start, goal=equal(start, information + KL(aggregate, prior)))
        .eq(E(data, E(encoder, log(encoder / prior))), by="definition")
        .eq(E(r(x, z), log(encoder / prior)), by="tower")
        .eq(E(r(x, z), log(encoder / aggregate) + log(aggregate / prior)), by="algebra")
        .eq(E(r(x, z), log(encoder / aggregate)) + E(r(x, z), log(aggregate / prior)), by="linearity")
        .eq(E(r(x, z), log(encoder / aggregate)) + E(aggregate, log(aggregate / prior)), by="marginal")
        .eq(information + KL(aggregate, prior), by="definition")
    )


@right
def entropy_by_the_chain_rule() -> Derivation:
    joint = H(JOINT)
    return (
        Derivation(joint, goal=equal(joint, H(p(x)) - E(JOINT, log(POSTERIOR))))
        .eq(-E(JOINT, log(JOINT)), by="definition")
        .eq(-E(JOINT, log(p(x)) + log(POSTERIOR)), by="chain rule")
        .eq(-E(JOINT, log(p(x))) - E(JOINT, log(POSTERIOR)), by="linearity")
        .eq(-E(p(x), log(p(x))) - E(JOINT, log(POSTERIOR)), by="marginal")
        .eq(H(p(x)) - E(JOINT, log(POSTERIOR)), by="definition")
    )


@right
def conditioning_lowers_the_mean_kl_to_zero_from_above() -> Derivation:
    start = E(p(x), KL(POSTERIOR, PRIOR))
    return Derivation(start, goal=start >= 0).ge(0, by="kl >= 0")


@right
def beta_elbo_below_elbo() -> Derivation:
    beta = Parameter("beta", at_least=1)
    reconstruction = E(Q, log(LIKELIHOOD))
    lower = reconstruction - beta * KL(Q, PRIOR)
    return Derivation(lower, goal=lower <= reconstruction - KL(Q, PRIOR)).le(
        reconstruction - KL(Q, PRIOR), by="kl >= 0"
    )


@right
def beta_times_an_expectation() -> Derivation:
    beta, c = Parameter("beta", positive=True), Parameter("c")
    start = E(Q, beta * log(LIKELIHOOD) + c)
    return Derivation(start, goal=equal(start, beta * E(Q, log(LIKELIHOOD)) + c)).eq(
        beta * E(Q, log(LIKELIHOOD)) + c, by="constant"
    )


@right
def square_by_jensen() -> Derivation:
    f = p(x | z)
    return Derivation(E(Q, f**2), goal=E(Q, f**2) >= E(Q, f) ** 2).ge(E(Q, f) ** 2, by="jensen: power 2 is convex")


@right
def reciprocal_by_jensen() -> Derivation:
    f = p(x | z)
    return Derivation(1 / E(Q, f), goal=1 / E(Q, f) <= E(Q, 1 / f)).le(E(Q, 1 / f), by="jensen")


@right
def exponential_by_jensen() -> Derivation:
    f = log(p(x | z))
    return Derivation(E(Q, exp(f)), goal=E(Q, exp(f)) >= exp(E(Q, f))).ge(exp(E(Q, f)), by="jensen: exp is convex")


@right
def square_root_by_jensen() -> Derivation:
    f = p(x | z)
    return Derivation(sqrt(E(Q, f)), goal=sqrt(E(Q, f)) >= E(Q, sqrt(f))).ge(
        E(Q, sqrt(f)), by="jensen: sqrt is concave"
    )


@right
def jensen_under_the_integral() -> Derivation:
    return Derivation(log(integral(z, Q * (JOINT / Q)))).ge(integral(z, Q * log(JOINT / Q)), by="jensen")


@right
def jensen_for_two_equal_weights() -> Derivation:
    a, b = z.copies(2)
    mean = Fraction(1, 2) * (p(x, a) + p(x, b))
    return Derivation(log(mean)).ge(Fraction(1, 2) * (log(p(x, a)) + log(p(x, b))), by="jensen")


@right
def jensen_for_a_function_of_ones_own() -> Derivation:
    g = function("g", lambda u: u**4 + 3 / u)
    return Derivation(E(Q, g(PRIOR))).ge(g(E(Q, PRIOR)), by="jensen: g is convex")


@right
def hierarchical_prior() -> Derivation:
    u, v = variables("u v")
    m = Density("m", [u, v, x], factors=[u, v | u, x | v])
    g = Density("g", [u, v], given=[x], factors=[v | x, u | v])
    draws = g(u, v | x)
    bound = define("ELBO", E(draws, log(m(x, u, v) / draws)))
    goal = E(draws, log(m(x | v))) - E(draws, log(g(v | x) * g(u | v) / (m(u) * m(v | u))))
    return (
        Derivation(bound, goal=equal(bound, goal))
        .eq(E(draws, log(m(x, u, v) / draws)), by="definition")
        .eq(E(draws, log(m(u) * m(v | u) * m(x | v) / (g(v | x) * g(u | v)))), by="factorisation")
        .eq(goal, by="linearity")
    )


@right
def markov_chain_forgets() -> Derivation:
    a, b, c = variables("a b c")
    m = Density("m", [a, b, c], factors=[a, b | a, c | b])
    return (
        Derivation(log(m(c | a & b)), goal=equal(log(m(c | a & b)), log(m(b | c) * m(c) / m(b))))
        .eq(log(m(c | b)), by="conditional independence")
        .eq(log(m(b | c) * m(c) / m(b)), by="bayes")
    )


@right
def explaining_away_needs_the_joint() -> Derivation:
    a, b, c = variables("a b c")
    m = Density("m", [a, b, c], factors=[a, b, c | a & b])
    return Derivation(m(a, b | c)).eq(m(c | a & b) * m(a) * m(b) / m(c), by="bayes, independence")


@right
def total_expectation() -> Derivation:
    f = log(p(x, z))
    return (
        Derivation(E(p(x), E(POSTERIOR, f)), goal=equal(E(p(x), E(POSTERIOR, f)), E(PRIOR, E(LIKELIHOOD, f))))
        .eq(E(JOINT, f), by="tower")
        .eq(E(PRIOR, E(LIKELIHOOD, f)), by="tower")
    )


@right
def importance_weights_are_unbiased() -> Derivation:
    m = Count("m")
    i = index("i", m)
    draws = product(i, q(z[i] | x))
    start = E(draws, average(i, weight(z[i])))
    return (
        Derivation(start, goal=equal(start, p(x)))
        .eq(average(i, E(draws, weight(z[i]))), by="linearity")
        .eq(average(i, E(q(z[i] | x), weight(z[i]))), by="marginal")
        .eq(E(Q, weight(z)), by="symmetry")
        .eq(integral(z, JOINT), by="expectation")
        .eq(p(x), by="marginal")
    )


@right
def jensen_straight_on_the_average() -> Derivation:
    m = Count("m")
    i = index("i", m)
    draws = product(i, q(z[i] | x))
    return (
        Derivation(E(draws, log(average(i, weight(z[i])))))
        .ge(E(draws, average(i, log(weight(z[i])))), by="jensen: log is concave")
        .eq(ELBO, by="iid, definition")
    )


@right
def kl_of_independent_copies() -> Derivation:
    m = Count("m")
    i = index("i", m)
    left, right_ = product(i, q(z[i] | x)), product(i, p(z[i]))
    start = KL(left, right_)
    return (
        Derivation(start, goal=equal(start, m * KL(Q, PRIOR)))
        .eq(E(left, total(i, log(q(z[i] | x) / p(z[i])))), by="definition")
        .eq(total(i, E(left, log(q(z[i] | x) / p(z[i])))), by="linearity")
        .eq(total(i, E(q(z[i] | x), log(q(z[i] | x) / p(z[i])))), by="marginal")
        .eq(total(i, KL(q(z[i] | x), p(z[i]))), by="definition")
        .eq(m * KL(Q, PRIOR), by="symmetry")
    )


@right
def label_summed_out() -> Derivation:
    y = variables("y", discrete=True)
    m = Density("m", [x, y, z])
    g = Density("g", [y, z], given=[x], factors=[y | x, z | x & y])
    labels = g(y | x)
    labelled = define("L", E(g(z | x & y), log(m(x, y, z)) - log(g(z | x & y))))
    start = E(g(y, z | x), log(m(x, y, z) / g(y, z | x)))
    return (
        Derivation(start, goal=equal(start, E(labels, labelled) + H(labels)))
        .eq(E(labels, E(g(z | x & y), log(m(x, y, z) / g(y, z | x)))), by="tower")
        .eq(E(labels, E(g(z | x & y), log(m(x, y, z) / g(z | x & y)) - log(labels))), by="chain rule")
        .eq(E(labels, E(g(z | x & y), log(m(x, y, z) / g(z | x & y))) - log(labels)), by="constant")
        .eq(E(labels, E(g(z | x & y), log(m(x, y, z) / g(z | x & y)))) - E(labels, log(labels)), by="linearity")
        .eq(E(labels, labelled) + H(labels), by="definition")
    )


@right
def uniform_average_of_bounds() -> Derivation:
    return Derivation(uniform([ELBO, EVIDENCE])).eq(Fraction(1, 2) * (ELBO + EVIDENCE), by="uniform index")


@right
def tight_at_the_posterior() -> Derivation:
    start = E(POSTERIOR, log(JOINT) - log(POSTERIOR))
    return (
        Derivation(start, goal=equal(start, EVIDENCE))
        .eq(E(POSTERIOR, log(p(x))), by="chain rule")
        .eq(EVIDENCE, by="expectation of a constant")
    )
