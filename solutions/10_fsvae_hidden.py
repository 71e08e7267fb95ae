"""Unit 10, hidden: closed forms at extreme arguments, other sizes, single rows, gradients, double precision."""

import numpy as np

from autograder import expect
from autograder.checks import part, rng
from autograder.student import Student, Wrong, tensor
from elboroom.advice.fsvae import SIZES, STATE
from elboroom.checks.fsvae import check
from elboroom.checks.fsvae_model import ATOL, batch, gradients, theirs
from elboroom.checks.fsvae_style import clusters
from elboroom.checks.modules import RTOL, gradients_are
from elboroom.references import fsvae as by_definition

Array = np.ndarray
OTHER = (3, 4, 7, 6)  # other sizes: z_dim, x_dim, hidden, classes
OTHER_STATE = by_definition.weights(OTHER, seed=8, log_sigma2=0.4)
SURE = STATE | {"log_sigma2": np.array(-60.0, "f4")}  # surer than a rounded colour can be


@check.hidden
def prior_bound(student: Student) -> None:
    with part("far away, for many values at once, and for whole numbers", weight=1):
        x, theta = rng().normal(size=200_000) * 1e3, rng().uniform(0.01, 50, 200_000)
        want = -0.5 * np.log(2 * np.pi) - 0.5 * (x**2 - 2 * x / theta + 2 / theta**2)
        expect.close(student.prior_bound(x, theta), want, rtol=1e-9)
        expect.close(student.prior_bound(2, np.array([1, 2])), by_definition.prior_bound(2, [1, 2]), rtol=1e-9)
        single = np.array([0.3, 1.7], "f4")
        expect.close(student.prior_bound(1.5, single), by_definition.prior_bound(1.5, single), rtol=1e-9)
        expect.raises(student.prior_bound(1.0, np.array([1.0, 0.0])), "ValueError")


@check.hidden
def blind_decoder(student: Student) -> None:
    with part("is the right choice"):
        expect.equal(student.value("blind_decoder"), "d")


@check.hidden
def with_label(student: Student) -> None:
    with part("keeps the features' precision, for a single row and for a class that doesn't occur", weight=1):
        features, y = rng().normal(size=(1, 3)) * 1e-9 + 1.0, np.array([1])
        want = by_definition.with_label(features, y, 4)
        expect.close(student.with_label(tensor(features), tensor(y), 4), want, rtol=1e-14)
        single = features.astype("f4")
        want = by_definition.with_label(single, y, 2)
        expect.close(student.with_label(tensor(single), tensor(y), 2), want)


@check.hidden
def gaussian_log_likelihood(student: Student) -> None:
    x, mean = rng().random((3, 2000)), rng().random((3, 2000))
    with part("many pixels, and variances that are tiny or huge", weight=0.75):
        for var in (1e-6, 1e5):
            want = by_definition.log_normal(x, mean, var)
            expect.close(student.gaussian_log_likelihood(tensor(x), tensor(mean), tensor(var)), want, rtol=1e-9)
        expect.close(
            student.gaussian_log_likelihood(tensor(x[:1, :1]), tensor(mean[:1, :1]), tensor(0.4)),
            by_definition.log_normal(x[:1, :1], mean[:1, :1], 0.4),
            rtol=1e-9,
        )
    with part("its gradient reaches the mean and the variance", weight=0.75):
        few, middle, var = x[:, :4], mean[:, :4], 0.3
        got = student.grad("gaussian_log_likelihood", tensor(few), tensor(middle), tensor(var), wrt=[1, 2])
        off = few - middle
        want = (off / var, 0.5 * ((off / var) ** 2 - 1 / var).sum())
        expect.close(_slopes(got), want, rtol=1e-7)


def _slopes(answer: object) -> tuple[object, ...]:
    """The two gradients that `student.grad` asked for."""
    value = answer.data()  # type: ignore[attr-defined]
    if not isinstance(value, list) or len(value) != 2 or any(each is None for each in value[1]):
        raise Wrong("`gaussian_log_likelihood` has no gradient in the mean, or none in the variance.")
    return tuple(value[1])


