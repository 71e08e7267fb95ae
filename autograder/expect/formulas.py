"""Formulas, worked out to many digits: the trees of the codec, by mpmath, without building sympy's expressions.

Whatever sympy builds it simplifies, at a cost that whoever has written the formula decides on; here a formula costs one
operation for each node. A sum whose terms cancel is zero, so that 1/(θ - 3) at θ = 3 has no value instead of a large
one.
"""

import functools
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from autograder.codec.expressions import to_tree
from autograder.endpoint import TimedOut

CANCELLED = 12  # bits that are left of a sum of which only rounding is left
LARGEST_EXPONENT = 64  # the binary exponent of an argument of exp, sin, gamma and the like
LARGEST_ORDER = 20  # of a polygamma
WANTED = 512  # formulas of the checks' own, remembered with their values
GREEK = {"θ": "theta", "ϑ": "theta", "φ": "phi", "ϕ": "phi", "μ": "mu", "σ": "sigma", "λ": "lambda", "β": "beta"}
Point = Mapping[str, Fraction]


class Formula:
    """A formula as its tree; Greek letters count as their names. Its values are remembered as long as it lives."""

    def __init__(self, tree: Any) -> None:
        self.tree = tree
        self._values: dict[Any, Any] = {}

    @functools.cached_property
    def symbols(self) -> set[str]:
        """The names of its symbols."""
        return {_name(node) for node in _nodes(self.tree) if node[0] == "Symbol"}

    @functools.cached_property
    def digits(self) -> int:
        """How many significant digits its numbers have together: a table of values has many, a closed form few."""
        numbers = [node[1:] for node in _nodes(self.tree) if node[0] in ("Integer", "Rational", "Float")]
        return sum(len(_significant(text)) for texts in numbers for text in texts)

    def at(self, point: Point, digits: int) -> Any:
        """Its value at `point`, which gives all its symbols, computed with so many digits; None unless it is finite and
        real."""
        key = digits, *sorted(point.items())
        if key not in self._values:
            self._values[key] = _value_or_none(self.tree, point, digits)
        return self._values[key]


@functools.lru_cache(WANTED)
def formula_of(expression: Any) -> Formula:
    """The formula of a sympy expression of ours. Not for learners': this remembers."""
    return Formula(to_tree(expression))


def _value_or_none(tree: Any, point: Point, digits: int) -> Any:
    context = _context(digits)
    context.dps = digits  # it may have been left at another precision when time was up
    try:
        exactly = {name: context.mpf(value.numerator) / value.denominator for name, value in point.items()}
        return _real(context, _value(tree, context, exactly))
    except TimedOut:
        raise
    except Exception:  # no such value, no convergence, too large: mpmath has many words for it
        return None


@functools.cache
def _context(digits: int) -> Any:
    import mpmath

    context = mpmath.MPContext()
    context.dps = digits
    return context


def _real(context: Any, value: Any) -> Any:
    """The value without an imaginary part that is only rounding."""
    if abs(value.imag) > abs(value) * context.eps * 1000 or not context.isfinite(value):
        return None
    return value.real


def _value(tree: Any, context: Any, point: dict[str, Any]) -> Any:
    head = tree[0]
    if head == "Symbol":
        return point[_name(tree)]
    if head in ("Integer", "Rational", "Float"):
        return _number(context, *tree[1:])
    if len(tree) == 1:
        return _CONSTANTS[head](context)
    value = _FUNCTIONS[head](context, *[_value(child, context, point) for child in tree[1:]])
    if not context.isfinite(value):
        raise ArithmeticError("infinite, or not a number")
    return value.real if value.imag == 0 else value


@functools.lru_cache(4096)
def _number(context: Any, numerator: str, denominator: str = "1") -> Any:
    return context.mpf(numerator) / context.mpf(denominator)


def _name(symbol: Any) -> str:
    return GREEK.get(symbol[1], symbol[1])


def _nodes(tree: Any) -> Iterator[Any]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [child for child in node[1:] if type(child) is list]


def _significant(number: str) -> str:
    return re.sub(r"\D", "", number.partition("e")[0]).strip("0")


def _sum(context: Any, *terms: Any) -> Any:
    total = sum(terms[1:], terms[0])
    if context.mag(total) < max(map(context.mag, terms)) - context.prec + CANCELLED:
        return context.zero
    return total


def _product(context: Any, *factors: Any) -> Any:
    return functools.reduce(operator.mul, factors)


def _power(context: Any, base: Any, exponent: Any) -> Any:
    return base ** _moderate(context, exponent)


def _moderate(context: Any, argument: Any) -> Any:
    """The argument, unless it is so large that the result would take long."""
    if context.mag(argument) > LARGEST_EXPONENT:
        raise ArithmeticError("too large")
    return argument


def _polygamma(context: Any, order: Any, z: Any) -> Any:
    if not (0 <= order <= LARGEST_ORDER and order == int(order)):
        raise ValueError("no such polygamma")
    return context.psi(int(order), _moderate(context, z))


def _called(name: str) -> Callable[..., Any]:
    """mpmath's function of this name, of moderate arguments."""
    return lambda context, *values: getattr(context, name)(*(_moderate(context, v) for v in values))


_CONSTANTS: dict[str, Callable[[Any], Any]] = {
    "pi": lambda context: +context.pi,
    "E": lambda context: +context.e,
    "EulerGamma": lambda context: +context.euler,
    "I": lambda context: context.j,
}
_SAME_NAME = (
    "exp sin cos tan sinh cosh tanh asin acos atan asinh acosh atanh erf erfc erfi gamma loggamma beta factorial"
)
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "Add": _sum,
    "Mul": _product,
    "Pow": _power,
    "log": lambda context, z: context.log(z),
    "Abs": lambda context, z: abs(z),
    "sign": lambda context, z: context.sign(z),
    "Max": lambda context, *values: max(values),
    "Min": lambda context, *values: min(values),
    **{name: _called(name) for name in _SAME_NAME.split()},
    "polygamma": _polygamma,
    "LambertW": _called("lambertw"),
    "Ei": _called("ei"),
    "expint": _called("expint"),
    "lowergamma": lambda context, s, x: context.gammainc(_moderate(context, s), 0, _moderate(context, x)),
    "uppergamma": lambda context, s, x: context.gammainc(_moderate(context, s), _moderate(context, x)),
}
