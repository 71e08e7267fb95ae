"""The public checks of unit 07: every answer is held against its definition in elboroom.references.mixtures and .gmvae.

Hints and known mistakes come from elboroom.advice.gmvae; closed forms and hidden parts stand beside the master. The
functions get float64 tensors and should keep them so; modules hold float32 weights.
"""

from typing import Any

import numpy as np

from autograder import expect
from autograder.checks import part
from autograder.student import Answer, Student, numbers, tensor
from elboroom.advice.gmvae import aggregate, bound, check, densities, divergence, model, objective, sampling
from elboroom.checks import gmvae_goals as goals
from elboroom.checks.modules import RTOL, double, gradients_are, gradients_of, with_weights
from elboroom.checks.trained import Measured, at_least, at_most, digits, noise
from elboroom.references import gmvae, mixtures

__all__ = ["check"]

REGISTERED = (
    aggregate,
    bound,
    densities,
    divergence,
    model,
    objective,
    sampling,
)  # importing them registers hints and mistakes
Array = np.ndarray
N, K = 4, 3
CLOSE = {"rtol": 1e-9, "atol": 1e-9}

_draw = np.random.RandomState(7)
Z, MU, VAR = _draw.normal(size=(N, K)), _draw.normal(size=(N, K)), _draw.uniform(0.2, 2.0, (N, K))
ONE = _draw.normal(size=(1, N, K)), _draw.uniform(0.2, 2.5, (1, N, K))  # as many components as rows
MANY = _draw.normal(size=(N, 5, K)), _draw.uniform(0.2, 2.5, (N, 5, K))  # a mixture for each row
NARROW = _draw.normal(size=(1, 6, K), scale=0.3), _draw.uniform(0.02, 0.2, (1, 6, K))
X, EPS = (_draw.uniform(size=(5, 6)) > 0.5).astype("f4"), _draw.normal(size=(5, 2)).astype("f4")


def tensors(*arrays: Any) -> list[Any]:
    """Arguments that reach the learner as torch tensors, of the arrays' own kind."""
    return [tensor(each) for each in arrays]


@check(hidden=1.5)
def log_normal(student: Student) -> None:
    """The log of the product of the coordinates' densities."""
    with part("is the log of the density, one number for each row", weight=2):
        expect.close(student.log_normal(*tensors(Z, MU, VAR)), mixtures.log_normal(Z, MU, VAR), **CLOSE)
        expect.close(student.log_normal(*tensors(MU, Z, 3 * VAR)), mixtures.log_normal(MU, Z, 3 * VAR), **CLOSE)
    with part("broadcasts: all rows against all of some Gaussians"):
        want = mixtures.log_normal(Z[:, None], *MANY)
        expect.close(student.log_normal(*tensors(Z[:, None], *MANY)), want, **CLOSE)


@check(hidden=3)
def log_normal_mixture(student: Student) -> None:
    """The log of the mean of the components' densities, worked out with as many digits as it takes."""
    with part("is the log of the mean of the components' densities", weight=2):
        for mixture in (ONE, NARROW):
            want = mixtures.log_normal_mixture(Z, *mixture)
            expect.close(student.log_normal_mixture(*tensors(Z, *mixture)), want, **CLOSE)
    with part("takes another mixture for each row"):
        want = mixtures.log_normal_mixture(Z, *MANY)
        expect.close(student.log_normal_mixture(*tensors(Z, *MANY)), want, **CLOSE)
    with part("survives far from every component, where the densities underflow"):
        for distance in (40.0, -300.0):
            want = mixtures.log_normal_mixture(Z + distance, *ONE)
            expect.close(student.log_normal_mixture(*tensors(Z + distance, *ONE)), want, **CLOSE)


@check(hidden=2)
def kl_to_mixture_monte_carlo(student: Student) -> None:
    """At the sample: the log density of q less the log density of the mixture."""
    with part("is log q - log p at the sample, one number for each row", weight=2):
        for of_z, prior in [(Z, ONE), (MU + 0.5 * np.sqrt(VAR), MANY)]:
            want = mixtures.kl_monte_carlo(of_z, MU, VAR, *prior)
            expect.close(student.kl_to_mixture_monte_carlo(*tensors(of_z, MU, VAR, *prior)), want, **CLOSE)
    with part("may be negative"):
        peaks = np.concatenate([NARROW[0][0, : N - 1], 3 * Z[-1:]])  # all rows but the last at a component's mean
        want = mixtures.kl_monte_carlo(peaks, MU, VAR, *NARROW)
        expect.close(student.kl_to_mixture_monte_carlo(*tensors(peaks, MU, VAR, *NARROW)), want, **CLOSE)


