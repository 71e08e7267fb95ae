"""How a row of each kind becomes an expression: by the functions of the language, which refuse what has no meaning."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from autograder.derivation import language
from autograder.derivation.expressions import Expr, Number, Parameter, Support
from autograder.derivation.mistakes import Malformed
from autograder.derivation.validation import a_bool, a_known, a_list, a_name, an_integer

if TYPE_CHECKING:
    from autograder.derivation.reading import Reader


def _number(r: Reader, top: Any, bottom: Any) -> Expr:
    return Number(Fraction(an_integer(top), an_integer(bottom, 1)))


def _parameter(r: Reader, name: Any, least: Any, strict: Any) -> Expr:
    if least is None and not a_bool(strict):
        return Parameter(a_name(name))
    top, bottom = a_list(least, 2)
    bound = Fraction(an_integer(top), an_integer(bottom, 1))
    if a_bool(strict) and bound:
        raise Malformed("a strict bound is 0")
    return Parameter(a_name(name), strict, bound)


def _density_row(r: Reader, name: Any, index: Any, of: Any, given: Any) -> Expr:
    density = a_known(name, r.densities)
    if index is not None:
        density = density[an_integer(index, 1, 99) if type(index) is int else r.index(index)]
    return density.at(r.variables(of), r.variables(given))


def _named(r: Reader, name: Any, body: Any) -> Expr:
    return language.define(a_name(name), r.at(body))


def _uniform(r: Reader, index: Any, body: Any) -> Expr:
    found = a_list(index)
    return language.uniform(r.subset(found) if len(found) == 3 else r.index(found), r.at(body))


def _parts(r: Reader, parts: Any) -> tuple[Expr, ...]:
    if not (found := r.some(parts)):
        raise Malformed("a sum or a product of nothing")
    return found


KINDS: dict[str, Callable[..., Expr]] = {
    "number": _number,
    "parameter": _parameter,
    "count": lambda r, name: r.count(name),
    "density": _density_row,
    "support": lambda r, density: Support(r.density_at(density)),
    "plate": lambda r, index, factor: language.product(r.index(index), r.at(factor)),
    "sum": lambda r, parts: language.total(_parts(r, parts)),
    "product": lambda r, parts: language.product(_parts(r, parts)),
    "mean": lambda r, parts: language.uniform(r.some(parts)),
    "power": lambda r, base, exponent: language.power(r.at(base), an_integer(exponent)),
    "apply": lambda r, name, argument: language.apply(a_known(name, r.functions), r.at(argument)),
    "expectation": lambda r, over, body: language.E(r.some(over), r.at(body)),
    "integral": lambda r, names, body: language.integral(r.variables(names), r.at(body)),
    "divergence": lambda r, left, right: language.KL(r.some(left), r.some(right)),
    "entropy": lambda r, over: language.H(r.some(over)),
    "named": _named,
    "total": lambda r, index, body: language.total(r.index(index), r.at(body)),
    "uniform": _uniform,
}
