"""The derivations of the course's sources, line by line as they stand there: right ones, and those with an error.

Where a line there takes more than two rules at once it is written as several lines; nothing else is changed.
"""

from __future__ import annotations

from collections.abc import Callable

from autograder.derivation import (
    KL,
    Count,
    Density,
    Derivation,
    E,
    average,
    define,
    equal,
    index,
    integral,
    log,
    product,
    subset,
    total,
    uniform,
    variables,
)
from autograder.derivation.expressions import Expr
from autograder.derivation.names import Variable
from tests.derivation.right_chains import ELBO, JOINT, POSTERIOR, PRIOR, Q, p, q, weight, x, z

PROOFS: dict[str, Callable[[], Derivation]] = {}
ERRATA: dict[str, tuple[Callable[[], Derivation], int, str]] = {}
LIKELIHOOD = p(x | z)


def proof(build: Callable[[], Derivation]) -> Callable[[], Derivation]:
    PROOFS[build.__name__] = build
    return build


def erratum(line: int, verdict: str) -> Callable[[Callable[[], Derivation]], Callable[[], Derivation]]:
    def register(build: Callable[[], Derivation]) -> Callable[[], Derivation]:
        ERRATA[build.__name__] = (build, line, verdict)
        return build

    return register


# ------------------------------------------------------------------ the assignment


@proof
def assignment_1_1() -> Derivation:
    goal = E(Q, log(LIKELIHOOD)) - KL(Q, PRIOR)
    return (
        Derivation(ELBO, goal=equal(ELBO, goal))
        .eq(E(Q, log(JOINT) - log(Q)), by="definition")
        .eq(E(Q, log(LIKELIHOOD) + log(PRIOR) - log(Q)), by="chain rule")
        .eq(E(Q, log(LIKELIHOOD)) - E(Q, log(Q) - log(PRIOR)), by="linearity")
        .eq(goal, by="definition")
    )


@proof
def assignment_1_2_with_its_signs_mended() -> Derivation:
    bayes = E(Q, log(Q) - log(LIKELIHOOD) - log(PRIOR) + log(p(x)))
    return (
        Derivation(KL(Q, POSTERIOR), goal=equal(log(p(x)), ELBO + KL(Q, POSTERIOR)))
        .eq(E(Q, log(Q) - log(POSTERIOR)), by="definition")
        .eq(bayes, by="bayes")
        .eq(KL(Q, PRIOR) - E(Q, log(LIKELIHOOD) - log(p(x))), by="definition and linearity")
        .eq(KL(Q, PRIOR) - E(Q, log(LIKELIHOOD)) + log(p(x)), by="constant")
        .eq(E(Q, log(Q) - log(LIKELIHOOD * PRIOR)) + log(p(x)), by="definition and linearity")
        .eq(-E(Q, log(JOINT) - log(Q)) + log(p(x)), by="chain rule")
        .eq(-ELBO + log(p(x)), by="definition")
    )


@erratum(3, "false")
def assignment_1_2_as_printed() -> Derivation:
    bayes = E(Q, log(Q) - log(LIKELIHOOD) - log(PRIOR) + log(p(x)))
    return (
        Derivation(KL(Q, POSTERIOR))
        .eq(E(Q, log(Q) - log(POSTERIOR)), by="definition")
        .eq(bayes, by="bayes")
        .eq(KL(Q, PRIOR) - E(Q, log(LIKELIHOOD) + log(p(x))), by="definition and linearity")
    )


def two_densities(first_may_vanish: bool) -> tuple[Variable, Expr, Expr]:
    (v,) = [variables("x")]
    return v, Density("p", [v], positive=not first_may_vanish)(v), Density("q", [v])(v)


def kl_chain(first_may_vanish: bool, relation: str) -> Derivation:
    v, first, second = two_densities(first_may_vanish)
    chain = (
        Derivation(KL(first, second), goal=KL(first, second) >= 0)
        .eq(E(first, log(first) - log(second)), by="definition")
        .eq(E(first, -log(second / first)), by="log")
        .ge(-log(E(first, second / first)), by="jensen: -log is convex")
        .eq(-log(integral(v, first * (second / first))), by="expectation")
    )
    last = chain.eq if relation == "=" else chain.ge
    by = "normalisation"
    return last(-log(1), by=by).eq(0, by="log")


