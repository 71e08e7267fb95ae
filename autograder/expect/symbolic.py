"""Formulas: a learner's sympy expression against another, or against a number at a point.

Equality is three-valued. Two expressions that agree to 25 digits at random points inside the symbols' assumptions are
equal (a false "equal" would need an analytic function to vanish at all of them); a point where they differ shows that
they are not; where too few points can be evaluated, it is undecided, and no point is given.
"""

import functools
import random
from typing import Any

from autograder import codec
from autograder.checks.session import current
from autograder.codec.expressions import from_tree
from autograder.expect.base import Expected, await_judgement
from autograder.student import describe_kind
from autograder.wrong import Wrong

DIGITS, POINTS = 25, 8
REMEMBERED = 1024  # values: the points are the same for a whole run, and many learners write the same formula
GREEK = {"θ": "theta", "ϑ": "theta", "φ": "phi", "ϕ": "phi", "μ": "mu", "σ": "sigma", "λ": "lambda", "β": "beta"}


def symbolically_equal(got: Any, want: Any) -> None:
    """The answer is an expression equal to the sympy expression `want`, symbols matched by name."""
    await_judgement(SymbolicallyEqual(got, want))


def value_at(got: Any, point: dict[str, float], want: float, rtol: float = 1e-9) -> None:
    """The answer is an expression whose value at `point` (symbol name -> number) is `want`."""
    await_judgement(ValueAt(got, point, want, rtol))


def compare(a: Any, b: Any, seed: int = 0) -> tuple[str, dict[Any, Any]]:
    """("equal" | "different" | "undecided", the point that shows the difference) for two sympy expressions; the points
    come from `seed`."""
    draw, usable = random.Random(seed), 0
    symbols = sorted(a.free_symbols | b.free_symbols, key=lambda s: s.name)
    for _ in range(3 * POINTS):
        point = {s: _sample(s, draw) for s in symbols}
        left, right = _evaluate(a, point), _evaluate(b, point)
        if left is None or right is None:
            continue
        usable += 1
        if abs(left - right) > 10 ** (5 - DIGITS) * (1 + abs(left) + abs(right)):
            return "different", point
        if usable == POINTS or not symbols:
            return "equal", {}
    return "undecided", {}


class SymbolicallyEqual(Expected):
    """See `symbolically_equal`."""

    def __init__(self, got: Any, want: Any) -> None:
        super().__init__(got)
        session = current()
        self.want, self.seed = want, session.seed if session else 0  # a curve through known points is no formula

    def judge(self, public: bool) -> None:
        expression = read(self.data(), self.subject, {s.name: s for s in self.want.free_symbols})
        outcome, point = compare(expression, self.want, self.seed)
        if outcome == "different":
            at = ", ".join(f"{s} = {_short(v)}" for s, v in point.items())
            raise Wrong(f"{self.subject} differs from what it should be, for example at {at}.")
        if outcome == "undecided":
            raise Wrong(f"{self.subject} can't be decided: at most points it has no finite real value. Simplify it.")

    def agrees_with(self, mistake: Any) -> bool:
        other = self.returned_by(mistake)
        symbols = {s.name: s for s in self.want.free_symbols | other.free_symbols}
        return compare(read(self.data(), self.subject, symbols), other, self.seed)[0] == "equal"


class ValueAt(Expected):
    """See `value_at`."""

    def __init__(self, got: Any, point: dict[str, float], want: float, rtol: float) -> None:
        super().__init__(got)
        self.point, self.want, self.rtol = point, want, rtol

    def judge(self, public: bool) -> None:
        value = self._value()
        at = ", ".join(f"{name} = {v:g}" for name, v in self.point.items())
        where = f"at {at}" if public else "at a point you don't see"
        if value is None:
            raise Wrong(f"{self.subject} has no finite real value {where}.")
        if not self._near(value, self.want):
            side = "large" if value > self.want else "small"
            shown = f"gives {value:.6g} {where}, which is" if public else f"{where} is"
            raise Wrong(f"{self.subject} {shown} too {side}.")

    def agrees_with(self, mistake: Any) -> bool:
        other, value = self.returned_by(mistake), self._value()
        point = {s: self.point[s.name] for s in other.free_symbols}
        return value is not None and self._near(value, float(other.evalf(DIGITS, subs=point)))

    def _near(self, value: float, want: float) -> bool:
        return abs(value - want) <= self.rtol * max(abs(want), 1e-300)

    def _value(self) -> float | None:
        import sympy

        symbols = {name: sympy.Symbol(name) for name in self.point}
        expression = read(self.data(), self.subject, symbols)
        value = _evaluate(expression, {symbols[name]: v for name, v in self.point.items()})
        return None if value is None else float(value)


def read(value: Any, subject: str, symbols: dict[str, Any]) -> Any:
    """A learner's expression in the judge's `symbols` (name -> symbol). Raises Wrong if it is none or uses others."""
    import sympy

    if isinstance(value, int | float) and not isinstance(value, bool):
        return sympy.sympify(value)
    if not isinstance(value, codec.Expression):
        raise Wrong(f"{subject} should return a sympy expression, not {describe_kind(value)}.")
    try:
        expression = from_tree(value.tree)
    except codec.Refused as refused:
        raise Wrong(f"{subject} can't be read: {refused}.") from None
    renamed = {s: symbols.get(GREEK.get(s.name, s.name)) for s in expression.free_symbols}
    unknown = sorted(s.name for s, known in renamed.items() if known is None)
    if unknown:
        expected = ", ".join(sorted(symbols)) or "no symbol"
        raise Wrong(f"{subject} uses {', '.join(unknown)}; the answer is in terms of {expected}.")
    return expression.xreplace(renamed)


def _sample(symbol: Any, draw: random.Random) -> Any:
    """A rational number inside the symbol's assumptions, of moderate size."""
    import sympy

    size = sympy.Rational(draw.randint(300, 2500), 1000)
    if symbol.is_integer:
        size = sympy.Integer(draw.randint(1, 6))
    if symbol.is_positive or symbol.is_nonnegative:
        return size
    if symbol.is_negative or symbol.is_nonpositive:
        return -size
    return size * draw.choice((1, -1))


def _evaluate(expression: Any, point: dict[Any, Any]) -> Any:
    """The finite real value at a point, or None."""
    return _value_of(expression, tuple((symbol, _exact(value)) for symbol, value in point.items()))


@functools.lru_cache(REMEMBERED)
def _value_of(expression: Any, point: tuple[tuple[Any, Any], ...]) -> Any:
    try:
        value = expression.xreplace(dict(point)).evalf(DIGITS, maxn=200)
    except (ArithmeticError, ValueError, TypeError, RecursionError):
        return None
    return value if value.is_Float or value.is_Integer or (value.is_real and value.is_finite) else None


def _exact(value: Any) -> Any:
    """The rational number that a float is, so that θ − 3 at θ = 3.0 is 0, not nearly 0."""
    import sympy

    return sympy.Rational(value) if isinstance(value, float) else sympy.sympify(value)


def _short(value: Any) -> str:
    return f"{float(value):g}"
