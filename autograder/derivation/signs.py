"""What is known about the sign of an expression from the way it is written."""

from __future__ import annotations

from autograder.derivation.binders import Divergence, Expectation, Integral, Plate, Total, Uniform
from autograder.derivation.expressions import (
    Apply,
    Count,
    DensityAt,
    Expr,
    Mean,
    Named,
    Number,
    Parameter,
    Power,
    Product,
    Sum,
    Support,
)


def positive(e: Expr) -> bool:
    """Known to be > 0 (densities are: those declared to vanish count where they don't)."""
    match e:
        case Number(value):
            return value > 0
        case Parameter(_, least, strict):
            return least is not None and (least > 0 or (least == 0 and strict))
        case Count() | DensityAt() | Plate() | Support():
            return True
        case Sum() | Product() | Mean() | Named() | Expectation() | Integral() | Total() | Uniform():
            return all(positive(child) for child in e.children)
        case Power(base, exponent):
            return positive(base) or (exponent % 2 == 0 and nonzero(base))
        case Apply(function, argument):
            return function.name == "exp" or (function.name == "sqrt" and positive(argument))
    return False


def nonzero(e: Expr) -> bool:
    """Known to be different from 0."""
    if isinstance(e, Number):
        return e.value != 0
    if isinstance(e, Product):
        return all(nonzero(factor) for factor in e.factors)
    return positive(e)


def nonnegative(e: Expr) -> bool:
    """Known to be >= 0."""
    match e:
        case Number(value):
            return value >= 0
        case Parameter(_, least, _):
            return least is not None and least >= 0
        case Divergence():
            return True
        case Sum() | Product() | Mean() | Named() | Expectation() | Integral() | Total() | Uniform():
            return all(nonnegative(child) for child in e.children)
        case Power(base, exponent):
            return (exponent % 2 == 0 and exponent >= 0) or (exponent >= 0 and nonnegative(base)) or positive(e)
    return positive(e)


def sign(e: Expr) -> int:
    """1 for known >= 0, -1 for known <= 0, 0 for unknown."""
    if isinstance(e, Number):
        return (e.value > 0) - (e.value < 0)
    if isinstance(e, Product):
        result = 1
        for factor in e.factors:
            result *= sign(factor)
        return result
    return 1 if nonnegative(e) else 0
