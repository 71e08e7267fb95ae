"""Wrong derivations with one plausible slip each, in other styles and models, and the verdict each must get."""

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
    sqrt,
    total,
    uniform,
    variables,
)
from tests.derivation.other_right_chains import elbo_from_below
from tests.derivation.right_chains import ELBO, JOINT, POSTERIOR, PRIOR, Q, p, q, weight, x, z

OTHER: dict[str, tuple[Callable[[], Derivation], str]] = {}
LIKELIHOOD, EVIDENCE = p(x | z), log(p(x))
M = Count("m")
I = index("i", M)  # noqa: E741
DRAWS = product(I, q(z[I] | x))


def wrong(verdict: str) -> Callable[[Callable[[], Derivation]], Callable[[], Derivation]]:
    def register(build: Callable[[], Derivation]) -> Callable[[], Derivation]:
        OTHER[build.__name__] = (build, verdict)
        return build

    return register


@wrong("false")
def posterior_confused_with_likelihood() -> Derivation:
    return Derivation(log(JOINT)).eq(log(POSTERIOR) + log(PRIOR), by="chain rule")


@wrong("false")
def evidence_forgotten_in_the_gap() -> Derivation:
    return Derivation(KL(Q, POSTERIOR)).eq(-ELBO, by="definition")


@wrong("false")
def gap_with_the_wrong_sign() -> Derivation:
    return Derivation(EVIDENCE).eq(ELBO - KL(Q, POSTERIOR), by="definition")


@wrong("false")
def kl_in_the_other_direction_in_the_gap() -> Derivation:
    return Derivation(EVIDENCE - ELBO).eq(KL(POSTERIOR, Q), by="definition")


@wrong("false")
def entropy_with_the_wrong_sign() -> Derivation:
    return Derivation(ELBO).eq(E(Q, log(JOINT)) - H(Q), by="definition")


@wrong("false")
def entropy_of_the_wrong_density() -> Derivation:
    return Derivation(-E(Q, log(PRIOR))).eq(H(PRIOR), by="definition")


@wrong("false")
def expectation_of_a_ratio_split() -> Derivation:
    return Derivation(E(Q, JOINT / Q)).eq(E(Q, JOINT) / E(Q, Q), by="linearity")


@wrong("false")
def log_through_the_integral() -> Derivation:
    return Derivation(log(integral(z, JOINT))).eq(integral(z, log(JOINT)), by="log")


@wrong("false")
def integral_of_a_log_density_called_one() -> Derivation:
    return Derivation(integral(z, Q * log(Q))).eq(0, by="normalisation")


@wrong("false")
def joint_integrated_to_one_over_z() -> Derivation:
    return Derivation(integral(z, JOINT)).eq(1, by="normalisation")


@wrong("false")
def likelihood_integrated_over_its_condition() -> Derivation:
    return Derivation(integral(z, LIKELIHOOD)).eq(1, by="normalisation")


@wrong("false")
def conditional_marginalised_like_a_joint() -> Derivation:
    return Derivation(integral(z, LIKELIHOOD)).eq(p(x), by="marginal")


@wrong("false")
def constant_out_of_an_integral_without_a_density() -> Derivation:
    return Derivation(integral(z, Q + p(x))).eq(integral(z, Q) + p(x), by="constant")


@wrong("false")
def square_and_mean_exchanged() -> Derivation:
    return Derivation(E(Q, LIKELIHOOD**2)).eq(E(Q, LIKELIHOOD) ** 2, by="linearity")


@wrong("false")
def jensen_for_the_square_the_wrong_way() -> Derivation:
    return Derivation(E(Q, LIKELIHOOD) ** 2).ge(E(Q, LIKELIHOOD**2), by="jensen")


@wrong("false")
def jensen_under_a_minus_sign() -> Derivation:
    return Derivation(-log(E(Q, JOINT / Q))).ge(-E(Q, log(JOINT / Q)), by="jensen: log is concave")


@wrong("false")
def jensen_for_exp_the_wrong_way() -> Derivation:
    return Derivation(exp(E(Q, log(LIKELIHOOD)))).ge(E(Q, LIKELIHOOD), by="jensen")


@wrong("wrong-rule")
def jensen_for_the_wrong_function() -> Derivation:
    return Derivation(sqrt(E(Q, LIKELIHOOD))).ge(E(Q, sqrt(LIKELIHOOD)), by="jensen: log is concave")


@wrong("undecided")
def jensen_for_a_function_that_sympy_cannot_decide() -> Derivation:
    g = function("g", lambda u: exp(u) - u**3 / 6 + u**2 * log(u) / 100)
    return Derivation(E(Q, g(LIKELIHOOD))).ge(g(E(Q, LIKELIHOOD)), by="jensen: g is convex")


