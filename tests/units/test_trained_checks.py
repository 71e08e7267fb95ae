"""Handed-in weights: what isn't weights is refused in words, and the judge measures on its own digits."""

from typing import Any

import numpy as np
import pytest
import torch

from autograder.local import Local
from autograder.student import Student
from autograder.wrong import Wrong
from elboroom.checks.modules import judge, state_of
from elboroom.checks.trained import Measured, at_least, at_most, digits, nelbo_of
from elboroom.models import VAE


def small() -> VAE:
    return VAE(z_dim=2, hidden=4)


STATE = state_of(judge(small, seed=3, spread=0.05))


def handed(weights: Any) -> Any:
    return Student(Local({"weights": weights})).value("weights")


def test_the_measure_is_the_models_on_the_embedded_test_digits():
    model = small()
    model.load_state_dict({name: torch.from_numpy(w) for name, w in STATE.items()})
    want = nelbo_of(model)
    assert Measured(small)(handed(STATE)) == pytest.approx(want, abs=1e-3)
    assert 400 < want < 700  # at D log 2 = 543, as chance has it
    x, labels = digits()
    assert x.shape == (1000, 784) and set(np.unique(x)) == {0.0, 1.0} and len(labels) == 1000


def test_a_measure_is_taken_once_for_the_same_weights():
    calls = []
    measured = Measured(small, lambda model: float(len(calls.append(0) or calls)))
    other = STATE | {"dec.net.4.bias": STATE["dec.net.4.bias"] + 1}
    assert [measured(handed(w)) for w in (STATE, STATE, other, STATE)] == [1.0, 1.0, 2.0, 1.0]


def test_tensors_and_other_dtypes_are_weights_too():
    tensors = {name: torch.from_numpy(w) for name, w in STATE.items()}
    doubles = {name: w.astype(float) for name, w in STATE.items()}
    measured = Measured(small)
    assert measured(handed(tensors)) == measured(handed(doubles)) == measured(handed(STATE))
    halves = {name: w.astype("f2") for name, w in STATE.items()}
    assert measured(handed(halves)) == pytest.approx(measured(handed(STATE)), abs=0.05)


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in STATE.items() if key != name}


@pytest.mark.parametrize(
    "weights, says",
    [
        (..., "`weights` is not defined yet"),
        (None, "returns nothing yet"),
        (98.2, "should be a dictionary of arrays, the weights by their names, not a float"),
        ({"nelbo": 98.2}, "the weight `enc.net.0.weight` is not there"),
        (without("enc.net.2.bias"), "the weight `enc.net.2.bias` is not there"),
        (STATE | {"more": np.zeros(2)}, "a weight `more` that this model doesn't have"),
        (STATE | {"enc.net.0.bias": np.zeros(5)}, r"has shape \(5,\); it should have shape \(4,\)"),
        (STATE | {"enc.net.0.bias": "0000"}, "should be an array of numbers, not text"),
        (STATE | {"enc.net.0.bias": [0.0] * 4}, "should be an array of numbers, not a list"),
        (STATE | {"enc.net.0.bias": np.full(4, np.nan)}, "is not finite"),
        (STATE | {"enc.net.0.bias": np.full(4, 1e30)}, "beyond a million"),
    ],
    ids=[
        "not there",
        "none",
        "a figure",
        "figures",
        "one less",
        "one more",
        "a shape",
        "text",
        "a list",
        "nan",
        "huge",
    ],
)
def test_what_is_not_the_models_weights_is_refused(weights, says):
    with pytest.raises(Wrong, match=says):
        Measured(small)(handed(weights))


@pytest.mark.parametrize("value, most, least", [(1.0, True, False), (2.0, True, True), (3.0, False, True)])
def test_a_limit_is_kept_from_its_side(value, most, least):
    measured = Measured(small, lambda model: value)
    for limit, kept in ((at_most, most), (at_least, least)):
        if kept:
            limit(handed(STATE), measured, 2.0, "the NELBO", "nats")
        else:
            with pytest.raises(Wrong, match=f"the NELBO on the judge's 1,000 test digits is {value:g} nats; this part"):
                limit(handed(STATE), measured, 2.0, "the NELBO", "nats")


@pytest.mark.parametrize("limit", [at_most, at_least])
def test_what_is_not_a_number_keeps_no_limit(limit):
    with pytest.raises(Wrong, match="is not a number"):
        limit(handed(STATE), Measured(small, lambda model: float("nan")), 2.0, "the NELBO")
