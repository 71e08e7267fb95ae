"""The public checks of unit 01: every answer is held against its definition in elboroom.references.elbo.

Hints and known mistakes come from elboroom.advice.elbo; edge cases and the truth of the choice stand beside the master.
A proof is checked line by line, by the same machine that answers while it is written.
"""

import numpy as np

from autograder import expect
from autograder.checks import part
from autograder.student import Student
from elboroom.advice.elbo import bound, check, evidence, learning, proofs, tightness
from elboroom.checks import elbo_goals as goals
from elboroom.checks.proofs import proof
from elboroom.references import elbo as by_definition

__all__ = ["check"]

REGISTERED = (evidence, bound, tightness, learning, proofs)  # importing them registers hints and mistakes
CLOSE = {"rtol": 1e-9, "atol": 1e-9}
IMPOSSIBLE = -np.inf
URNS = np.log([0.3, 0.1])  # the example of the notebook: p(red, urn)
JOINT = np.log([[0.30, 0.10, 0.05], [0.02, 0.20, 0.08]])  # (2, 3)
GUESS = np.array([[0.2, 0.5, 0.3], [0.6, 0.3, 0.1]])
EXCLUDED = np.array([[-1.0, IMPOSSIBLE, -2.0], [-0.5, -3.0, IMPOSSIBLE]])  # each row excludes a z
PARTIAL = np.array([[np.log(0.6), IMPOSSIBLE, np.log(0.4)], [np.log(0.8), np.log(0.2), IMPOSSIBLE]])  # as a prior
AWAY = np.array([[0.4, 0.0, 0.6], [0.7, 0.3, 0.0]])  # a q that stays away from it
ASTRAY = np.array([[0.4, 0.1, 0.5], [0.6, 0.3, 0.1]])  # and one that doesn't
MIXED = np.vstack([EXCLUDED, JOINT]), np.vstack([ASTRAY, GUESS])
PRIOR, LIKELIHOOD = np.log([0.5, 0.3, 0.2]), np.log([[0.6, 0.2, 0.1], [0.1, 0.3, 0.9]])
FAR = JOINT - 1e4


@check(hidden=1.5)
def log_evidence(student: Student) -> None:
    """The log of the sum of the joint over z, added up in 40 digits."""
    with part("is the log of the sum over z", weight=2):
        for log_joint in (URNS, JOINT):
            expect.close(student.log_evidence(log_joint), by_definition.log_evidence(log_joint), **CLOSE)
    with part("is exact where exp underflows"):
        expect.close(student.log_evidence(FAR), by_definition.log_evidence(FAR), rtol=1e-12)
    with part("is minus infinity where nothing is possible", weight=0.5):
        expect.close(student.log_evidence(np.array([URNS, [IMPOSSIBLE] * 2])), np.array([np.log(0.4), IMPOSSIBLE]))


@check(hidden=1.5)
def posterior(student: Student) -> None:
    """The joint, divided by the evidence: each row is a distribution over z."""
    with part("is the joint divided by the evidence", weight=2):
        for log_joint in (URNS, JOINT):
            expect.close(student.posterior(log_joint), by_definition.posterior(log_joint), **CLOSE)
    with part("is exact where exp underflows"):
        expect.close(student.posterior(FAR), by_definition.posterior(FAR), rtol=1e-7)
    with part("refuses an x that can't happen", weight=0.5):
        expect.close(student.posterior(EXCLUDED), by_definition.posterior(EXCLUDED), **CLOSE)
        expect.raises(student.posterior(np.array([URNS, [IMPOSSIBLE] * 2])), "ValueError")


@check(hidden=2)
def elbo(student: Student) -> None:
    """The expectation over q, written out as a sum over z."""
    with part("is E_q[log p(x, z) - log q(z)]", weight=2):
        expect.close(student.elbo(JOINT, GUESS), by_definition.elbo(JOINT, GUESS), **CLOSE)
        expect.close(student.elbo(URNS, np.array([0.5, 0.5])), by_definition.elbo(URNS, [0.5, 0.5]), **CLOSE)
    with part("takes 0 log 0 as 0", weight=0.5):
        expect.close(student.elbo(JOINT, AWAY), by_definition.elbo(JOINT, AWAY), **CLOSE)
        expect.close(student.elbo(EXCLUDED, AWAY), by_definition.elbo(EXCLUDED, AWAY), **CLOSE)
    with part("is minus infinity where q believes in what the model excludes", weight=0.5):
        expect.close(student.elbo(*MIXED), by_definition.elbo(*MIXED), **CLOSE)


@check(hidden=1.5)
def elbo_terms(student: Student) -> None:
    """Two expectations over q: what x gains, and what leaving the prior costs."""
    with part("is the reconstruction and the KL to the prior", weight=2):
        want = by_definition.elbo_terms(LIKELIHOOD, PRIOR, GUESS)
        expect.close(student.elbo_terms(LIKELIHOOD, PRIOR, GUESS), want, **CLOSE)
    with part("takes 0 log 0 as 0", weight=0.5):
        want = by_definition.elbo_terms(LIKELIHOOD, PARTIAL, AWAY)
        expect.close(student.elbo_terms(LIKELIHOOD, PARTIAL, AWAY), want, **CLOSE)


