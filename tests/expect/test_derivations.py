"""A derivation is judged as data, against the exercise's own goal; part of the way earns part of the points."""

import pytest

from autograder import codec, expect
from autograder.checks import Checks, part, run
from autograder.derivation import KL, Density, Derivation, E, define, log, variables
from autograder.local import Local
from autograder.student import Student
from autograder.wrong import Wrong

x, z = variables("x z")
p, q = Density("p", [x, z]), Density("q", [z], given=[x])
ELBO = define("ELBO", E(q(z | x), log(p(x, z)) - log(q(z | x))))
GOAL = E(q(z | x), log(p(x | z))) - KL(q(z | x), p(z)) == ELBO


def whole():
    return (
        Derivation(ELBO)
        .eq(E(q(z | x), log(p(x, z)) - log(q(z | x))), by="definition")
        .eq(E(q(z | x), log(p(x | z)) + log(p(z)) - log(q(z | x))), by="chain rule")
        .eq(E(q(z | x), log(p(x | z))) - E(q(z | x), log(q(z | x)) - log(p(z))), by="linearity")
        .eq(E(q(z | x), log(p(x | z))) - KL(q(z | x), p(z)), by="definition")
    )


def cut(n):
    full = whole()
    return Derivation(full.start, None, full.steps[:n])


def said(answer, **kwargs):
    with pytest.raises(Wrong) as wrong:
        expect.proves(codec.roundtrip(answer), GOAL, **kwargs)
    return wrong.value


def test_a_whole_proof_passes():
    expect.proves(codec.roundtrip(whole()), GOAL)


def test_part_of_the_way_earns_a_share_and_more_lines_earn_no_less():
    shares = [said(cut(n)).share for n in (1, 2, 3)]
    assert 0 <= shares[0] <= shares[1] <= shares[2] < 1 and shares[2] > 0


def test_a_bad_line_is_told_by_its_number():
    bad = cut(2).eq(E(q(z | x), log(p(x | z))) + KL(q(z | x), p(z)), by="definition")
    assert said(bad).message.startswith("Line 3 (false)")


def test_rules_that_the_exercise_does_not_allow_prove_nothing():
    assert said(whole(), allow=["definition", "linearity"]).message.startswith("Line 2")


def test_another_model_under_the_same_names_proves_nothing():
    independent = Density("p", [x, z], factors=[x, z])
    bound = define("ELBO", E(q(z | x), log(independent(x, z)) - log(q(z | x))))
    forged = Derivation(bound).eq(E(q(z | x), log(independent(x, z)) - log(q(z | x))), by="definition")
    assert "another meaning" in said(forged).message


@pytest.mark.parametrize("answer", [1.0, "proof", codec.Derived("poem", {}), codec.Derived("derivation", {"a": 1})])
def test_what_is_no_derivation_is_said(answer):
    assert said(answer).share == 0


def test_in_a_check_the_share_becomes_points():
    check = Checks("00_proof")

    @check
    def theorem(student):
        with part("is proved"):
            expect.proves(student.value("theorem"), GOAL)

    def points(answers):
        return run(check, "theorem", Student(Local(answers)), 4.0)

    assert points({"theorem": whole()}).points == 4.0
    halfway = points({"theorem": cut(3)})
    assert 0 < halfway.points < 4.0 and halfway.status == "partial"
    assert points({}).status == points({"theorem": ...}).status == "blank"
