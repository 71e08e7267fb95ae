"""Unit 01: the mutants that are no mistakes."""

SAME = "p(z, x) is p(x, z): a density knows its variables by name, not by their order."
LINES = {
    "elbo_is_reconstruction_minus_kl": ['begin.eq(E(q(z | x), log(p(z, x)) - log(q(z | x))), by="definition")'],
    "evidence_is_elbo_plus_gap": [
        '.eq(-E(q(z | x), log(p(z, x)) - log(q(z | x))) + log(p(x)), by="chain rule")',
    ],
    "evidence_under_the_integral": [
        '.eq(integral(z, q(z | x) * log(p(z, x) / p(z | x))), by="chain rule")',
        '.eq(integral(z, q(z | x) * log(p(z, x) / q(z | x) * q(z | x) / p(z | x))), by="algebra")',
        '.eq(integral(z, q(z | x) * (log(p(z, x) / q(z | x)) + log(q(z | x) / p(z | x)))), by="log")',
        '.eq(E(q(z | x), log(p(z, x) / q(z | x)) + log(q(z | x) / p(z | x))), by="expectation")',
        '.eq(E(q(z | x), log(p(z, x) / q(z | x))) + E(q(z | x), log(q(z | x) / p(z | x))), by="linearity")',
    ],
    "free_energy": [
        'begin.eq(E(q(z | x), log(p(z, x)) - log(q(z | x))), by="definition")',
        '.eq(E(q(z | x), log(p(z, x))) - E(q(z | x), log(q(z | x))), by="linearity")',
        '.eq(E(q(z | x), log(p(z, x))) + H(q(z | x)), by="definition")',
    ],
    "upper_bound_is_evidence_plus_kl": ['begin.eq(E(p(z | x), log(p(z, x)) - log(q(z | x))), by="definition")'],
}
PROVED = {exercise: dict.fromkeys(lines, SAME) for exercise, lines in LINES.items()}