@check(hidden=1.5)
def gap(student: Student) -> None:
    """The divergence from q to the posterior, written out as a sum over z."""
    with part("is KL(q‖p(z | x))", weight=2):
        expect.close(student.gap(JOINT, GUESS), by_definition.gap(JOINT, GUESS), **CLOSE)
        expect.close(student.gap(URNS, np.array([0.5, 0.5])), by_definition.gap(URNS, [0.5, 0.5]), **CLOSE)
    with part("takes 0 log 0 as 0", weight=0.5):
        expect.close(student.gap(EXCLUDED, AWAY), by_definition.gap(EXCLUDED, AWAY), **CLOSE)
    with part("is infinite where q believes in what the posterior excludes", weight=0.5):
        expect.close(student.gap(*MIXED), by_definition.gap(*MIXED), **CLOSE)


proof(check, "elbo_is_reconstruction_minus_kl", "From the ELBO to E_q[log p(x | z)] - KL(q‖p(z)).", **goals.SPLIT)
proof(check, "evidence_is_elbo_plus_gap", "From KL(q‖p(z | x)), by Bayes, to the evidence.", **goals.BY_BAYES)
proof(
    check, "evidence_under_the_integral", "From log p(x) · ∫q dz to the ELBO and the gap.", **goals.UNDER_THE_INTEGRAL
)
proof(check, "free_energy", "The ELBO as expected log joint plus entropy.", **goals.FREE_ENERGY)


@check(hidden=1)
def tight(student: Student) -> None:
    """Your answer is recorded; grading decides whether it is the right one."""
    with part("recorded", weight=0):
        expect.choice(student.value("tight"), "abcde")


@check(hidden=1)
def tight_q(student: Student) -> None:
    """The q at which the bound touches the evidence, for each x."""
    with part("leaves no gap", weight=2):
        want = by_definition.tight_q(LIKELIHOOD, PRIOR)
        expect.close(student.tight_q(LIKELIHOOD, PRIOR), want, **CLOSE)


MODELS = np.array([[0.2, 0.3, 0.5], [0.5, 0.2, 0.3], [0.6, 0.1, 0.3], [1 / 3, 1 / 3, 1 / 3]])
SEEN, ONLY_TWO = np.array([0, 2, 0, 1, 0, 2]), np.array([2, 0, 0, 2, 0])
EXCLUDING = np.array([[0.5, 0.0, 0.5], [0.6, 0.4, 0.0], [0.3, 0.3, 0.4]])


@check(hidden=1.5)
def likelihood_and_kl(student: Student) -> None:
    """The log likelihood adds up the data one by one; the divergence compares shares."""
    with part("is Σ log p(x_i) and KL(p̂‖p), for each model", weight=2):
        want = by_definition.likelihood_and_kl(SEEN, MODELS)
        expect.close(student.likelihood_and_kl(SEEN, MODELS), want, **CLOSE)
    with part("knows what it means to be excluded, or not to be seen"):
        want = by_definition.likelihood_and_kl(ONLY_TWO, EXCLUDING)
        expect.close(student.likelihood_and_kl(ONLY_TWO, EXCLUDING), want, **CLOSE)


proof(check, "maximum_likelihood_is_minimum_kl", "Two models, compared in both ways.", **goals.TWO_MODELS)


@check(hidden=1.5)
def sandwich(student: Student) -> None:
    """The same integrand twice: averaged over q, and over the posterior."""
    with part("is the ELBO and the average over the posterior", weight=2):
        expect.close(student.sandwich(JOINT, GUESS), by_definition.sandwich(JOINT, GUESS), **CLOSE)
    with part("is infinite on the side where something is excluded"):
        expect.close(student.sandwich(JOINT, AWAY), by_definition.sandwich(JOINT, AWAY), **CLOSE)
        expect.close(student.sandwich(EXCLUDED, ASTRAY), by_definition.sandwich(EXCLUDED, ASTRAY), **CLOSE)


proof(
    check,
    "upper_bound_is_evidence_plus_kl",
    "From the average over p(z | x) to log p(x) + KL(p(z | x)‖q).",
    **goals.ABOVE,
)

IMAGES = np.array([[1, 0, 1, 1], [0, 0, 1, 0], [1, 1, 1, 1], [0, 1, 0, 0], [1, 0, 0, 1]])
WEIGHTS, MEANS = np.array([0.3, 0.7]), np.array([[0.6, 0.3, 0.8, 0.7], [0.2, 0.5, 0.4, 0.3]])


@check(hidden=2)
def em_step(student: Student) -> None:
    """Every observation is shared out by enumeration, and the shares are counted."""
    with part("is the best model for q = posterior", weight=2):
        want = by_definition.em_step(IMAGES, WEIGHTS, MEANS)
        expect.close(student.em_step(IMAGES, WEIGHTS, MEANS), want, **CLOSE)
    with part("copes with a pixel that is always on, or never", weight=0.5):
        sure = np.where(IMAGES[0] > 0, 1.0, MEANS)
        want = by_definition.em_step(IMAGES[[0, 2]], WEIGHTS, sure)
        expect.close(student.em_step(IMAGES[[0, 2]], WEIGHTS, sure), want, **CLOSE)
