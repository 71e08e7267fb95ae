"""Unit 08, hidden: stable formulas for many values at once, extreme and degenerate arguments, the choices' truth."""

import copy
from typing import Any

import numpy as np
import torch
from scipy import special

from autograder import expect
from autograder.checks import part, rng
from autograder.student import Student, tensor
from elboroom.advice.iwae import weights
from elboroom.checks.iwae import DIGITS, EPS, check, model_in
from elboroom.checks.modules import RTOL, one_thread, state_of, with_weights

Array = np.ndarray
NOTHING = -1e300  # the logarithm of a weight that counts for nothing
SINGLE = {"rtol": 1e-4, "atol": 1e-4}


def exact_iwae_bound(log_w: Any) -> Array:
    """logsumexp over the samples, less log m."""
    return np.asarray(special.logsumexp(log_w, axis=0)) - np.log(len(log_w))


def exact_effective_sample_size(log_w: Any) -> Array:
    """One over the sum of squared shares."""
    return 1 / (special.softmax(np.asarray(log_w, float), axis=0) ** 2).sum(axis=0)


def exact_log_evidence(x: float, theta: float) -> float:
    """log theta + theta²/2 - theta x + log Φ(x - theta)."""
    return float(np.log(theta) + theta**2 / 2 - theta * x + special.log_ndtr(x - theta))


def exact_relative_variance(x: float, theta: float, phi: float) -> float:
    """E_q[w²]/p(x)² - 1, with E_q[w²] = θ²/(2πφ) e^(b²/4 - x²) √π Φ(b/√2) and b = 2x - 2θ + φ."""
    b = 2 * x - 2 * theta + phi
    log_square = 2 * np.log(theta) - np.log(2 * np.pi * phi) + b**2 / 4 - x**2 + 0.5 * np.log(np.pi)
    return float(np.expm1(log_square + special.log_ndtr(b / np.sqrt(2)) - 2 * exact_log_evidence(x, theta)))


def exact_iwae_gradient(x: float, theta: float, phi: float, eps: Any) -> tuple[Array, Array]:
    """Shares times (1/θ - z), and times (θ - x + z) z/φ - 1/φ."""
    z = np.asarray(eps, float) / phi
    shares = special.softmax(-theta * z - 0.5 * (x - z) ** 2 + phi * z, axis=0)
    return (shares * (1 / theta - z)).sum(axis=0), (shares * ((theta - x + z) * z / phi - 1 / phi)).sum(axis=0)


def exact_pooled_images(N: int, m: int) -> Array:
    """(i m + s) mod N."""
    return np.arange(N * m).reshape(N, m) % N


def exact_repaired_bound(log_w: Any, m: int) -> Array:
    """The bound of the table whose rows are samples."""
    return exact_iwae_bound(np.reshape(log_w, (m, -1)))


def normal(*shape: int) -> Array:
    return rng().normal(scale=3.0, size=shape)


@check.hidden
def iwae_bound(student: Student) -> None:
    with part("takes weights that are zero", weight=0.5):
        log_w = np.where(rng().random((6, 5)) < 0.4, NOTHING, normal(6, 5))
        log_w[0] = 0.3
        expect.close(student.iwae_bound(tensor(log_w)), exact_iwae_bound(log_w), rtol=1e-9, atol=1e-12)
    with part("one sample, one image, single precision", weight=0.5):
        for log_w in (normal(1, 4), normal(5, 1)):
            expect.close(student.iwae_bound(tensor(log_w)), exact_iwae_bound(log_w), rtol=1e-9, atol=1e-12)
        single = normal(7, 3).astype("f4")
        expect.close(student.iwae_bound(tensor(single)), exact_iwae_bound(single), **SINGLE)
    with part("takes many weights at once", weight=0.5):
        many = normal(90, 20)
        expect.close(student.iwae_bound(tensor(many)), exact_iwae_bound(many), rtol=1e-9, atol=1e-12)


@check.hidden
def effective_sample_size(student: Student) -> None:
    with part("one sample, equal weights, weights that are zero, single precision", weight=0.5):
        holes = normal(6, 5)
        holes[1:3, :2] = NOTHING
        for log_w in (normal(1, 4), np.full((8, 2), -3.0), holes):
            got = student.effective_sample_size(tensor(log_w))
            expect.close(got, exact_effective_sample_size(log_w), rtol=1e-9)
        single = normal(7, 3).astype("f4")
        expect.close(student.effective_sample_size(tensor(single)), exact_effective_sample_size(single), rtol=1e-4)
    with part("takes many weights at once", weight=0.5):
        many = normal(90, 20)
        expect.close(student.effective_sample_size(tensor(many)), exact_effective_sample_size(many), rtol=1e-9)


