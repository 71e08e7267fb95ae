"""The public checks of unit 09: every answer is held against its definition in elboroom.references.ssvae.

Hints and known mistakes come from elboroom.advice.ssvae; closed forms and hidden parts stand beside the master. Modules
hold float32 weights. One part has as many images as classes, so that a transposed table has the right shape, too.
"""

import functools
from typing import Any

import numpy as np

from autograder import expect
from autograder.checks import part
from autograder.student import Answer, Student, tensor
from elboroom.advice.ssvae import bound, check, marginal, model, table, training
from elboroom.checks import ssvae_goals as goals
from elboroom.checks.modules import RTOL, State, double, gradients_are, gradients_of, with_weights
from elboroom.checks.trained import Measured, at_least
from elboroom.references import ssvae as by_definition

__all__ = ["check"]

REGISTERED = (bound, marginal, model, table, training)  # importing them registers hints and mistakes
Array = np.ndarray
STATE = model.STATE
X_DIM, Z_DIM, _, C = model.SIZES
N = 4
CLOSE = {"rtol": RTOL, "atol": 1e-4}

_draw = np.random.RandomState(9)
X, LABELLED = ((_draw.uniform(size=(n, X_DIM)) > 0.5).astype("f4") for n in (N, 6))
Y, LABELS = np.array([2, 0, 1, 2]), np.array([0, 0, 1, 2, 2, 1])
EPS = _draw.normal(size=(N, C, Z_DIM)).astype("f4")


def loaded(student: Student, state: Any = None, sizes: Any = model.SIZES) -> Answer:
    """The learner's model with our weights."""
    return with_weights(student.SSVAE(*sizes), state or STATE)


def tensors(*arrays: Any) -> list[Any]:
    """Arguments that reach the learner as torch tensors, of the arrays' own kind."""
    return [tensor(each) for each in arrays]


@check(hidden=1)
def SSVAE(student: Student) -> None:
    """With our weights in it, your module computes what ours does."""
    z = EPS[:, 0]
    with part("classifies"):
        got = loaded(student).method("classify", tensor(X))
        expect.close(got, by_definition.network(STATE, "cls", X), **CLOSE)
    with part("encodes an image together with its class"):
        expect.close(loaded(student).method("encode", *tensors(X, Y)), by_definition.encode(STATE, X, Y), **CLOSE)
    with part("decodes a code together with its class"):
        expect.close(loaded(student).method("decode", *tensors(z, Y)), by_definition.decode(STATE, z, Y), **CLOSE)


@check(hidden=1.5)
def labelled(student: Student) -> None:
    """With our weights and our noise: L(x, y) for each row, and minus its mean."""
    arguments = X, Y, EPS[:, 0]
    with part("bound is L(x, y), one number for each row", weight=2):
        got = student.bound(loaded(student).handle(), *tensors(*arguments))
        expect.close(got, by_definition.bound(STATE, *arguments), **CLOSE)
    with part("labelled is minus the mean"):
        got = student.labelled(loaded(student).handle(), *tensors(*arguments))
        expect.close(got, -by_definition.bound(STATE, *arguments).mean(), **CLOSE)


@check(hidden=1.5)
def class_bounds(student: Student) -> None:
    """Every image goes through the model once with each class: a loop, done in one go."""
    with part("has an image in each row and a class in each column", weight=2):
        got = student.class_bounds(loaded(student).handle(), *tensors(X, EPS))
        expect.close(got, by_definition.table(STATE, X, EPS), **CLOSE)
    with part("with as many images as classes, too"):
        got = student.class_bounds(loaded(student).handle(), *tensors(X[:C], EPS[:C]))
        expect.close(got, by_definition.table(STATE, X[:C], EPS[:C]), **CLOSE)


@functools.cache
def minus_u() -> float:
    bounds = by_definition.table(STATE, X, EPS)
    return float(-by_definition.marginal(by_definition.log_q(STATE, X), bounds).mean())


@functools.cache
def gradient_of_minus_u() -> State:
    ours = by_definition.module(model.SIZES, STATE)
    return gradients_of(ours.unlabelled(double(X), double(EPS)), ours)


