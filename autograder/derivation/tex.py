"""Expressions as LaTeX, the way one would write them on paper."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction

from autograder.derivation.binders import Divergence, Entropy, Expectation, Integral, Over, Plate, Total, Uniform
from autograder.derivation.densities import Density
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
from autograder.derivation.names import Family, Index, Name, Pick, Subset, Variable, show

SIGNS = {"=": "=", ">=": r"\ge", "<=": r"\le"}
GREEK = re.compile(
    "alpha|beta|gamma|delta|epsilon|zeta|eta|theta|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|phi|chi|psi|omega"
)
LOOSE, TERM, FACTOR, BASE = range(4)


def tex(e: Expr, around: int = LOOSE) -> str:
    """LaTeX for an expression that stands inside a sum (TERM), a product (FACTOR), or under a power (BASE)."""
    match e:
        case Number(value):
            return _number(value, around)
        case Parameter(name) | Count(name):
            return name_tex(name)
        case DensityAt():
            return density_tex(e)
        case Support(density):
            return rf"\mathbf{{1}}[{density_tex(density)} > 0]"
        case Plate(index, factor):
            return rf"\prod_{{{_range(index)}}} {tex(factor)}"
        case Sum(terms):
            return _brackets(_sum(terms), around >= FACTOR)
        case Product(factors):
            return _product(factors, around)
        case Power(base, exponent):
            return rf"\frac{{1}}{{{tex(base)}}}" if exponent == -1 else rf"{tex(base, BASE)}^{{{exponent}}}"
        case Apply(function, argument):
            return _apply(function.name, argument, around)
        case Expectation(over, body):
            return rf"\mathbb{{E}}_{{{over_tex(over)}}}\left[{tex(body)}\right]"
        case Integral(variables, body):
            return _brackets(_integral(variables, body), around >= FACTOR)
        case Divergence(left, right):
            return rf"\mathrm{{KL}}\left({over_tex(left)}\,\|\,{over_tex(right)}\right)"
        case Entropy(over):
            return rf"\mathrm{{H}}\left({over_tex(over)}\right)"
        case Named(name):
            return name_tex(name)
        case Total(index, body):
            return _brackets(rf"\sum_{{{_range(index)}}} {tex(body, FACTOR)}", around >= FACTOR)
        case Uniform(index, body):
            return rf"\mathbb{{E}}_{{{_uniform(index)}}}\left[{tex(body)}\right]"
        case Mean(bodies):
            return rf"\mathbb{{E}}_{{I}}\left[{'; '.join(map(tex, bodies))}\right]"
    raise TypeError(f"no LaTeX for {type(e).__name__}")


def name_tex(name: str) -> str:
    """A name: one letter as it is, Greek letters as such, words upright, L_m with its index."""
    if head := re.fullmatch(r"(\w+?)_(\w+)", name):
        return rf"{name_tex(head[1])}_{{{name_tex(head[2])}}}"
    if GREEK.fullmatch(name):
        return rf"\{name}"
    return name if len(name) == 1 or not name.isidentifier() else rf"\mathrm{{{name}}}"


def variable_tex(variable: Variable | Family) -> str:
    """z, z_1, z_i."""
    if isinstance(variable, Family):
        return rf"{name_tex(variable.name)}_{{1:{size_tex(variable.size)}}}"
    copy = variable.copy
    if copy is None:
        return name_tex(variable.name)
    inside = rf"{copy.subset.name}_{{{show(copy.index)}}}" if isinstance(copy, Pick) else getattr(copy, "name", copy)
    return rf"{name_tex(variable.name)}_{{{inside}}}"


def density_tex(at: DensityAt) -> str:
    """p(x, z | y), the variables in the order of the declaration."""
    bar = rf" \mid {_variables(at.given, at.density)}" if at.given else ""
    index = at.density.index
    name = name_tex(at.density.name) + (rf"_{{{getattr(index, 'name', index)}}}" if index is not None else "")
    return f"{name}({_variables(at.of, at.density)}{bar})"


def over_tex(over: Over) -> str:
    """The densities that an expectation is over."""
    return r"\, ".join(tex(factor) for factor in over)


def size_tex(size: object) -> str:
    return name_tex(str(getattr(size, "name", size)))


def _variables(variables: Iterable[Variable], density: Density) -> str:
    order = [v.name for v in density.of + density.given]
    return ", ".join(variable_tex(v) for v in sorted(variables, key=lambda v: order.index(v.name)))


def _number(value: Fraction, around: int) -> str:
    if value.denominator == 1:
        return _brackets(str(value), value < 0 and around >= FACTOR)
    text = rf"{'-' if value < 0 else ''}\tfrac{{{abs(value.numerator)}}}{{{value.denominator}}}"
    return _brackets(text, around == BASE or (value < 0 and around >= FACTOR))


def _sum(terms: tuple[Expr, ...]) -> str:
    pieces = [tex(term, TERM) for term in terms]
    return pieces[0] + "".join(f" - {p[1:]}" if p.startswith("-") else f" + {p}" for p in pieces[1:])


def _product(factors: tuple[Expr, ...], around: int) -> str:
    if len(factors) > 1 and factors[0].same(Number(Fraction(-1))):
        inner = factors[1] if len(factors) == 2 else Product(factors[1:])
        return _brackets(f"-{tex(inner, FACTOR)}", around >= FACTOR)
    flat = _flat(factors)
    below = [f.base for f in flat if isinstance(f, Power) and f.exponent == -1]
    above = [f for f in flat if not (isinstance(f, Power) and f.exponent == -1)]
    if not below:
        text = _joined(above)
        return _brackets(text, around == BASE and len(above) > 1)
    top, bottom = (_alone_or_product(fs) for fs in (above, below))
    return rf"\frac{{{top}}}{{{bottom}}}"


def _flat(factors: tuple[Expr, ...]) -> list[Expr]:
    return [f for factor in factors for f in (_flat(factor.factors) if isinstance(factor, Product) else [factor])]


def _alone_or_product(factors: list[Expr]) -> str:
    return tex(factors[0]) if len(factors) == 1 else _joined(factors) or "1"


def _joined(factors: list[Expr]) -> str:
    """Factors side by side; a log that isn't the last one in brackets, so that it is clear how far it reaches."""
    logs = [isinstance(f, Apply) and f.function.name == "log" for f in factors[:-1]] + [False]
    return r"\, ".join(_brackets(tex(f, FACTOR), is_log) for f, is_log in zip(factors, logs, strict=True))


