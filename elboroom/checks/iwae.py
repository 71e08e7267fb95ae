"""The public checks of unit 08: every answer is held against its definition in elboroom.references.iwae.

Hints and known mistakes come from elboroom.advice.iwae. A proof is checked line by line, by the same machine that
answers while it is written; handed-in weights are measured by the judge (elboroom.checks.iwae_run).
"""

import functools
from typing import Any

import numpy as np

from autograder import expect
from autograder.checks import part
from autograder.student import Answer, Student, Wrong, tensor
from elboroom.advice.iwae import bound, bug, check, exponential, proofs, training, weights
from elboroom.checks import iwae_goals as goals
from elboroom.checks import iwae_run
from elboroom.checks.modules import RTOL, gradients_are, state_of, with_weights
from elboroom.checks.proofs import proof
from elboroom.references import iwae as by_definition

__all__ = ["check"]

REGISTERED = (bound, bug, exponential, iwae_run, proofs, training, weights)  # importing them registers
CLOSE = {"rtol": 1e-9, "atol": 1e-9}
LOG_W = np.array([[-1.2, 0.3, -2.0, 0.0], [0.4, -0.6, -2.5, -3.0], [-0.1, 1.1, -1.5, 0.7]])  # (m, N) = (3, 4)
TALL = np.array([[0.5, -1.0], [2.0, 0.0], [-0.5, -0.3], [0.0, 1.5], [-3.0, 0.2]])
FAR = np.vstack([LOG_W[:, :2].T - 1e4, LOG_W[:, 2:].T + 1e4])  # (4, 3): each column spans twenty thousand nats
DEEP = LOG_W - 1e4


@check(hidden=1.5)
def iwae_bound(student: Student) -> None:
    """The log of the mean weight, added up in 40 digits, and how it moves with each log weight."""
    with part("is the log of the mean weight, for each image", weight=2):
        for log_w in (LOG_W, TALL):
            expect.close(student.iwae_bound(tensor(log_w)), by_definition.iwae_bound(log_w), **CLOSE)
    with part("is exact where exp under- and overflows"):
        for log_w in (DEEP, -DEEP, FAR):
            expect.close(student.iwae_bound(tensor(log_w)), by_definition.iwae_bound(log_w), rtol=1e-12)
    with part("can be differentiated: a log weight counts with its share"):
        slope = gradient(student.grad("iwae_bound", tensor(LOG_W), wrt=[0]))
        expect.close(slope, by_definition.normalised_weights(LOG_W), rtol=1e-6)


def gradient(answer: Answer) -> Any:
    """The gradient that `student.grad` asked for."""
    value = answer.data()
    whole = isinstance(value, list) and len(value) == 2 and isinstance(value[1], list) and len(value[1]) == 1
    if not whole or value[1][0] is None:
        raise Wrong(f"`{answer.name}` has no gradient. Use torch throughout, and detach nothing.")
    return value[1][0]


@check(hidden=1)
def effective_sample_size(student: Student) -> None:
    """How many equal weights would do as much, counted in 40 digits."""
    with part("is (Σ w)²/Σ w², for each image", weight=2):
        for log_w in (LOG_W, TALL):
            expect.close(
                student.effective_sample_size(tensor(log_w)), by_definition.effective_sample_size(log_w), **CLOSE
            )
    with part("is exact where exp under- and overflows"):
        for log_w in (DEEP, -DEEP, FAR):
            expect.close(
                student.effective_sample_size(tensor(log_w)), by_definition.effective_sample_size(log_w), **CLOSE
            )


proof(
    check,
    "iwae_bounds_evidence",
    "No number of samples makes the bound larger than log p(x).",
    **goals.BELOW_THE_EVIDENCE,
)
proof(check, "iwae_beats_elbo", "Any number of samples is at least as good as one.", **goals.ABOVE_THE_ELBO)
proof(check, "iwae_is_monotone", "More samples are at least as good as fewer.", **goals.RISING)


@check(hidden=2)
def relative_variance(student: Student) -> None:
    """The variance of w/p(x) under q, by numerical integration."""
    with part("is Var(w)/p(x)²", weight=2):
        for x, theta, phi in [(1.5, 1.0, 1.0), (1.5, 1.0, 0.6), (0.5, 2.6, 3.6), (-1.0, 0.7, 1.4), (3.0, 0.5, 1.5)]:
            want = by_definition.relative_variance(x, theta, phi)
            expect.close(student.relative_variance(x, theta, phi), want, rtol=1e-6)


NOISE = np.random.default_rng(8).exponential(size=(4, 3))


