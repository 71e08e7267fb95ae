"""Unit 09, hidden: other sizes, steep weights, extreme bounds, gradients; closed forms; the letter."""

from typing import Any

import numpy as np

from autograder import expect
from autograder.checks import part, rng
from autograder.student import Student, tensor
from elboroom.advice.ssvae import mistake
from elboroom.checks.modules import RTOL, double, gradients_are, gradients_of
from elboroom.checks.ssvae import check, loaded, tensors
from elboroom.references import ssvae as by_definition

Array = np.ndarray
SIZES = (7, 3, 4, 5)  # x_dim, z_dim, hidden, classes
EXACT = {"rtol": 1e-10, "atol": 1e-12}
CLOSE = {"rtol": RTOL, "atol": 2e-4}


# Closed forms -------------------------------------------------------------------------------------------------------


def softmax_and_logsumexp(bounds: Array) -> tuple[Array, Array]:
    """(q (N, C), U (N,)): the best q(y|x) for these bounds, and what it gives."""
    top = bounds.max(axis=1, keepdims=True)
    shares = np.exp(bounds - top)
    total = shares.sum(axis=1, keepdims=True)
    return shares / total, (top + np.log(total))[:, 0]


# Checks -------------------------------------------------------------------------------------------------------------


def other_model(stretch: float = 1.0) -> dict[str, Array]:
    """Weights of other sizes; `stretch` makes the last layers steeper."""
    state = by_definition.weights(SIZES, seed=int(rng().integers(1000)))
    return {name: stretch * w if ".net.4." in name else w for name, w in state.items()}


def batch(n: int) -> tuple[Array, Array, Array]:
    """(x (n, D), y (n,), eps (n, C, K)), the same for every submission of a run."""
    x_dim, z_dim, _, classes = SIZES
    draw = rng()
    x = (draw.uniform(size=(n, x_dim)) > 0.5).astype("f4")
    return x, draw.integers(classes, size=n), draw.normal(size=(n, classes, z_dim)).astype("f4")


def minus_u(state: dict[str, Array], x: Array, eps: Array) -> float:
    return -by_definition.marginal(by_definition.log_q(state, x), by_definition.table(state, x, eps)).mean()


@check.hidden
def SSVAE(student: Student) -> None:
    state, (x, y, eps) = other_model(), batch(9)
    with part("other sizes, another number of classes, a single row", weight=0.5):
        for n in (9, 1):
            module = loaded(student, state, SIZES)
            expect.close(module.method("classify", tensor(x[:n])), by_definition.network(state, "cls", x[:n]), **CLOSE)
            want = by_definition.encode(state, x[:n], y[:n])
            expect.close(module.method("encode", *tensors(x[:n], y[:n])), want, **CLOSE)
            want = by_definition.decode(state, eps[:n, 0], y[:n])
            expect.close(module.method("decode", *tensors(eps[:n, 0], y[:n])), want, **CLOSE)
    with part("variances stay positive and finite where softplus is 0 or linear", weight=0.5):
        steep = state | {"enc.net.4.bias": 200 * state["enc.net.4.bias"]}
        module = loaded(student, steep, SIZES)
        expect.close(module.method("encode", *tensors(x, y)), by_definition.encode(steep, x, y), RTOL, 1e-9)


@check.hidden
def labelled(student: Student) -> None:
    (x, y, eps), state = batch(9), other_model()
    with part("other sizes, another number of classes, a single row", weight=0.75):
        for n in (9, 1):
            handle = loaded(student, state, SIZES).handle()
            arguments = x[:n], y[:n], eps[:n, 1]
            want = by_definition.bound(state, *arguments)
            expect.close(student.bound(handle, *tensors(*arguments)), want, **CLOSE)
            expect.close(student.labelled(handle, *tensors(*arguments)), -want.mean(), **CLOSE)
    with part("steep logits, where probabilities are 0 and 1", weight=0.75):
        steep = other_model(stretch=40.0)
        got = student.bound(loaded(student, steep, SIZES).handle(), *tensors(x, y, eps[:, 0]))
        expect.close(got, by_definition.bound(steep, x, y, eps[:, 0]), RTOL, 5e-3)


@check.hidden
def class_bounds(student: Student) -> None:
    state, (x, _, eps) = other_model(), batch(9)
    with part("fewer images than classes, more, as many, and one", weight=1):
        for n in (3, 9, 5, 1):
            got = student.class_bounds(loaded(student, state, SIZES).handle(), *tensors(x[:n], eps[:n]))
            expect.close(got, by_definition.table(state, x[:n], eps[:n]), **CLOSE)
    with part("an image's row doesn't depend on the other images", weight=0.5):
        got = student.class_bounds(loaded(student, state, SIZES).handle(), *tensors(x[::-1], eps[::-1]))
        expect.close(got, by_definition.table(state, x, eps)[::-1], **CLOSE)


