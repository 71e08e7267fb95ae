"""Unit 02's checks: right answers of any form pass, every known mistake is named, corners cost what they should."""

import numpy as np
import pytest

from tests.units.judging import Judge, failures, labels
from tests.units.kl_right import RIGHT

judge = Judge("02_kl")
PROOFS = ("kl_is_nonnegative", "kl_is_additive")
MISTAKES = judge.mistakes()


def verdict(name, answer):
    return judge(name, {name: answer})


def test_every_exercise_has_three_right_answers_or_is_a_proof():
    assert set(judge.names) == {*RIGHT, *PROOFS} and all(len(answers) >= 3 for answers in RIGHT.values())


ANSWERS = [(name, answer) for name, answers in RIGHT.items() for answer in answers]


@pytest.mark.parametrize(("name", "answer"), ANSWERS, ids=[a.__name__ for _, a in ANSWERS])
def test_a_right_answer_of_any_form_gets_all_points(name, answer):
    judge.assert_right(name, {name: answer}, seeds=range(3))


@pytest.mark.parametrize(("name", "mistake"), MISTAKES, ids=labels(MISTAKES))
def test_a_known_mistake_is_rejected_by_its_name_alone(name, mistake):
    judge.assert_named(name, {name: mistake.returns}, mistake)


# Answers that only far or degenerate arguments show to be wrong ----------------------------------------------------


def quotient_that_overflows(q, p):
    with np.errstate(all="ignore"):
        return np.where(q > 0, q * np.log(q / p), 0.0).sum(-1)


def with_a_small_number_added(q, p):
    return np.sum(q * (np.log(q + 1e-12) - np.log(p + 1e-12)), axis=-1)


def only_two_axes(q, p):
    with np.errstate(all="ignore"):
        return np.array([np.where(a > 0, a * (np.log(a) - np.log(b)), 0.0).sum() for a, b in zip(q, p, strict=True)])


def weights_of_zero_multiplied(f, values, weights):
    return weights @ f(values) - f(weights @ values)


def naive_near_the_prior(mu, log_var):
    return -0.5 * np.sum(1 + log_var - mu**2 - np.exp(log_var), axis=-1)


def clipped(mu_q, log_var_q, mu_p, log_var_p):
    s, t = np.clip(log_var_q, -20, 20), np.clip(log_var_p, -20, 20)
    return 0.5 * np.sum(np.exp(s - t) - 1 + t - s + (mu_q - mu_p) ** 2 * np.exp(-t), axis=-1)


def determinant_itself(mu_q, cov_q, mu_p, cov_p):
    for cov in (cov_q, cov_p):
        if not np.allclose(cov, cov.T):
            raise ValueError
        np.linalg.cholesky(cov)
    inverse, shift = np.linalg.inv(cov_p), mu_p - mu_q
    ratio = np.log(np.linalg.det(cov_p) / np.linalg.det(cov_q))
    return 0.5 * (np.trace(inverse @ cov_q) + shift @ inverse @ shift - len(shift) + ratio)


def only_q_looked_at(mu_q, cov_q, mu_p, cov_p):
    if not np.allclose(cov_q, cov_q.T):
        raise ValueError
    return RIGHT["kl_mvn"][0](mu_q, cov_q, mu_p, (cov_p + cov_p.T) / 2)


def whole_table(q, p):
    if len(q) != len(p):
        raise ValueError
    a, b = np.ones(1), np.ones(1)
    for i in range(len(q)):
        if len(a) > 10**6:
            raise MemoryError
        a, b = np.outer(a, q[i]).ravel(), np.outer(b, p[i]).ravel()
    return RIGHT["kl_discrete"][0](a, b)


@pytest.mark.parametrize(
    ("name", "answer", "part"),
    [
        (
            "kl_discrete",
            quotient_that_overflows,
            "holds where p is tiny but not zero, in single precision, and across a table in any layout",
        ),
        ("kl_discrete", with_a_small_number_added, "is infinite where q gives what p calls impossible"),
        ("kl_discrete", only_two_axes, "takes any leading shape, one value, and no rows at all"),
        ("jensen_gap", weights_of_zero_multiplied, "gives a value of weight 0 no say, even where f is infinite"),
        ("kl_standard_normal", naive_near_the_prior, "keeps its digits near the prior, in single precision"),
        ("kl_normal", clipped, "holds from log σ² = -40 to 40"),
        ("kl_mvn", determinant_itself, "takes more dimensions than a determinant can stand, and single precision"),
        ("kl_mvn", only_q_looked_at, "says no to what is not a covariance"),
        ("kl_of_products", whole_table, "takes more factors than a joint table could hold"),
    ],
)
def test_an_answer_that_fails_in_one_corner_loses_that_part(name, answer, part):
    result = verdict(name, answer)
    assert part in [each for each, _ in failures(result)] and result.status in ("partial", "failed")


@pytest.mark.parametrize(
    ("pair", "fault"),
    [
        ((np.array([0.2, 0.8]), np.array([0.2001, 0.7999])), "twice_the_same"),
        ((np.array([1.2, -0.2]), np.array([-0.2, 1.2])), "not_distributions"),
        ((np.array([0.2, 0.8]), np.array([0.5, 0.3, 0.2])), "not_a_pair"),
        ((0.2, 0.8), "not_a_pair"),
        ((np.array([0.2, 0.8]), np.array([0.79, 0.21])), "not_symmetric"),
    ],
)
def test_what_is_no_counterexample_is_told_why(pair, fault):
    result = verdict("symmetric_but_different", lambda: pair)
    assert (result.points, result.mistake) == (0.0, fault)