@check.hidden
def FSVAE(student: Student) -> None:
    with part("other sizes, a single image, a sure decoder", weight=1):
        x, y, z = batch(OTHER, [5])
        module = theirs(student, OTHER, OTHER_STATE)
        want = by_definition.encode(OTHER_STATE, x, y)
        expect.close(module.method("encode", tensor(x), tensor(y)), want, rtol=RTOL, atol=ATOL)
        drawn = by_definition.decode(OTHER_STATE, z, y)
        expect.close(module.method("decode", tensor(z), tensor(y)), drawn, rtol=RTOL, atol=ATOL)
        expect.close(theirs(student, SIZES, SURE).method("variance"), by_definition.variance(SURE), rtol=RTOL)
        x, y, _ = batch()
        want = by_definition.encode(_sleepy(), x, y)  # no variance is smaller than 1e-8
        expect.close(theirs(student, SIZES, _sleepy()).method("encode", tensor(x), tensor(y)), want, rtol=RTOL)


def _sleepy() -> dict[str, Array]:
    """Our weights, but for an encoder that has no doubts."""
    bias = STATE["enc.net.4.bias"].copy()
    bias[SIZES[0] :] -= 200
    return STATE | {"enc.net.4.bias": bias}


@check.hidden
def negative_elbo(student: Student) -> None:
    with part("other sizes and a single image, gradients as well", weight=1):
        for y in ([3], [0, 5, 5, 2]):
            x, labels, eps = batch(OTHER, y)
            module = theirs(student, OTHER, OTHER_STATE)
            arguments = module.handle(), tensor(x), tensor(labels), tensor(eps)
            want = by_definition.negative_elbo(OTHER_STATE, x, labels, eps)
            expect.close(student.negative_elbo(*arguments), want, rtol=RTOL)
            got = student.weight_gradients("negative_elbo", *arguments, module=module, which=0)
            gradients_are(got, gradients(OTHER, OTHER_STATE, x, labels, eps))


@check.hidden
def best_variance(student: Student) -> None:
    with part("other sizes and a single image", weight=0.5):
        x, y, eps = batch(OTHER, [4])
        want = by_definition.best_variance(OTHER_STATE, x, y, eps)
        got = student.best_variance(theirs(student, OTHER, OTHER_STATE).handle(), tensor(x), tensor(y), tensor(eps))
        expect.close(got, want, rtol=RTOL)


@check.hidden
def swap(student: Student) -> None:
    with part("other sizes and a single image", weight=0.5):
        x, y, eps = batch(OTHER, [4])
        wanted = np.array([1])
        got = student.swap(theirs(student, OTHER, OTHER_STATE).handle(), *map(tensor, (x, y, wanted, eps)))
        expect.close(got, by_definition.swap(OTHER_STATE, x, y, wanted, eps), rtol=RTOL, atol=ATOL)


@check.hidden
def style_grid(student: Student) -> None:
    with part("other sizes, a single style", weight=1):
        for rows in (1, 9):
            z = rng().normal(size=(rows, 3)).astype("f4")
            want = by_definition.style_grid(OTHER_STATE, z, 6)
            got = student.style_grid(theirs(student, OTHER, OTHER_STATE).handle(), tensor(z), 6)
            expect.close(got, want, rtol=RTOL, atol=ATOL)


@check.hidden
def interpolate(student: Student) -> None:
    with part("other sizes, two points and many", weight=0.5):
        for steps in (2, 30):
            a, b = rng().normal(size=(2, 3)).astype("f4")
            want = by_definition.interpolate(OTHER_STATE, a, b, 5, steps)
            got = student.interpolate(theirs(student, OTHER, OTHER_STATE).handle(), tensor(a), tensor(b), 5, steps)
            expect.close(got, want, rtol=RTOL, atol=ATOL)


@check.hidden
def probe(student: Student) -> None:
    with part("two classes, many classes, features far from the origin, single precision", weight=0.75):
        for classes, width in ((2, 1), (9, 6)):
            data = clusters(classes, 400, width)
            expect.close(student.probe(*map(tensor, data)), by_definition.probe(*data), rtol=1e-6)
        features, labels, others, their_labels = clusters(3, 500, 4)
        single = features.astype("f4"), labels, others.astype("f4"), their_labels
        expect.close(student.probe(*map(tensor, single)), by_definition.probe(*single), rtol=1e-6)
    with part("always right, and never", weight=0.75):
        features, labels = np.array([[0.0], [0.1], [1.0], [1.2]]), np.array([0, 0, 1, 1])
        for their_labels, want in (([1, 0, 1], (1.0, 0.0)), ([0, 1, 0], (0.0, 0.0))):
            others = np.array([[1.1], [0.05], [0.9]])
            got = student.probe(*map(tensor, (features, labels, others, np.array(their_labels))))
            expect.close(got, want, atol=1e-9)


@check.hidden
def leak(student: Student) -> None:
    with part("is the right choice"):
        expect.equal(student.value("leak"), "c")