@wrong("false")
def iid_average_inside_the_log() -> Derivation:
    return Derivation(E(DRAWS, log(average(I, weight(z[I]))))).eq(E(Q, log(weight(z))), by="identically distributed")


@wrong("false")
def sum_of_copies_for_their_average() -> Derivation:
    return Derivation(E(DRAWS, total(I, weight(z[I])))).eq(E(Q, weight(z)), by="identically distributed")


@wrong("false")
def product_of_copies_for_one() -> Derivation:
    a, b = z.copies(2)
    draws = q(a | x) * q(b | x)
    return Derivation(E(draws, weight(a) * weight(b))).eq(E(Q, weight(z) ** 2), by="symmetry")


@wrong("false")
def iwae_with_more_samples_called_looser() -> Derivation:
    return Derivation(E(DRAWS, log(average(I, weight(z[I]))))).le(E(Q, log(weight(z))), by="jensen")


@wrong("gap")
def iwae_bound_in_one_jump() -> Derivation:
    return Derivation(E(DRAWS, log(average(I, weight(z[I]))))).ge(E(Q, log(weight(z))), by="jensen")


@wrong("gap")
def iwae_monotone_without_the_subset() -> Derivation:
    k = Count("k", at_most=M)
    a = index("a", k)
    fewer = E(product(a, q(z[a] | x)), log(average(a, weight(z[a]))))
    return Derivation(E(DRAWS, log(average(I, weight(z[I]))))).ge(fewer, by="jensen")


@wrong("false")
def iwae_monotone_backwards() -> Derivation:
    k = Count("k", at_most=M)
    a = index("a", k)
    fewer = E(product(a, q(z[a] | x)), log(average(a, weight(z[a]))))
    return Derivation(fewer).ge(E(DRAWS, log(average(I, weight(z[I])))), by="jensen")


def chain_model() -> tuple[Density, Density]:
    u, v = variables("u v")
    return Density("m", [u, v, x], factors=[u, v | u, x | v]), Density("g", [u, v], given=[x], factors=[v | x, u | v])


@wrong("false")
def independence_that_was_not_declared() -> Derivation:
    u, v = variables("u v")
    m, _ = chain_model()
    return Derivation(m(u, v)).eq(m(u) * m(v), by="independence")


@wrong("false")
def explaining_away_forgotten() -> Derivation:
    a, b, c = variables("a b c")
    m = Density("m", [a, b, c], factors=[a, b, c | a & b])
    return Derivation(m(a, b | c)).eq(m(a | c) * m(b | c), by="independence")


@wrong("false")
def parent_dropped() -> Derivation:
    u, v = variables("u v")
    m, _ = chain_model()
    return Derivation(m(x, u, v)).eq(m(u) * m(v) * m(x | v), by="factorisation")


@wrong("false")
def factors_in_the_wrong_direction() -> Derivation:
    u, v = variables("u v")
    _, g = chain_model()
    return Derivation(g(u, v | x)).eq(g(v | x) * g(u | x), by="factorisation")


@wrong("wrong-rule")
def factorisation_called_chain_rule() -> Derivation:
    u, v = variables("u v")
    _, g = chain_model()
    return Derivation(g(u, v | x)).eq(g(v | x) * g(u | v), by="chain rule")


@wrong("false")
def negative_beta_overlooked() -> Derivation:
    c = Parameter("c")
    return Derivation(c * KL(Q, PRIOR)).ge(0, by="kl >= 0")


@wrong("false")
def beta_below_one_overlooked() -> Derivation:
    beta = Parameter("beta", positive=True)
    reconstruction = E(Q, log(LIKELIHOOD))
    return Derivation(reconstruction - beta * KL(Q, PRIOR)).le(reconstruction - KL(Q, PRIOR), by="kl >= 0")


@wrong("false")
def beta_pulled_out_of_one_term_only() -> Derivation:
    beta = Parameter("beta", positive=True)
    start = beta * E(Q, log(LIKELIHOOD)) - beta * KL(Q, PRIOR)
    return Derivation(start).eq(beta * E(Q, log(LIKELIHOOD)) - KL(Q, PRIOR), by="algebra")


@wrong("false")
def tower_over_the_wrong_variable() -> Derivation:
    return Derivation(E(PRIOR, E(POSTERIOR, log(JOINT)))).eq(E(JOINT, log(JOINT)), by="tower")


@wrong("false")
def joint_expectation_for_a_product() -> Derivation:
    return Derivation(E(JOINT, log(JOINT))).eq(E([p(x), PRIOR], log(JOINT)), by="marginal")


@wrong("false")
def marginal_that_the_body_needs() -> Derivation:
    a, b = z.copies(2)
    draws = q(a | x) * q(b | x)
    return Derivation(E(draws, log(p(x, a) + p(x, b)))).eq(E(q(a | x), log(p(x, a) + p(x, a))), by="marginal")


