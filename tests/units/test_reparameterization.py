"""Unit 04's checks: right answers of any form pass, every known mistake is named, and no luck decides."""

import numpy as np
import pytest
from scipy import stats

from autograder.expect.samples import ALARM, threshold
from elboroom.checks.reparameterization import RATES, N
from elboroom.references import reparameterization as noisy
from tests.units.judging import Judge, failures, labels
from tests.units.reparameterization_answers import RIGHT

judge = Judge("04_reparameterization")
MISTAKES = judge.mistakes("change_of_variables")
SAMPLERS = ("exponential_from_unit", "exponential_from_uniform")


def verdict(name, answer, seed=0, hidden=True):
    return judge(name, {name: answer}, seed, hidden)


ANSWERS = [(name, answer) for name, answers in RIGHT.items() for answer in answers]


@pytest.mark.parametrize(("name", "answer"), ANSWERS, ids=[a.__name__ for _, a in ANSWERS])
def test_a_right_answer_of_any_form_gets_all_points(name, answer):
    judge.assert_right(name, {name: answer}, seeds=range(3))


def test_every_exercise_has_three_right_answers_or_is_the_proof():
    assert {*RIGHT, "change_of_variables"} == set(judge.names) and all(len(answers) >= 3 for answers in RIGHT.values())


def rounded(answer):
    """The same answer, with numbers (not arrays) rounded to single precision first, as torch.tensor does."""
    return lambda *given: answer(*(float(np.float32(a)) if isinstance(a, float) else a for a in given))


@pytest.mark.parametrize("name", RIGHT)
def test_plain_numbers_in_single_precision_are_no_mistake(name):
    judge.assert_right(name, {name: rounded(RIGHT[name][0])}, seeds=range(3))


@pytest.mark.parametrize(("name", "mistake"), MISTAKES, ids=labels(MISTAKES))
def test_a_known_mistake_is_rejected_by_its_name_alone(name, mistake):
    judge.assert_named(name, {name: mistake.returns}, mistake, any_order=False)


def fresh(make):
    return lambda *arguments: make(np.random.default_rng(), *arguments)


def same(make):
    return lambda *arguments: make(np.random.default_rng(0), *arguments)


INSIDE = {
    "exponential_from_unit": lambda draw, eps, phi: draw.exponential(1 / phi, np.shape(eps)),
    "exponential_from_uniform": lambda draw, u, phi: draw.exponential(1 / phi, np.shape(u)),
    "gaussian_diagonal": lambda draw, mu, log_var, eps: draw.normal(mu, np.exp(log_var / 2), np.shape(eps)),
    "gaussian_full": lambda draw, mu, cov, eps: draw.multivariate_normal(mu, cov, len(eps)),
}


@pytest.mark.parametrize("name", INSIDE)
def test_a_generator_inside_is_named(name):
    result = verdict(name, fresh(INSIDE[name]))
    assert result.mistake == "randomness_inside" and "drawn inside" in result.message


@pytest.mark.parametrize("name", SAMPLERS)
def test_a_generator_inside_with_a_fixed_seed_is_named_although_its_law_is_right(name):
    result = verdict(name, same(INSIDE[name]))
    assert result.mistake == "randomness_inside" and "whatever the noise" in result.message


# By distribution: alarms and power ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SAMPLERS)
def test_no_right_sampler_is_rejected_at_any_of_a_hundred_seeds(name):
    assert [failures(verdict(name, RIGHT[name][0], seed)) for seed in range(100)] == [[]] * 100


LAWS = [(name, mistake) for name, mistake in MISTAKES if name in SAMPLERS]


@pytest.mark.parametrize(("name", "mistake"), LAWS, ids=[m.name for _, m in LAWS])
def test_each_known_mistake_is_so_far_off_in_law_that_the_test_of_fit_has_power_1_minus_1e6(name, mistake):
    u = (np.arange(20_000) + 0.5) / 20_000
    noise = stats.expon.ppf(u) if name == "exponential_from_unit" else u
    with np.errstate(all="ignore"):
        distances = [
            stats.kstest(np.asarray(mistake.returns(noise, phi)), stats.expon(scale=1 / phi).cdf).statistic
            for phi in RATES
        ]
    assert max(distances) >= 2 * threshold(N, ALARM)


