"""Unit 10, the model: FSVAE, negative_elbo, best_variance; and the training run, judged from its weights."""

from typing import Any

import numpy as np

from autograder import expect
from autograder.checks import part, rng
from autograder.student import Answer, Student, tensor
from elboroom.advice.fsvae import SIZES, STATE, check, model, objective
from elboroom.checks.fsvae_trained import CONTENT, NELBO, STYLE
from elboroom.checks.modules import RTOL, gradients_are, gradients_of, with_weights
from elboroom.checks.trained import at_least, at_most
from elboroom.references import fsvae as by_definition
from elboroom.references.fsvae import Sizes, State

REGISTERED = (model, objective)  # importing them registers hints and mistakes
Array = np.ndarray
K, D, _, CLASSES = SIZES
ATOL = 1e-5
Y = np.array([1, 0, 2, 1, 0])


def batch(sizes: Sizes = SIZES, y: Any = Y) -> tuple[Array, Array, Array]:
    """(x, y, eps) of an ordinary batch, float32, the same for every submission of a run."""
    y = np.asarray(y)
    return rng().random((len(y), sizes[1])).astype("f4"), y, rng().normal(size=(len(y), sizes[0])).astype("f4")


def theirs(student: Student, sizes: Sizes = SIZES, state: State = STATE) -> Answer:
    """The learner's module with these weights in it."""
    return with_weights(student.FSVAE(*sizes), state)


def ours(sizes: Sizes = SIZES, state: State = STATE) -> Any:
    """The judge's, in float64."""
    import torch

    from elboroom.models import FSVAE

    made = FSVAE(*sizes, learn_variance=True).double()
    made.load_state_dict({name: torch.from_numpy(np.asarray(w, "f8")) for name, w in state.items()})
    return made


def gradients(sizes: Sizes, state: State, x: Array, y: Array, eps: Array) -> State:
    """The gradient of the negative ELBO in each of the judge's weights."""
    import torch

    module = ours(sizes, state)
    arguments = (torch.from_numpy(x).double(), torch.from_numpy(y), torch.from_numpy(eps).double())
    return gradients_of(module.negative_elbo(*arguments)[0], module)


@check(hidden=1)
def FSVAE(student: Student) -> None:
    """With our weights in it, your model computes what ours does."""
    x, y, z = batch()
    with part("encodes an image and its label to (mean, variance)", weight=1.5):
        want = by_definition.encode(STATE, x, y)
        expect.close(theirs(student).method("encode", tensor(x), tensor(y)), want, rtol=RTOL, atol=ATOL)
    with part("decodes a style and a label to an image", weight=1.5):
        want_image = by_definition.decode(STATE, z, y)
        expect.close(theirs(student).method("decode", tensor(z), tensor(y)), want_image, rtol=RTOL, atol=ATOL)
    with part("knows the variance of its pixels", weight=0.5):
        expect.close(theirs(student).method("variance"), by_definition.variance(STATE), rtol=RTOL)
    with part("begins with the variance 0.1", weight=0.5):
        expect.close(student.FSVAE(*SIZES).method("variance"), 0.1 + by_definition.ROUNDING, rtol=1e-6)


@check(hidden=1)
def negative_elbo(student: Student) -> None:
    """With our weights and our noise: the three terms, and their gradients."""
    x, y, eps = batch()
    with part("gives nelbo, KL and reconstruction, means over the batch", weight=2):
        got = student.negative_elbo(theirs(student).handle(), tensor(x), tensor(y), tensor(eps))
        expect.close(got, by_definition.negative_elbo(STATE, x, y, eps), rtol=RTOL)
    with part("its gradient reaches every weight, the variance as well", weight=1.5):
        module = theirs(student)
        arguments = module.handle(), tensor(x), tensor(y), tensor(eps)
        got = student.weight_gradients("negative_elbo", *arguments, module=module, which=0)
        gradients_are(got, gradients(SIZES, STATE, x, y, eps))


@check(hidden=0.5)
def best_variance(student: Student) -> None:
    """The variance at which this batch costs least, found by a search."""
    with part("has the least cost of all variances"):
        for x, y, eps in (batch(), batch(y=[2, 2])):
            got = student.best_variance(theirs(student).handle(), tensor(x), tensor(y), tensor(eps))
            expect.close(got, by_definition.best_variance(STATE, x, y, eps), rtol=RTOL)


@check
def train_fsvae(student: Student) -> None:
    """The judge puts your weights into its own model and evaluates it on 1,000 coloured test digits."""
    for limit in (-100.0, -128.0):
        with part(f"reaches a negative ELBO below {limit:g} nats on test digits"):
            at_most(student.value("fsvae_weights"), NELBO, limit, "the negative ELBO", "nats")
    obeys = "writes the digit that is wanted: 9 in 10 swapped test digits are read as that"
    with part(obeys):
        at_least(student.value("fsvae_weights"), CONTENT, 0.9, "the share of swapped digits read as wanted")
    with part("keeps the digit out of z: a probe finds it for less than 1 test digit in 4", given=obeys):
        at_most(student.value("fsvae_weights"), STYLE, 0.25, "the accuracy of a probe of z")
