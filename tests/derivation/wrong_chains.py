"""Wrong derivations, each with the verdict that its first bad line (or the chain) must get."""

from __future__ import annotations

from collections.abc import Callable

from autograder.derivation import KL, Density, Derivation, E, function, integral, log, product, sqrt, total
from autograder.derivation.names import Variable
from tests.derivation.right_chains import (
    ELBO,
    JOINT,
    POSTERIOR,
    PRIOR,
    Q,
    elbo_is_reconstruction_minus_kl,
    iwae,
    kl_of_products,
    p,
    q,
    weight,
    x,
    z,
)

WRONG: dict[str, tuple[Callable[[], Derivation], str]] = {}
RECONSTRUCTION = E(Q, log(p(x | z)))


def wrong(verdict: str) -> Callable[[Callable[[], Derivation]], Callable[[], Derivation]]:
    def register(build: Callable[[], Derivation]) -> Callable[[], Derivation]:
        WRONG[build.__name__] = (build, verdict)
        return build

    return register


@wrong("false")
def swapped_kl() -> Derivation:
    return Derivation(E(Q, log(Q / PRIOR))).eq(KL(PRIOR, Q), by="definition")


@wrong("false")
def dropped_sign() -> Derivation:
    return Derivation(KL(Q, POSTERIOR)).eq(KL(Q, PRIOR) - E(Q, log(p(x | z)) + log(p(x))), by="bayes")


@wrong("false")
def log_of_expectation_for_expectation_of_log() -> Derivation:
    return Derivation(RECONSTRUCTION).eq(log(E(Q, p(x | z))), by="linearity")


@wrong("false")
def jensen_the_wrong_way_round() -> Derivation:
    return Derivation(log(E(Q, JOINT / Q))).le(E(Q, log(JOINT / Q)), by="jensen")


@wrong("wrong-rule")
def jensen_with_log_called_convex() -> Derivation:
    return Derivation(log(E(Q, JOINT / Q))).ge(E(Q, log(JOINT / Q)), by="jensen: log is convex")


@wrong("false")
def jensen_with_sqrt_called_convex() -> Derivation:
    return Derivation(E(Q, sqrt(p(x | z)))).ge(sqrt(E(Q, p(x | z))), by="jensen: sqrt is convex")


@wrong("false")
def jensen_for_a_function_that_is_neither() -> Derivation:
    g = function("g", lambda u: u**3 - 3 * u**2)
    return Derivation(E(Q, g(p(x | z)))).ge(g(E(Q, p(x | z))), by="jensen: g is convex")


@wrong("wrong-rule")
def jensen_for_an_equality() -> Derivation:
    return Derivation(log(p(x))).eq(E(Q, log(p(x))), by="jensen")


@wrong("false")
def expectation_over_the_posterior() -> Derivation:
    return Derivation(ELBO).eq(E(POSTERIOR, log(JOINT) - log(Q)), by="definition")


@wrong("false")
def missing_normaliser() -> Derivation:
    return Derivation(E(Q, log(Q / POSTERIOR))).eq(E(Q, log(Q / (p(x | z) * PRIOR))), by="bayes")


@wrong("escaped")
def constant_that_depends_on_z() -> Derivation:
    start = E(Q, log(p(x | z)) + log(PRIOR))
    return Derivation(start).eq(log(p(x | z)) + E(Q, log(PRIOR)), by="constant")


@wrong("false")
def product_pulled_apart() -> Derivation:
    return Derivation(E(Q, p(x | z) * log(PRIOR))).eq(E(Q, p(x | z)) * E(Q, log(PRIOR)), by="linearity")


@wrong("false")
def forgotten_weight() -> Derivation:
    return Derivation(RECONSTRUCTION).eq(integral(z, log(p(x | z))), by="expectation")


@wrong("false")
def joint_for_conditional() -> Derivation:
    return Derivation(RECONSTRUCTION - KL(Q, PRIOR)).eq(E(Q, log(JOINT)) - KL(Q, PRIOR), by="chain rule")


@wrong("false")
def plus_kl() -> Derivation:
    return Derivation(ELBO).eq(RECONSTRUCTION + KL(Q, PRIOR), by="definition")


@wrong("false")
def log_of_a_sum() -> Derivation:
    return Derivation(log(JOINT + Q)).eq(log(JOINT) + log(Q), by="log")