def _apply(name: str, argument: Expr, around: int) -> str:
    if name == "sqrt":
        return rf"\sqrt{{{tex(argument)}}}"
    fraction = isinstance(argument, Product) and any(
        isinstance(f, Power) and f.exponent == -1 for f in argument.factors
    )
    simple = isinstance(argument, (DensityAt, Number, Expectation, Named, Parameter, Count, Uniform)) or fraction
    if name == "log" and simple:
        return _brackets(rf"\log {tex(argument, FACTOR)}", around == BASE)
    head = rf"\{name}" if name in ("log", "exp") else name_tex(name)
    return rf"{head}\left({tex(argument)}\right)"


def _integral(variables: frozenset[Name], body: Expr) -> str:
    names = sorted(
        (v for v in variables if isinstance(v, (Variable, Family))), key=lambda v: (v.name, str(getattr(v, "copy", "")))
    )
    discrete = [variable_tex(v) for v in names if v.discrete]
    continuous = [variable_tex(v) for v in names if not v.discrete]
    sums = rf"\sum_{{{', '.join(discrete)}}} " if discrete else ""
    signs = r"\int " if continuous else ""
    return f"{sums}{signs}{tex(body, FACTOR)}" + "".join(rf"\, \mathrm{{d}}{v}" for v in continuous)


def _range(index: Index) -> str:
    return rf"{index.name}=1}}^{{{size_tex(index.size)}"


def _uniform(index: Index | Subset) -> str:
    if isinstance(index, Subset):
        return rf"{index.name} \subset \{{1,\ldots,{size_tex(index.of)}\}},\ |{index.name}| = {size_tex(index.size)}"
    return rf"{index.name} \sim \mathrm{{U}}(1, \ldots, {size_tex(index.size)})"


def _brackets(text: str, needed: bool) -> str:
    return rf"\left({text}\right)" if needed else text
