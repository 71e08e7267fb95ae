"""The arguments of unit 11 that speak of densities, before the derivation checker: it accepts every line of the sound
ones by the reasons that the unit accepts, and refutes the flawed ones on the line that is the flaw."""

import pytest

from autograder.checks.loading import load_file
from autograder.course import Course
from autograder.derivation import KL, Density, Derivation, E, H, define, exp, integral, log, variables
from elboroom.checks.witness import lines_of

TRUTH = load_file(Course.find().unit("11_find_the_flaw").hidden, "_flaws_told_to_proofs")
x, y, z = variables("x y z")
u, v = z[1], z[2]
p, q = Density("p", [x, z]), Density("q", [z], given=[x])
Q, POSTERIOR, PRIOR, JOINT = q(z | x), p(z | x), p(z), p(x, z)
ELBO = define("ELBO", E(Q, log(JOINT) - log(Q)))
EQ, GE, LE = "eq", "ge", "le"


def w(sample):
    return p(x, sample) / q(sample | x)


def under_the_integral():
    return log(p(x)), [
        (1, EQ, integral(z, Q * log(p(x))), "normalisation"),
        (2, EQ, integral(z, Q * log(JOINT / POSTERIOR)), "chain rule"),
        (3, EQ, integral(z, Q * log(JOINT / Q * (Q / POSTERIOR))), "algebra"),
        (4, EQ, integral(z, Q * log(JOINT / Q)) + integral(z, Q * log(Q / POSTERIOR)), "linearity"),
        (5, EQ, ELBO + KL(Q, POSTERIOR), "definition, expectation"),
    ]


def two_samples():
    one, other = q(u | x), q(v | x)
    return E([one, other], log((w(u) + w(v)) / 2)), [
        (1, GE, E([one, other], log(w(u)) / 2 + log(w(v)) / 2), "jensen"),
        (2, EQ, E([one, other], log(w(u))) / 2 + E([one, other], log(w(v))) / 2, "linearity"),
        (3, EQ, E(one, log(w(u))) / 2 + E(other, log(w(v))) / 2, "marginal"),
        (4, EQ, E(Q, log(w(z))), "identically distributed"),
        (5, EQ, ELBO, "definition"),
    ]


def marginalised_label():
    """Its inequalities take a few steps each: what the logarithm is of is written as an average first."""
    whole = Density("p", [y, z, x], factors=[y, z, x | y & z])
    guess = Density("q", [y, z], given=[x])
    outer, inner, both, joint = guess(y | x), guess(z | x & y), guess(y, z | x), whole(x, y, z)
    labelled = define("L", E(inner, log(joint) - log(inner)))
    return log(whole(x)), [
        (1, EQ, log(integral([y, z], joint)), "marginal"),
        (1, EQ, log(integral([y, z], both * (joint / both))), "algebra"),
        (1, EQ, log(E(both, joint / both)), "expectation"),
        (1, GE, E(both, log(joint) - log(both)), "jensen"),
        (2, EQ, E(outer, E(inner, log(joint) - log(inner) - log(outer))), "chain rule, tower"),
        (3, EQ, E(outer, labelled - log(outer)), "definition, constant"),
        (4, EQ, E(outer, labelled) + H(outer), "linearity, definition"),
        (5, EQ, E(outer, labelled - log(outer)), "linearity, definition"),
        (5, EQ, E(outer, log(exp(labelled) / outer)), "log"),
        (5, LE, log(E(outer, exp(labelled) / outer)), "jensen"),
        (5, EQ, log(integral(y, outer * (exp(labelled) / outer))), "expectation"),
        (5, EQ, log(integral(y, exp(labelled))), "algebra"),
    ]


def two_signs():
    likelihood = p(x | z)
    return KL(Q, POSTERIOR), [
        (1, EQ, E(Q, log(Q) - log(POSTERIOR)), "definition"),
        (2, EQ, E(Q, log(Q) - log(likelihood) - log(PRIOR) + log(p(x))), "bayes"),
        (3, EQ, KL(Q, PRIOR) - E(Q, log(likelihood) + log(p(x))), "definition, linearity"),
    ]


def supports():
    guess, prior = Density("q", [z], positive=False)(z), Density("r", [z])(z)
    return E(guess, -log(prior / guess)), [
        (1, GE, -log(E(guess, prior / guess)), "jensen"),
        (2, EQ, -log(integral(z, guess * (prior / guess))), "expectation"),
        (3, EQ, -log(1), "normalisation"),
    ]


def equivalent_bounds():
    whole = Density("p", [y, z, x], factors=[y, z, x | y & z])
    guess = Density("q", [z], given=[x, y])(z | x & y)
    likelihood = whole(x | y & z)
    return log(whole(x | y)), [
        (1, EQ, log(integral(z, whole(x, z | y))), "marginal"),
        (1, EQ, log(integral(z, whole(z | y) * likelihood)), "chain rule"),
        (1, EQ, log(E(whole(z | y), likelihood)), "expectation"),
        (2, EQ, log(E(whole(z), likelihood)), "independence"),
        (3, GE, E(whole(z), log(likelihood)), "jensen"),
        (4, EQ, E(guess, log(whole(x, z | y) / guess)), "expectation"),
    ]


def verdicts(start, steps):
    """(line, what the checker says) of each step."""
    lefts = [start, *(right for _, _, right, _ in steps)]
    found = []
    for left, (line, sign, right, by) in zip(lefts, steps, strict=False):
        bad = getattr(Derivation(left), sign)(right, by=by).check().first_bad
        found.append((line, "ok" if bad is None else bad[1].status))
    return found


@pytest.mark.parametrize("build", [under_the_integral, two_samples, marginalised_label], ids=lambda b: b.__name__)
def test_every_line_of_a_sound_argument_is_proved_by_a_reason_that_is_accepted(build):
    name, (start, steps) = build.__name__, build()
    assert verdicts(start, steps) == [(line, "ok") for line, _, _, _ in steps]
    assert TRUTH.FLAW[name] == 0 and {line for line, *_ in steps} == set(range(1, lines_of(name) + 1))
    for number, accepted in enumerate(TRUTH.GIVES[name], 1):
        cited = {reason for line, _, _, by in steps if line == number for reason in by.split(", ")}
        assert cited & accepted


@pytest.mark.parametrize("build", [two_signs, supports, equivalent_bounds], ids=lambda b: b.__name__)
def test_the_checker_stops_at_the_flaw_and_has_a_counterexample(build):
    *above, flaw = verdicts(*build())
    assert all(verdict == "ok" for _, verdict in above)
    assert flaw == (TRUTH.FLAW[build.__name__], "false")
