"""Expressions as text, the way one would type them."""

from __future__ import annotations

from autograder.derivation.binders import Divergence, Entropy, Expectation, Integral, Over, Plate, Total, Uniform
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
from autograder.derivation.names import Family, show


def plain(e: Expr, tight: bool = False) -> str:
    """Text for an expression; in brackets where it would otherwise be torn apart (tight)."""
    match e:
        case Number(value):
            return f"({value})" if tight and (value < 0 or value.denominator > 1) else str(value)
        case Parameter(name) | Count(name) | Named(name):
            return name
        case DensityAt(density, of, given):
            order = [v.name for v in density.of + density.given]
            before, after = (", ".join(map(str, sorted(vs, key=lambda v: order.index(v.name)))) for vs in (of, given))
            return f"{density}({before}{f' | {after}' if after else ''})"
        case Support(density):
            return f"[{plain(density)} > 0]"
        case Sum(terms):
            return _brackets(_sum(terms), tight)
        case Product(factors):
            return _brackets(_product(factors), tight)
        case Power(base, exponent):
            return _brackets(f"1/{plain(base, True)}", tight) if exponent == -1 else f"{plain(base, True)}**{exponent}"
        case Apply(function, argument):
            return f"{function.name}({plain(argument)})"
        case Expectation(over, body):
            return f"E({_over(over)}, {plain(body)})"
        case Integral(variables, body):
            names = sorted(f"{v.name}[1..{show(v.size)}]" if isinstance(v, Family) else str(v) for v in variables)
            return f"integral({', '.join(names)}, {plain(body)})"
        case Divergence(left, right):
            return f"KL({_over(left)}, {_over(right)})"
        case Entropy(over):
            return f"H({_over(over)})"
        case Plate(index, body):
            return f"product({index.name}, {plain(body)})"
        case Total(index, body):
            return f"total({index.name}, {plain(body)})"
        case Uniform(index, body):
            return f"uniform({index.name}, {plain(body)})"
        case Mean(bodies):
            return f"uniform([{', '.join(map(plain, bodies))}])"
    raise TypeError(f"no text for {type(e).__name__}")


def _over(over: Over) -> str:
    return " * ".join(map(plain, over))


def _sum(terms: tuple[Expr, ...]) -> str:
    pieces = [plain(term) for term in terms]
    return pieces[0] + "".join(f" - {p[1:]}" if p.startswith("-") else f" + {p}" for p in pieces[1:])


def _product(factors: tuple[Expr, ...]) -> str:
    if len(factors) > 1 and isinstance(factors[0], Number) and factors[0].value == -1:
        return f"-{_product(factors[1:])}"
    text = ""
    for factor in factors:
        below = isinstance(factor, Power) and factor.exponent == -1
        piece = plain(factor.base, True) if isinstance(factor, Power) and below else plain(factor, True)
        text += (" / " if text else "1 / ") + piece if below else (" * " if text else "") + piece
    return text


def _brackets(text: str, needed: bool) -> str:
    return f"({text})" if needed else text
