"""Places in an expression, and whether a larger value there makes the whole larger (1), smaller (-1) or neither."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod

from autograder.derivation.binders import Expectation, Integral, Total, Uniform
from autograder.derivation.expressions import Apply, Expr, Mean, Power, Product, Sum
from autograder.derivation.functions import increasing
from autograder.derivation.signs import positive, sign

Put = Callable[[Expr], Expr]


def places(e: Expr, direction: int = 1, put: Put = lambda new: new) -> Iterator[tuple[Expr, int, Put]]:
    """Every subexpression in a position of value, its direction, and a function that puts another in its place."""
    yield e, direction, put
    match e:
        case Sum(parts) | Mean(parts):
            for i, part in enumerate(parts):
                yield from places(part, direction, _putter(put, type(e), parts, i))
        case Product(factors):
            for i, factor in enumerate(factors):
                turned = direction * prod(sign(other) for j, other in enumerate(factors) if j != i)
                yield from places(factor, turned, _putter(put, Product, factors, i))
        case Power(base, exponent):
            turned = (direction if exponent > 0 else -direction) * (
                positive(base) or (exponent % 2 == 1 and exponent > 0)
            )
            yield from places(base, turned, lambda new: put(Power(new, exponent)))
        case Apply(function, argument):
            turned = direction * increasing(function)
            yield from places(argument, turned, lambda new: put(Apply(function, new)))
        case Expectation() | Integral() | Uniform() | Total():
            yield from places(e.body, direction, lambda new: put(e.with_parts(body=new)))


def _putter(put: Put, kind: Callable[[tuple[Expr, ...]], Expr], parts: tuple[Expr, ...], i: int) -> Put:
    return lambda new: put(kind((*parts[:i], new, *parts[i + 1 :])))