@check.hidden
def relative_variance(student: Student) -> None:
    with part("holds for any x and any rates"):
        for x, theta, phi in [(0.2, 3.0, 5.0), (2.0, 1.0, 3.0), *np.exp(0.5 * normal(3, 3) / 3).tolist()]:
            want = exact_relative_variance(x, theta, phi)
            expect.close(student.relative_variance(x, theta, phi), want, rtol=1e-6)
    with part("is right far out"):
        for x, theta, phi in [(300.0, 0.01, 0.004), (-30.0, 1.0, 3.0), (25.0, 0.1, 1.0), (2, 1, 1)]:
            want = exact_relative_variance(x, theta, phi)
            expect.close(student.relative_variance(x, theta, phi), want, rtol=1e-6)


@check.hidden
def iwae_gradient(student: Student) -> None:
    def agrees(x: float, theta: float, phi: float, eps: Array, **close: float) -> None:
        want = exact_iwae_gradient(x, theta, phi, eps)
        expect.close(student.iwae_gradient(x, theta, phi, tensor(eps)), want, **close)

    with part("one sample, many samples, single precision", weight=0.75):
        for m in (1, 64):
            agrees(1.2, 0.8, 1.1, rng().exponential(size=(m, 50)), rtol=1e-5, atol=1e-6)
        agrees(1.2, 0.8, 1.1, rng().exponential(size=(5, 4)).astype("f4"), rtol=1e-3, atol=1e-4)
    with part("is right where every weight underflows", weight=0.75):
        agrees(60.0, 0.05, 2.0, rng().exponential(size=(5, 4)), rtol=1e-5, atol=1e-6)


def shouting() -> Any:
    """The judge's VAE with logits in the hundreds."""
    ours = copy.deepcopy(weights.model(6))
    with torch.no_grad(), one_thread():
        ours.dec.net[4].weight *= 80
    return ours


@check.hidden
def log_weights(student: Student) -> None:
    with part("is exact where the decoder is almost sure", weight=0.75):
        ours = shouting()
        theirs = with_weights(student.VAE(*weights.SIZES[6][1:]), state_of(ours))
        want = weights.by_torch(ours, DIGITS[6], EPS)
        expect.close(student.log_weights(theirs.handle(), tensor(DIGITS[6]), tensor(EPS)), want, rtol=RTOL, atol=1e-2)
    with part("one sample, one image, many", weight=0.75):
        for m, N in [(1, 3), (5, 1), (30, 20)]:
            x, eps = (rng().random((N, 4)) < 0.5).astype("f4"), rng().normal(size=(m, N, 2)).astype("f4")
            want = weights.by_torch(weights.model(4), x, eps)
            got = student.log_weights(model_in(student, 4).handle(), tensor(x), tensor(eps))
            expect.close(got, want, rtol=RTOL, atol=1e-4)


@check.hidden
def pooled_images(student: Student) -> None:
    with part("holds for any sizes"):
        for N, m in [(100, 10), (100, 1), (1, 4), (7, 7), (10, 25)]:
            expect.close(student.pooled_images(N, m), exact_pooled_images(N, m))


@check.hidden
def repaired_bound(student: Student) -> None:
    with part("holds for any sizes"):
        for N, m in [(5, 5), (6, 1), (1, 6), (40, 30)]:
            log_w = normal(N * m)
            want = exact_repaired_bound(log_w, m)
            expect.close(student.repaired_bound(tensor(log_w), m), want, rtol=1e-9, atol=1e-12)
        single = normal(12).astype("f4")
        expect.close(student.repaired_bound(tensor(single), 3), exact_repaired_bound(single, 3), **SINGLE)


@check.hidden
def telltale(student: Student) -> None:
    with part("is the right choice"):
        expect.equal(student.value("telltale"), "c")


@check.hidden
def tighter(student: Student) -> None:
    with part("is the right choice"):
        expect.equal(student.value("tighter"), "b")


def chose(name: str, letter: str, says: str) -> None:
    """Registers what a wrong letter deserves to hear; in grading only, for the letters tell which is right."""

    def chosen() -> str:
        return letter

    chosen.__name__ = f"chose_{letter}"
    check.mistake(name, says)(chosen)


chose(
    "telltale", "a", "With one sample per image the rows are right, whatever the layout: this is the test that passed."
)
chose("telltale", "b", "The wrong figures fall with m, too. That they fell so far might have made one suspicious.")
chose("telltale", "d", "A standard error measures noise. The wrong figures are stable: they are biased.")
chose("telltale", "e", "Every number is computed precisely, in one precision or another. It is the wrong number.")
chose("tighter", "a", "The bound is tighter, the decoder's gradient better. What becomes of the encoder's?")
chose("tighter", "c", "L_m doesn't ask for q near the posterior: with many samples a wide q is good enough.")
chose("tighter", "d", "The bounds have different maxima, unless q can be the posterior. In unit 03 it could not.")
chose("tighter", "e", "log is concave, so the bound holds for every m, as you have proved; a larger m comes nearer.")
