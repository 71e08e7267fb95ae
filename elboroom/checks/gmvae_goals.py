"""What the proofs of unit 07 have to prove.

A goal is the instructor's. It is written in the notebook too, so that a derivation can check itself; a learner who
changes it there changes nothing here.
"""

from typing import Any

from autograder.derivation import KL, Count, Density, E, Variable, average, index, log

x, z = Variable("x"), Variable("z")
k = Count("k")
i = index("i", k)
c, r = Density("c", [z], indexed=True), Density("r", [z])
to_the_mixture = E(r(z), log(r(z)) - log(average(i, c[i](z))))
CONVEX: dict[str, Any] = {"goal": to_the_mixture <= average(i, KL(r(z), c[i](z)))}

q, p = Density("q", [x, z]), Density("p", [z])
mean_kl = E(q(x), KL(q(z | x), p(z)))
OPTIMAL: dict[str, Any] = {"goal": mean_kl >= E(q(x), KL(q(z | x), q(z)))}