@check(hidden=1.5)
def iwae_gradient(student: Student) -> None:
    """The slope of the estimate in θ and in φ, for given noise."""
    with part("is the derivative of log of the mean weight, noise held fixed", weight=2):
        for x, theta, phi in [(1.5, 1.0, 1.3), (3.0, 0.5, 0.7), (-1.0, 2.0, 1.5)]:
            want = by_definition.iwae_gradient(x, theta, phi, NOISE)
            expect.close(student.iwae_gradient(x, theta, phi, tensor(NOISE)), want, rtol=1e-5, atol=1e-7)


DIGITS = {6: np.array([[1, 0, 1, 1, 0, 0], [0, 0, 1, 0, 1, 1], [1, 1, 0, 1, 0, 1]], "f4")}
DIGITS[4] = DIGITS[6][:, :4]
EPS = np.random.default_rng(80).standard_normal((4, 3, 2)).astype("f4")


def model_in(student: Student, pixels: int, spread: float = 0.0) -> Answer:
    """The learner's VAE or GMVAE for images of so many pixels, with our weights."""
    kind, *sizes = weights.SIZES[pixels]
    made = getattr(student, kind)(*sizes, **({"k": 3} if kind == "GMVAE" else {}))
    return with_weights(made, state_of(weights.model(pixels, spread)))


@check(hidden=1.5)
def log_weights(student: Student) -> None:
    """Three log densities at each z, for set weights and set noise."""
    with part("is log p(x|z) + log p(z) - log q(z|x), sample by sample", weight=2):
        expect.close(asked(student, 6), wanted(6), rtol=RTOL, atol=1e-4)
    with part("takes the prior of the model that it is given"):
        expect.close(asked(student, 4), wanted(4), rtol=RTOL, atol=1e-4)
    with part("averages to the ELBO, and its exponential to p(x)"):
        eps, share = by_definition.noise_nodes(len(DIGITS[6]))
        nelbo, evidence = averages()
        got = student.log_weights(model_in(student, 6).handle(), tensor(DIGITS[6]), tensor(eps.astype("f4")))
        expect.equivalent(got, lambda w: share @ w, -nelbo, eps.shape[:2], "its mean under q", rtol=1e-3)
        expect.equivalent(got, lambda w: share @ np.exp(w), evidence, eps.shape[:2], "mean of exp", rtol=1e-3)
    with part("sends its gradient to every weight"):
        theirs, sent = model_in(student, 4), (DIGITS[4], EPS)
        got = student.weight_gradients("log_weights", theirs.handle(), *map(tensor, sent), module=theirs)
        gradients_are(got, weights.slopes(weights.model(4), *sent), arguments=sent)


def asked(student: Student, pixels: int) -> Answer:
    return student.log_weights(model_in(student, pixels).handle(), tensor(DIGITS[pixels]), tensor(EPS))


@functools.cache
def wanted(pixels: int) -> np.ndarray:
    return by_definition.log_weights(DIGITS[pixels], EPS, weights.weights(DIGITS[pixels]))


@functools.cache
def averages() -> tuple[np.ndarray, np.ndarray]:
    """The NELBO and p(x) of the VAE's digits, by quadrature."""
    state = weights.weights(DIGITS[6])
    return by_definition.negative_elbo(DIGITS[6], state), by_definition.evidence(DIGITS[6], state)


@check(hidden=1)
def pooled_images(student: Student) -> None:
    """The list is written out, image by image, and cut into rows."""
    with part("says whose weights stand in each row", weight=2):
        for N, m in [(3, 2), (4, 3), (3, 5), (6, 2)]:
            expect.close(student.pooled_images(N, m), by_definition.pooled_images(N, m))


@check(hidden=1)
def repaired_bound(student: Student) -> None:
    """Each image's own weights, looked up one by one."""
    with part("averages the weights of one image", weight=2):
        for m in (2, 3, 4):
            want = by_definition.repaired_bound(LOG_W.ravel(), m)
            expect.close(student.repaired_bound(tensor(LOG_W.ravel()), m), want, **CLOSE)
    with part("is exact where exp underflows", weight=0.5):
        want = by_definition.repaired_bound(DEEP.ravel(), 3)
        expect.close(student.repaired_bound(tensor(DEEP.ravel()), 3), want, rtol=1e-12)


def choice(name: str) -> None:
    """Registers the check of a multiple-choice question; which letter is right stands beside the master."""

    def recorded(student: Student) -> None:
        with part("recorded", weight=0):
            expect.choice(student.value(name), "abcde")

    recorded.__name__ = name
    recorded.__doc__ = "Your answer is recorded; grading decides whether it is the right one."
    check(hidden=1)(recorded)


choice("telltale")
choice("tighter")
