"""What the proofs of unit 01 have to prove, and in which words: densities, named quantities, goals.

A goal is the instructor's. It is written in the notebook too, so that a derivation can check itself; a learner who
changes it there changes nothing here.
"""

from typing import Any

from autograder.derivation import KL, Density, E, H, Variable, define, equal, integral, log

x, z = Variable("x"), Variable("z")
p, q = Density("p", [x, z]), Density("q", [z], given=[x])
Q, POSTERIOR = q(z | x), p(z | x)
ELBO = define("ELBO", E(Q, log(p(x, z)) - log(Q)))
EUBO = define("EUBO", E(POSTERIOR, log(p(x, z)) - log(Q)))

SPLIT: dict[str, Any] = {"goal": equal(ELBO, E(Q, log(p(x | z))) - KL(Q, p(z)))}
BY_BAYES: dict[str, Any] = {"goal": equal(log(p(x)), ELBO + KL(Q, POSTERIOR)), "start": KL(Q, POSTERIOR)}
OPENED = log(p(x)) * integral(z, Q)
UNDER_THE_INTEGRAL: dict[str, Any] = {"goal": equal(OPENED, ELBO + KL(Q, POSTERIOR)), "start": OPENED}
FREE_ENERGY: dict[str, Any] = {"goal": equal(ELBO, E(Q, log(p(x, z))) + H(Q))}

data, a, b = Density("data", [x], positive=False), Density("a", [x]), Density("b", [x])
L_a, L_b = define("L_a", E(data(x), log(a(x)))), define("L_b", E(data(x), log(b(x))))
TWO_MODELS: dict[str, Any] = {"goal": equal(KL(data(x), a(x)) - KL(data(x), b(x)), L_b - L_a)}

ABOVE: dict[str, Any] = {"goal": equal(EUBO, log(p(x)) + KL(POSTERIOR, Q))}
