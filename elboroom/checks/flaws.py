"""The public checks of unit 11: every item is an argument, and the answer is a line (or "sound") with evidence.

A counterexample is judged at once. Which line is wrong, and which reasons are right, stands beside the master alone:
the line by itself is worth a quarter, decided in grading, and only with evidence in its form.
"""

from autograder.checks import part
from autograder.student import Student, Wrong
from elboroom.advice.flaws import bounds, check, divergences, exponential, gradients, objectives, several
from elboroom.checks.witness import Witness, claims_at, read, refutes
from elboroom.references.arguments import ARGUMENTS

__all__ = ["check"]

REGISTERED = (
    divergences,
    bounds,
    objectives,
    exponential,
    gradients,
    several,
)  # importing registers hints and mistakes
CONFIRMED = "is confirmed in grading"


def examine(student: Student, name: str) -> None:
    """The public half of an item: the form, and a counterexample if there is one."""
    witness = None
    with part("is in the form that the card asks for", weight=0):
        witness = read(name, student.value(name).data())
    waits = witness is not None and witness.kind != "numbers"
    with part("the evidence stands", weight=3, given=CONFIRMED if waits else ""):
        if witness is None:
            raise Wrong("There is no evidence yet in the form that the card asks for.")
        stands(name, witness)


def stands(name: str, witness: Witness) -> None:
    """Raises Wrong unless a counterexample refutes the line that it names; a line known to tempt is spoken for."""
    try:
        if witness.kind == "numbers":
            refutes(witness, claims_at(name, witness.point))
    except Wrong:
        tempting(name, witness.line)
        raise


def tempting(name: str, line: int) -> None:
    """Raises Wrong, with the reason why the line holds, where it is one that many suspect."""
    for mistake in check.mistakes.get(name, []):
        if mistake.returns() == line:
            raise Wrong(mistake.says, mistake.name)


def register(name: str) -> None:
    """Registers the check of one item."""

    def item(student: Student) -> None:
        """One line, or "sound", and evidence that decides it."""
        examine(student, name)

    item.__name__ = name
    check(hidden=1)(item)


for _name in ARGUMENTS:
    register(_name)
