"""Unit 06, hidden: the protocol's sizes, other dtypes, single images, networks that are very sure, gradients."""

import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograder import expect
from autograder.checks import part, rng
from autograder.student import Answer, Student, Wrong, reals, tensor
from elboroom.checks.modules import (
    RTOL,
    InputGradients,
    double,
    gradients_are,
    gradients_of,
    judge,
    moved_to,
    numbers,
    require_shapes,
    state_of,
    with_weights,
)
from elboroom.checks.vae import check
from elboroom.models import VAE as OurVAE
from elboroom.models import densities
from elboroom.models.networks import Decoder as OurDecoder
from elboroom.models.networks import Encoder as OurEncoder

Array = np.ndarray
closed = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("06_vae_closed_forms.py"))))
SIZES: list[dict[str, int]] = [{"z_dim": 4, "x_dim": 9, "hidden": 7}, {"z_dim": 1, "x_dim": 3, "hidden": 2}]
LARGE = {"z_dim": 10, "x_dim": 784, "hidden": 300}


def coins(*shape: int) -> Array:
    return (rng().random(shape) < 0.5).astype("f4")


def normal(*shape: int) -> Array:
    return rng().normal(size=shape).astype("f4")


def ours(sizes: dict[str, int], spread: float = 0.5) -> Any:
    """The judge's VAE, the same for all submissions of a run."""
    return judge(lambda: OurVAE(**sizes), seed=sum(sizes.values()), spread=spread)


def theirs(student: Student, model: Any, sizes: dict[str, int]) -> Answer:
    return with_weights(student.VAE(**sizes), state_of(model))


@check.hidden
def binarise(student: Student) -> None:
    with part("whole images", weight=0.5):
        pixels, u = rng().integers(0, 256, (4, 784)).astype("u1"), rng().random((4, 784)).astype("f4")
        want = (u.astype(float) < pixels / 255).astype(float)
        expect.close(student.binarise(tensor(pixels), tensor(u)), want)


@check.hidden
def sample(student: Student) -> None:
    mu, eps = normal(6, 10), normal(6, 10)
    var = rng().uniform(1e-6, 9.0, (6, 10)).astype("f4")
    with part("in float32, and for a single image", weight=0.5):
        for rows in (slice(None), slice(1)):
            want = mu[rows].astype(float) + np.sqrt(var[rows].astype(float)) * eps[rows]
            expect.close(student.sample(tensor(mu[rows]), tensor(var[rows]), tensor(eps[rows])), want, 1e-5, 1e-6)
    with part("moves with mean and variance: the gradient", weight=0.5):
        got = student.grad("sample", tensor(mu), tensor(var), tensor(eps), wrt=[0, 1])
        slopes = np.ones_like(mu), eps / (2 * np.sqrt(var))
        expect.close(InputGradients(got), slopes, rtol=1e-4)


@check.hidden
def bernoulli_log_likelihood(student: Student) -> None:
    x, logits = coins(3, 784), 5 * normal(3, 784)
    with part("whole images, in float32", weight=0.5):
        want = numbers(densities.log_bernoulli(double(x), double(logits)))
        expect.close(student.bernoulli_log_likelihood(tensor(x), tensor(logits)), want, rtol=1e-5)
    with part("very sure pixels, in float32", weight=0.5):
        sure = (80 * np.sign(normal(3, 20))).astype("f4")
        want = numbers(densities.log_bernoulli(double(x[:, :20]), double(sure)))
        expect.close(student.bernoulli_log_likelihood(tensor(x[:, :20]), tensor(sure)), want, rtol=1e-5, atol=1e-6)
    with part("its slope in a logit is x - p, for sure pixels too", weight=0.5):
        mixed = np.concatenate([sure, logits[:, :20]], axis=1)
        both = np.concatenate([x[:, :20], x[:, :20]], axis=1)
        got = student.grad("bernoulli_log_likelihood", tensor(both), tensor(mixed), wrt=[1])
        expect.close(InputGradients(got), (both - 1 / (1 + np.exp(-mixed.astype(float))),), rtol=1e-4, atol=1e-5)


