"""Unit 11, hidden: which line of each item is the first that fails, which reasons give the lines of the sound ones, and
whether a mended line is what the line above it leads to."""

from typing import Any

import numpy as np

from autograder.checks import part, rng
from autograder.student import Student, Wrong, numbers
from elboroom.checks.flaws import CONFIRMED, check, tempting
from elboroom.checks.witness import Witness, claims_at, read
from elboroom.references.arguments import ARGUMENTS, Point

SOUND = 0
FLAW = {
    "symmetric": 4,
    "through_u_log_u": SOUND,
    "supports": 3,
    "gaussian_kl": 2,
    "two_signs": 3,
    "under_the_integral": SOUND,
    "small_kl": 2,
    "equivalent_bounds": 4,
    "weight_of_the_kl": 4,
    "batch": 4,
    "centred_first": SOUND,
    "rotated": 2,
    "left_out_constant": 5,
    "chosen_prior": 5,
    "raising_a_bound": 3,
    "without_the_prior": 3,
    "differentiable": SOUND,
    "whose_samples": 1,
    "score_and_baseline": SOUND,
    "two_samples": SOUND,
    "one_sample_confirms": 2,
    "averaged_prior": SOUND,
    "explained_away": 1,
    "marginalised_label": SOUND,
}
GIVES = {  # each line of a sound argument, and the reasons that are right for it
    "through_u_log_u": [
        {"algebra", "definition"},
        {"definition", "algebra"},
        {"jensen"},
        {"normalisation"},
        {"algebra", "definition"},
    ],
    "under_the_integral": [
        {"normalisation", "constant"},
        {"chain rule", "bayes"},
        {"algebra"},
        {"linearity", "algebra"},
        {"definition"},
    ],
    "centred_first": [
        {"eckart-young"},
        {"definition", "algebra"},
        {"algebra", "linearity", "moments", "definition"},
        {"more choice", "eckart-young"},
        {"more choice", "eckart-young"},
    ],
    "differentiable": [
        {"substitution"},
        {"under the integral"},
        {"derivative", "chain rule"},
        {"linearity", "algebra", "constant", "substitution", "definition"},
        {"moments"},
    ],
    "score_and_baseline": [
        {"under the integral"},
        {"derivative", "linearity"},
        {"score", "definition"},
        {"score", "normalisation"},
        {"score", "normalisation"},
    ],
    "two_samples": [
        {"jensen"},
        {"linearity", "constant"},
        {"marginal", "independence", "normalisation"},
        {"identically distributed"},
        {"definition"},
    ],
    "averaged_prior": [
        {"definition"},
        {"jensen"},
        {"normalisation", "algebra", "constant"},
        {"linearity"},
        {"definition"},
    ],
    "marginalised_label": [
        {"jensen", "kl >= 0"},
        {"chain rule", "definition"},
        {"definition", "constant", "linearity"},
        {"linearity", "definition"},
        {"jensen", "kl >= 0"},
    ],
}
TRIES = 12


def examine(student: Student, name: str) -> None:
    """The hidden half of an item: the verdict, and what the public half only recorded."""
    answer, witness = student.value(name), None
    with part("the verdict is right", weight=1):
        witness = read(name, answer.data())
        if witness.line != FLAW[name]:
            tempting(name, witness.line)
            raise Wrong("That is not it: hold each line against the one above, at a point of your own.")
    with part(CONFIRMED, weight=0):
        if witness is None:
            raise Wrong("There is no evidence yet in the form that the card asks for.")
        if witness.kind == "reasons":
            gives(name, witness.reasons)
        elif witness.kind == "mended":
            mends(student, name, witness)


def gives(name: str, reasons: tuple[str, ...]) -> None:
    """Raises Wrong unless the argument is sound and each of its lines follows by the reason given for it."""
    if name not in GIVES:
        raise Wrong("Not every line of it follows, whatever the reason.")
    wrong = [i for i, (reason, right) in enumerate(zip(reasons, GIVES[name], strict=True), 1) if reason not in right]
    if wrong:
        raise Wrong(
            f"Line {wrong[0]} does not follow by {reasons[wrong[0] - 1]!r}: what happens between the two sides?"
        )


def mends(student: Student, name: str, witness: Witness) -> None:
    """Raises Wrong unless the line is the flaw, an equation, and `mended` its left side wherever it is tried."""
    if witness.line != FLAW[name]:
        raise Wrong(f"Line {witness.line} needs no mending, or it is not the first that does.")
    points = [ARGUMENTS[name].draw(rng()) for _ in range(TRIES)]
    if claims_at(name, points[0])[witness.line - 1].sign != "=":
        raise Wrong(f"Line {witness.line} is no equation; it takes a counterexample.")
    claims = [claims_at(name, point)[witness.line - 1] for point in points]
    call: dict[str, Any] = {"do": "call", "f": witness.mended, "method": None, "args": []}
    asked = [student.ask(call | {"kwargs": plain(point)}, "mended") for point in points]
    for answer, claim in zip(asked, claims, strict=True):
        value = numbers(answer.data(), "`mended`")
        if value.shape != () or not np.isclose(value, claim.left, rtol=1e-6, atol=1e-6):
            raise Wrong(
                f"At a point you don't see, your `mended` is not what stands before the sign of line {witness.line}."
            )


def plain(point: Point) -> dict[str, Any]:
    """A point as arguments: arrays, and plain numbers."""
    return {name: value if isinstance(value, int) else np.asarray(value)[()] for name, value in point.items()}


def register(name: str) -> None:
    """Registers the hidden half of one item."""

    def item(student: Student) -> None:
        examine(student, name)

    item.__name__ = name
    check.hidden(item)


for _name in FLAW:
    register(_name)
