"""Functions by name, and their shape: convex, concave, neither, or undecided.

The shape of log, exp and sqrt is known. For a function of one's own sympy looks at the second derivative on (0, oo):
a sign that it can prove is believed, two points with opposite signs refute, and anything else is `undecided`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from autograder.derivation.expressions import Apply, Expr, Number, Parameter, Power, Product, Sum, expr
from autograder.derivation.mistakes import Mistake
from autograder.derivation.names import check_name

if TYPE_CHECKING:
    import sympy

CONVEX, CONCAVE, NEITHER, UNDECIDED = "convex", "concave", "neither convex nor concave", "undecided"
ARGUMENT = Parameter("u", positive=True)
LONGEST_FORMULA = 60
POINTS = [Fraction(k, 16) ** 2 for k in range(1, 160)]


@dataclass(frozen=True)
class Function:
    """A function of one positive number; `body` is its formula in u, absent for log, exp and sqrt."""

    name: str
    body: Expr | None = None

    def __call__(self, argument: object) -> Expr:
        from autograder.derivation.language import apply

        return apply(self, argument)


log, exp, sqrt = Function("log"), Function("exp"), Function("sqrt")
STANDARD = {f.name: f for f in (log, exp, sqrt)}
KNOWN_SHAPE = {log: CONCAVE, sqrt: CONCAVE, exp: CONVEX}


def function(name: str, formula: Callable[[Expr], Any]) -> Function:
    """A function of one's own on (0, oo): function("phi", lambda u: u * log(u))."""
    found = from_formula(name, expr(formula(ARGUMENT)))
    shape(found)  # looked for now rather than on the line that asks for it
    return found


def from_formula(name: str, body: Expr) -> Function:
    """A function by its formula in u."""
    check_name(name)
    nodes = list(body.walk())
    kinds = (Number, Parameter, Sum, Product, Power, Apply)
    if name in STANDARD:
        raise Mistake(f"{name} has a meaning already")
    if len(nodes) > LONGEST_FORMULA or not all(isinstance(e, kinds) for e in nodes):
        raise Mistake(f"{name} must be a short formula in u: numbers, +, *, powers, log, exp and sqrt")
    if any(isinstance(e, Parameter) and not e.same(ARGUMENT) for e in nodes):
        raise Mistake(f"{name} must be a formula in u alone")
    return Function(name, body)


def shape(f: Function) -> str:
    """Convex, concave, neither or undecided, on (0, oo) (for exp: everywhere)."""
    return KNOWN_SHAPE[f] if f.body is None else _shape(f)


def increasing(f: Function) -> bool:
    """Whether the function is known to increase."""
    return f.body is None


def domain_is_positive(f: Function) -> bool:
    """Whether the function asks for a positive argument."""
    return f != exp


def second_derivative(f: Function) -> str:
    """f'' as text, for a message."""
    import sympy

    body = sympy_form(f.body) if f.body is not None else getattr(sympy, f.name)(_symbol())
    return str(sympy.simplify(sympy.diff(body, _symbol(), 2)))


@lru_cache(256)
def _shape(f: Function) -> str:
    import sympy

    assert f.body is not None
    second = sympy.simplify(sympy.diff(sympy_form(f.body), _symbol(), 2))
    if second.is_nonnegative or second.is_nonpositive:
        return CONVEX if second.is_nonnegative else CONCAVE
    signs = {_sign(second, point) for point in POINTS}
    if {1, -1} <= signs:
        return NEITHER
    for sign, name in ((1, CONVEX), (-1, CONCAVE)):
        if -sign not in signs and _proved_nonnegative(sign * second):
            return name
    return UNDECIDED


def _symbol() -> sympy.Symbol:
    import sympy

    return sympy.Symbol("u", positive=True)


def _sign(second: sympy.Expr, point: Fraction) -> int:
    value = second.subs(_symbol(), point.numerator / point.denominator).evalf(30)
    return 0 if abs(value) < 1e-12 else (1 if value > 0 else -1)


def _proved_nonnegative(second: sympy.Expr) -> bool:
    """Whether a rational function of u is proved to be nonnegative on (0, oo), by its real roots."""
    import sympy

    top, bottom = sympy.fraction(sympy.together(second))
    u = _symbol()
    if not (top.is_polynomial(u) and bottom.is_polynomial(u)):
        return False
    return all(_one_sign(sympy.Poly(part, u)) for part in (top, bottom))


def _one_sign(polynomial: sympy.Poly) -> bool:
    """No root of odd multiplicity in (0, oo), by Sturm's theorem on the square-free factors."""
    import sympy

    odd = [factor for factor, times in polynomial.sqf_list()[1] if times % 2]
    return all(factor.count_roots(0, sympy.oo) == (1 if factor.eval(0) == 0 else 0) for factor in odd)


def sympy_form(e: Expr) -> sympy.Expr:
    """A formula in u as a sympy expression."""
    import sympy

    if isinstance(e, Number):
        return sympy.Rational(e.value.numerator, e.value.denominator)
    if isinstance(e, Parameter):
        return _symbol()
    if isinstance(e, Sum):
        return sympy.Add(*map(sympy_form, e.terms))
    if isinstance(e, Product):
        return sympy.Mul(*map(sympy_form, e.factors))
    if isinstance(e, Power):
        return sympy_form(e.base) ** e.exponent
    assert isinstance(e, Apply)
    inside = sympy_form(e.argument)
    return (
        sympy_form(e.function.body).subs(_symbol(), inside)
        if e.function.body is not None
        else getattr(sympy, e.function.name)(inside)
    )
