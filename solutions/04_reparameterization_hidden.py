"""Unit 04, hidden: the closed forms, far and degenerate arguments, and which lines make the proof."""

import copy
from functools import partial
from typing import Any

import numpy as np

from autograder import expect
from autograder.checks import part, rng
from autograder.student import Answer, Student, Wrong, view
from elboroom.checks.reparameterization import OPPOSED, SINGLE, N, check, spread
from elboroom.references.reparameterization import cdf

Array = np.ndarray
FAR = [(1.5, 1.0, 1e-3), (-40.0, 3.0, 0.2), (0.7, 1e-4, 1e3), (3.0, 2.0, 4.0)]  # x, theta, phi


def exact_log_weight(x: float, theta: float, phi: float, z: Any) -> Array:
    """log p(x, z) - log q(z), one parabola in z."""
    return np.log(theta / phi) - 0.5 * np.log(2 * np.pi) - 0.5 * (x - z) ** 2 - (theta - phi) * z


def exact_estimate_joint(x: float, theta: float, phi: float, eps: Any) -> Array:
    """The mean of the log weight at z = eps/phi."""
    return exact_log_weight(x, theta, phi, eps / phi).mean()


def exact_estimate_kl(x: float, theta: float, phi: float, eps: Any) -> Array:
    """KL = log(phi/theta) + theta/phi - 1."""
    return -0.5 * np.log(2 * np.pi) - 0.5 * np.mean((x - eps / phi) ** 2) - np.log(phi / theta) - theta / phi + 1


def exact_reparameterized_gradient(x: float, theta: float, phi: float, eps: Any) -> Array:
    """-(x - theta - z) z/phi - 1/phi."""
    z = eps / phi
    return -(x - theta - z) * z / phi - 1 / phi


def exact_sticking_the_landing(x: float, theta: float, phi: float, eps: Any) -> Array:
    """The same with the score, 1/phi - z, put back."""
    return exact_reparameterized_gradient(x, theta, phi, eps) + 1 / phi - eps / phi


def exact_score_function_gradient(x: float, theta: float, phi: float, z: Any) -> Array:
    """The log weight times 1/phi - z."""
    return exact_log_weight(x, theta, phi, z) * (1 / phi - z)


def takes_its_noise_in_any_form(sampler: Any, noise: Array, phi: float) -> None:
    """Scalars, one sample, none, a table of rates, single precision: each entry as it is by itself."""
    alone, third, first = sampler(noise, phi), sampler(noise, 3 * phi), sampler(float(noise[0]), phi)
    table, single = sampler(noise[:, None], np.array([phi, 3 * phi])), sampler(noise.astype(np.float32), phi)
    expect.shape(sampler(noise[:1], phi), (1,))
    expect.shape(sampler(noise[:0], phi), (0,))
    columns = [answer.array(noise.shape) for answer in (alone, third)]
    expect.close(first, columns[0][0], rtol=SINGLE)
    expect.close(table, np.stack(columns, axis=1), rtol=SINGLE)
    expect.close(single, columns[0], rtol=1e-4)
    expect.close(sampler(view(noise), phi), columns[0], rtol=SINGLE)


def at_extreme_rates(sampler: Any, noise: Array) -> None:
    """The law of N samples where the rate is tiny, and where it is huge."""
    for phi in (1e-8, 1e8):
        expect.samples_from(sampler(noise, phi), partial(cdf, rate=phi), N, "Exp(φ)")


@check.hidden
def exponential_from_unit(student: Student) -> None:
    with part("takes numbers, tables and single precision, one sample and none", given="samples Exp(φ)"):
        takes_its_noise_in_any_form(student.exponential_from_unit, rng().uniform(0.1, 3.0, size=4), 1.7)
    with part("samples Exp(φ) for very small and very large rates"):
        at_extreme_rates(student.exponential_from_unit, rng().exponential(size=N))


@check.hidden
def exponential_from_uniform(student: Student) -> None:
    with part("takes numbers, tables and single precision, one sample and none", weight=0.5, given="samples Exp(φ)"):
        takes_its_noise_in_any_form(student.exponential_from_uniform, rng().uniform(0.1, 0.9, size=4), 1.7)
    with part("samples Exp(φ) for very small and very large rates", weight=0.5):
        at_extreme_rates(student.exponential_from_uniform, rng().uniform(size=N))
    with part("makes sense at u = 0", weight=0.5):
        at_zero(student.exponential_from_uniform(np.array([0.0]), 2.0))
    with part("keeps its digits where the samples are small", weight=0.5):
        digits(student.exponential_from_uniform(np.array([0.2, 0.8, 1e-12, 1 - 2.0**-40]), 2.0))