@check.hidden
def kl(student: Student) -> None:
    mu, var = 3 * normal(7, 10), np.exp(3 * normal(7, 10)).astype("f4")
    with part("many latents, in float32, with hardly any variance", weight=0.5):
        var[0] = 1e-8
        want = numbers(densities.kl_standard_normal(double(mu), double(var)))
        expect.close(student.kl(tensor(mu), tensor(var)), want, rtol=1e-5, atol=1e-5)
    with part("its slopes are mu and ½(1 - 1/var)", weight=0.5):
        got = student.grad("kl", tensor(mu[1:]), tensor(var[1:]), wrt=[0, 1])
        expect.close(InputGradients(got), (mu[1:], 0.5 * (1 - 1 / var[1:].astype(float))), rtol=1e-4, atol=1e-5)


@check.hidden
def Encoder(student: Student) -> None:
    with part("other sizes, very large outputs, the protocol's size by default", weight=1):
        for sizes, spread in zip(SIZES, (0.5, 20.0), strict=True):
            K, D, H = sizes.values()
            encoder = judge(lambda D=D, K=K, H=H: OurEncoder(D, K, H), seed=D, spread=spread)
            module, x = with_weights(student.Encoder(D, K, H), state_of(encoder)), coins(5, D)
            expect.close(module.call(tensor(x)), numbers(encoder(double(x))), rtol=1e-3, atol=1e-3)
        require_shapes(student.Encoder(), _shapes(OurEncoder(784, 10, 300)))


@check.hidden
def Decoder(student: Student) -> None:
    with part("other sizes, any leading shape, the protocol's size by default", weight=1):
        for K, D, H in (sizes.values() for sizes in SIZES):
            decoder = judge(lambda D=D, K=K, H=H: OurDecoder(K, D, H), seed=D)
            module, z = with_weights(student.Decoder(K, D, H), state_of(decoder)), normal(2, 3, K)
            expect.close(module.call(tensor(z)), numbers(decoder(double(z))), rtol=RTOL, atol=1e-5)
        require_shapes(student.Decoder(), _shapes(OurDecoder(10, 784, 300)))


def _shapes(module: Any) -> dict[str, tuple[int, ...]]:
    return {name: tuple(w.shape) for name, w in module.state_dict().items()}


@check.hidden
def VAE(student: Student) -> None:
    with part("other sizes, by keyword, and the protocol's size by default", weight=1):
        for sizes in SIZES:
            model = ours(sizes)
            module, x, z = theirs(student, model, sizes), coins(5, sizes["x_dim"]), normal(5, sizes["z_dim"])
            expect.close(module.method("encode", tensor(x)), numbers(model.encode(double(x))), rtol=RTOL, atol=1e-5)
            expect.close(module.method("decode", tensor(z)), numbers(model.decode(double(z))), rtol=RTOL, atol=1e-5)
        require_shapes(student.VAE(), _shapes(OurVAE()))


@check.hidden
def negative_elbo(student: Student) -> None:
    with part("at the protocol's size, gradient included", weight=1):
        _terms_and_gradient(student, LARGE, N=8, spread=0.1)
    with part("other sizes, a single image, a network that is very sure", weight=1):
        for sizes, N, spread in ((SIZES[0], 1, 0.5), (SIZES[1], 6, 0.5), (SIZES[0], 6, 3.0)):
            _terms_and_gradient(student, sizes, N, spread)


def _terms_and_gradient(student: Student, sizes: dict[str, int], N: int, spread: float) -> None:
    model = ours(sizes, spread)
    x, eps = coins(N, sizes["x_dim"]), normal(N, sizes["z_dim"])
    module, want = theirs(student, model, sizes), model.negative_elbo(double(x), double(eps))
    args = (module.handle(), tensor(x), tensor(eps))
    expect.close(student.negative_elbo(*args), numbers(want), rtol=1e-3, atol=1e-4)
    got = student.weight_gradients("negative_elbo", *args, module=module, which=0)
    gradients_are(got, gradients_of(want[0], model), rtol=2e-3)


@check.hidden
def train_step(student: Student) -> None:
    with part("three steps with another beta, on other sizes", weight=1.5):
        sizes, beta = SIZES[0], 0.3
        model = ours(sizes)
        module, start = theirs(student, model, sizes), state_of(model)
        optimiser = module.descent(lr=0.05).handle()
        batches = [(coins(6, sizes["x_dim"]), normal(6, sizes["z_dim"])) for _ in range(3)]
        for x, eps in batches:
            student.train_step(module.handle(), optimiser, tensor(x), tensor(eps), beta).data()
        moved_to(module.state(), start, closed.descended(model, batches, beta, 0.05), "train_step", rtol=1e-3)


