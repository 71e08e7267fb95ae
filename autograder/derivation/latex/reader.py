"""One row's mathematics as an expression: parsed by the grammar, then given its meaning from the outside in.

Outside in, because what z_i means depends on the sum or the expectation around it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, Tree, UnexpectedCharacters, UnexpectedToken

from autograder.derivation import language
from autograder.derivation.densities import Density
from autograder.derivation.expressions import Count, DensityAt, Expr, Number, Power
from autograder.derivation.functions import exp, log, sqrt
from autograder.derivation.latex.trouble import LatexMistake, expected, trouble
from autograder.derivation.latex.vocabulary import Vocabulary, name_in
from autograder.derivation.mistakes import Mistake
from autograder.derivation.names import Conditional, Index, Variable

Scope = dict[str, Index]


@lru_cache(32)
def _parser(terminals: str) -> Lark:
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar + terminals, lexer="contextual", parser="lalr", propagate_positions=True)


@dataclass
class Reader:
    """Reads rows with one vocabulary; `notes` says how what was left out was read."""

    vocabulary: Vocabulary
    source: str
    notes: list[str] = field(default_factory=list)

    def read(self, text: str, offset: int) -> Expr:
        """The expression that the text is; it begins at this offset of the source."""
        self.offset = offset
        try:
            tree = _parser(self.vocabulary.terminals()).parse(text)
        except UnexpectedToken as stuck:
            at_end = stuck.token.type == "$END"
            place = len(text.rstrip()) if at_end else stuck.token.start_pos or 0
            raise trouble(self.source, offset + place, self._unexpected(stuck)) from None
        except UnexpectedCharacters as stuck:
            place = stuck.pos_in_stream or 0
            raise trouble(self.source, offset + place, self._unknown(text[place:])) from None
        try:
            return self.meaning(tree.children[0], {})
        except RecursionError:
            raise trouble(self.source, offset, "this row is nested too deeply") from None

    def _unexpected(self, stuck: UnexpectedToken) -> str:
        if stuck.token.type == "INDEX":
            return self._unknown(str(stuck.token))
        return f"{expected(set(stuck.accepts or stuck.expected))} was expected here"

    def _unknown(self, rest: str) -> str:
        word = re.match(r"\\?[A-Za-z]+|.", rest)
        return f"{word[0] if word else rest} is not known here; declared are {', '.join(self.vocabulary.names)}"

    def stop(self, tree: Tree[Token] | Token, message: str) -> LatexMistake:
        """A mistake at the place of a part of the row."""
        position = tree.start_pos if isinstance(tree, Token) else getattr(tree.meta, "start_pos", 0)
        return trouble(self.source, self.offset + (position or 0), message)

    def meaning(self, tree: Any, scope: Scope) -> Expr:
        """The expression that a subtree is, inside a scope of indices."""
        try:
            return getattr(self, f"_{tree.data}")(tree, tree.children, scope)
        except LatexMistake:
            raise
        except Mistake as mistake:
            raise self.stop(tree, str(mistake)) from None

    def _sum(self, tree: Any, parts: list[Any], scope: Scope) -> Expr:
        terms, sign = [], "+"
        for part in parts:
            if part.data == "sign":
                sign = str(part.children[0])
            else:
                term = self.meaning(part, scope)
                terms.append(-term if sign == "-" else term)
                sign = "+"
        return terms[0] if len(terms) == 1 else language.total(terms)

    def _product(self, tree: Any, parts: list[Any], scope: Scope) -> Expr:
        slashes = [i for i, part in enumerate(parts) if part.data == "slash"]
        factors = [self.meaning(part, scope) for part in parts if part.data not in ("slash", "times")]
        if not slashes:
            return factors[0] if len(factors) == 1 else language.product(factors)
        if len(parts) != 3 or slashes != [1]:
            raise self.stop(parts[slashes[0]], r"it is unclear what is divided by what: use \frac{..}{..}, or brackets")
        return factors[0] / factors[1]

    def _power(self, tree: Any, parts: list[Any], scope: Scope) -> Expr:
        base = self.meaning(parts[0], scope)
        if len(parts) == 1:
            return base
        digits = "".join(str(t) for t in parts[1].scan_values(lambda _: True))
        return language.power(base, int(digits))

    def _number(self, tree: Any, parts: list[Any], scope: Scope) -> Expr:
        return Number(Fraction(str(parts[0])))

    def _fraction(self, tree: Any, parts: list[Any], scope: Scope) -> Expr:
        if parts[0].type == "SHORT_FRACTION":
            top, bottom = (Number(Fraction(digit)) for digit in re.findall(r"\d", str(parts[0])))
        else:
            top, bottom = (self.meaning(part, scope) for part in parts[1:])  # type: ignore[assignment]
        if isinstance(top, Number) and isinstance(bottom, Number) and bottom.value:
            return Number(top.value / bottom.value)
        return top / bottom

    def _quantity(self, tree: Any, parts: list[Any], scope: Scope) -> Expr:
        return self.vocabulary.quantities[name_in(str(parts[0]), self.vocabulary.quantities)]

    def _scalar(self, tree: Any, parts: list[Any], scope: Scope) -> Expr:
        return self.vocabulary.scalars[name_in(str(parts[0]), self.vocabulary.scalars)]

    def _group(self, tree: Any, parts: list[Any], scope: Scope) -> Expr:
        return self.meaning(next(p for p in parts if isinstance(p, Tree)), scope)

    def _root(self, tree: Any, parts: list[Any], scope: Scope) -> Expr:
        return sqrt(self.meaning(parts[1], scope))

    def _exponential(self, tree: Any, parts: list[Any], scope: Scope) -> Expr:
        return exp(self.meaning(parts[1], scope))

    def _log(self, tree: Any, parts: list[Any], scope: Scope) -> Expr:
        inside = [self.meaning(part, scope) for part in parts[1:]]
        if any(e.free or isinstance(e, DensityAt) for e in inside[:-1]):
            raise self.stop(parts[2], r"how far does the \log reach? Put brackets: \log(a\,b), or (\log a)\,b")
        if isinstance(inside[-1], Power):
            raise self.stop(parts[-1], r"the power of what? Put brackets: \log(a^2), or (\log a)^2")
        return log(inside[0] if len(inside) == 1 else language.product(inside))

    def _integral(self, tree: Any, parts: list[Any], scope: Scope) -> Expr:
        named = [self.variable(p, scope) for p in parts if isinstance(p, Tree) and p.data == "variable"]
        names = [
            self.variable(p.children[-1], scope) for p in parts if isinstance(p, Tree) and p.data == "differential"
        ]
        body = next(p for p in parts if isinstance(p, Tree) and p.data == "sum")
        if named and set(named) != set(names):
            raise self.stop(tree, "the variables under the integral sign are not those of dz")
        return language.integral(names, self.meaning(body, scope))

    def _summed(self, tree: Any, parts: list[Any], scope: Scope) -> Expr:
        variable = self.variable(parts[1], scope)
        if not variable.discrete:
            raise self.stop(parts[1], f"{variable} is not discrete: integrate over it, or declare it discrete")
        return language.integral(variable, self.meaning(parts[2], scope))

    def _total(self, tree: Any, parts: list[Any], scope: Scope) -> Expr:
        bound, body = self._over_index(parts, scope)
        return language.total(bound, body)

    def _plate(self, tree: Any, parts: list[Any], scope: Scope) -> Expr:
        bound, body = self._over_index(parts, scope)
        return language.product(bound, body)

    def _over_index(self, parts: list[Any], scope: Scope) -> tuple[Index, Expr]:
        """The index of a sum or a product, and the body inside its scope."""
        _, name, first, upper, body = parts
        if str(first) != "1":
            raise self.stop(first, "sums and products over an index begin at 1")
        bound = language.index(str(name.children[0]), self.size(upper.children[0], scope))
        return bound, self.meaning(body, {**scope, bound.name: bound})

    def size(self, tree: Any, scope: Scope) -> int | Count:
        """The upper end of a sum: a number or a size."""
        if isinstance(tree, Token):
            return int(tree)
        found = self.meaning(tree, scope)
        if not isinstance(found, Count):
            raise self.stop(tree, f"{found} is not declared as a Count")
        return found

    def _expectation(self, tree: Any, parts: list[Any], scope: Scope) -> Expr:
        from autograder.derivation.latex.draws import expectation

        return expectation(self, parts[1], parts[2], scope)

    def _expectation_short(self, tree: Any, parts: list[Any], scope: Scope) -> Expr:
        return language.E(self.alone(parts[1]), self.meaning(parts[2], scope))

    def _expectation_bare(self, tree: Any, parts: list[Any], scope: Scope) -> Expr:
        raise self.stop(tree, r"over which density is this expectation? Write \mathbb{E}_{q(z \mid x)}[..]")

    def _divergence(self, tree: Any, parts: list[Any], scope: Scope) -> Expr:
        left, right = (self.densities(p, scope) for p in parts if isinstance(p, Tree))
        return language.KL(left, right)

    def _entropy(self, tree: Any, parts: list[Any], scope: Scope) -> Expr:
        return language.H(self.densities(parts[1], scope))

    def densities(self, tree: Any, scope: Scope) -> list[Expr]:
        """A product of densities, each with its variables or by its name alone."""
        return [self.alone(p.children[0]) if p.data == "name" else self.meaning(p, scope) for p in tree.children]

    def alone(self, token: Token) -> DensityAt:
        """A density by its name alone, where it is declared in one way only."""
        density = self.vocabulary.densities[name_in(str(token), self.vocabulary.densities)]
        if len(density.of) > 1 and not density.given:
            raise self.stop(token, f"which {density.name} is meant: that of all its variables, or of some? Write them")
        found = density.at(density.of, density.given)
        note = f"{density.name} alone was read as {found}"
        self.notes += [note] if note not in self.notes else []
        return found

    def _density(self, tree: Any, parts: list[Any], scope: Scope) -> Expr:
        density: Density = self.vocabulary.densities[name_in(str(parts[0]), self.vocabulary.densities)]
        rest = parts[1:]
        if rest and isinstance(rest[0], Tree) and rest[0].data == "subscript":
            density = density[self.copy(rest[0].children[0], scope)]
            rest = rest[1:]
        bar = next((i for i, part in enumerate(rest) if isinstance(part, Token)), len(rest))
        of, given = (
            [self.variable(p, scope) for p in side if isinstance(p, Tree)] for side in (rest[:bar], rest[bar:])
        )
        return density(Conditional(tuple(of), tuple(given))) if given else density(*of)

    def variable(self, tree: Any, scope: Scope) -> Variable:
        """A variable or a copy of it."""
        name = name_in(str(tree.children[0]), self.vocabulary.variables)
        root = self.vocabulary.variables[name]
        return root[self.copy(tree.children[1], scope)] if len(tree.children) > 1 else root

    def copy(self, tree: Any, scope: Scope) -> Any:
        """The number or the bound index of a copy."""
        if isinstance(tree, Token):
            return int(tree)
        name = str(tree.children[0])
        if tree.data != "index" or name not in scope:
            raise self.stop(tree, f"{name} is not bound here: no sum or expectation over {name} reaches this far")
        return scope[name]
