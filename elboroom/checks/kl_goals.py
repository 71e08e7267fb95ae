"""What the proofs of unit 02 have to prove, from where, and by which rules.

A goal is the instructor's. It is written in the notebook too, so that a derivation can check itself; a learner who
changes it there changes nothing here.
"""

from typing import Any

from autograder.derivation import KL, Density, Variable, equal

RULES = (
    "algebra", "log", "definition", "linearity", "constant", "expectation", "normalisation", "jensen", "marginal",
)  # fmt: skip

z = Variable("z")
q, p = Density("q", [z], positive=False), Density("p", [z])
START = KL(q(z), p(z))
NONNEGATIVE: dict[str, Any] = {"goal": START >= 0, "start": START, "allow": RULES}

z1, z2 = Variable("z1"), Variable("z2")
Q, P = Density("Q", [z1, z2], factors=[z1, z2]), Density("P", [z1, z2], factors=[z1, z2])
SUM = KL(Q(z1), P(z1)) + KL(Q(z2), P(z2))
ADDITIVE: dict[str, Any] = {"goal": equal(KL(Q(z1, z2), P(z1, z2)), SUM)}