def at_zero(answer: Answer) -> None:
    """A sample that is not negative, infinity, or a ValueError: 1 - u or u itself may stand in the logarithm."""
    if "ValueError" not in answer.outcome().get("raised", [[]])[0] and not answer.array((1,))[0] >= 0:
        raise Wrong("At u = 0 a sample should be 0, or infinite, depending on your map; yours is neither.")


def digits(answer: Answer) -> None:
    """A rising map has its small samples at small u, a falling one at u just below 1; other maps are let pass."""
    z = answer.array((4,))
    rising, falling = z[0] < z[1] * (1 - 1e-9), z[0] * (1 - 1e-9) > z[1]
    small, wanted = (z[2], 0.5e-12) if rising else (z[3], 2.0**-41)
    if (rising or falling) and not abs(small / wanted - 1) < 1e-6:
        raise Wrong("For u = 10⁻¹², 1 − u has lost most of the digits of u. `np.log1p` takes the logarithm of 1 + a.")


@check.hidden
def gaussian_diagonal(student: Student) -> None:
    with part("holds from log σ² = -40 to 40"):
        log_var = np.array([-40.0, 40.0, 0.0])
        answer = student.gaussian_diagonal(np.zeros(3), log_var, np.vstack([np.zeros(3), np.eye(3)]))
        expect.equivalent(
            answer, lambda z: spread(z / np.exp(log_var / 2)), np.eye(3), (4, 3), "covariance, σ taken out"
        )
    with part(
        "broadcasts; one component, one sample and none; single precision",
        given="has the variances σ², and no correlations",
    ):
        mu, log_var, eps = rng().normal(size=3), rng().normal(size=3), rng().normal(size=(2, 4, 3))
        many, row = (student.gaussian_diagonal(mu, log_var, noise) for noise in (eps, eps[1, 2]))
        single = student.gaussian_diagonal(*(a.astype(np.float32) for a in (mu, log_var, eps)))
        expect.shape(student.gaussian_diagonal(mu[:1], log_var[:1], eps[0, :1, :1]), (1, 1))
        expect.shape(student.gaussian_diagonal(mu, log_var, eps[0, :0]), (0, 3))
        expect.close(picked(many, many.array((2, 4, 3))[1, 2]), row.array((3,)), rtol=1e-9)
        expect.close(single, many.array(), rtol=1e-4, atol=1e-4)
        expect.close(student.gaussian_diagonal(*map(view, (mu, log_var, eps))), many.array(), rtol=1e-9)


def picked(answer: Answer, value: Any) -> Answer:
    """The same answer, of which only `value` is looked at."""
    changed = copy.copy(answer)
    changed.result = {"ok": value}
    return changed


@check.hidden
def gaussian_full(student: Student) -> None:
    with part("holds where Σ is nearly singular, and in one dimension"):
        close = np.array([[1.0, 1.0 - 1e-7], [1.0 - 1e-7, 1.0]])
        for cov in (close, np.array([[4.0]]), 1e-12 * OPPOSED, 1e12 * OPPOSED):
            k = len(cov)
            answer = student.gaussian_full(np.zeros(k), cov, np.vstack([np.zeros(k), np.eye(k)]))
            expect.equivalent(answer, spread, cov, (k + 1, k), "covariance", rtol=1e-9)
    with part("takes one row and none, single precision, and rounding in the last digit", given="has the covariance Σ"):
        mu, eps = np.array([0.5, -1.0]), rng().normal(size=(3, 2))
        rounded = OPPOSED + np.array([[0.0, 1e-15], [0.0, 0.0]])
        rows = student.gaussian_full(mu, OPPOSED, eps)
        expect.shape(student.gaussian_full(mu, OPPOSED, eps[:1]), (1, 2))
        expect.shape(student.gaussian_full(mu, OPPOSED, eps[:0]), (0, 2))
        again = student.gaussian_full(mu, rounded, eps)
        single = student.gaussian_full(*(a.astype(np.float32) for a in (mu, OPPOSED, eps)))
        expect.close(again, rows.array((3, 2)), rtol=1e-9, atol=1e-9)
        expect.close(single, rows.array(), rtol=1e-4, atol=1e-4)
    with part("says no to a matrix that is slightly lopsided, and to one that is negative"):
        expect.shape(student.gaussian_full(np.zeros(2), OPPOSED, np.zeros((1, 2))), (1, 2))
        for bad in (OPPOSED + np.array([[0.0, 1e-3], [0.0, 0.0]]), -OPPOSED):
            expect.raises(student.gaussian_full(np.zeros(2), bad, np.zeros((1, 2))), "ValueError")


def noise(m: int) -> Array:
    """m numbers that play Exp(1) noise, the same for every submission of a run."""
    return rng().exponential(size=m)


