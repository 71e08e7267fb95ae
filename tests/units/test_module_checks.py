"""Learners' modules against the judge's: weights by name and shape, gradients, what a training step does to them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from autograder import expect
from autograder.local import Local
from autograder.student import Student, tensor
from autograder.wrong import Wrong
from elboroom.checks.modules import (
    RTOL,
    double,
    gradients_are,
    gradients_of,
    judge,
    moved_to,
    numbers,
    state_of,
    with_weights,
)

X = np.random.default_rng(0).normal(size=(4, 3)).astype("f4")


def make() -> torch.nn.Module:
    return torch.nn.Sequential(torch.nn.Linear(3, 5), torch.nn.ELU(), torch.nn.Linear(5, 2))


def loss(module: Callable[[Any], Any], x: Any) -> tuple[Any, Any]:
    return x.sum(), module(x).square().sum(dim=1).mean()


def step(module: torch.nn.Module, optimiser: torch.optim.Optimizer, x: torch.Tensor) -> float:
    optimiser.zero_grad()
    value = loss(module, x)[1]
    value.backward()
    optimiser.step()
    return float(value)


def student(**names: Any) -> Student:
    return Student(Local({"make": make, "loss": loss, "step": step} | names))


@pytest.fixture
def ours() -> torch.nn.Module:
    return judge(make, seed=1)


def test_a_module_with_our_weights_computes_what_ours_does(ours):
    theirs = with_weights(student().make(), state_of(ours))
    expect.close(theirs.call(tensor(X)), numbers(ours(double(X))), rtol=RTOL, atol=1e-6)


def test_the_judges_module_leaves_the_learners_random_numbers_alone():
    torch.manual_seed(0)
    first = torch.rand(1)
    torch.manual_seed(0)
    judge(make, seed=1)
    assert torch.rand(1) == first


@pytest.mark.parametrize(
    "made, says",
    [
        (lambda: torch.nn.Linear(3, 5), r"has no weight called `0.weight`. It has `weight` \(5, 3\), `bias` \(5,\)"),
        (lambda: torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ELU(), torch.nn.Linear(4, 2)), "shape .4, 3.; it"),
        (lambda: torch.nn.Sequential(*make(), torch.nn.Linear(2, 2)), "a weight `3.weight` that should not be there"),
        (lambda: len, "should return a `torch.nn.Module`"),
        (lambda: 3.0, "should return an object"),
        (lambda: None, "returns nothing yet"),
    ],
    ids=["other names", "other shapes", "one too many", "a function", "a number", "nothing"],
)
def test_other_weights_are_named(ours, made, says):
    with pytest.raises(Wrong, match=says):
        with_weights(student(make=made).make(), state_of(ours))


def test_a_call_with_a_module_is_told_without_its_number(ours):
    them = student()
    theirs = with_weights(them.make(), state_of(ours))
    assert str(them.loss(theirs.handle(), tensor(X))) == "`loss(<object>, <tensor of shape (4, 3)>)`"


def their_gradients(function: Any, ours: torch.nn.Module) -> None:
    them = student(loss=function)
    theirs = with_weights(them.make(), state_of(ours))
    got = them.weight_gradients("loss", theirs.handle(), tensor(X), module=theirs, which=1)
    gradients_are(got, gradients_of(loss(ours, double(X))[1], ours))


def test_right_gradients_are_recognised(ours):
    their_gradients(loss, ours)


@pytest.mark.parametrize(
    "function, says",
    [
        (lambda m, x: (0, m(x).square().sum()), "4 times what it should be"),
        (lambda m, x: (0, -m(x).square().sum(dim=1).mean()), "-1 times what it should be"),
        (
            lambda m, x: (0, m(x).square().sum(dim=1).mean().item()),
            "No gradient of `loss` reaches the weight",
        ),
        (lambda m, x: (0, m[2](m[1](m[0](x)).detach()).square().mean()), "reaches the weight `0.weight`"),
        (lambda m, x: (0, m(x).square().sum(dim=1).mean() * torch.nan), "is not finite"),
        (lambda m, x: (0, m(x).exp().sum(dim=1).mean()), "is off"),
        (lambda m, x: 3, "raised TypeError"),
    ],
    ids=["a sum", "its negative", "a float", "detached", "nan", "another loss", "no tuple"],
)
def test_wrong_gradients_are_described(ours, function, says):
    with pytest.raises(Wrong, match=says):
        their_gradients(function, ours)


def after_a_step(function: Any, ours: torch.nn.Module, **mistakes: Any) -> None:
    start = state_of(ours)
    them = student(step=function)
    theirs = with_weights(them.make(), start)
    for _ in range(2):
        them.step(theirs.handle(), theirs.descent(lr=0.1).handle(), tensor(X)).data()
    optimiser = torch.optim.SGD(ours.parameters(), lr=0.1)
    for _ in range(2):
        step(ours, optimiser, double(X))
    moved_to(theirs.state(), start, state_of(ours), "step")


def test_right_steps_are_recognised(ours):
    after_a_step(step, ours)


def test_steps_without_zeroing_the_gradient_are_not(ours):
    def accumulating(module: Any, optimiser: Any, x: Any) -> float:
        loss(module, x)[1].backward()
        optimiser.step()
        return 0.0

    with pytest.raises(Wrong, match=r"After `step` the move of the weight `0.weight` is"):
        after_a_step(accumulating, ours)


def test_no_step_is_no_move(ours):
    with pytest.raises(Wrong, match=r"the move of the weight `0.weight` is zero"):
        after_a_step(lambda *_: 0.0, ours)


def test_weights_that_change_their_shape_are_refused(ours):
    def other(module: Any, optimiser: Any, x: Any) -> float:
        module[0] = torch.nn.Linear(3, 6)
        return 0.0

    with pytest.raises(Wrong, match=r"`0.weight` is no longer what it was"):
        after_a_step(other, ours)
