"""The hidden parts of the toy unit."""

import numpy as np

from autograder import expect
from autograder.checks import part, rng
from tests.checks.toy import check


@check.hidden
def mean(student):
    with part("is right for many numbers"):
        sample = rng().normal(size=1000)
        expect.close(student.mean(sample), np.mean(sample))