@proof
def assignment_1_3_on_one_support() -> Derivation:
    return kl_chain(first_may_vanish=False, relation="=")


@proof
def assignment_1_3_with_the_inequality_that_it_needs() -> Derivation:
    return kl_chain(first_may_vanish=True, relation=">=")


@erratum(5, "false")
def assignment_1_3_as_printed_when_p_may_vanish() -> Derivation:
    return kl_chain(first_may_vanish=True, relation="=")


@erratum(3, "wrong-rule")
def assignment_1_3_with_log_called_convex() -> Derivation:
    _, first, second = two_densities(first_may_vanish=False)
    return (
        Derivation(KL(first, second))
        .eq(E(first, log(first) - log(second)), by="definition")
        .eq(E(first, -log(second / first)), by="log")
        .ge(-log(E(first, second / first)), by="jensen: log is convex")
    )


# ------------------------------------------------------------------ the lecture notes


@proof
def lecture_evidence_under_the_integral() -> Derivation:
    gap, elbo = integral(z, Q * log(Q / POSTERIOR)), integral(z, Q * log(JOINT / Q))
    return (
        Derivation(log(p(x)), goal=equal(log(p(x)), KL(Q, POSTERIOR) + elbo))
        .eq(integral(z, Q * log(p(x))), by="normalisation")
        .eq(integral(z, Q * log(p(x) * Q * POSTERIOR / (POSTERIOR * Q))), by="algebra")
        .eq(integral(z, Q * (log(Q / POSTERIOR) + log(JOINT / Q))), by="chain rule")
        .eq(gap + elbo, by="linearity")
        .eq(E(Q, log(Q / POSTERIOR)) + elbo, by="expectation")
        .eq(KL(Q, POSTERIOR) + elbo, by="definition")
    )


@erratum(1, "false")
def lecture_kl_is_symmetric() -> Derivation:
    return Derivation(KL(Q, PRIOR)).eq(KL(PRIOR, Q), by="definition")


# ------------------------------------------------------------------ the exercise sheet, problem 3, for every D


def factorised() -> tuple[Expr, Expr, Expr, Expr, Expr, object]:
    d, v = Count("D"), variables("z")
    i, j = index("i", d), index("j", d)
    guide, prior = Density("q", [v], indexed=True), Density("p", [v], indexed=True)
    left, right = product(j, guide[j](v[j])), product(j, prior[j](v[j]))
    one, other = guide[i](v[i]), prior[i](v[i])
    return left, right, one, other, total(i, KL(one, other)), i


@proof
def sheet_3_for_every_dimension() -> Derivation:
    left, right, one, other, goal, i = factorised()
    return (
        Derivation(KL(left, right), goal=equal(KL(left, right), goal))
        .eq(E(left, log(left / right)), by="definition")
        .eq(E(left, total(i, log(one / other))), by="log")
        .eq(total(i, E(left, log(one / other))), by="linearity")
        .eq(total(i, E(one, log(one / other))), by="marginal")
        .eq(goal, by="definition")
    )


@proof
def sheet_3_with_its_integrals_for_three() -> Derivation:
    parts = [Variable(f"z{i}") for i in (1, 2, 3)]
    guide, prior = Density("q", parts, factors=parts), Density("p", parts, factors=parts)
    whole, base = guide(*parts), prior(*parts)
    qs, ps = [guide(v) for v in parts], [prior(v) for v in parts]
    ratios = [log(a / b) for a, b in zip(qs, ps, strict=True)]
    others = [[w for w in range(3) if w != k] for k in range(3)]
    goal = total(KL(a, b) for a, b in zip(qs, ps, strict=True))
    return (
        Derivation(KL(whole, base), goal=equal(KL(whole, base), goal))
        .eq(E(whole, log(whole / base)), by="definition")
        .eq(integral(parts, whole * log(whole / base)), by="expectation")
        .eq(integral(parts, product(qs) * log(product(a / b for a, b in zip(qs, ps, strict=True)))), by="factorisation")
        .eq(total(integral(parts, product(qs) * r) for r in ratios), by="linearity")
        .eq(
            total(
                integral(
                    parts[k],
                    qs[k] * ratios[k] * integral([parts[w] for w in others[k]], product(qs[w] for w in others[k])),
                )
                for k in range(3)
            ),
            by="fubini",
        )
        .eq(total(integral(parts[k], qs[k] * ratios[k]) for k in range(3)), by="normalisation")
        .eq(total(E(qs[k], ratios[k]) for k in range(3)), by="expectation")
        .eq(goal, by="definition")
    )


