"""Formulas, worked out to many digits: the trees of the codec, by mpmath, without building sympy's expressions.

Whatever sympy builds it simplifies, at a cost that whoever has written the formula decides on; here a formula costs one
operation for each node. Rational numbers stay exact, so that 1/(θ - 3) at θ = 3 has no value instead of a large one.
"""

import functools
import math
import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from autograder.codec.expressions import to_tree
from autograder.endpoint import TimedOut

EXACT_BITS = 4096  # of a rational number: a longer one is rounded
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

    @property
    def symbols(self) -> set[str]:
        """The names of its symbols."""
        return {_name(node) for node in _nodes(self.tree) if node[0] == "Symbol"}

    @property
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
        return _real(context, context.convert(_Evaluation(context, point).number(tree)))
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


class _Evaluation:
    """Works out one tree at one point. Values are Fractions as long as they are rational, and short."""

    def __init__(self, context: Any, point: Point) -> None:
        self.context, self.point = context, point

    def number(self, tree: Any) -> Any:
        """The value of a tree as mpmath's number."""
        return self.rounded(self.value(tree))

    def value(self, tree: Any) -> Any:
        head, *rest = tree
        if head == "Symbol":
            return self.point[_name(tree)]
        if head in ("Integer", "Rational", "Float"):
            return _rational(*rest)
        if not rest:
            return _CONSTANTS[head](self.context)
        values = [self.value(child) for child in rest]
        exactly = _EXACTLY.get(head)
        if exactly and all(type(v) is Fraction and _is_short(v) for v in values):
            exact = exactly(*values)
            if exact is not None:
                return exact
        return self.finite(_FUNCTIONS[head](self.context, *map(self.rounded, values)))

    def rounded(self, value: Any) -> Any:
        if type(value) is Fraction:
            return self.context.mpf(value.numerator) / value.denominator
        return value

    def finite(self, value: Any) -> Any:
        if not self.context.isfinite(value):
            raise ArithmeticError("infinite, or not a number")
        return value.real if value.imag == 0 else value


@functools.lru_cache(4096)
def _rational(*digits: str) -> Fraction:
    return Fraction(*map(Fraction, digits))


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


def _is_short(value: Fraction) -> bool:
    return value.numerator.bit_length() + value.denominator.bit_length() <= EXACT_BITS


def _exact_power(base: Fraction, exponent: Fraction) -> Fraction | None:
    bits = base.numerator.bit_length() + base.denominator.bit_length()
    if exponent.denominator > 1 or abs(exponent) * bits > EXACT_BITS:
        return None
    return base ** int(exponent)


def _exact_sum(*terms: Fraction) -> Fraction:
    return sum(terms, Fraction(0))


def _exact_product(*factors: Fraction) -> Fraction | None:
    return math.prod(factors, start=Fraction(1)) if len(factors) <= 16 else None


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


_EXACTLY: dict[str, Callable[..., Fraction | None]] = {
    "Add": _exact_sum,
    "Mul": _exact_product,
    "Pow": _exact_power,
    "Abs": abs,
    "Max": max,
    "Min": min,
}
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
    "Add": lambda context, *terms: context.fsum(terms),
    "Mul": lambda context, *factors: context.fprod(factors),
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
