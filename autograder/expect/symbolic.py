"""Formulas: a learner's sympy expression against another, or against a number at a point.

Equality is three-valued. Two expressions that agree to 20 digits at random points inside the symbols' assumptions are
equal (a false "equal" would need an analytic function to vanish at all of them); a point where they differ shows that
they are not; where too few points can be evaluated, it is undecided, and no point is given. Half of the points lie far
out, and a formula has few digits: a curve that was fitted to known values is none.
"""

import random
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from autograder import codec
from autograder.checks.session import current
from autograder.expect.base import Expected, await_judgement
from autograder.expect.formulas import Formula, Point, formula_of
from autograder.student import Answer, describe_kind
from autograder.timers import budget
from autograder.wrong import Wrong

DIGITS, MORE_DIGITS = 40, 160  # to compute with; more where cancellation may have taken the first
POINTS, TRIES = 8, 24
FAR = 8  # points far out are up to a factor 2^8 away
MOST_DIGITS = 200  # of all numbers in a formula together


def symbolically_equal(got: Any, want: Any) -> None:
    """The answer is an expression equal to the sympy expression `want`, symbols matched by name."""
    await_judgement(SymbolicallyEqual(got, want))


def value_at(got: Any, point: dict[str, float], want: float, rtol: float = 1e-9) -> None:
    """The answer is an expression whose value at `point` (symbol name -> number) is `want`."""
    await_judgement(ValueAt(got, point, want, rtol))


def compare(a: Formula, b: Formula, symbols: Iterable[Any], seed: int = 0) -> tuple[str, Point]:
    """("equal" | "different" | "undecided", the point that shows the difference) for two formulas in these sympy
    symbols; the points come from `seed`."""
    draw, usable, symbols = random.Random(seed), 0, sorted(symbols, key=lambda s: s.name)
    for number in range(TRIES):
        point = {s.name: _sample(s, draw, far=number % 2 == 1) for s in symbols}
        same = _same(a, b, point)
        if same is False:
            return "different", point
        usable += same is True
        if usable == POINTS or (usable and not symbols):
            return "equal", {}
    return "undecided", {}


class ExpectedFormula(Expected):
    """An expectation about a formula, which is read once for all expectations about the same answer."""

    def formula(self, symbols: Iterable[str]) -> Formula:
        """The answer in the judge's `symbols`. Raises Wrong."""
        known = frozenset(symbols)
        if not isinstance(self.got, Answer):
            return read(self.got, self.subject, known)
        if known not in self.got.made:
            self.got.made[known] = read(self.data(), self.subject, known)
        return self.got.made[known]


class SymbolicallyEqual(ExpectedFormula):
    """See `symbolically_equal`."""

    def __init__(self, got: Any, want: Any) -> None:
        super().__init__(got)
        session = current()
        self.want, self.seed = want, session.seed if session else 0  # a curve through known points is no formula

    def judge(self, public: bool) -> None:
        with budget():
            outcome, point = self._against(self.want)
        if outcome == "different":
            at = ", ".join(f"{name} = {float(value):g}" for name, value in point.items())
            raise Wrong(f"{self.subject} differs from what it should be, for example at {at}.")
        if outcome == "undecided":
            raise Wrong(f"{self.subject} can't be decided: at most points it has no finite real value. Simplify it.")

    def agrees_with(self, mistake: Any) -> bool:
        self.data()  # first: an answer that is none needs no mistake worked out
        with budget():
            return self._against(self.returned_by(mistake))[0] == "equal"

    def _against(self, other: Any) -> tuple[str, Point]:
        symbols = self.want.free_symbols | other.free_symbols
        return compare(self.formula(s.name for s in symbols), formula_of(other), symbols, self.seed)


class ValueAt(ExpectedFormula):
    """See `value_at`."""

    def __init__(self, got: Any, point: dict[str, float], want: float, rtol: float) -> None:
        super().__init__(got)
        self.point, self.want, self.rtol = point, want, rtol
        self.exactly = {name: Fraction(value) for name, value in point.items()}
        self.value: float | None = None

    def judge(self, public: bool) -> None:
        with budget():
            self.value = self._value()
        at = ", ".join(f"{name} = {v:g}" for name, v in self.point.items())
        where = f"at {at}" if public else "at a point you don't see"
        if self.value is None:
            raise Wrong(f"{self.subject} has no finite real value {where}.")
        if not self._near(self.value, self.want):
            side = "large" if self.value > self.want else "small"
            shown = f"gives {self.value:.6g} {where}, which is" if public else f"{where} is"
            raise Wrong(f"{self.subject} {shown} too {side}.")

    def agrees_with(self, mistake: Any) -> bool:
        with budget():
            value = self._value() if self.value is None else self.value
        other = formula_of(self.returned_by(mistake)).at(self.exactly, DIGITS)
        return value is not None and other is not None and self._near(value, float(other))

    def _near(self, value: float, want: float) -> bool:
        return abs(value - want) <= self.rtol * max(abs(want), 1e-300)

    def _value(self) -> float | None:
        value = self.formula(self.point).at(self.exactly, DIGITS)
        return None if value is None else float(value)


def read(value: Any, subject: str, symbols: frozenset[str]) -> Formula:
    """A learner's formula, in the judge's `symbols`. Raises Wrong if it is none, uses others, or is a table of
    numbers."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = codec.Expression(["Float", repr(value)] if isinstance(value, float) else ["Integer", str(value)])
    if not isinstance(value, codec.Expression) or value.tree[0] == "Matrix":
        kind = "a matrix" if isinstance(value, codec.Expression) else describe_kind(value)
        raise Wrong(f"{subject} should return a sympy expression, not {kind}.")
    formula = Formula(value.tree)
    unknown = sorted(formula.symbols - symbols)
    if unknown:
        expected = ", ".join(sorted(symbols)) or "no symbol"
        raise Wrong(f"{subject} uses {', '.join(unknown)}; the answer is in terms of {expected}.")
    if formula.digits > MOST_DIGITS:
        raise Wrong(
            f"{subject} has numbers of {formula.digits} digits in all. A closed form needs few: write it exactly."
        )
    return formula


def _same(a: Formula, b: Formula, point: Point) -> bool | None:
    """Whether both have the same value there; None if one has none."""
    for digits in (DIGITS, MORE_DIGITS):
        left, right = a.at(point, digits), b.at(point, digits)
        if left is None or right is None:
            return None
        if abs(left - right) <= 1e-20 * (1 + abs(left) + abs(right)):
            return True
    return False


def _sample(symbol: Any, draw: random.Random, far: bool) -> Fraction:
    """A rational number inside the symbol's assumptions, of moderate size or `far` out (or close to zero)."""
    size = Fraction(draw.randint(300, 2500), 1000) * Fraction(2) ** (draw.randint(-FAR, FAR) if far else 0)
    if symbol.is_integer:
        size = Fraction(draw.randint(1, 6))
    if symbol.is_positive or symbol.is_nonnegative:
        return size
    if symbol.is_negative or symbol.is_nonpositive:
        return -size
    return size * draw.choice((1, -1))
