"""What the proof of unit 09 has to prove, from where.

A goal is the instructor's. It is written in the notebook too, so that a derivation can check itself; a learner who
changes it there changes nothing here.
"""

from typing import Any

from autograder.derivation import Density, E, Variable, log

x, z, y = Variable("x"), Variable("z"), Variable("y", discrete=True)
p, q = Density("p", [x, y, z]), Density("q", [y, z], given=[x])
U = E(q(y | x), E(q(z | x, y), log(p(x, y, z)) - log(q(z | x, y))) - log(q(y | x)))
BOUND: dict[str, Any] = {"goal": log(p(x)) >= U, "start": log(p(x))}