# ------------------------------------------------------------------ the homework: importance weighting, for every m

m = Count("m")
k = Count("k", at_most=m)
i, j = index("i", m), index("j", m)
a = index("a", k)
S = subset("S", k, m)
DRAWS = product(i, q(z[i] | x))
L_M = define("L_m", E(DRAWS, log(average(i, weight(z[i])))))
L_1 = define("L_1", E(q(z[1] | x), log(weight(z[1]))))
FEWER = product(a, q(z[a] | x))
L_K = define("L_k", E(FEWER, log(average(a, weight(z[a])))))


@proof
def homework_1_to_9_evidence_bounds_every_l_m() -> Derivation:
    return (
        Derivation(log(p(x)), goal=log(p(x)) >= L_M)
        .eq(log(integral(z, JOINT)), by="marginal")
        .eq(log(integral(z, Q * (JOINT / Q))), by="algebra")
        .eq(log(E(Q, weight(z))), by="expectation")
        .eq(log(E(DRAWS, average(i, weight(z[i])))), by="identically distributed")
        .ge(E(DRAWS, log(average(i, weight(z[i])))), by="jensen: log is concave")
        .eq(L_M, by="definition")
    )


@proof
def homework_10_to_15_every_l_m_bounds_l_1() -> Derivation:
    return (
        Derivation(L_M, goal=L_M >= L_1)
        .eq(E(DRAWS, log(average(i, weight(z[i])))), by="definition")
        .eq(E(DRAWS, log(uniform(j, weight(z[j])))), by="uniform index")
        .ge(E(DRAWS, uniform(j, log(weight(z[j])))), by="jensen")
        .eq(E(q(z[1] | x), log(weight(z[1]))), by="identically distributed")
        .eq(L_1, by="definition")
    )


@proof
def burda_l_m_bounds_l_k_for_every_k_up_to_m() -> Derivation:
    return (
        Derivation(L_M, goal=L_M >= L_K)
        .eq(E(DRAWS, log(average(i, weight(z[i])))), by="definition")
        .eq(E(DRAWS, log(uniform(S, average(a, weight(z[S[a]]))))), by="uniform subset")
        .ge(E(DRAWS, uniform(S, log(average(a, weight(z[S[a]]))))), by="jensen")
        .eq(E(FEWER, log(average(a, weight(z[a])))), by="identically distributed")
        .eq(L_K, by="definition")
    )


@erratum(1, "false")
def homework_l_1_bounds_l_m() -> Derivation:
    return Derivation(L_1).ge(L_M, by="jensen")


# ------------------------------------------------------------------ the homework: the conditional bound

y = variables("y")
pc = Density("p", [y, z, x], factors=[y, z, x | y & z])
qc = Density("q", [z], given=[x, y])
QC, GIVEN = qc(z | x & y), pc(x | y & z)
CONDITIONAL = define("ELBO", E(QC, log(pc(x, z | y) / QC)))
qz = Density("r", [z])


@proof
def homework_16_to_22_the_bound_over_the_prior() -> Derivation:
    return (
        Derivation(log(pc(x | y)), goal=log(pc(x | y)) >= E(pc(z), log(GIVEN)))
        .eq(log(integral(z, pc(x, z | y))), by="marginal")
        .eq(log(integral(z, pc(z | y) * GIVEN)), by="chain rule")
        .eq(log(integral(z, pc(z) * GIVEN)), by="independence")
        .eq(log(E(pc(z), GIVEN)), by="expectation")
        .ge(E(pc(z), log(GIVEN)), by="jensen")
    )


