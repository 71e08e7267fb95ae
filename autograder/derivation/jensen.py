"""Jensen's inequality: f(E[g]) >= E[f(g)] for concave f, <= for convex f.

A line is justified when, on one side, some f(E[g]) can be replaced by E[f(g)] so that the other side results, and the
shape of f together with the direction of the place gives the inequality claimed. E may be an expectation, one over a
uniform index, an average of equally weighted terms, or an integral against a density of what it integrates over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from autograder.derivation.binders import Expectation, Integral, Total, Uniform, targets
from autograder.derivation.expressions import Apply, DensityAt, Expr, Mean, Number, Power, Product, Sum, expr
from autograder.derivation.functions import CONCAVE, CONVEX, UNDECIDED, Function, second_derivative, shape
from autograder.derivation.normal import equal_under
from autograder.derivation.signs import positive
from autograder.derivation.sites import places


@dataclass(frozen=True)
class Finding:
    """Whether a rule gives the line, and why or why not; `undecided` when the shape of the function is not known."""

    ok: bool
    why: str = ""
    undecided: bool = False


@dataclass(frozen=True)
class _Curve:
    """The function at a place: its name, its shape where it is applied, and its second derivative for a message."""

    name: str
    shape: str
    function: Function | None = None

    def second(self) -> str:
        return f": its second derivative is {second_derivative(self.function)}" if self.function else ""


def by_jensen(left: Expr, relation: str, right: Expr, detail: str, features: frozenset[str]) -> Finding:
    """Whether left >= right (or <=) by one use of Jensen's inequality, other rules of the line being `features`."""
    if relation == "=":
        return Finding(False, "Jensen gives an inequality, not an equality")
    large, small = (left, right) if relation == ">=" else (right, left)
    claim = _claim(detail)
    finding = Finding(False, "there is no place where f(E[..]) on one side becomes E[f(..)] on the other")
    for side, other, outer_is_large in ((large, small, True), (small, large, False)):
        for curve, direction, swapped in _swaps(side):
            if not equal_under(swapped, other, features):
                continue
            finding = _judged(curve, direction, outer_is_large, claim)
            if finding.ok or finding.undecided:
                return finding
    return finding


def _judged(curve: _Curve, direction: int, outer_is_large: bool, claim: tuple[str, str]) -> Finding:
    name, said = claim
    if curve.shape == UNDECIDED:
        return Finding(False, f"whether {curve.name} is convex or concave could not be decided", True)
    if name and name != curve.name:
        return Finding(False, f"Jensen is applied here to {curve.name}, not to {name}")
    if said and said != curve.shape:
        return Finding(False, f"{curve.name} is {curve.shape}, not {said}{curve.second()}")
    if curve.shape not in (CONVEX, CONCAVE):
        return Finding(False, f"{curve.name} is {curve.shape} on the positive numbers: no Jensen")
    if not direction:
        return Finding(
            False, f"{curve.name}(E[..]) stands where it is unclear whether a larger value makes the whole larger"
        )
    if (direction > 0) == ((curve.shape == CONCAVE) == outer_is_large):
        return Finding(True, f"{curve.name} is {curve.shape}")
    sign = ">=" if curve.shape == CONCAVE else "<="
    so = f"{curve.name} is {curve.shape}, so {curve.name}(E[f]) {sign} E[{curve.name}(f)]"
    return Finding(False, f"that is Jensen the wrong way round: {so}")


def _swaps(side: Expr) -> Iterator[tuple[_Curve, int, Expr]]:
    """Every f(E[g]) in it: f, the direction of the place, and the side with E[f(g)] there."""
    for e, direction, put in places(side):
        if isinstance(e, Apply):
            function = e.function
            for moved in _inside(e.argument, function):
                yield _Curve(function.name, shape(function), function), direction, put(moved)
        if isinstance(e, Power) and e.exponent not in (0, 1):
            raised = _Curve(f"power {e.exponent}", _power_shape(e))
            for moved in _inside(e.base, lambda g, n=e.exponent: Power(g, n)):
                yield raised, direction, put(moved)


def _power_shape(e: Power) -> str:
    return CONVEX if positive(e.base) or (e.exponent > 0 and e.exponent % 2 == 0) else UNDECIDED


def _inside(argument: Expr, f: object) -> Iterator[Expr]:
    """E[f(g)] for an argument E[g]."""
    assert callable(f)
    match argument:
        case Expectation(_, body) | Uniform(_, body):
            yield argument.with_parts(body=f(body))
        case Mean(bodies):
            yield Mean(tuple(f(body) for body in bodies))
        case Integral(variables, Product(factors)):
            for i, weight in enumerate(factors):
                rest = factors[:i] + factors[i + 1 :]
                if isinstance(weight, DensityAt) and targets((weight,)) == variables and rest:
                    yield Integral(variables, Product((weight, f(rest[0] if len(rest) == 1 else Product(rest)))))
        case Product(factors):
            yield from _average(factors, f)


def _average(factors: tuple[Expr, ...], f: object) -> Iterator[Expr]:
    """The average of f over equally weighted terms, for 1/n times a sum of n terms, or 1/m times a sum over i <= m."""
    assert callable(f)
    for i, summed in enumerate(factors):
        rest = Product(factors[:i] + factors[i + 1 :])
        if isinstance(summed, Sum) and equal_under(rest, Number(Fraction(1, len(summed.terms))), frozenset()):
            yield Product((rest, Sum(tuple(f(term) for term in summed.terms))))
        if isinstance(summed, Total) and equal_under(rest, Power(expr(summed.index.size), -1), frozenset()):
            yield Product((rest, Total(summed.index, f(summed.body))))


def _claim(detail: str) -> tuple[str, str]:
    """(function, shape) out of what was said: `log is concave`, `-log is convex` (the same), `log`, or nothing."""
    words = re.fullmatch(r"\s*(-?)\s*\\?(.*?)\s*(?:\bis\b\s*(convex|concave))?\s*", detail, re.I)
    assert words is not None
    minus, name, said = words[1], words[2].strip(), (words[3] or "").lower()
    if name.lower() in ("convex", "concave"):
        name, said = "", name.lower()
    name = {"ln": "log", "the log": "log", "the logarithm": "log"}.get(name, name)
    if minus and said:
        said = CONVEX if said == CONCAVE else CONCAVE
    return name, said
