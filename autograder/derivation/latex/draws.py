"""Expectations by what is drawn: E_{z ~ q(z|x)}, E_{z_1, ..., z_m ~ q(z|x)}, E_{j ~ U(1..m)}."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lark import Token

from autograder.derivation import language
from autograder.derivation.expressions import Count, DensityAt, Expr
from autograder.derivation.names import Index, Variable

if TYPE_CHECKING:
    from autograder.derivation.latex.reader import Reader, Scope


def expectation(reader: Reader, over: Any, body: Any, scope: Scope) -> Expr:
    """E_over[body]."""
    if over.data == "over":
        return language.E(reader.densities(over.children[0], scope), reader.meaning(body, scope))
    if over.data == "uniform":
        return _uniform(reader, over, body, scope)
    draws, _, given = over.children
    densities = reader.densities(given, scope)
    variables = [part for part in draws.children if not isinstance(part, Token)]
    dots = len(variables) < len(draws.children)
    if dots or any(part.data == "span" for v in variables for part in v.children[1:] if not isinstance(part, Token)):
        return language.E(_family(reader, over, variables, densities), reader.meaning(body, scope))
    drawn = [reader.variable(v, scope) for v in variables]
    return language.E(_explicit(reader, over, drawn, densities), reader.meaning(body, scope))


def _uniform(reader: Reader, over: Any, body: Any, scope: Scope) -> Expr:
    name, _, uniform = over.children
    last = re.findall(r"[A-Za-z]\w*|\d+", str(uniform))[-1]
    size = int(last) if last.isdigit() else reader.vocabulary.scalars.get(last)
    if not isinstance(size, int | Count):
        raise reader.stop(uniform, f"{last} is not declared as a Count")
    bound = language.index(str(name.children[0]), size)
    return language.uniform(bound, reader.meaning(body, {**scope, bound.name: bound}))


def _explicit(reader: Reader, over: Any, drawn: list[Variable], densities: list[Expr]) -> list[Expr]:
    """Densities of exactly what is drawn; z_1, z_2 ~ q(z | x) draws two copies."""
    written = {v for d in densities if isinstance(d, DensityAt) for v in d.of}
    if written == set(drawn):
        return densities
    one = densities[0]
    if (
        len(densities) != 1
        or not isinstance(one, DensityAt)
        or len(one.of) != 1
        or any(v.root not in one.of for v in drawn)
    ):
        raise reader.stop(over, "what is drawn is not what the density is a density of")
    return [one.density.at([v], one.given) for v in drawn]


def _family(reader: Reader, over: Any, variables: list[Any], densities: list[Expr]) -> Expr:
    """The product over i of q(z_i | x), for z_1, ..., z_m or z_{1:m}."""
    last = variables[-1].children[1] if len(variables[-1].children) > 1 else None
    size: int | Count | None = None
    if last is not None and not isinstance(last, Token):
        size = reader.size(last.children[-1] if last.data == "span" else last, {})
    elif last is not None:
        size = int(last)
    one = densities[0]
    if size is None or len(densities) != 1 or not isinstance(one, DensityAt) or len(one.of) != 1:
        raise reader.stop(over, r"draw copies as in z_1, \ldots, z_m \sim q(z \mid x)")
    (variable,) = one.of
    bound = Index("i", size)
    return language.product(bound, one.density.at([variable.root[bound]], one.given))