@proof
def homework_23_to_28_the_bound_over_any_q() -> Derivation:
    r = qz(z)
    return (
        Derivation(log(pc(x | y)), goal=log(pc(x | y)) >= E(r, log(pc(x, z | y) / r)))
        .eq(log(integral(z, pc(x, z | y))), by="marginal")
        .eq(log(integral(z, pc(x, z | y) / r * r)), by="algebra")
        .eq(log(E(r, pc(x, z | y) / r)), by="expectation")
        .ge(E(r, log(pc(x, z | y) / r)), by="jensen")
    )


@proof
def homework_29_to_31_reconstruction_minus_kl() -> Derivation:
    goal = E(QC, log(GIVEN)) - KL(QC, pc(z))
    return (
        Derivation(CONDITIONAL, goal=equal(CONDITIONAL, goal))
        .eq(E(QC, log(pc(x, z | y) / QC)), by="definition")
        .eq(E(QC, log(GIVEN * pc(z | y) / QC)), by="chain rule")
        .eq(E(QC, log(GIVEN) + log(pc(z) / QC)), by="independence")
        .eq(E(QC, log(GIVEN)) - E(QC, log(QC / pc(z))), by="linearity")
        .eq(goal, by="definition")
    )


@erratum(1, "false")
def homework_21_and_27_called_equivalent() -> Derivation:
    return Derivation(CONDITIONAL).eq(E(pc(z), log(GIVEN)), by="definition")


# ------------------------------------------------------------------ the notes, steps 4 and 5

RATIO = LIKELIHOOD * PRIOR / Q


@proof
def notes_4_kl_to_the_evidence() -> Derivation:
    return (
        Derivation(0, goal=log(p(x)) >= E(Q, log(RATIO)))
        .le(KL(Q, POSTERIOR), by="kl >= 0")
        .eq(E(Q, log(Q / POSTERIOR)), by="definition")
        .eq(-integral(z, Q * log(POSTERIOR / Q)), by="expectation")
        .eq(-integral(z, Q * log(LIKELIHOOD * PRIOR / (Q * p(x)))), by="bayes")
        .eq(-integral(z, Q * (log(RATIO) - log(p(x)))), by="log")
        .eq(-integral(z, Q * log(RATIO)) + integral(z, Q * log(p(x))), by="linearity")
        .eq(-integral(z, Q * log(RATIO)) + log(p(x)) * integral(z, Q), by="constant")
        .eq(log(p(x)) - integral(z, Q * log(RATIO)), by="normalisation")
        .eq(log(p(x)) - E(Q, log(RATIO)), by="expectation")
    )


@proof
def notes_4_and_5_the_bound() -> Derivation:
    goal = -KL(Q, PRIOR) + E(Q, log(LIKELIHOOD))
    return (
        Derivation(log(p(x)), goal=log(p(x)) >= goal)
        .eq(KL(Q, POSTERIOR) + log(p(x)) - KL(Q, POSTERIOR), by="algebra")
        .ge(log(p(x)) - KL(Q, POSTERIOR), by="kl >= 0")
        .eq(log(p(x)) - E(Q, log(Q / POSTERIOR)), by="definition")
        .eq(log(p(x)) - E(Q, log(Q * p(x) / (LIKELIHOOD * PRIOR))), by="bayes")
        .eq(log(p(x)) + E(Q, log(RATIO)) - log(p(x)), by="constant")
        .ge(integral(z, Q * log(RATIO)), by="expectation")
        .ge(integral(z, Q * log(PRIOR / Q)) + integral(z, Q * log(LIKELIHOOD)), by="linearity")
        .ge(E(Q, log(PRIOR / Q)) + E(Q, log(LIKELIHOOD)), by="expectation")
        .ge(goal, by="definition")
    )


@erratum(1, "false")
def notes_minus_kl_where_plus_kl_stands() -> Derivation:
    return Derivation(-KL(Q, PRIOR)).eq(integral(z, Q * log(Q / PRIOR)), by="definition and expectation")


@erratum(1, "false")
def notes_equality_where_the_bound_holds() -> Derivation:
    return Derivation(log(p(x))).eq(-KL(Q, PRIOR) + E(Q, log(LIKELIHOOD)), by="definition")


@erratum(1, "false")
def notes_estimator_without_the_log_prior() -> Derivation:
    return Derivation(ELBO).eq(E(Q, log(LIKELIHOOD) - log(Q)), by="definition")
