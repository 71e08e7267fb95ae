"""A sampler is a map of the noise it is given: the same noise, the same sample; its own noise; its law's speed."""

import numpy as np
import pytest

from autograder import expect
from autograder.checks import Checks, part, run
from autograder.local import Local
from autograder.student import Student

check = Checks("00_noise")
EPS, ORDER, STEP = np.linspace(0.1, 3.0, 12), np.random.default_rng(1).permutation(12), 1e-4


@check
def scaled(student):
    """Exp(1) noise times a scale."""
    with part("repeatable"):
        expect.repeatable(student.scaled(EPS, 2.0), student.scaled(EPS, 2.0))
    with part("entrywise"):
        expect.entrywise(student.scaled(EPS, 2.0), student.scaled(EPS[ORDER], 2.0), ORDER)
    with part("moves"):
        expect.moves_with(*(student.scaled(EPS, 2.0 + h) for h in (-STEP, 0.0, STEP)), STEP, lambda z: z / 2.0)


def parts(function):
    verdict = run(check, "scaled", Student(Local({"scaled": function})), 1.0)
    return {p.name: (p.ok, p.mistake, p.message) for p in verdict.parts}


def failed(function):
    return [name for name, (ok, _, _) in parts(function).items() if not ok]


def test_a_map_of_the_noise_passes_also_one_that_falls():
    assert failed(lambda eps, scale: scale * eps) == []
    assert failed(lambda eps, scale: -scale * np.log(-np.expm1(-eps))) == []


def test_randomness_drawn_inside_is_named():
    found = parts(lambda eps, scale: np.random.default_rng().exponential(scale, eps.shape))
    assert found["repeatable"][:2] == (False, "randomness_inside")
    assert "some randomness is drawn inside" in found["repeatable"][2]


def test_a_generator_with_a_fixed_seed_is_named_too():
    found = parts(lambda eps, scale: np.random.default_rng(0).exponential(scale, eps.shape))
    assert found["repeatable"][0] and found["entrywise"][:2] == (False, "randomness_inside")


def test_each_sample_comes_from_its_own_noise():
    assert "from no other" in parts(lambda eps, scale: scale * np.cumsum(eps))["entrywise"][2]
    assert failed(lambda eps, scale: scale * np.sort(eps)) == ["entrywise"]


@pytest.mark.parametrize("shape", [(), (3,), (12, 1)])
def test_there_is_a_sample_for_each_noise(shape):
    assert "a sample for each noise" in parts(lambda eps, scale: np.ones(shape))["entrywise"][2]


def test_a_parameter_that_moves_samples_at_another_speed_is_wrong():
    found = parts(lambda eps, scale: 2.0 * eps)["moves"]
    assert not found[0] and "12 of 12 samples" in found[2]


def test_samples_of_another_shape_at_a_neighbouring_parameter_are_wrong():
    assert "another shape" in parts(lambda eps, scale: scale * eps[: 12 - (scale > 2.0)])["moves"][2]


def test_not_a_number_moves_nowhere():
    assert failed(lambda eps, scale: np.full(eps.shape, np.nan))[-1] == "moves"