@wrong("false")
def kl_dropped_the_wrong_way() -> Derivation:
    return Derivation(ELBO + KL(Q, POSTERIOR)).le(ELBO, by="kl >= 0")


@wrong("false")
def differential_entropy_called_nonnegative() -> Derivation:
    return Derivation(-E(Q, log(Q))).ge(0, by="algebra")


@wrong("false")
def log_density_called_nonpositive() -> Derivation:
    return Derivation(RECONSTRUCTION - KL(Q, PRIOR)).le(-KL(Q, PRIOR), by="algebra")


@wrong("false")
def marginal_of_a_product_of_three() -> Derivation:
    return Derivation(integral(z, p(x | z) * PRIOR * Q)).eq(p(x), by="marginal")


@wrong("false")
def iwae_the_wrong_way_round() -> Derivation:
    copies = z.copies(2)
    return Derivation(iwae(copies[:1])).ge(iwae(copies), by="jensen")


@wrong("false")
def iwae_with_a_sum_for_the_mean() -> Derivation:
    copies = z.copies(2)
    draws = product(q(c | x) for c in copies)
    return Derivation(log(p(x))).ge(E(draws, log(total(map(weight, copies)))), by="jensen")


@wrong("false")
def kl_of_products_when_one_is_none() -> Derivation:
    parts = [Variable("z1"), Variable("z2")]
    prior, guide = Density("p", parts, factors=parts), Density("q", parts, given=[x])
    left = KL(guide(parts[0], parts[1] | x), prior(*parts))
    return Derivation(left).eq(total(KL(guide(v | x), prior(v)) for v in parts), by="independence")


@wrong("gap")
def jump_by_algebra() -> Derivation:
    return Derivation(log(p(x))).eq(ELBO + KL(Q, POSTERIOR), by="algebra")


@wrong("gap")
def jump_by_definition() -> Derivation:
    return Derivation(log(p(x))).eq(ELBO + KL(Q, POSTERIOR), by="definition")


@wrong("gap")
def jump_by_bayes() -> Derivation:
    return Derivation(KL(Q, POSTERIOR)).eq(KL(Q, PRIOR) - RECONSTRUCTION + log(p(x)), by="bayes")


@wrong("gap")
def jump_by_jensen() -> Derivation:
    copies = z.copies(3)
    return Derivation(iwae(copies)).ge(iwae(copies[:2]), by="jensen")


@wrong("gap")
def jump_by_kl_nonnegative() -> Derivation:
    return Derivation(log(p(x))).ge(ELBO, by="kl >= 0")


@wrong("gap")
def jump_by_linearity() -> Derivation:
    goal = kl_of_products(2).goal
    assert goal is not None
    return Derivation(goal.left).eq(goal.right, by="linearity")


@wrong("wrong-rule")
def chain_rule_called_linearity() -> Derivation:
    start = E(Q, log(JOINT) - log(Q))
    return Derivation(start).eq(E(Q, log(p(x | z)) + log(PRIOR) - log(Q)), by="linearity")


@wrong("wrong-rule")
def linearity_called_log() -> Derivation:
    start = E(Q, log(p(x | z)) + log(PRIOR))
    return Derivation(start).eq(RECONSTRUCTION + E(Q, log(PRIOR)), by="log")


@wrong("wrong-rule")
def bayes_where_log_does() -> Derivation:
    return Derivation(E(Q, log(Q / PRIOR))).eq(E(Q, log(Q) - log(PRIOR)), by="bayes")


@wrong("wrong-rule")
def bayes_called_chain_rule() -> Derivation:
    return Derivation(log(POSTERIOR)).eq(log(p(x | z) * PRIOR / p(x)), by="chain rule")


@wrong("wrong-rule")
def normalisation_called_marginal() -> Derivation:
    return Derivation(integral(z, Q)).eq(1, by="marginal")


@wrong("wrong-direction")
def mixed_directions() -> Derivation:
    return Derivation(ELBO).le(ELBO + KL(Q, POSTERIOR), by="kl >= 0").ge(ELBO, by="kl >= 0")


@wrong("goal-not-reached")
def stops_short() -> Derivation:
    whole = elbo_is_reconstruction_minus_kl()
    return Derivation(whole.start, whole.goal, whole.steps[:3])
