"""Unit 10, bounds and pieces: two proofs, the bound over the prior, a choice; with_label, gaussian_log_likelihood."""

import numpy as np

from autograder import expect
from autograder.checks import part, rng
from autograder.student import Student, tensor
from elboroom.advice.fsvae import bound, check, pieces
from elboroom.checks import fsvae_goals as goals
from elboroom.checks.proofs import proof
from elboroom.references import fsvae as by_definition

REGISTERED = (bound, pieces)  # importing them registers hints and mistakes


proof(check, "conditional_bound", "From log p(x | y) to E_q[log p(x | z, y)] - KL(q‖p(z)).", **goals.CONDITIONAL)
proof(check, "bound_over_the_prior", "From log p(x | y) to E_p(z)[log p(x | z, y)].", **goals.OVER_THE_PRIOR)


@check(hidden=1)
def prior_bound(student: Student) -> None:
    """The expectation of log p(x | z) over the prior, done numerically."""
    with part("is E[log p(x | z)] for z ~ Exp(θ)", weight=2):
        for x, theta in [(1.5, 1.0), (-0.7, 0.4), (3.0, 2.5), (0.0, 1.7)]:
            expect.close(student.prior_bound(x, theta), by_definition.prior_bound(x, theta), rtol=1e-9)
    with part("broadcasts"):
        column, row = np.linspace(-2, 3, 4)[:, None], np.array([0.3, 1.0, 4.0])
        expect.close(student.prior_bound(column, row), by_definition.prior_bound(column, row), rtol=1e-9)
    with part("says no to a rate that is not positive", weight=0.5):
        for theta in (0.0, -1.0):
            expect.raises(student.prior_bound(1.5, theta), "ValueError")


@check(hidden=1)
def blind_decoder(student: Student) -> None:
    """Your answer is recorded; grading decides whether it is the right one."""
    with part("recorded", weight=0):
        expect.choice(student.value("blind_decoder"), "abcde")


@check(hidden=1)
def with_label(student: Student) -> None:
    """Each row keeps its features and gets a 1 in the column of its class."""
    features, y = rng().normal(size=(5, 4)), np.array([2, 0, 1, 2, 1])
    with part("puts the label's indicators beside each row"):
        expect.close(student.with_label(tensor(features), tensor(y), 3), by_definition.with_label(features, y, 3))
        few = features[:2, :1], np.array([3, 1])
        expect.close(student.with_label(*map(tensor, few), 5), by_definition.with_label(*few, 5))


@check(hidden=1.5)
def gaussian_log_likelihood(student: Student) -> None:
    """The log of the product of the pixels' densities."""
    x, mean = rng().random((4, 6)), rng().normal(0.5, 0.4, (4, 6))
    with part("is the log density of each image, for one variance for all pixels", weight=2):
        for var in (0.3, 2.0):
            want = by_definition.log_normal(x, mean, var)
            expect.close(student.gaussian_log_likelihood(tensor(x), tensor(mean), tensor(var)), want, rtol=1e-7)
    with part("and for a variance for each pixel"):
        for each in (rng().uniform(0.1, 2.0, (4, 6)), rng().uniform(0.1, 2.0, 6)):
            want = by_definition.log_normal(x, mean, each)
            expect.close(student.gaussian_log_likelihood(tensor(x), tensor(mean), tensor(each)), want, rtol=1e-7)
