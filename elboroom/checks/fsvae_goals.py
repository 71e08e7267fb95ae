"""What the proofs of unit 10 have to prove, and from where: x drawn given z and y, and z drawn whatever y is.

A goal is the instructor's. It is written in the notebook too, so that a derivation can check itself; a learner who
changes it there changes nothing here.
"""

from typing import Any

from autograder.derivation import KL, Density, E, Variable, log

y, z, x = Variable("y"), Variable("z"), Variable("x")
p = Density("p", [y, z, x], factors=[y, z, x | y & z])
q = Density("q", [z], given=[x, y])
Q, DECODED, START = q(z | x & y), p(x | y & z), log(p(x | y))

CONDITIONAL: dict[str, Any] = {"goal": E(Q, log(DECODED)) - KL(Q, p(z)) <= START, "start": START}
OVER_THE_PRIOR: dict[str, Any] = {"goal": E(p(z), log(DECODED)) <= START, "start": START}
