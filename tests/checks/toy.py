"""A unit of one idea, the mean of a sample, to test the machinery of checks on."""

import numpy as np

from autograder import expect
from autograder.checks import Checks, part, rng

check = Checks("00_toy")
SAMPLES = [[1.0, 2.0, 6.0], [4.0], [-1.0, 1.0]]


@check(hidden=1)
def mean(student):
    """The mean of a sample.

    More than one line.
    """
    with part("is the average", weight=2):
        for sample in SAMPLES:
            expect.close(student.mean(sample), np.mean(sample))
    with part("refuses an empty sample"):
        expect.raises(student.mean([]), "ValueError")


@check.mistake("mean", "This is the sum: it grows with the size of the sample.")
def total(sample):
    return np.sum(sample)


@check.mistake("mean", "This divides by n − 1: that is for a variance.")
def off_by_one(sample):
    return np.sum(sample) / (len(sample) - 1)


check.hints("mean", "What does a balance point look like?", "Add up first.", "How many numbers are there?")


@check
def spread(student):
    """The largest minus the smallest."""
    with part("is the range"):
        sample = rng().normal(size=50)
        expect.close(student.spread(sample), np.ptp(sample))
