"""Proofs for unit 07, three of each."""

from autograder.derivation import KL, Derivation, E, average, log
from elboroom.checks import gmvae_goals as goals

r, z, c, i, p, q, x = goals.r, goals.z, goals.c, goals.i, goals.p, goals.q, goals.x
KL_TO_P, INFORMATION = goals.mean_kl, E(q(x), KL(q(z | x), q(z)))


def jensen_first():
    return (
        Derivation(goals.to_the_mixture)
        .le(E(r(z), log(r(z)) - average(i, log(c[i](z)))), by="jensen: log is concave")
        .eq(E(r(z), average(i, log(r(z) / c[i](z)))), by="algebra")
        .eq(average(i, E(r(z), log(r(z) / c[i](z)))), by="linearity")
        .eq(average(i, KL(r(z), c[i](z))), by="definition")
    )


def under_the_ratio():
    return (
        Derivation(goals.to_the_mixture)
        .eq(E(r(z), -log(average(i, c[i](z) / r(z)))), by="algebra")
        .le(E(r(z), -average(i, log(c[i](z) / r(z)))), by="jensen")
        .eq(average(i, E(r(z), -log(c[i](z) / r(z)))), by="linearity")
        .eq(average(i, KL(r(z), c[i](z))), by="definition")
    )


def from_below():
    backwards = Derivation(average(i, KL(r(z), c[i](z))))
    return (
        backwards.eq(average(i, E(r(z), log(r(z)) - log(c[i](z)))), by="definition")
        .eq(E(r(z), average(i, log(r(z)) - log(c[i](z)))), by="linearity")
        .ge(E(r(z), log(r(z)) - log(average(i, c[i](z)))), by="jensen")
    )


def split():
    return (
        Derivation(KL_TO_P)
        .eq(E(q(x), E(q(z | x), log(q(z | x)) - log(q(z)) + log(q(z)) - log(p(z)))), by="definition")
        .eq(INFORMATION + E(q(x), E(q(z | x), log(q(z)) - log(p(z)))), by="definition, linearity")
        .eq(INFORMATION + E(q(x, z), log(q(z)) - log(p(z))), by="tower")
        .eq(INFORMATION + E(q(z), log(q(z)) - log(p(z))), by="marginal")
        .eq(INFORMATION + KL(q(z), p(z)), by="definition")
        .ge(INFORMATION, by="kl >= 0")
    )


def by_a_difference():
    return (
        Derivation(KL_TO_P - INFORMATION)
        .eq(E(q(x), E(q(z | x), log(q(z)) - log(p(z)))), by="definition, linearity")
        .eq(E(q(x, z), log(q(z)) - log(p(z))), by="tower")
        .eq(E(q(z), log(q(z)) - log(p(z))), by="marginal")
        .eq(KL(q(z), p(z)), by="definition")
        .ge(0, by="kl >= 0")
    )


def from_the_smaller():
    return (
        Derivation(INFORMATION)
        .le(INFORMATION + KL(q(z), p(z)), by="kl >= 0")
        .eq(INFORMATION + E(q(z), log(q(z)) - log(p(z))), by="definition")
        .eq(INFORMATION + E(q(x, z), log(q(z)) - log(p(z))), by="marginal")
        .eq(INFORMATION + E(q(x), E(q(z | x), log(q(z)) - log(p(z)))), by="tower")
        .eq(E(q(x), E(q(z | x), log(q(z | x)) - log(p(z)))), by="definition, linearity")
        .eq(KL_TO_P, by="definition")
    )
