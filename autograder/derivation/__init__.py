"""Derivations over densities, checked line by line while they are written."""

from autograder.derivation.densities import Density
from autograder.derivation.derivation import Derivation
from autograder.derivation.expressions import Count, Parameter
from autograder.derivation.functions import exp, function, log, sqrt
from autograder.derivation.grading import grade
from autograder.derivation.language import (
    KL,
    E,
    H,
    average,
    define,
    equal,
    index,
    integral,
    product,
    subset,
    total,
    uniform,
)
from autograder.derivation.mistakes import Malformed, Mistake
from autograder.derivation.names import Variable, variables
from autograder.derivation.rulebook import rules

__all__ = [
    "KL",
    "Count",
    "Density",
    "Derivation",
    "E",
    "H",
    "Malformed",
    "Mistake",
    "Parameter",
    "Variable",
    "average",
    "define",
    "equal",
    "exp",
    "function",
    "grade",
    "index",
    "integral",
    "log",
    "product",
    "rules",
    "sqrt",
    "subset",
    "total",
    "uniform",
    "variables",
]
