"""What the proofs of unit 08 have to prove: densities, the bounds L_1, L_k and L_m for any number of samples, goals.

A goal is the instructor's. It is written in the notebook too, so that a derivation can check itself; a learner who
changes it there changes nothing here.
"""

from typing import Any

from autograder.derivation import Count, Density, E, Variable, average, define, index, log, product, subset

x, z = Variable("x"), Variable("z")
p, q = Density("p", [x, z]), Density("q", [z], given=[x])
m = Count("m")
k = Count("k", at_most=m)
i, j, a = index("i", m), index("j", m), index("a", k)
S = subset("S", k, m)


def w(u: Any) -> Any:
    """The weight of a sample: p(x, u)/q(u|x)."""
    return p(x, u) / q(u | x)


SAMPLES, FEWER = product(i, q(z[i] | x)), product(a, q(z[a] | x))
L_m = define("L_m", E(SAMPLES, log(average(i, w(z[i])))))
L_k = define("L_k", E(FEWER, log(average(a, w(z[a])))))
L_1 = define("L_1", E(q(z[1] | x), log(w(z[1]))))

BELOW_THE_EVIDENCE: dict[str, Any] = {"goal": log(p(x)) >= L_m}
ABOVE_THE_ELBO: dict[str, Any] = {"goal": L_m >= L_1}
RISING: dict[str, Any] = {"goal": L_m >= L_k}
