"""Unit 07, hidden: inputs that only closed forms reach: extreme variances, many components, gradients."""

import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograder import expect
from autograder.checks import part, rng
from autograder.student import Answer, Student, Wrong, tensor
from elboroom.advice.gmvae import mistake
from elboroom.checks.gmvae import check, tensors
from elboroom.checks.modules import RTOL, double, gradients_are, gradients_of, with_weights
from elboroom.references import gmvae

Array = np.ndarray
closed = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("07_gmvae_closed_forms.py"))))
EXACT = {"rtol": 1e-10, "atol": 1e-12}


def gaussians(*shape: int, scale: float = 1.0) -> tuple[Array, Array]:
    """Means and variances that are the same for every submission of a run."""
    return rng().normal(size=shape, scale=scale), rng().uniform(0.2, 2.0, shape)


def gradients(answer: Answer, n: int) -> tuple[Any, ...]:
    """The n gradients that `student.grad` asked for."""
    value = answer.data()
    found = value[1] if isinstance(value, list) and len(value) == 2 else None
    if not isinstance(found, list) or len(found) != n or any(each is None for each in found):
        raise Wrong(f"`{answer.name}` has no gradient in one of its arguments.")
    return tuple(found)


@check.hidden
def log_normal(student: Student) -> None:
    mu, var = gaussians(6, 4)
    z = mu + rng().normal(size=(6, 4))
    with part("tiny and huge variances", weight=0.5):
        for scale in (1e-8, 1e8):
            want = closed.log_density(z, mu, scale * var)
            expect.close(student.log_normal(*tensors(z, mu, scale * var)), want, **EXACT)
    with part("a single row, a single coordinate, float32", weight=0.5):
        for rows, columns in ((1, 4), (6, 1)):
            cut = [each[:rows, :columns] for each in (z, mu, var)]
            expect.close(student.log_normal(*tensors(*cut)), closed.log_density(*cut), **EXACT)
        single = [each.astype("f4") for each in (z, mu, var)]
        expect.close(student.log_normal(*tensors(*single)), closed.log_density(*map(np.float64, single)), 1e-4, 1e-4)
    with part("can be differentiated", weight=0.5):
        off = (z - mu) / var
        want = -off, off, 0.5 * (off**2 - 1 / var)
        found = gradients(student.grad("log_normal", *tensors(z, mu, var), wrt=[0, 1, 2]), 3)
        for got, slope in zip(found, want, strict=True):
            expect.close(got, slope, rtol=1e-8, atol=1e-10)


@check.hidden
def log_normal_mixture(student: Student) -> None:
    z, prior = rng().normal(size=(6, 4)), gaussians(1, 9, 4)
    with part("many components, narrow and wide", weight=0.5):
        mu, var = gaussians(1, 700, 4, scale=3.0)
        for scale in (1e-4, 1.0, 1e4):
            want = closed.log_mixture(z, mu, scale * var)
            expect.close(student.log_normal_mixture(*tensors(z, mu, scale * var)), want, **EXACT)
    with part("one component, one row, one coordinate", weight=0.5):
        for rows, k, columns in ((6, 1, 4), (1, 9, 4), (6, 9, 1)):
            cut = z[:rows, :columns], prior[0][:, :k, :columns], prior[1][:, :k, :columns]
            expect.close(student.log_normal_mixture(*tensors(*cut)), closed.log_mixture(*cut), **EXACT)
    with part("float32, very far away", weight=0.75):
        single = [each.astype("f4") for each in (1e4 * z, *prior)]
        want = closed.log_mixture(*map(np.float64, single))
        expect.close(student.log_normal_mixture(*tensors(*single)), want, rtol=1e-4)
    with part("can be differentiated: a component learns from what it is responsible for", weight=1.25):
        for rows in (z, 30.0 * z):
            want = closed.slope_of_mixture(rows, *prior)
            found = gradients(student.grad("log_normal_mixture", *tensors(rows, *prior), wrt=[0, 1, 2]), 3)
            for got, slope in zip(found, want, strict=True):
                expect.close(got, slope, rtol=1e-7, atol=1e-9)