def far_out(name: str, exact: Any, given: Any, empty: bool = True) -> None:
    """Registers for the estimator `name`: its closed form far out, for one sample, many, and none (if `empty`), in
    single precision too. given(m, phi) is the last argument."""

    def holds(student: Student) -> None:
        estimator = getattr(student, name)
        with part("holds far out, for one sample and for many, in single precision too"):
            for x, theta, phi in FAR:
                for last in (given(1, phi), given(50, phi)):
                    want = exact(x, theta, phi, last)
                    expect.close(estimator(x, theta, phi, last), want, rtol=SINGLE, atol=SINGLE * np.max(np.abs(want)))
            single = given(20, 4.0).astype(np.float32)
            expect.close(estimator(3.0, 2.0, 4.0, single), exact(3.0, 2.0, 4.0, single), rtol=1e-3, atol=1e-3)
            if empty:
                expect.shape(estimator(3.0, 2.0, 4.0, given(0, 4.0)), (0,))

    holds.__name__ = name
    check.hidden(holds)


far_out("elbo_estimate_joint", exact_estimate_joint, lambda m, phi: noise(m), empty=False)
far_out("elbo_estimate_kl", exact_estimate_kl, lambda m, phi: noise(m), empty=False)
far_out("reparameterized_gradient", exact_reparameterized_gradient, lambda m, phi: noise(m))
far_out("sticking_the_landing", exact_sticking_the_landing, lambda m, phi: noise(m))
far_out("score_function_gradient", exact_score_function_gradient, lambda m, phi: noise(m) / phi)


@check.hidden
def optimal_baseline(student: Student) -> None:
    with part("holds for one sample, for many, and in single precision"):
        for m in (1, 2, 200):
            f, s = rng().normal(3.0, 2.0, size=(2, m))
            expect.close(student.optimal_baseline(f, s), np.average(f, weights=s**2), rtol=1e-9)
        f, s = rng().normal(3.0, 2.0, size=(2, 9)).astype(np.float32)
        expect.close(student.optimal_baseline(f, s), np.average(f, weights=s**2), rtol=1e-4)


@check.hidden
def implicit_gradient(student: Student) -> None:
    with part("holds far out, where the distribution function is 1 to all digits"):
        z = np.array([0.0, 1e-9, 3.0, 60.0, 1e6])
        for phi in (1e-6, 1.0, 1e6):
            expect.close(student.implicit_gradient(z, phi), -z / phi, rtol=SINGLE)
        expect.shape(student.implicit_gradient(z[:0], 2.0), (0,))
        expect.close(student.implicit_gradient(3.0, 2.0), -1.5, rtol=SINGLE)


@check.hidden
def theta_gradient(student: Student) -> None:
    with part("holds for small and large θ, one sample and many"):
        for theta in (1e-6, 3.0, 1e6):
            for m in (1, 50):
                z = noise(m)
                expect.close(student.theta_gradient(theta, z), 1 / theta - z.mean(), rtol=SINGLE, atol=SINGLE)
        z = noise(9).astype(np.float32)
        expect.close(student.theta_gradient(0.2, z), 5.0 - z.astype(float).mean(), rtol=1e-4, atol=1e-4)


RIGHT = "bcda"
REASONS = {
    "1a": "An interval dε and its image dz have different widths: a factor is missing.",
    "1c": "The factor is upside down: dz = g′(ε) dε.",
    "1d": "q is the density of z, so it has to be taken at z = g(ε), not at ε.",
    "2a": "Stretching thins a density out: at ε and at z = g(ε) the two densities differ by the stretching.",
    "2b": "Every density integrates to 1; that says nothing about this one integrand.",
    "2d": "z is made from ε: they are as dependent as can be.",
    "3a": "Sums pass through for that reason. A derivative is a limit, and a limit needs more.",
    "3b": "h itself doesn't, but h(g(ε, φ)) does. The question is about what is *outside* of h.",
    "3c": "That was needed to change variables. Here the variable is ε on both sides.",
    "4b": "It is differentiable: the density is smooth in φ, and so is the integral.",
    "4c": "Both sides are integrals, nothing is random in them.",
    "4d": "The right side is 0 then, but the left side is not: its density moves.",
}


@check.hidden
def change_of_variables(student: Student) -> None:
    answer = student.value("change_of_variables")
    for gap, letter in enumerate(RIGHT):
        with part(f"gap {gap + 1}"):
            chosen = str(answer.data())[gap : gap + 1]
            expect.equal(picked(answer, f"{gap + 1}{chosen}"), f"{gap + 1}{letter}")


def chose(label: str, says: str) -> None:
    """Registers what a wrong line deserves to hear; in grading only, for the reasons tell which is right."""
    chosen = partial(str, label)
    chosen.__name__ = f"gap_{label}"  # type: ignore[attr-defined]
    check.mistake("change_of_variables", says)(chosen)


for _label, _says in REASONS.items():
    chose(_label, _says)
