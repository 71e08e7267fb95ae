"""Unit 06, the objective: negative_elbo, train_step, the training run, bits per pixel, the cost without latents."""

import functools
from typing import Any

import numpy as np

from autograder import expect
from autograder.checks import part, rng
from autograder.student import Answer, Student, tensor
from elboroom.advice.vae import check, objective, training
from elboroom.advice.vae.networks import HIDDEN, STATE, D, K
from elboroom.advice.vae.training import RATE, descended, usual
from elboroom.checks.modules import RTOL, State, gradients_are, moved_to, with_weights
from elboroom.checks.trained import Measured, at_most
from elboroom.checks.vae_pieces import ATOL
from elboroom.references import vae as model

REGISTERED = (objective, training)  # importing them registers hints and mistakes
Array = np.ndarray
Batch = tuple[Array, Array]


def batch(seed: int, N: int = 4) -> Batch:
    """(x, eps), float32, always the same for the same seed."""
    draw = np.random.default_rng(seed)
    return (draw.random((N, D)) < 0.5).astype("f4"), draw.normal(size=(N, K)).astype("f4")


@functools.cache
def slope(seed: int) -> State:
    x, eps = batch(seed)
    return model.gradient(lambda state: model.negative_elbo(x, eps, state)[0], STATE)


@functools.cache
def weights_after(seeds: tuple[int, ...], beta: float) -> State:
    return descended([batch(s) for s in seeds], RATE, lambda kl, rec: usual(kl, rec, beta))


@check(hidden=2)
def negative_elbo(student: Student) -> None:
    """kl + reconstruction, its two parts, and the gradient that training needs."""
    with part("the three terms are means over the images", weight=2):
        module = with_weights(student.VAE(K, D, HIDDEN), STATE)
        for x, eps in (batch(0), batch(1, N=3)):
            got = student.negative_elbo(module.handle(), tensor(x), tensor(eps))
            expect.close(got, model.negative_elbo(x, eps, STATE), rtol=RTOL, atol=ATOL)
    with part("the gradient reaches every weight, and is right", weight=1.5):
        module = with_weights(student.VAE(K, D, HIDDEN), STATE)
        x, eps = batch(0)
        args = (module.handle(), tensor(x), tensor(eps))
        got = student.weight_gradients("negative_elbo", *args, module=module, which=0)
        gradients_are(got, slope(0), arguments=(x, eps))


def stepped(student: Student, seeds: tuple[int, ...], beta: float | None = None) -> tuple[Answer, list[Answer]]:
    """The learner's VAE after a step of plain gradient descent on each batch, and what each step returned."""
    module = with_weights(student.VAE(K, D, HIDDEN), STATE)
    optimiser = module.descent(lr=RATE).handle()
    weighed = () if beta is None else (beta,)
    said = [student.train_step(module.handle(), optimiser, *map(tensor, batch(s)), *weighed) for s in seeds]
    return module, said


@check(hidden=1.5)
def train_step(student: Student) -> None:
    """Downhill, by the learning rate times the gradient, and no further."""
    with part("two steps take the weights where two steps of gradient descent do", weight=2):
        module, said = stepped(student, (0, 1))
        reaches(module, said, (0, 1), 1.0)
    with part("beta weighs the KL"):
        module, said = stepped(student, (0,), beta=4.0)
        reaches(module, said, (0,), 4.0)
    with part("returns the terms that the step was made of"):
        _, said = stepped(student, (0,))
        x, eps = batch(0)
        expect.close(said[0], model.negative_elbo(x, eps, STATE), rtol=RTOL, atol=ATOL)


def reaches(module: Answer, said: list[Answer], seeds: tuple[int, ...], beta: float) -> None:
    """The weights are where these steps lead. The steps come first: an error in them is what a learner should see."""
    for answer in said:
        answer.data()
    arguments = ([batch(s) for s in seeds], RATE, beta)
    moved_to(module.state(), STATE, weights_after(seeds, beta), "train_step", arguments)


def vae() -> Any:
    """The judge's own VAE, of the protocol's size."""
    from elboroom.models import VAE

    return VAE()


NELBO = Measured(vae)
LIMITS = (170.0, 135.0, 120.0)  # nats; how they were found: docs/decisions/0550-what-a-vae-on-the-subset-must-reach.md


@check
def train_vae(student: Student) -> None:
    """The weights that you hand in, in the judge's VAE, on test digits that it hasn't seen."""
    for limit, weight in zip(LIMITS, (1.0, 1.0, 2.0), strict=True):
        with part(f"a NELBO of {limit:.0f} nats or less", weight=weight):
            at_most(student.value("vae_weights"), NELBO, limit, "the NELBO", "nats")


@check(hidden=0.5)
def bits_per_pixel(student: Student) -> None:
    """From nats for an image to bits for a pixel."""
    with part("is the share of a pixel, in bits"):
        expect.close(student.bits_per_pixel(16 * np.log(2), 16), 1.0)
        for nelbo, pixels in ((100.0, 784), (float(rng().uniform(50, 200)), 28)):
            expect.close(student.bits_per_pixel(nelbo, pixels), np.log2(np.exp(nelbo / pixels)), rtol=1e-6)


@check(hidden=1)
def nelbo_without_latents(student: Student) -> None:
    """The least cost of images that all have the same distribution."""
    shares = np.array([0.1, 0.25, 0.5, 0.8, 0.95])
    x = (rng().random((40, 5)) < shares).astype("f4")
    x[0], x[1] = 0.0, 1.0  # no column is constant
    with part("no constant decoder costs less", weight=2):
        for images in (x, x[:7, :2]):
            expect.close(student.nelbo_without_latents(tensor(images)), model.least_cost(images), rtol=1e-5)
    with part("a pixel that never changes costs nothing"):
        images = np.hstack([x, np.zeros((40, 1)), np.ones((40, 1))]).astype("f4")
        expect.close(student.nelbo_without_latents(tensor(images)), model.least_cost(images), rtol=1e-5)
