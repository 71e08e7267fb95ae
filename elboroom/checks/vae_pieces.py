"""Unit 06, the pieces: binarise, sample, the Bernoulli log-likelihood, the KL; Encoder, Decoder, VAE."""

import functools

import numpy as np

from autograder import expect
from autograder.checks import part, rng
from autograder.student import Student, tensor
from elboroom.advice.vae import check, densities, networks
from elboroom.advice.vae.networks import DECODER, ENCODER, HIDDEN, STATE, D, K
from elboroom.checks.modules import RTOL, with_weights
from elboroom.references import vae as model

REGISTERED = (densities, networks)  # importing them registers hints and mistakes
Array = np.ndarray
ATOL = 1e-5


def coins(*shape: int) -> Array:
    """Images of fair coins, float64, the same for every submission of a run."""
    return (rng().random(shape) < 0.5).astype(float)


@check(hidden=0.5)
def binarise(student: Student) -> None:
    """A pixel of value v is 1 with probability v/255, and the coin is yours to read."""
    with part("is 1 where u < value/255"):
        pixels = np.tile(np.array([0, 1, 60, 128, 200, 254, 255], "u1"), (8, 1))
        u = rng().random(pixels.shape).astype("f4")
        u[:2] = [[0.0] * 7, [0.999] * 7]
        want = (u.astype(float) * 255 < pixels).astype(float)
        expect.close(student.binarise(tensor(pixels), tensor(u)), want)


@check(hidden=1)
def sample(student: Student) -> None:
    """The noise that you are given, moved to mean and variance."""
    mu, eps = rng().normal(size=(2, 5, 3))
    var = rng().uniform(0.1, 3.0, (5, 3))
    with part("has mean mu and variance var, for eps of N(0, I)"):
        by_one = np.array([[2.0, -1.0]]), np.array([[4.0, 0.25]]), np.array([[1.0, -2.0]])
        expect.close(student.sample(*map(tensor, by_one)), [[4.0, -2.0]], rtol=1e-6)
        expect.close(student.sample(tensor(mu), tensor(var), tensor(eps)), mu + np.sqrt(var) * eps, rtol=1e-6)
    with part("draws nothing itself", weight=0.5, given="has mean mu and variance var, for eps of N(0, I)"):
        again = [student.sample(tensor(mu), tensor(var), tensor(eps)) for _ in range(2)]
        expect.repeatable(*again)


@check(hidden=1.5)
def bernoulli_log_likelihood(student: Student) -> None:
    """The log of the product of the pixels' probabilities."""
    with part("is the log probability of each image", weight=2):
        for shape in ((5, D), (1, 3)):
            x, logits = coins(*shape), 2 * rng().normal(size=shape)
            want = model.log_bernoulli(x, logits)
            expect.close(student.bernoulli_log_likelihood(tensor(x), tensor(logits)), want, rtol=1e-7)
    with part("is right where the decoder is very sure, or very wrong"):
        x, logits = np.array([[1.0, 0.0, 1.0], [1.0, 1.0, 0.0]]), np.array([[80.0, -80.0, 3.0], [-80.0, 80.0, 80.0]])
        want = model.log_bernoulli(x, logits)
        expect.close(student.bernoulli_log_likelihood(tensor(x), tensor(logits)), want, rtol=1e-6)


@check(hidden=1)
def kl(student: Student) -> None:
    """The expectation under q of log q(z) - log p(z), summed over the latents."""
    mu, var = rng().normal(size=(5, 3)), rng().uniform(0.05, 3.0, (5, 3))
    with part("is the integral that defines it", weight=2):
        for m, v in ((mu, var), (mu[:1, :2], var[:1, :2])):
            expect.close(student.kl(tensor(m), tensor(v)), model.kl(m, v), rtol=1e-7, atol=1e-9)
    with part("is zero where q is the prior", weight=0.5, given="is the integral that defines it"):
        expect.close(student.kl(tensor(np.zeros((2, 4))), tensor(np.ones((2, 4)))), np.zeros(2), atol=1e-9)


def rows(*shape: int) -> Array:
    return rng().normal(size=shape).astype("f4")


@check(hidden=1)
def Encoder(student: Student) -> None:
    """With our weights in it, your encoder computes what ours does."""
    with part("gives mean and variance", weight=2):
        module = with_weights(student.Encoder(D, K, HIDDEN), ENCODER)
        x = rows(4, D)
        expect.close(module.call(tensor(x)), model.encode(x, ENCODER, "net"), rtol=RTOL, atol=ATOL)
    with part("no variance is smaller than 1e-8"):
        module = with_weights(student.Encoder(D, K, HIDDEN), ENCODER)
        x = np.concatenate([rows(2, D), asleep()])
        want = np.log(model.encode(x, ENCODER, "net")[1])
        shapes: list[tuple[int, ...]] = [(len(x), K)] * 2
        got = module.call(tensor(x))
        expect.equivalent(got, lambda mu, var: np.log(var), want, shapes, "the log of its variance", rtol=RTOL)


@functools.cache
def asleep() -> Array:
    """(2, D): inputs, far out, for which the encoder's variances are next to nothing: h is about -30."""
    far = (30 * np.random.default_rng(0).normal(size=(20_000, D))).astype("f4")
    h = np.split(model.network(far, ENCODER), 2, axis=1)[1]
    return far[((h > -40) & (h < -20)).all(axis=1)][:2]


@check(hidden=1)
def Decoder(student: Student) -> None:
    """With our weights in it, your decoder computes what ours does."""
    with part("gives the logits of the pixels", weight=2):
        module = with_weights(student.Decoder(K, D, HIDDEN), DECODER)
        z = rows(4, K)
        expect.close(module.call(tensor(z)), model.decode(z, DECODER, "net"), rtol=RTOL, atol=ATOL)


@check(hidden=1)
def VAE(student: Student) -> None:
    """Your VAE holds both networks, under the names that weights are exchanged by."""
    with part("encodes to (mean, variance) and decodes to logits", weight=2):
        module = with_weights(student.VAE(K, D, HIDDEN), STATE)
        x, z = coins(4, D).astype("f4"), rows(3, K)
        expect.close(module.method("encode", tensor(x)), model.encode(x, STATE), rtol=RTOL, atol=ATOL)
        expect.close(module.method("decode", tensor(z)), model.decode(z, STATE), rtol=RTOL, atol=ATOL)
