"""Samples are judged by distribution, at a stated rate of false alarms; derivatives by extrapolated differences."""

import numpy as np
import pytest
from scipy import stats

from autograder import expect
from autograder.expect.samples import ALARM, distance, threshold
from autograder.wrong import Wrong

N = 5000


def test_the_right_law_passes_at_every_seed_tried():
    for seed in range(200):
        expect.samples_from(np.random.default_rng(seed).exponential(2.0, N), stats.expon(scale=2.0).cdf, N, "Exp(1/2)")


@pytest.mark.parametrize("scale", [1.6, 2.5])
def test_a_wrong_scale_is_caught_at_every_seed_tried(scale):
    for seed in range(50):
        samples = np.random.default_rng(seed).exponential(scale, N)
        with pytest.raises(Wrong, match="does not sample"):
            expect.samples_from(samples, stats.expon(scale=2.0).cdf, N, "Exp(1/2)")


def test_the_distance_is_kolmogorovs():
    for seed in range(5):
        samples = np.random.default_rng(seed).normal(size=50)
        heights = stats.norm.cdf(np.sort(samples))
        assert distance(heights) == pytest.approx(stats.kstest(samples, stats.norm.cdf).statistic)


@pytest.mark.parametrize("n", [200, 2000, N])
def test_the_false_alarm_rate_of_the_law_is_at_most_the_stated_one_and_hardly_less(n):
    exact = stats.kstwo(n).sf(threshold(n, ALARM))
    assert 0.2 * ALARM < exact <= ALARM


def test_beyond_the_threshold_a_law_is_another():
    t = threshold(N, ALARM)
    heights = np.linspace(0, 1, N)
    expect.samples_from(heights, lambda x: np.clip(x + 0.9 * t, 0, 1), N, "U(0, 1)")
    with pytest.raises(Wrong, match="does not sample"):
        expect.samples_from(heights, lambda x: np.clip(x + 1.1 * t, 0, 1), N, "U(0, 1)")


def test_the_false_alarm_rate_of_the_mean_is_the_stated_one():
    limit = stats.norm.isf(ALARM / 2) / np.sqrt(N)
    expect.unbiased(np.full(N, 0.999 * limit), 0.0, 1.0, N)
    with pytest.raises(Wrong, match="too large: it is biased"):
        expect.unbiased(np.full(N, 1.001 * limit), 0.0, 1.0, N)


@pytest.mark.parametrize("values", [np.zeros(3), np.full(N, np.nan), 0.0])
def test_the_number_of_samples_and_their_finiteness_come_first(values):
    with pytest.raises(Wrong):
        expect.unbiased(values, 0.0, 1.0, N)


@pytest.mark.parametrize(
    ("function", "slope"),
    [(np.exp, np.exp), (np.log, lambda x: 1 / x), (lambda x: x**5, lambda x: 5 * x**4), (np.sin, np.cos)],
)
def test_derivatives_are_right_to_nine_digits(function, slope):
    x = np.array([0.3, 1.0, 7.0])
    assert expect.derivative(function, [x], 0) == pytest.approx(slope(x), rel=1e-9)


def test_gradient_of_holds_an_answer_against_the_derivative():
    expect.gradient_of(6.0, lambda a, x: a * x**2, [1.0, 3.0], wrt=1)
    with pytest.raises(Wrong, match="too small"):
        expect.gradient_of(3.0, lambda a, x: a * x**2, [1.0, 3.0], wrt=1)
