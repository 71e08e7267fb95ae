"""Plain data to a derivation, trusting nothing: every type, name, size and reference is checked.

Whatever is wrong raises Malformed. The cost is bounded: by the number of rows, their depth, and by the size of all
expressions when what their rows share is written out.
"""

from __future__ import annotations

from typing import Any

from autograder.derivation import language
from autograder.derivation.densities import Density
from autograder.derivation.derivation import MOST_LINES, Derivation
from autograder.derivation.expressions import Claim, Count, DensityAt, Expr
from autograder.derivation.functions import STANDARD, Function, from_formula
from autograder.derivation.kinds import KINDS
from autograder.derivation.line import Step
from autograder.derivation.mistakes import Malformed
from autograder.derivation.names import Conditional, Index, Subset, Variable
from autograder.derivation.rulebook import ALL, MOST_PER_LINE, Rule
from autograder.derivation.validation import a_bool, a_dict, a_known, a_list, a_name, a_relation, an_integer
from autograder.derivation.writing import VERSION

MOST_ROWS, DEEPEST, LARGEST_TREE, LARGEST_SUM, LONGEST_DETAIL = 2000, 50, 2000, 60_000, 80


class Reader:
    """Declarations and expressions read so far."""

    def __init__(self, data: object) -> None:
        self.data = a_dict(data)
        self.formulas: dict[int, list[str]] = {}  # functions of one's own, by the row of their formula
        self.used: list[int] = []  # the rows that the row being read refers to
        self.total = 0
        self.counts: dict[str, Count] = {}
        self.densities: dict[str, Density] = {}
        self.functions: dict[str, Function] = dict(STANDARD)
        self.expressions: list[Expr] = []
        self.sizes: list[tuple[int, int]] = []  # (depth, size written out) per row

    def derivation(self) -> Derivation:
        if self.data.get("version") != VERSION:
            raise Malformed("this is not a derivation of this version")
        for name, at_most in (a_list(row, 2) for row in a_list(self.data.get("counts"))):
            self._new(name, self.counts)
            self.counts[name] = Count(name, None if at_most is None else self.count(at_most))
        for row in a_list(self.data.get("densities")):
            self._density(a_list(row, 6))
        for row in a_list(self.data.get("functions")):
            name, body = a_list(row, 2)
            self.formulas.setdefault(an_integer(body), []).append(a_name(name))
        for row in a_list(self.data.get("rows"), most=MOST_ROWS):
            self._row(a_list(row))
            self._functions()
        start, goal = self.at(self.data.get("start")), self.data.get("goal")
        claim = None
        if goal is not None:
            left, relation, right = a_list(goal, 3)
            claim = Claim(self.at(left), a_relation(relation), self.at(right))
        steps = tuple(self._step(a_list(line, 3)) for line in a_list(self.data.get("lines"), most=MOST_LINES))
        return Derivation(start, claim, steps)

    def _functions(self) -> None:
        """The functions whose formula is the row just read."""
        formula = self.expressions[-1]
        for name in self.formulas.get(len(self.expressions) - 1, ()):
            self._new(name, self.functions)
            self.functions[name] = from_formula(name, formula)

    def _step(self, line: list[Any]) -> Step:
        relation, right, by = line
        rules = tuple(self._rule(a_list(rule, 2)) for rule in a_list(by, most=MOST_PER_LINE))
        if not rules:
            raise Malformed("a line cites no rule")
        return Step(a_relation(relation), self.at(right), rules)

    def _rule(self, rule: list[Any]) -> Rule:
        name, detail = rule
        if type(name) is not str or name not in ALL or type(detail) is not str or len(detail) > LONGEST_DETAIL:
            raise Malformed("a line cites what is no rule")
        return ALL[name](detail) if detail else ALL[name]

    def _density(self, row: list[Any]) -> None:
        name, of, given, factors, positive, indexed = row
        self._new(name, self.densities)
        first, second = ([self._variable(v, plain=True) for v in a_list(side)] for side in (of, given))
        known = {v.name: v for v in first + second}
        parts = []
        for factor in a_list(factors):
            targets, conditions = (tuple(a_known(v, known) for v in a_list(side)) for side in a_list(factor, 2))
            parts.append(Conditional(targets, conditions))
        self.densities[name] = Density(name, first, second, parts, a_bool(positive), a_bool(indexed))

    def _row(self, row: list[Any]) -> None:
        kind = row[0] if row else None
        build = KINDS.get(kind) if type(kind) is str else None
        if build is None or len(row) != build.__code__.co_argcount:
            raise Malformed("an expression of an unknown kind")
        self.used = []
        made = build(self, *row[1:])
        depth = 1 + max((self.sizes[i][0] for i in self.used), default=0)
        size = 1 + sum(self.sizes[i][1] for i in self.used)
        self.total += size
        if depth > DEEPEST or size > LARGEST_TREE or self.total > LARGEST_SUM:
            raise Malformed("an expression is too large or nested too deeply")
        self.expressions.append(made)
        self.sizes.append((depth, size))

    def at(self, number: object) -> Expr:
        if type(number) is not int or not 0 <= number < len(self.expressions):
            raise Malformed("an expression refers to one that isn't there")
        self.used.append(number)
        return self.expressions[number]

    def some(self, numbers: object) -> tuple[Expr, ...]:
        return tuple(self.at(number) for number in a_list(numbers))

    def density_at(self, number: object) -> DensityAt:
        found = self.at(number)
        if not isinstance(found, DensityAt):
            raise Malformed("this must be a density")
        return found

    def count(self, name: object) -> Count:
        return a_known(name, self.counts)

    def size(self, size: object) -> int | Count:
        return self.count(size) if type(size) is str else an_integer(size, 1, 12)

    def index(self, index: object) -> Index:
        name, size = a_list(index, 2)
        return language.index(a_name(name), self.size(size))

    def subset(self, subset: object) -> Subset:
        name, size, of = a_list(subset, 3)
        return language.subset(a_name(name), self.size(size), self.size(of))

    def _variable(self, variable: object, plain: bool = False) -> Variable:
        name, discrete, copy = a_list(variable, 3)
        root = Variable(a_name(name), None, a_bool(discrete))
        if copy is None:
            return root
        if plain:
            raise Malformed("a density is declared of variables, not of copies")
        if type(copy) is int:
            return root[an_integer(copy, 1, 99)]
        parts = a_list(copy, 2)
        return root[self.subset(parts[0])[self.index(parts[1])] if type(parts[0]) is list else self.index(parts)]

    def variables(self, variables: object) -> list[Variable]:
        return [self._variable(v) for v in a_list(variables)]

    def _new(self, name: object, among: dict[str, Any]) -> None:
        if a_name(name) in among:
            raise Malformed(f"{name} is declared twice")