@check.hidden
def kl_to_mixture_monte_carlo(student: Student) -> None:
    mu, var = gaussians(6, 4)
    z, prior = mu + np.sqrt(var) * rng().normal(size=(6, 4)), gaussians(1, 9, 4, scale=3.0)
    with part("narrow posteriors, a prior that is far away", weight=1):
        for shift, width in ((0.0, 1e-6), (200.0, 1.0)):
            near = mu + shift + np.sqrt(width * var) * (z - mu), mu + shift, width * var
            want = closed.log_density(*near) - closed.log_mixture(near[0], *prior)
            expect.close(student.kl_to_mixture_monte_carlo(*tensors(*near, *prior)), want, **EXACT)
    with part("one component that is q itself: nothing to pay", weight=0.25):
        for rows in (z, z[:1]):
            q, n = (mu[: len(rows)], var[: len(rows)]), len(rows)
            got = student.kl_to_mixture_monte_carlo(*tensors(rows, *q, q[0][:, None], q[1][:, None]))
            expect.close(got, np.zeros(n), atol=1e-9)
    with part("can be differentiated, in the prior as well", weight=0.75):
        arguments = tensors(z, mu, var, *prior)
        found = gradients(student.grad("kl_to_mixture_monte_carlo", *arguments, wrt=[0, 2, 3]), 3)
        off, (by_z, by_mu, _) = (z - mu) / var, closed.slope_of_mixture(z, *prior)
        for got, want in zip(found, (-off - by_z, 0.5 * (off**2 - 1 / var), -by_mu), strict=True):
            expect.close(got, want, rtol=1e-7, atol=1e-9)


@check.hidden
def below_zero(student: Student) -> None:
    with part("is the right choice"):
        expect.equal(student.value("below_zero"), "c")


def other_model() -> tuple[gmvae.Sizes, gmvae.State]:
    """Sizes, and weights that are the same for every submission of a run."""
    sizes = (3, 7, 4, 5)
    return sizes, gmvae.weights(sizes, seed=int(rng().integers(1_000_000)))


@check.hidden
def GMVAE(student: Student) -> None:
    sizes, state = other_model()
    x, z = (rng().uniform(size=(3, 7)) > 0.5).astype("f4"), rng().normal(size=(3, 3)).astype("f4")
    with part("other sizes, and a single row", weight=0.5):
        module = with_weights(student.GMVAE(*sizes), state)
        for rows in (3, 1):
            expect.close(module.method("encode", tensor(x[:rows])), gmvae.encode(state, x[:rows]), RTOL, 1e-5)
            expect.close(module.method("decode", tensor(z[:rows])), gmvae.network(state, "dec", z[:rows]), RTOL, 1e-5)
        expect.close(module.method("prior"), gmvae.prior(state), RTOL, 1e-6)
    with part("variances stay positive, and finite, where softplus is 0 or linear", weight=0.5):
        steep = state | {"z_pre": 100 * state["z_pre"], "enc.net.4.bias": state["enc.net.4.bias"] - 40}
        module = with_weights(student.GMVAE(*sizes), steep)
        expect.close(module.method("prior"), gmvae.prior(steep), RTOL, 1e-9)
        narrow = gmvae.encode(steep, x)[1]  # the floor, and nothing else
        encoded = module.method("encode", tensor(x))
        expect.equivalent(encoded, lambda mu, var: var, narrow, [narrow.shape] * 2, "its variances", rtol=1e-3)


