"""Expectations: how a check says what an answer should be. They judge claims by definitions, never by formulas.

A course's own expectation is a subclass of `Expected` that is handed to `await_judgement`.
"""

from autograder.expect.base import Expected, await_judgement
from autograder.expect.behaviour import choice, equal, raises
from autograder.expect.derivations import proves
from autograder.expect.equivalent import equivalent
from autograder.expect.noise import entrywise, moves_with, repeatable
from autograder.expect.samples import derivative, gradient_of, samples_from, unbiased
from autograder.expect.symbolic import symbolically_equal, value_at
from autograder.expect.values import close, finite, monotone, shape

__all__ = [
    "Expected",
    "await_judgement",
    "choice",
    "close",
    "derivative",
    "entrywise",
    "equal",
    "equivalent",
    "finite",
    "gradient_of",
    "monotone",
    "moves_with",
    "proves",
    "raises",
    "repeatable",
    "samples_from",
    "shape",
    "symbolically_equal",
    "unbiased",
    "value_at",
]