@check.hidden
def unlabelled(student: Student) -> None:
    (x, _, eps), state = batch(9), other_model()
    with part("other sizes, a single image", weight=0.5):
        for n in (9, 1):
            got = student.unlabelled(loaded(student, state, SIZES).handle(), *tensors(x[:n], eps[:n]))
            expect.close(got, minus_u(state, x[:n], eps[:n]), **CLOSE)
    with part("a class that is excluded: its probability is 0 in single precision", weight=0.5):
        bias = state["cls.net.4.bias"] - np.where(np.arange(SIZES[3]) == 1, 500, 0).astype("f4")
        sure = state | {"cls.net.4.bias": bias}
        got = student.unlabelled(loaded(student, sure, SIZES).handle(), *tensors(x, eps))
        expect.close(got, minus_u(sure, x, eps), **CLOSE)


@check.hidden
def best_posterior(student: Student) -> None:
    bounds = rng().normal(size=(7, 4), scale=2.0)
    with part("bounds of a hundred nats, whose exponentials are 0, and far apart", weight=1):
        for shifted in (bounds - 1000, 200 * bounds, bounds + 800):
            expect.close(student.best_posterior(tensor(shifted)), softmax_and_logsumexp(shifted), **EXACT)
    with part("one image, one class, as many images as classes", weight=0.5):
        for cut in (bounds[:1], bounds[:, :1], bounds[:4]):
            expect.close(student.best_posterior(tensor(cut)), softmax_and_logsumexp(cut), **EXACT)
    with part("in single precision", weight=0.5):
        single = (bounds - 100).astype("f4")
        expect.close(student.best_posterior(tensor(single)), softmax_and_logsumexp(single.astype(float)), 1e-4, 1e-4)


@check.hidden
def ssvae_loss(student: Student) -> None:
    state, (x, _, eps) = other_model(), batch(5)
    labelled, labels = (rng().uniform(size=(8, SIZES[0])) > 0.5).astype("f4"), rng().integers(SIZES[3], size=8)
    entropy = by_definition.CLASS_WEIGHT * by_definition.cross_entropy(state, labelled, labels)
    with part("other sizes; more labels than images", weight=0.5):
        for gw in (1.0, 0.0, 7.0):
            got = student.ssvae_loss(loaded(student, state, SIZES).handle(), *tensors(x, eps, labelled, labels), gw)
            expect.close(got, gw * minus_u(state, x, eps) + entropy, **CLOSE)
    with part("its gradient has both terms", weight=0.5):
        module, ours = loaded(student, state, SIZES), by_definition.module(SIZES, state)
        got = student.weight_gradients(
            "ssvae_loss", module.handle(), *tensors(x, eps, labelled, labels), 0.5, module=module
        )
        gradients_are(got, gradients_of(_loss(ours, x, eps, labelled, labels, 0.5), ours))


def _loss(ours: Any, x: Array, eps: Array, labelled: Array, labels: Array, gw: float) -> Any:
    import torch

    own = torch.log_softmax(ours.classify(double(labelled)), 1)[torch.arange(len(labels)), torch.from_numpy(labels)]
    return gw * ours.unlabelled(double(x), double(eps)) - by_definition.CLASS_WEIGHT * own.mean()


@check.hidden
def nameless(student: Student) -> None:
    with part("is the right choice"):
        expect.equal(student.value("nameless"), "b")


# The letters that are wrong -----------------------------------------------------------------------------------------


@mistake("nameless")
def finds_the_digits_by_itself() -> str:
    """Nothing in U knows that a certain class is called "3": exchange two classes everywhere, and U is the same. Even
    whether a class is a digit, and not slanted writing, is up to the model."""
    return "a"


@mistake("nameless")
def ignores_the_classes() -> str:
    """It has a reason to use them: log 10 nats are paid for y anyway, and a class that says something about x saves
    nats in z."""
    return "c"


@mistake("nameless")
def cannot_be_computed() -> str:
    """U has no label in it: q(y|x) says what is not known. That is the point of it."""
    return "d"


@mistake("nameless")
def diverges() -> str:
    """U is bounded by log p(x), which for binary pixels is at most 0. It has many maxima that are equally good, but it
    doesn't run away."""
    return "e"