@check(hidden=1)
def unlabelled(student: Student) -> None:
    """The expectation over q(y|x), as a sum over the classes; its gradient reaches all three networks."""
    want = -by_definition.marginal(by_definition.log_q(STATE, X), by_definition.table(STATE, X, EPS)).mean()
    with part("is minus the mean of U(x)", weight=2):
        expect.close(student.unlabelled(loaded(student).handle(), *tensors(X, EPS)), want, **CLOSE)
    with part("its gradient reaches every weight, the classifier's as well", weight=1.5):
        module = loaded(student)
        ours = by_definition.module(model.SIZES, STATE)
        gradient = gradients_of(ours.unlabelled(double(X), double(EPS)), ours)
        gradients_are(
            student.weight_gradients("unlabelled", module.handle(), *tensors(X, EPS), module=module), gradient
        )


@check
def u_is_a_bound(student: Student) -> None:
    """A chain from log p(x) to U(x), checked line by line."""
    with part("a derivation of log p(x) ≥ U(x)"):
        expect.proves(student.value("u_is_a_bound"), **goals.BOUND)


BOUNDS = np.array([[-1.0, -2.0, -1.5], [-3.0, -0.5, -2.5], [-2.0, -2.2, -1.0], [-1.2, -0.7, -3.0]])


@check(hidden=2)
def best_posterior(student: Student) -> None:
    """No other distribution over the classes has a larger U, found by a search."""
    with part("no q has a larger U", weight=2):
        q, u = by_definition.best_marginal(BOUNDS)
        expect.close(student.best_posterior(tensor(BOUNDS)), (q, u), rtol=1e-5, atol=1e-7)


@check(hidden=1)
def ssvae_loss(student: Student) -> None:
    """With our weights and our noise: the weighted sum of two terms, from two batches."""
    arguments = X, EPS, LABELLED, LABELS
    entropy = by_definition.cross_entropy(STATE, LABELLED, LABELS)
    with part("gw times the one plus 100 times the other", weight=2):
        for gw in (1.0, 0.3):
            got = student.ssvae_loss(loaded(student).handle(), *tensors(*arguments), gw)
            expect.close(got, gw * minus_u() + by_definition.CLASS_WEIGHT * entropy, **CLOSE)
    with part("with gw = 0 it is the classifier's alone"):
        got = student.ssvae_loss(loaded(student).handle(), *tensors(*arguments), 0.0)
        expect.close(got, by_definition.CLASS_WEIGHT * entropy, **CLOSE)


@functools.cache
def digits() -> tuple[Array, Array]:
    """(grey values (1000, 784) from 0 to 1, labels (1000,)): the embedded test digits."""
    from elboroom.data import load

    test = load("mnist", subset=True).test
    assert test.labels is not None
    return test.images.astype("f4") / 255, test.labels


def trained() -> Any:
    """A model of the size that is trained here, for handed-in weights."""
    from elboroom.models import SSVAE

    return SSVAE(z_dim=Z_TRAINED, hidden=HIDDEN)


def accuracy(model: Any) -> float:
    """How many of the embedded test digits q(y|x) gets right, in percent, given their grey values."""
    import torch

    grey, labels = digits()
    found = model.classify(torch.from_numpy(grey)).argmax(1).numpy()
    return 100 * float((found == labels).mean())


Z_TRAINED, HIDDEN = 32, 100
ACCURACY = Measured(trained, accuracy)


@check
def train_ssvae(student: Student) -> None:
    """The judge puts your weights into its own model and counts on 1,000 test digits."""
    weights = student.value("ssvae_weights")
    for share in (60.0, 70.0, 76.0):
        with part(f"at least {share:g} % of the test digits are classified rightly"):
            at_least(weights, ACCURACY, share, "the accuracy", "%")


@check(hidden=1)
def nameless(student: Student) -> None:
    """Your answer is recorded; grading decides whether it is the right one."""
    with part("recorded", weight=0):
        expect.choice(student.value("nameless"), "abcde")
