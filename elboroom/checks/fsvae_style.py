"""Unit 10, style and content: swap, style_grid, interpolate, probe, a choice."""

import numpy as np

from autograder import expect
from autograder.checks import part, rng
from autograder.student import Student, tensor
from elboroom.advice.fsvae import STATE, check, style
from elboroom.checks.fsvae_model import ATOL, CLASSES, K, batch, theirs
from elboroom.checks.modules import RTOL
from elboroom.references import fsvae as by_definition

REGISTERED = (style,)  # importing it registers hints and mistakes
Array = np.ndarray
WANTED = np.array([2, 2, 0, 0, 1])


def styles(rows: int, width: int = K) -> Array:
    return rng().normal(size=(rows, width)).astype("f4")


@check(hidden=0.5)
def swap(student: Student) -> None:
    """The style of each image, with the content that is wanted."""
    x, y, eps = batch()
    with part("takes the style from the image and the content from the label that is wanted"):
        got = student.swap(theirs(student).handle(), *map(tensor, (x, y, WANTED, eps)))
        expect.close(got, by_definition.swap(STATE, x, y, WANTED, eps), rtol=RTOL, atol=ATOL)


@check(hidden=1)
def style_grid(student: Student) -> None:
    """Row r has the style z[r], column c the class c: each image decoded on its own."""
    with part("rows share the style, columns share the class", weight=2):
        for rows in (CLASSES, 2, 4):
            z = styles(rows)
            want = by_definition.style_grid(STATE, z, CLASSES)
            expect.close(student.style_grid(theirs(student).handle(), tensor(z), CLASSES), want, rtol=RTOL, atol=ATOL)


@check(hidden=0.5)
def interpolate(student: Student) -> None:
    """Points on the straight line between two styles, each decoded on its own."""
    with part("decodes the points of the line, both ends included"):
        for y, steps in ((1, 5), (2, 3)):
            a, b = styles(2)
            want = by_definition.interpolate(STATE, a, b, y, steps)
            got = student.interpolate(theirs(student).handle(), tensor(a), tensor(b), y, steps)
            expect.close(got, want, rtol=RTOL, atol=ATOL)


def clusters(classes: int = 4, rows: int = 300, width: int = 3) -> tuple[Array, Array, Array, Array]:
    """(features, labels, others, their labels) in which a probe is often right, not always; far from the origin."""
    centres = rng().normal(size=(classes, width)) * 1.2
    labels = rng().integers(0, classes, 2 * rows)
    labels[:classes] = np.arange(classes)
    features = centres[labels] + rng().normal(size=(2 * rows, width)) + np.linspace(2.0, 5.0, width)
    return features[:rows], labels[:rows], features[rows:], labels[rows:]


@check(hidden=1.5)
def probe(student: Student) -> None:
    """The accuracy of the least-squares classifier on rows that it has not seen, and how sure that is."""
    features, labels, others, their_labels = clusters()
    with part("the accuracy on the others, and its standard error", weight=2):
        want = by_definition.probe(features, labels, others, their_labels)
        expect.close(student.probe(*map(tensor, (features, labels, others, their_labels))), want, rtol=1e-6)


@check(hidden=1)
def leak(student: Student) -> None:
    """Your answer is recorded; grading decides whether it is the right one."""
    with part("recorded", weight=0):
        expect.choice(student.value("leak"), "abcde")
