"""Unit 06, what the latents hold: active units, each image's own q, the split of the KL; and the choices."""

import numpy as np

from autograder import expect
from autograder.checks import part, rng
from autograder.student import Student, tensor
from elboroom.advice.vae import check, latents
from elboroom.advice.vae.networks import HIDDEN, STATE, D, K
from elboroom.checks.modules import RTOL, moved_to, with_weights
from elboroom.checks.vae_objective import batch
from elboroom.checks.vae_pieces import ATOL
from elboroom.references import vae as model

REGISTERED = (latents,)  # importing it registers hints and mistakes
Array = np.ndarray
DOWNHILL = "moves each image's mean and log variance down its own slope"


@check(hidden=0.5)
def active_units(student: Student) -> None:
    """How many latents say something that differs from image to image."""
    with part("counts the columns whose variance is above 0.01"):
        spread, middle = np.array([1.0, 0.3, 0.11, 0.095, 0.001]), np.array([0.0, 2.0, 0.0, -1.0, 3.0])
        signs = rng().permuted(np.tile([[1.0], [-1.0]], (15, 5)), axis=0)  # as many of each in every column
        mu = middle + spread * signs
        for columns, want in ((slice(None), 3), (slice(2, None), 1), (slice(3, None), 0)):
            expect.close(student.active_units(tensor(mu[:, columns])), want)


@check(hidden=1.5)
def improve_q(student: Student) -> None:
    """A step downhill on each image's own nelbo, in the mean and in the log variance."""
    with part(DOWNHILL, weight=2):
        module = with_weights(student.VAE(K, D, HIDDEN), STATE)
        for seed, rate in ((2, 0.2), (3, 0.05)):
            (x, eps), mu, var = batch(seed, N=5), *somewhere(seed)
            got = student.improve_q(module.handle(), tensor(x), tensor(mu), tensor(var), tensor(eps), rate)
            want = model.improved(x, mu, var, eps, rate, STATE)
            expect.close(got, want, rtol=RTOL, atol=ATOL)
    with part("leaves the model's weights alone", weight=0.5, given=DOWNHILL):
        module = with_weights(student.VAE(K, D, HIDDEN), STATE)
        (x, eps), mu, var = batch(2, N=5), *somewhere(2)
        student.improve_q(module.handle(), tensor(x), tensor(mu), tensor(var), tensor(eps), 0.2).data()
        moved_to(module.state(), STATE, STATE, "improve_q")


def somewhere(seed: int) -> tuple[Array, Array]:
    """(mu, var), (5, K) float32: a q for each image that isn't the encoder's."""
    draw = np.random.default_rng([seed, 6])
    return draw.normal(size=(5, K)).astype("f4"), draw.uniform(0.2, 1.5, (5, K)).astype("f4")


@check(hidden=1.5)
def kl_split(student: Student) -> None:
    """How much of the mean KL tells images apart, and how much is the aggregate's distance from the prior."""
    with part("is I_q(x; z), then KL(q(z) || p(z)), at the samples that you are given", weight=2):
        for N, K_ in ((6, 2), (4, 3)):
            mu, eps = rng().normal(size=(2, N, K_))
            var = rng().uniform(0.2, 1.5, (N, K_))
            z = mu + np.sqrt(var) * eps
            expect.close(student.kl_split(*map(tensor, (mu, var, z))), model.kl_split(mu, var, z), rtol=1e-6)
    with part("a constant encoder tells nothing: I = 0"):
        z = rng().normal(size=(5, 2))
        mu, var = np.full((5, 2), 0.5), np.full((5, 2), 0.8)
        want = model.kl_split(mu, var, z)
        expect.close(student.kl_split(*map(tensor, (mu, var, z))), want, rtol=1e-6, atol=1e-6)


@check(hidden=1)
def what_beta_buys(student: Student) -> None:
    """Your answer is recorded; grading decides whether it is the right one."""
    with part("recorded", weight=0):
        expect.choice(student.value("what_beta_buys"), "abcde")


@check(hidden=1)
def maximum_of_the_bound(student: Student) -> None:
    """Your answer is recorded; grading decides whether it is the right one."""
    with part("recorded", weight=0):
        expect.choice(student.value("maximum_of_the_bound"), "abcde")


@check(hidden=1)
def better_sampler(student: Student) -> None:
    """Your answer is recorded; grading decides whether it is the right one."""
    with part("recorded", weight=0):
        expect.choice(student.value("better_sampler"), "abcde")