@pytest.mark.parametrize(("name", "mistake"), LAWS, ids=[m.name for _, m in LAWS])
def test_each_known_mistake_is_caught_at_ten_seeds(name, mistake):
    assert {verdict(name, mistake.returns, seed, hidden=False).mistake for seed in range(10)} == {mistake.name}


# Answers that only far or degenerate arguments show to be wrong --------------------------------------------------


def no_number_at_zero(u, phi):
    return np.where(np.asarray(u) > 0, -np.log1p(-np.asarray(u)) / phi, np.nan)


def without_digits(u, phi):
    return -np.log(1 - np.asarray(u)) / phi


def clipped(mu, log_var, eps):
    return mu + np.exp(0.5 * np.clip(log_var, -20, 20)) * eps


def with_jitter(mu, cov, eps):
    if not np.allclose(cov, cov.T):
        raise ValueError("lopsided")
    np.linalg.cholesky(cov)
    return mu + eps @ np.linalg.cholesky(cov + 1e-6 * np.eye(len(cov))).T


def only_positive_definiteness(mu, cov, eps):
    return mu + eps @ np.linalg.cholesky((cov + cov.T) / 2).T


def not_for_none(eps, phi):
    return np.array([e / phi for e in np.atleast_1d(eps)]).reshape(np.shape(eps) or (1,))


def weights_of_a_softmax(f, s):
    w = np.exp(np.log(s**2 + 1e-4))
    return np.sum(w * f) / np.sum(w)


def implicit_by_its_fraction(z, phi):
    return -z * np.exp(-phi * z) / (phi * np.exp(-phi * z))


@pytest.mark.parametrize(
    ("name", "answer", "part"),
    [
        ("exponential_from_uniform", no_number_at_zero, "makes sense at u = 0"),
        ("exponential_from_uniform", without_digits, "keeps its digits where the samples are small"),
        ("gaussian_diagonal", clipped, "holds from log σ² = -40 to 40"),
        ("gaussian_full", with_jitter, "holds where Σ is nearly singular, and in one dimension"),
        ("gaussian_full", only_positive_definiteness, "says no to what is not a covariance"),
        ("exponential_from_unit", not_for_none, "takes numbers, tables and single precision, one sample and none"),
        ("optimal_baseline", weights_of_a_softmax, "is where the mean square is least"),
        (
            "implicit_gradient",
            implicit_by_its_fraction,
            "holds far out, where the distribution function is 1 to all digits",
        ),
    ],
)
def test_an_answer_that_fails_in_one_corner_loses_that_part(name, answer, part):
    result = verdict(name, answer)
    assert part in [each for each, _ in failures(result)] and result.status in ("partial", "failed")


# The proof by choice of lines ---------------------------------------------------------------------------------------


def test_the_public_check_records_any_four_letters_and_gives_nothing_for_it():
    for letters in ("aaaa", "bcda", "dddd"):
        result = verdict("change_of_variables", letters, hidden=False)
        assert (result.points, result.hidden_share, failures(result)) == (0.0, 1.0, [])


@pytest.mark.parametrize("letters", ["", "bcd", "bcdab", "bcde", "BCDA", 4, ["b", "c", "d", "a"]], ids=repr)
def test_what_is_not_four_letters_is_told_so(letters):
    result = verdict("change_of_variables", letters, hidden=False)
    assert "a text of four letters from a to d" in result.message


def test_each_wrong_line_loses_its_gap_and_hears_why():
    right = "bcda"
    assert verdict("change_of_variables", right).points == 1.0
    for gap in range(4):
        for letter in set("abcd") - {right[gap]}:
            result = verdict("change_of_variables", right[:gap] + letter + right[gap + 1 :])
            assert (result.points, result.mistake) == (0.75, f"gap_{gap + 1}{letter}")


def test_the_reference_of_each_check_agrees_with_the_model_answers():
    eps = np.linspace(0.1, 4.0, 9)
    for name in ("reparameterized_gradient", "sticking_the_landing", "score_function_gradient"):
        want = getattr(noisy, name)(0.5, 2.6, 3.6, eps)
        for answer in RIGHT[name]:
            assert np.asarray(answer(0.5, 2.6, 3.6, eps)) == pytest.approx(want, rel=1e-8)
