"""Training runs that were handed in: the judge puts the weights into its own model and measures on test digits.

The training cell saves a safetensors file, the next cell reads it into a variable (name -> array), and the check says

    nelbo = Measured(lambda: VAE(), nelbo_of)                      # made once; remembers what it has measured
    with part("the NELBO is below 130 nats"):
        at_most(student.value("vae_weights"), nelbo, 130.0, "the NELBO", "nats")

No figure that a learner reports plays a role. The digits are the embedded 1,000 of the official test split, binarised
once, with one sample of z an image, always the same: a number differs from the one on all 10,000 by its standard error.
"""

import functools
import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder import codec
from autograder.expect import Expected, await_judgement
from autograder.student import Answer, Wrong, describe_kind, describe_shape
from elboroom.checks.modules import State, one_thread, unseeded

Array = np.ndarray
REMEMBERED = 8  # sets of weights for each measure
LARGEST = 1e6  # a weight: beyond, a float32 forward pass means nothing


@functools.cache
def digits() -> tuple[Array, Array]:
    """(x, labels): the embedded test digits, binarised once, (1000, 784) float32 of 0 and 1, and (1000,) int64."""
    from elboroom.data import load

    test = load("mnist", subset=True).test
    uniform = np.random.default_rng(2020).random(test.images.shape)
    assert test.labels is not None
    return (uniform * 255 < test.images).astype("f4"), test.labels


def noise(*shape: int) -> Array:
    """Standard normal noise, float32, the same for all weights."""
    return np.random.default_rng(2021).standard_normal(shape).astype("f4")


def nelbo_of(model: Any) -> float:
    """The mean over the test digits of `model.negative_elbo(x, eps)[0]`, one sample an image, in nats."""
    import torch

    x, _ = digits()
    return float(model.negative_elbo(torch.from_numpy(x), torch.from_numpy(noise(len(x), model.z_dim)))[0])


class Measured:
    """A number measured of handed-in weights, by `measure`, in the judge's module, `make()`; called with an Answer.

    Raises Wrong where the weights are missing, not a dictionary of arrays, not those of this module by name and shape,
    or not finite."""

    def __init__(self, make: Callable[[], Any], measure: Callable[[Any], float] = nelbo_of) -> None:
        self.make, self.measure = make, measure
        self.known: dict[bytes, float] = {}

    def __call__(self, answer: Answer) -> float:
        state = handed_in(answer, self.shapes)
        key = _fingerprint(state)
        if key not in self.known:
            if len(self.known) >= REMEMBERED:
                self.known.pop(next(iter(self.known)))
            self.known[key] = self._of(state)
        return self.known[key]

    @functools.cached_property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The names and shapes that the weights must have."""
        with unseeded():
            return {name: tuple(w.shape) for name, w in self.make().state_dict().items()}

    def _of(self, state: State) -> float:
        import torch

        with one_thread(), torch.no_grad(), unseeded():
            model = self.make().eval()
            model.load_state_dict({name: torch.from_numpy(array) for name, array in state.items()})
            return float(self.measure(model))


def handed_in(answer: Answer, shapes: dict[str, tuple[int, ...]]) -> State:
    """The weights in a variable, float32, of exactly these names and shapes, finite. Raises Wrong otherwise."""
    found = answer.data()
    if not isinstance(found, dict):
        kind = describe_kind(found)
        raise Wrong(f"{answer} should be a dictionary of arrays, the weights by their names, not {kind}.")
    lost = next((name for name in shapes if name not in found), None)
    if lost is not None:
        raise Wrong(f"{answer}: the weight `{lost}` is not there. Was another model saved?")
    extra = next((name for name in found if name not in shapes), None)
    if extra is not None:
        raise Wrong(f"{answer}: there is a weight `{extra}` that this model doesn't have. Was another model saved?")
    return {name: _weight(answer, name, found[name], shape) for name, shape in shapes.items()}


def _weight(answer: Answer, name: str, value: Any, shape: tuple[int, ...]) -> Array:
    array = value.array if isinstance(value, codec.Tensor) else value
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "iuf":
        raise Wrong(f"{answer}: the weight `{name}` should be an array of numbers, not {describe_kind(value)}.")
    if array.shape != shape:
        has, should = describe_shape(array.shape), describe_shape(shape)
        raise Wrong(f"{answer}: the weight `{name}` has {has}; it should have {should}.")
    if not np.isfinite(array).all():
        raise Wrong(f"{answer}: the weight `{name}` is not finite. The training ran away: a smaller learning rate?")
    if float(np.abs(array).max(initial=0)) > LARGEST:
        raise Wrong(f"{answer}: the weight `{name}` has entries beyond a million. The training ran away.")
    return np.ascontiguousarray(array, dtype="f4")


def at_most(weights: Answer, measured: Measured, limit: float, called: str, unit: str = "") -> None:
    """What is measured of the weights is a number, at most `limit`. `called` names it, as "the NELBO"."""
    await_judgement(_Limit(weights, measured, limit, called, unit, sign=1))


def at_least(weights: Answer, measured: Measured, limit: float, called: str, unit: str = "") -> None:
    """What is measured of the weights is a number, at least `limit`. `called` names it, as "the accuracy"."""
    await_judgement(_Limit(weights, measured, limit, called, unit, sign=-1))


class _Limit(Expected):
    """See `at_most` and `at_least`."""

    def __init__(self, got: Answer, measured: Measured, limit: float, called: str, unit: str, sign: int) -> None:
        super().__init__(got)
        self.measured, self.limit, self.called, self.sign = measured, limit, called, sign
        self.unit = f" {unit}" if unit else ""

    def judge(self, public: bool) -> None:
        value = self.measured(self.got)
        if not np.isfinite(value):
            raise Wrong(f"With these weights {self.called} on the test digits is not a number.")
        if self.sign * value > self.sign * self.limit:
            wanted = "at most" if self.sign > 0 else "at least"
            raise Wrong(
                f"With these weights {self.called} on the judge's 1,000 test digits is {value:.4g}{self.unit}; "
                f"this part asks for {wanted} {self.limit:g}."
            )


def _fingerprint(state: State) -> bytes:
    digest = hashlib.sha256()
    for array in state.values():
        digest.update(array.tobytes())
    return digest.digest()
