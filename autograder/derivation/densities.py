"""Densities: declared with their variables, their conditions and, where there is one, their factorisation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from autograder.derivation.expressions import DensityAt
from autograder.derivation.graph import ancestors, separated
from autograder.derivation.mistakes import Mistake
from autograder.derivation.names import Conditional, Index, Variable, as_tuple, check_name, split_bar


@dataclass(frozen=True, init=False, repr=False)
class Density:
    """A joint density p(of), or a conditional one p(of | given), positive everywhere unless declared otherwise.

    `factors` declares what it is a product of: [z1 | x, z2 | z1] says p(z1, z2 | x) = p(z1 | x) p(z2 | z1).
    Independence is read off it. With `positive=False` it may vanish somewhere. With `indexed=True` there is one for
    every i: q[i].
    """

    name: str
    of: tuple[Variable, ...]
    given: tuple[Variable, ...]
    factors: tuple[Conditional, ...]
    positive: bool
    indexed: bool
    index: int | Index | None

    def __init__(
        self,
        name: str,
        of: Variable | Iterable[Variable],
        given: Variable | Iterable[Variable] = (),
        factors: Iterable[Variable | Conditional] = (),
        positive: bool = True,
        indexed: bool = False,
        index: int | Index | None = None,
    ) -> None:
        of, given = as_tuple(of), as_tuple(given)
        declared = [f if isinstance(f, Conditional) else Conditional(as_tuple(f), ()) for f in factors]
        values = (name, of, given, tuple(declared) or (Conditional(of, given),), positive, indexed, index)
        for field, value in zip(self.__dataclass_fields__, values, strict=True):
            object.__setattr__(self, field, value)
        self._check()

    def _check(self) -> None:
        names = [v.name for v in self.of + self.given]
        for name in (self.name, *names):
            check_name(name)
        if not self.of or len(set(names)) < len(names) or any(v.copy is not None for v in self.of + self.given):
            raise Mistake(f"{self.name} needs at least one variable, each named once, and no copies")
        seen = set(self.given)
        for factor in self.factors:
            if not set(factor.given) <= seen:
                raise Mistake(
                    f"the factors of {self.name} must be in order: each is given variables that stand before it"
                )
            if set(factor.targets) & seen or not set(factor.targets) <= set(self.of):
                raise Mistake(f"the factors of {self.name} must have each of its variables once")
            seen |= set(factor.targets)
        if seen != set(self.of) | set(self.given):
            raise Mistake(f"the factors of {self.name} leave out some of its variables")

    @cached_property
    def parents(self) -> dict[str, frozenset[str]]:
        """For every variable, the ones that its factor is given (earlier ones of the same factor included)."""
        found: dict[str, frozenset[str]] = {v.name: frozenset() for v in self.given}
        for factor in self.factors:
            before = frozenset(v.name for v in factor.given)
            for variable in factor.targets:
                found[variable.name] = before
                before |= {variable.name}
        return found

    @cached_property
    def conditions(self) -> frozenset[str]:
        """The names that it is only declared given."""
        return frozenset(v.name for v in self.given)

    def __getitem__(self, index: int | Index) -> Density:
        if not self.indexed or self.index is not None:
            raise Mistake(f"{self.name} is one density, not one for every index; declare it with indexed=True")
        return replace_index(self, index)

    def __call__(self, *arguments: Variable | Conditional) -> DensityAt:
        """p(x, z), p(x | z), p(z): the joint, a conditional or a marginal of it."""
        return self.at(*split_bar(arguments))

    def at(self, of: Iterable[Variable], given: Iterable[Variable]) -> DensityAt:
        """p(of | given), refused where the declaration doesn't say what that is."""
        of, given = tuple(of), tuple(given)
        roots = [v.name for v in of + given]
        known = {v.name: v for v in self.of + self.given}
        if self.indexed and self.index is None:
            raise Mistake(f"there is one {self.name} for every index: write {self.name}[i](...)")
        if unknown := [v for v in of + given if v.root != known.get(v.name)]:
            raise Mistake(f"{self.name} is a density of {listed(self.of)}: it says nothing about {listed(unknown)}")
        if len(set(roots)) < len(roots):
            raise Mistake(f"{self.name} has one place for each variable: for several copies multiply densities")
        if not of or any(v.name in self.conditions for v in of):
            raise Mistake(
                f"{self.name} is only declared given {listed(self.given)}, not a density of {listed(of or self.given)}"
            )
        for missing in self.conditions - set(roots):
            if not self.independent([v.name for v in of], missing, roots):
                raise Mistake(f"{self.name} is only declared given {listed(self.given)}: write {missing} after the bar")
        return DensityAt(self, frozenset(of), frozenset(given))

    def independent(self, of: Iterable[str], other: str, given: Iterable[str]) -> bool:
        """Whether `of` doesn't depend on `other` once the rest of `given` and of the conditions is known."""
        rest = (frozenset(given) | self.conditions) - frozenset(of) - {other}
        return separated(self.parents, frozenset(of), frozenset([other]), rest)

    def closed(self, names: frozenset[str]) -> bool:
        """Whether the variables include everything that they descend from."""
        return ancestors(self.parents, names) <= names | self.conditions

    def __repr__(self) -> str:
        return self.name if self.index is None else f"{self.name}[{getattr(self.index, 'name', self.index)}]"


def replace_index(density: Density, index: int | Index | None) -> Density:
    """The density for another index."""
    return replace(density, index=index)


def listed(variables: Iterable[Variable]) -> str:
    """Variables as one would list them."""
    return ", ".join(str(v) for v in variables)
