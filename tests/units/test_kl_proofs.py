"""Unit 02's proofs: several right ones pass, shortcuts and the slips of the sources don't."""

import re

import pytest

from autograder.checks import run
from autograder.checks.loading import load
from autograder.course import Course
from autograder.derivation import KL, Density, Derivation, E, equal, integral, log, variables
from autograder.local import Local
from autograder.student import Student
from elboroom.checks import kl_goals as goals

UNIT = Course.find().unit("02_kl")
check = load(UNIT.public, UNIT.hidden)

z = variables("z")
q, p = Density("q", [z], positive=False), Density("p", [z])
KL_QP, RATIO = KL(q(z), p(z)), p(z) / q(z)
z1, z2 = variables("z1 z2")
a, b = Density("Q", [z1, z2], factors=[z1, z2]), Density("P", [z1, z2], factors=[z1, z2])


def verdict(name, derivation):
    return run(check, name, Student(Local({name: derivation})), 4.0)


def opened():
    return Derivation(KL_QP).eq(E(q(z), log(q(z)) - log(p(z))), by="definition").eq(E(q(z), -log(RATIO)), by="log")


def by_minus_log():
    return (
        opened()
        .ge(-log(E(q(z), RATIO)), by="jensen: -log is convex")
        .eq(-log(integral(z, q(z) * RATIO)), by="expectation")
        .ge(-log(1), by="normalisation")
        .eq(0, by="log")
    )


def by_concave_log():
    return (
        Derivation(KL_QP)
        .eq(-E(q(z), log(RATIO)), by="definition")
        .ge(-log(E(q(z), RATIO)), by="jensen: log is concave")
        .eq(-log(integral(z, q(z) * RATIO)), by="expectation")
        .ge(0, by="normalisation")
    )


@pytest.mark.parametrize("build", [by_minus_log, by_concave_log])
def test_a_proof_by_jensen_passes(build):
    assert verdict("kl_is_nonnegative", build()).points == 4.0


def test_the_rule_that_a_kl_is_never_negative_proves_nothing_here():
    result = verdict("kl_is_nonnegative", Derivation(KL_QP).ge(0, by="kl >= 0"))
    assert result.points == 0.0 and "has to do without kl >= 0" in result.message


def test_the_published_equality_does_not_pass():
    printed = opened().ge(-log(E(q(z), RATIO)), by="jensen").eq(-log(integral(z, q(z) * RATIO)), by="expectation")
    result = verdict("kl_is_nonnegative", printed.eq(-log(1), by="normalisation").eq(0, by="log"))
    assert result.points < 4.0 and result.message.startswith("Line 5 (")


def test_log_called_convex_is_refused():
    result = verdict("kl_is_nonnegative", opened().ge(-log(E(q(z), RATIO)), by="jensen: log is convex"))
    assert result.points < 4.0 and result.message.startswith("Line 3 (wrong-rule)")


def test_a_q_that_may_not_vanish_is_another_exercise():
    r = Density("q", [z])
    easy = Derivation(KL(r(z), p(z))).eq(E(r(z), -log(p(z) / r(z))), by="definition")
    easy = easy.ge(-log(E(r(z), p(z) / r(z))), by="jensen").eq(-log(integral(z, p(z))), by="expectation")
    assert verdict("kl_is_nonnegative", easy.eq(0, by="normalisation")).points < 4.0


def halves():
    return (
        Derivation(KL(a(z1, z2), b(z1, z2)))
        .eq(E(a(z1, z2), log(a(z1) * a(z2)) - log(b(z1) * b(z2))), by="definition and factorisation")
        .eq(E(a(z1, z2), log(a(z1) / b(z1))) + E(a(z1, z2), log(a(z2) / b(z2))), by="linearity")
        .eq(E(a(z1), log(a(z1) / b(z1))) + E(a(z2), log(a(z2) / b(z2))), by="marginal")
    )


def test_another_proof_for_products_passes_and_half_of_it_earns_less():
    whole = halves().eq(KL(a(z1), b(z1)) + KL(a(z2), b(z2)), by="definition")
    assert verdict("kl_is_additive", whole).points == 4.0
    assert 0 < verdict("kl_is_additive", halves()).points < 4.0


def test_a_p_that_is_no_product_proves_nothing():
    c = Density("P", [z1, z2])
    forged = Derivation(KL(a(z1, z2), c(z1, z2))).eq(KL(a(z1), c(z1)) + KL(a(z2), c(z2)), by="factorisation")
    assert verdict("kl_is_additive", forged).points == 0.0


def test_the_goals_in_the_notebook_are_those_of_the_checks():
    master = UNIT.master.read_text(encoding="utf-8")
    names = {"KL": KL, "equal": equal, "q": q, "p": p, "z": z, "z1": z1, "z2": z2, "Q": goals.Q, "P": goals.P}
    names |= {"whole_Q": goals.Q(z1, z2), "whole_P": goals.P(z1, z2)}
    written = [repr(eval(goal, names)) for goal in re.findall(r"^goal = (.*)$", master, re.M)]
    assert written == [repr(goals.NONNEGATIVE["goal"]), repr(goals.ADDITIVE["goal"])]