@check.hidden
def negative_elbo(student: Student) -> None:
    sizes, state = other_model()
    x, eps = (rng().uniform(size=(9, 7)) > 0.5).astype("f4"), rng().normal(size=(9, 3)).astype("f4")
    with part("other sizes, and a single row", weight=0.5):
        module = with_weights(student.GMVAE(*sizes), state)
        for rows in (9, 1):
            kl, rec = gmvae.terms(state, x[:rows], eps[:rows])
            want = (kl + rec).mean(), kl.mean(), rec.mean()
            expect.close(student.negative_elbo(module.handle(), tensor(x[:rows]), tensor(eps[:rows])), want, RTOL, 1e-4)
    with part("steep logits and a narrow prior", weight=0.5):
        steep = state | {"dec.net.4.weight": 40 * state["dec.net.4.weight"]}
        steep["z_pre"] = np.concatenate([state["z_pre"][:5], state["z_pre"][5:] - 3])
        module = with_weights(student.GMVAE(*sizes), steep)
        kl, rec = gmvae.terms(steep, x, eps)
        want = (kl + rec).mean(), kl.mean(), rec.mean()
        expect.close(student.negative_elbo(module.handle(), tensor(x), tensor(eps)), want, RTOL, 1e-3)
    with part("the KL alone has the right gradient, the prior's means and variances included", weight=0.5):
        module = with_weights(student.GMVAE(*sizes), state)
        arguments, ours = (module.handle(), tensor(x), tensor(eps)), gmvae.module(sizes, state)
        want = gradients_of(ours.negative_elbo(double(x), double(eps))[0], ours)
        gradients_are(student.weight_gradients("negative_elbo", *arguments, module=module, which=0), want)


@check.hidden
def sample_mixture(student: Student) -> None:
    mu, var = gaussians(7, 3)
    component, eps = rng().integers(7, size=20), rng().normal(size=(20, 3))
    with part("more samples than components, and fewer", weight=0.5):
        for n in (20, 1):
            want = mu[component[:n]] + np.sqrt(var[component[:n]]) * eps[:n]
            got = student.sample_mixture(*tensors(mu, var, component[:n], eps[:n]))
            expect.close(got, want, **EXACT)
    with part("one component, float32", weight=0.5):
        single = [each.astype("f4") for each in (mu[:1], var[:1], eps)]
        want = single[0] + np.sqrt(single[1]) * single[2]
        got = student.sample_mixture(*tensors(single[0], single[1], 0 * component, single[2]))
        expect.close(got, want, 1e-5, 1e-6)


@check.hidden
def mixture_kl_bound(student: Student) -> None:
    mu, var = gaussians(6, 4)
    with part("many components, a single one, one mixture for each row", weight=0.75):
        for shape in ((1, 700, 4), (1, 1, 4), (6, 5, 4)):
            prior = gaussians(*shape, scale=2.0)
            want = closed.least_of_the_bounds(mu, var, *prior)
            expect.close(student.mixture_kl_bound(*tensors(mu, var, *prior)), want, **EXACT)
    with part("variances of every size", weight=0.75):
        for scale in (1e-6, 1e6):
            prior = gaussians(1, 5, 4)
            want = closed.least_of_the_bounds(mu, scale * var, *prior)
            expect.close(student.mixture_kl_bound(*tensors(mu, scale * var, *prior)), want, **EXACT)


@check.hidden
def best_gaussian_prior(student: Student) -> None:
    with part("ten thousand rows, a single one", weight=0.75):
        mu, var = gaussians(10_000, 3)
        for rows in (10_000, 1):
            cut = mu[:rows], var[:rows]
            expect.close(student.best_gaussian_prior(*tensors(*cut)), closed.moments(*cut), **EXACT)
    with part("means that lie far from the origin, float32 and float64", weight=0.75):
        mu, var = gaussians(40, 3)
        expect.close(student.best_gaussian_prior(*tensors(mu + 1e4, var)), closed.moments(mu + 1e4, var), rtol=1e-6)
        single = (mu + 10).astype("f4"), var.astype("f4")
        want = closed.moments(*map(np.float64, single))
        expect.close(student.best_gaussian_prior(*tensors(*single)), want, rtol=1e-4)


# The letters that are wrong ------------------------------------------------------------------------------------------


@mistake("below_zero")
def a_bug() -> str:
    """A KL is never negative; one sample of its integrand may well be. Your witness above has no bug in it."""
    return "a"


@mistake("below_zero")
def clip_it() -> str:
    """max(0, t) ≥ t: with the negative estimates raised to 0 the average is too large, and so is the KL that you
    minimise."""
    return "b"


@mistake("below_zero")
def a_bound_no_more() -> str:
    """The bound is an expectation. One sample estimates it without bias, whatever its sign."""
    return "d"


@mistake("below_zero")
def the_prior_integrates_to_more() -> str:
    """The mixture is a density like any other; narrow densities are high."""
    return "e"