@check
def negative_sample(student: Student) -> None:
    """Any q, prior and sample will do for which the estimate is below -1, while the KL is above ½."""
    with part("an ordinary sample with a negative estimate of a KL that is none"):
        fault = witness_fault(student.negative_sample())
        if fault:
            raise check.known("negative_sample", fault)


def witness_fault(answer: Answer) -> str:
    """The name of what keeps the answer from being a witness, "" if it is one."""
    value = answer.data()
    if not isinstance(value, tuple | list) or len(value) != 5:
        return "not_five_numbers"
    arrays = [np.squeeze(numbers(each, str(answer)).real) for each in value]
    z, mu, var = arrays[:3]
    prior_mu, prior_var = (np.atleast_1d(each) for each in arrays[3:])
    if z.ndim or mu.ndim or var.ndim or prior_mu.ndim != 1 or prior_mu.shape != prior_var.shape:
        return "not_five_numbers"
    if not all(np.isfinite(each).all() for each in arrays) or not 1 <= len(prior_mu) <= 100:
        return "not_five_numbers"
    return _fault(float(z), float(mu), float(var), prior_mu, prior_var)


def _fault(z: float, mu: float, var: float, prior_mu: Array, prior_var: Array) -> str:
    if var <= 0 or (prior_var <= 0).any():
        return "no_variance"
    if abs(z - mu) > 2 * np.sqrt(var):
        return "hardly_a_sample"
    q, p = (np.reshape([mu], (1, 1)), np.reshape([var], (1, 1))), (prior_mu[None, :, None], prior_var[None, :, None])
    if mixtures.kl_monte_carlo(np.reshape([z], (1, 1)), *q, *p)[0] > -1:
        return "not_negative"
    return "" if mixtures.kl_to_mixture(mu, var, prior_mu, prior_var) > 0.5 else "nothing_to_estimate"


@check(hidden=1)
def below_zero(student: Student) -> None:
    """Your answer is recorded; grading decides whether it is the right one."""
    with part("recorded", weight=0):
        expect.choice(student.value("below_zero"), "abcde")


@check(hidden=1)
def GMVAE(student: Student) -> None:
    """With our weights in it, your module computes what ours does."""
    with part("encodes and decodes as in unit 06", weight=1.5):
        module = with_weights(student.GMVAE(*model.SIZES), model.STATE)
        expect.close(module.method("encode", tensor(X)), gmvae.encode(model.STATE, X), RTOL, 1e-5)
        expect.close(module.method("decode", tensor(EPS)), gmvae.network(model.STATE, "dec", EPS), RTOL, 1e-5)
    with part("knows its prior", weight=1.5):
        module = with_weights(student.GMVAE(*model.SIZES), model.STATE)
        expect.close(module.method("prior"), gmvae.prior(model.STATE), RTOL, 1e-6)


@check(hidden=1.5)
def negative_elbo(student: Student) -> None:
    """With our weights and our noise: the three terms, and their gradients."""
    with part("gives nelbo, KL and reconstruction, means over the batch", weight=2):
        module = with_weights(student.GMVAE(*model.SIZES), model.STATE)
        kl, reconstruction = gmvae.terms(model.STATE, X, EPS)
        want = (kl + reconstruction).mean(), kl.mean(), reconstruction.mean()
        expect.close(student.negative_elbo(module.handle(), tensor(X), tensor(EPS)), want, RTOL)
    with part("its gradient reaches every weight, those of the prior as well", weight=1.5):
        module = with_weights(student.GMVAE(*model.SIZES), model.STATE)
        arguments = module.handle(), tensor(X), tensor(EPS)
        ours = gmvae.module(model.SIZES, model.STATE)
        gradients = gradients_of(ours.negative_elbo(double(X), double(EPS))[0], ours)
        gradients_are(student.weight_gradients("negative_elbo", *arguments, module=module, which=0), gradients)


