"""Hints for the proofs. A derivation answers for itself line by line, so there are no mistakes to register."""

from elboroom.advice.elbo import check

check.hints(
    "elbo_is_reconstruction_minus_kl",
    "Open the ELBO by its definition. Which factor of the joint is in the goal, and which rule splits the joint?",
    "p(x, z) = p(x | z) p(z) is the chain rule; log turns the product into a sum by itself.",
    "Four lines will do: definition, chain rule, linearity, definition. In the last but one, keep log q - log p(z) "
    "together under one expectation.",
)
check.hints(
    "evidence_is_elbo_plus_gap",
    "Open the KL by its definition, then replace p(z | x) by Bayes' rule: which of its three factors is free of z?",
    "log p(x) leaves the expectation as a constant. Mind the sign: log p(z | x) has it with a minus, and the KL has "
    "log p(z | x) with a minus.",
    "What stays is E_q[log q - log p(x | z) - log p(z)]. Put p(x | z) p(z) together (chain rule): minus the ELBO.",
)
check.hints(
    "evidence_under_the_integral",
    "First move log p(x) under the integral: it is a constant there. What can you write in place of p(x)?",
    "The chain rule has a quotient for p(x) with z in it. Then which 1 = q/q, put inside the logarithm, makes it two?",
    "log of (p(x, z)/q) · (q/p(z | x)) is a sum of two logarithms. Split the integral by linearity; an integral "
    "against q is an expectation.",
)
check.hints(
    "free_energy",
    "Three lines. Start from the definition of the ELBO.",
    "Split the expectation by linearity. Which of its two halves is the entropy of q, and with which sign?",
    "H(q) = -E_q[log q]: so - E_q[log q] is + H(q), by definition.",
)
check.hints(
    "maximum_likelihood_is_minimum_kl",
    "Open both divergences by definition. What do they have in common, whatever the models are?",
    "Both are expectations over data. Put them under one: log data - log a - (log data - log b). What is left?",
    "By linearity it is E[log b] - E[log a], both over data; and those two have names.",
)
check.hints(
    "upper_bound_is_evidence_plus_kl",
    "The mirror image of what you proved above: this time the expectation is over p(z | x).",
    "Write log p(x, z) as log p(x) + log p(z | x), by the chain rule. One of the two is a constant in z.",
    "definition; chain rule; constant; definition. The last expectation, of log p(z | x) - log q, is a KL.",
)
