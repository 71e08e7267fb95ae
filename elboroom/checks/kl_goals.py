"""What the proofs of unit 02 have to prove, from where, and by which rules.

A goal is the instructor's. It is written in the notebook too, so that a derivation can check itself; a learner who
changes it there changes nothing here.
"""

from typing import Any

from autograder.derivation import KL, Density, Variable, equal, rules

RULES = (
    rules.algebra, rules.log, rules.definition, rules.linearity, rules.constant, rules.expectation,
    rules.normalisation, rules.jensen, rules.marginal,
)  # fmt: skip

z = Variable("z")
q, p = Density("q", [z], positive=False), Density("p", [z])
START = KL(q(z), p(z))
NONNEGATIVE: dict[str, Any] = {"goal": START >= 0, "start": START, "allow": RULES}

z1, z2 = Variable("z1"), Variable("z2")
q2, p2 = Density("q", [z1, z2], factors=[z1, z2]), Density("p", [z1, z2], factors=[z1, z2])
SUM = KL(q2(z1), p2(z1)) + KL(q2(z2), p2(z2))
ADDITIVE: dict[str, Any] = {"goal": equal(KL(q2(z1, z2), p2(z1, z2)), SUM)}
