"""The training benchmark's parts: the plain loop trains the same model, races end, the page is written."""

import numpy as np
import pytest
import torch

from benchmarks.trainers import race, report
from benchmarks.trainers.floor import Floor, by_default, by_onednn
from benchmarks.trainers.ours import OurLoop
from benchmarks.trainers.plain import PlainLoop
from benchmarks.trainers.race import Reached, milliseconds, until
from benchmarks.trainers.report import Measured
from elboroom.data import Dataset, Split, load
from elboroom.training import settings_for


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return load("mnist", subset=True)


@pytest.fixture(params=["published", "tuned"])
def settings(request):
    return settings_for("vae", request.param, steps=40, warm_up=0)


def test_both_loops_begin_with_the_same_model_and_lower_the_bound(digits, settings):
    plain, ours = PlainLoop(settings, digits), OurLoop(settings, digits)
    x, eps = torch.tensor(digits.train.images[:50] > 127).float(), torch.randn(50, 10)
    starts = [loop.model.negative_elbo(x, eps)[0].item() for loop in (plain, ours)]
    assert starts[0] == pytest.approx(starts[1], rel=1e-5)
    for loop in (plain, ours):
        loop.steps(20)
        assert loop.taken == 20 and loop.said[0] < 350
        assert loop.evaluated().negative_elbo(x, eps)[0] < starts[0]


def test_the_floor_multiplies_as_often_as_a_step_does(monkeypatch):
    seen = []

    def multiply(x, weight):
        seen.append(x.shape[0] * x.shape[1] * weight.shape[0])
        return x @ weight.t()

    Floor(settings_for("vae"), multiply).steps(1)
    forward = 100 * (784 * 300 + 300 * 300 + 300 * 20 + 10 * 300 + 300 * 300 + 300 * 784)
    assert len(seen) == 17 and sum(seen) == 3 * forward - 100 * 784 * 300


def test_loops_take_turns_and_the_median_turn_counts(monkeypatch):
    clock = iter([0.0, 9.0, 0.0, 9.0, *[t for pair in [(0, 1), (0, 4), (0, 90), (0, 5), (0, 2), (0, 6)] for t in pair]])
    monkeypatch.setattr(race.time, "perf_counter", lambda: next(clock))
    turns = []

    class Loop:
        def __init__(self, name):
            self.name = name

        def steps(self, n):
            turns.append(self.name)

    found = milliseconds({"a": Loop("a"), "b": Loop("b")}, repeats=3)
    assert found == {"a": 1e3 * 2 / race.STRETCH, "b": 1e3 * 5 / race.STRETCH} and turns == ["a", "b"] * 4


def test_a_race_ends_at_the_bound_or_is_given_up(digits, monkeypatch):
    monkeypatch.setattr(race, "STRETCH", 10)
    monkeypatch.setattr(race, "LOOK_EVERY", 20)
    loops = {rate: OurLoop(settings_for("vae", "published", learning_rate=rate), digits) for rate in (1e-3, 1e-9)}
    few = Split(np.ascontiguousarray(digits.test.images[:50]), None)
    found = until(loops, few, wanted=300.0, most=60)
    assert found[1e-3].reached and found[1e-3].steps in (20, 40) and found[1e-3].nelbo <= 300
    assert not found[1e-9].reached and found[1e-9].steps == 60 and found[1e-9].seconds > 0


def test_the_page_says_what_is_held_missed_and_not_measured():
    steps = {"plain loop": 6.0, "ours": 3.0, "floor": 2.0}
    reached = {
        ("plain loop", "published"): Reached(17_000, 100.0, 99.9, True),
        ("ours", "tuned"): Reached(10_000, 40.0, 99.8, True),
    }
    measured = Measured("here", 100.0, {1: steps, 2: steps}, reached)
    text = report.report(measured)
    assert "| ≥ 1.5× | 2.00× | held |" in text and "| ≥ 3× | 2.5× | **missed** |" in text
    assert "20,000 steps on a data-centre GPU | ≤ 4 s | not measured yet" in text


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
@pytest.mark.parametrize("how", ["eager", "compiled", "default"])
def test_every_way_of_running_on_a_gpu_lowers_the_bound(digits, how):
    loop = OurLoop(settings_for("vae", steps=100), digits, "cuda", how)
    loop.steps(100)
    assert loop.said[0] < 300


def test_both_libraries_multiply_alike():
    x, weight = torch.randn(7, 5), torch.randn(3, 5)
    assert torch.allclose(by_default(x, weight), by_onednn(x, weight), atol=1e-5)