@check.hidden
def bits_per_pixel(student: Student) -> None:
    with part("other sizes", weight=0.5):
        for nelbo, pixels in ((1.0, 1), (3000.0, 3072), (0.0, 784)):
            expect.close(student.bits_per_pixel(nelbo, pixels), nelbo / (pixels * np.log(2)), rtol=1e-6, atol=1e-12)


@check.hidden
def nelbo_without_latents(student: Student) -> None:
    with part("whole images, and a single one", weight=1):
        for x in ((rng().random((50, 784)) < rng().random(784)).astype("f4"), coins(1, 30)):
            expect.close(student.nelbo_without_latents(tensor(x)), closed.cost_of_coins(x), rtol=1e-4, atol=1e-4)


@check.hidden
def active_units(student: Student) -> None:
    with part("other numbers of images and latents", weight=0.5):
        for N, K in ((200, 10), (50, 3)):
            mu = rng().normal(size=(N, K)) * np.where(np.arange(K) % 3 == 0, 1.0, 0.03) + 5.0
            expect.close(student.active_units(tensor(mu.astype("f4"))), len(range(0, K, 3)))


@check.hidden
def improve_q(student: Student) -> None:
    with part("other sizes, and ten steps in a row that lower every image's nelbo", weight=1.5):
        sizes = SIZES[0]
        model, N = ours(sizes), 6
        module, x = theirs(student, model, sizes), coins(N, sizes["x_dim"])
        mu, var = normal(N, sizes["z_dim"]), rng().uniform(0.3, 2.0, (N, sizes["z_dim"])).astype("f4")
        want: tuple[Array, Array] = (mu, var)
        for _ in range(10):
            eps = normal(N, sizes["z_dim"])
            got = student.improve_q(module.handle(), tensor(x), *map(tensor, (mu, var, eps)), 0.05)
            want = closed.improved(model, x, *want, eps)
            mu, var = _pair(got, mu.shape)
        expect.close(got, want, rtol=1e-3, atol=1e-4)


def _pair(answer: Answer, shape: tuple[int, ...]) -> tuple[Array, Array]:
    """A learner's (mu, var), to be sent again."""
    value = answer.data()
    if not isinstance(value, tuple | list) or len(value) != 2 or any(np.shape(v) != shape for v in value):
        raise Wrong("`improve_q` should return (mu, var), in the shapes that they came in.")
    return reals(value[0], "mu").astype("f4"), reals(value[1], "var").astype("f4")


@check.hidden
def kl_split(student: Student) -> None:
    with part("many images with narrow q, where densities underflow", weight=1):
        mu, eps = 3 * rng().normal(size=(60, 10)), rng().normal(size=(60, 10))
        var = np.full((60, 10), 1e-4)
        expect.close(
            student.kl_split(*map(tensor, (mu, var, mu + 0.01 * eps))), closed.split(mu, var, mu + 0.01 * eps), 1e-6
        )
    with part("in float32, and for a single image", weight=0.5):
        mu, eps, var = normal(20, 4), normal(20, 4), rng().uniform(0.1, 2.0, (20, 4)).astype("f4")
        z = mu + np.sqrt(var) * eps
        for rows in (slice(None), slice(1)):
            want = closed.split(*(a[rows].astype(float) for a in (mu, var, z)))
            expect.close(student.kl_split(*(tensor(a[rows]) for a in (mu, var, z))), want, rtol=1e-4, atol=1e-4)


@check.hidden
def what_beta_buys(student: Student) -> None:
    with part("is the right choice", weight=1):
        expect.equal(student.value("what_beta_buys"), "c")


@check.hidden
def maximum_of_the_bound(student: Student) -> None:
    with part("is the right choice", weight=1):
        expect.equal(student.value("maximum_of_the_bound"), "b")


@check.hidden
def better_sampler(student: Student) -> None:
    with part("is the right choice", weight=1):
        expect.equal(student.value("better_sampler"), "d")