@wrong("escaped")
def log_likelihood_out_of_the_expectation() -> Derivation:
    return Derivation(E(Q, log(LIKELIHOOD))).eq(log(LIKELIHOOD), by="constant")


@wrong("escaped")
def density_out_of_the_integral() -> Derivation:
    return Derivation(integral(z, Q * EVIDENCE)).eq(Q * EVIDENCE, by="constant")


@wrong("wrong-rule")
def linearity_hidden_under_constant() -> Derivation:
    start = E(Q, log(LIKELIHOOD) + log(PRIOR))
    return Derivation(start).eq(E(Q, log(LIKELIHOOD)) + E(Q, log(PRIOR)), by="constant")


@wrong("wrong-rule")
def linearity_hidden_under_definition() -> Derivation:
    start = E(Q, log(LIKELIHOOD) + log(PRIOR / Q))
    return Derivation(start).eq(E(Q, log(LIKELIHOOD)) + E(Q, log(PRIOR / Q)), by="definition")


@wrong("gap")
def linearity_hidden_under_a_true_definition() -> Derivation:
    return Derivation(ELBO).eq(E(Q, log(LIKELIHOOD)) - KL(Q, PRIOR), by="definition")


@wrong("wrong-rule")
def two_rules_where_one_does() -> Derivation:
    return Derivation(ELBO).eq(E(Q, log(JOINT / Q)), by="definition and linearity")


@wrong("wrong-rule")
def normalisation_where_constant_and_linearity_are_needed() -> Derivation:
    return Derivation(E(Q, EVIDENCE + log(PRIOR))).eq(EVIDENCE + E(Q, log(PRIOR)), by="normalisation")


@wrong("gap")
def three_rules_at_once() -> Derivation:
    start = KL(Q, POSTERIOR)
    return Derivation(start).eq(EVIDENCE - E(Q, log(JOINT)) + E(Q, log(Q)), by="definition, bayes")


@wrong("wrong-direction")
def goal_the_other_way() -> Derivation:
    return Derivation(ELBO, goal=ELBO >= EVIDENCE, steps=elbo_from_below().steps)


@wrong("goal-not-reached")
def inequality_for_an_equality() -> Derivation:
    goal = equal(EVIDENCE, ELBO)
    return Derivation(EVIDENCE, goal=goal).eq(log(integral(z, JOINT)), by="marginal")


@wrong("goal-not-reached")
def another_theorem() -> Derivation:
    return Derivation(KL(Q, PRIOR), goal=EVIDENCE >= ELBO).ge(0, by="kl >= 0")


@wrong("wrong-direction")
def equality_shown_only_as_a_bound() -> Derivation:
    goal = equal(EVIDENCE, ELBO)
    return (
        Derivation(EVIDENCE, goal=goal)
        .eq(log(integral(z, JOINT)), by="marginal")
        .eq(log(E(Q, JOINT / Q)), by="expectation")
        .ge(E(Q, log(JOINT / Q)), by="jensen")
        .eq(ELBO, by="definition")
    )


@wrong("false")
def uniform_mean_of_logs_for_log_of_mean() -> Derivation:
    a, b = z.copies(2)
    return Derivation(log(uniform([p(x, a), p(x, b)]))).eq(uniform([log(p(x, a)), log(p(x, b))]), by="uniform index")


@wrong("false")
def half_forgotten() -> Derivation:
    a, b = z.copies(2)
    return Derivation(uniform([p(x, a), p(x, b)])).eq(p(x, a) + p(x, b), by="uniform index")


@wrong("false")
def vanishing_density_normalised() -> Derivation:
    r = Density("r", [z], positive=False)
    return Derivation(integral(z, r(z) * (PRIOR / r(z)))).eq(1, by="normalisation")


@wrong("false")
def vanishing_density_cancelled() -> Derivation:
    r = Density("r", [z], positive=False)
    return Derivation(integral(z, r(z) * (PRIOR / r(z)))).eq(integral(z, PRIOR), by="algebra")


@wrong("false")
def entropy_of_a_sum_of_logs() -> Derivation:
    a, b = z.copies(2)
    return Derivation(H([q(a | x), q(b | x)])).eq(H(Q), by="symmetry")


@wrong("false")
def definition_of_another_bound() -> Derivation:
    bound = define("B", E(Q, log(LIKELIHOOD / Q)))
    return Derivation(bound).eq(ELBO, by="definition")


@wrong("false")
def third_of_a_half() -> Derivation:
    return Derivation(Fraction(1, 2) * EVIDENCE + Fraction(1, 3) * EVIDENCE).eq(Fraction(2, 5) * EVIDENCE, by="algebra")