@check(hidden=1)
def sample_mixture(student: Student) -> None:
    """Each sample comes from its own component: the component's mean, and noise of the component's width."""
    mu, var = (each[0] for each in MANY)
    component, eps = np.array([2, 0, 4, 4, 1, 3]), np.random.RandomState(3).normal(size=(6, K))
    with part("draws each sample from its component"):
        want = mu[component] + np.sqrt(var)[component] * eps
        expect.close(student.sample_mixture(*tensors(mu, var, component, eps)), want, **CLOSE)


COMPONENTS = 100


def trained() -> Any:
    """A model of the size that is trained here, for handed-in weights."""
    from elboroom.models import GMVAE

    return GMVAE(k=COMPONENTS)


def worth_of_the_mixture(model: Any) -> float:
    """By how much the mean KL to the mixture is smaller than that to the best single Gaussian, on test digits, in nats:
    0 for a prior without clusters."""
    import torch

    mu, var = model.encode(torch.from_numpy(digits()[0]))
    z = mu + var.sqrt() * torch.from_numpy(noise(*mu.shape))
    best = torch.distributions.Normal(mu.mean(0), (var.mean(0) + mu.var(0, correction=0)).sqrt())
    return float((model.log_prior(z) - best.log_prob(z).sum(1)).mean())


NELBO, WORTH = Measured(trained), Measured(trained, worth_of_the_mixture)


# What these numbers come from: docs/decisions/0570-a-learnt-prior-in-1500-steps.md.
@check
def train_gmvae(student: Student) -> None:
    """The judge puts your weights into its own model and measures on 1,000 test digits."""
    for limit in (140.0, 120.0, 115.5):
        with part(f"the NELBO on test digits is at most {limit:g} nats"):
            at_most(student.value("gmvae_weights"), NELBO, limit, "the NELBO", "nats")
    with part("the mixture is worth at least half a nat against the best single Gaussian"):
        weights = student.value("gmvae_weights")
        at_most(weights, NELBO, 140.0, "the NELBO", "nats")
        at_least(weights, WORTH, 0.5, "what the mixture is worth", "nats")


@check
def at_most_the_mean(student: Student) -> None:
    """The KL to a mixture is at most the mean of the KLs to its components."""
    with part("a derivation of KL(r‖mixture) ≤ mean of KL(r‖component)"):
        expect.proves(student.value("at_most_the_mean"), **goals.CONVEX)


@check(hidden=1.5)
def mixture_kl_bound(student: Student) -> None:
    """The least of the bounds that weights r on the components give."""
    with part("is the least of the bounds, over all weights", weight=2):
        for prior in (ONE, MANY):
            want = mixtures.least_bound(mixtures.kl_to_components(MU, VAR, *prior))
            expect.close(student.mixture_kl_bound(*tensors(MU, VAR, *prior)), want, rtol=1e-7)
    with part("survives where every component is far away"):
        want = mixtures.least_bound(mixtures.kl_to_components(MU + 60.0, VAR, *ONE))
        expect.close(student.mixture_kl_bound(*tensors(MU + 60.0, VAR, *ONE)), want, rtol=1e-9)


@check
def aggregate_posterior_is_optimal(student: Student) -> None:
    """No prior has a smaller mean KL than the aggregate posterior."""
    with part("a derivation of mean KL to p ≥ mean KL to the aggregate posterior"):
        expect.proves(student.value("aggregate_posterior_is_optimal"), **goals.OPTIMAL)


@check(hidden=1.5)
def best_gaussian_prior(student: Student) -> None:
    """No other Gaussian has a smaller mean KL, found by a search."""
    with part("has the least mean KL of all Gaussians", weight=2):
        for mu, var in [(MU, VAR), (Z[:2] * 2, 0.1 * VAR[:2])]:
            expect.close(student.best_gaussian_prior(*tensors(mu, var)), mixtures.best_gaussian(mu, var), rtol=1e-5)
    with part("far from the origin, too", weight=0.5):
        want = mixtures.best_gaussian(MU + 3.0, VAR)
        expect.close(student.best_gaussian_prior(*tensors(MU + 3.0, VAR)), want, rtol=1e-5)
