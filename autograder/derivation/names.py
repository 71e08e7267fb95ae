"""What densities speak about: variables, their copies z[1], z[2], ..., and the indices that run over copies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from autograder.derivation.mistakes import Mistake

if TYPE_CHECKING:
    from autograder.derivation.expressions import Count

LONGEST_NAME = 40
Size: TypeAlias = "int | Count"


@dataclass(frozen=True)
class Index:
    """i = 1, ..., size: bound by a sum, an average or a product over i."""

    name: str
    size: Size


@dataclass(frozen=True)
class Subset:
    """A set of `size` distinct numbers out of 1, ..., of; S[i] is its i-th element."""

    name: str
    size: Size
    of: Size

    def __getitem__(self, index: Index) -> Pick:
        if not isinstance(index, Index) or index.size != self.size:
            raise Mistake(
                f"{self.name} has {show(self.size)} elements: use an index that runs from 1 to {show(self.size)}"
            )
        return Pick(self, index)


class Every:
    """Stands for an index that is bound further in: the copies z[i] for all i."""

    def __repr__(self) -> str:
        return "every"


@dataclass(frozen=True)
class Pick:
    """The i-th element of a subset."""

    subset: Subset
    index: Index | Every


EVERY = Every()
Copy = int | Index | Pick | Every | str | None


@dataclass(frozen=True, repr=False)
class Variable:
    """A variable, or a copy of it: z, z[1], z[i]. Copies take the same values and follow the same densities.

    `discrete` variables are summed over; the others are integrated over.
    """

    name: str
    copy: Copy = None
    discrete: bool = False

    def __getitem__(self, copy: int | Index | Pick) -> Variable:
        if self.copy is not None:
            raise Mistake(f"{self} is a copy already")
        if not isinstance(copy, (int, Index, Pick)) or (isinstance(copy, int) and (isinstance(copy, bool) or copy < 1)):
            raise Mistake(f"copies of {self.name} are numbered 1, 2, ...: {self.name}[{copy}] is none")
        return Variable(self.name, copy, self.discrete)

    def copies(self, number: int) -> list[Variable]:
        """[z[1], ..., z[number]]."""
        return [self[i + 1] for i in range(number)]

    @property
    def root(self) -> Variable:
        """The variable of which this is a copy."""
        return self if self.copy is None else Variable(self.name, None, self.discrete)

    def __or__(self, given: Variable | Iterable[Variable]) -> Conditional:
        return Conditional((self,), as_tuple(given))

    def __and__(self, other: Variable | tuple[Variable, ...]) -> tuple[Variable, ...]:
        return (self, *as_tuple(other))

    def __rand__(self, others: tuple[Variable, ...]) -> tuple[Variable, ...]:
        return (*others, self)

    def __repr__(self) -> str:
        return self.name if self.copy is None else f"{self.name}[{show(self.copy)}]"


@dataclass(frozen=True)
class Family:
    """All copies z[1], ..., z[size] at once: what a product of densities over an index binds."""

    name: str
    size: Size
    discrete: bool = False


Name = Variable | Family | Index | Subset


@dataclass(frozen=True)
class Conditional:
    """z | x: targets given conditions, as in q(z | x)."""

    targets: tuple[Variable, ...]
    given: tuple[Variable, ...]


def as_tuple(variables: Variable | Iterable[Variable]) -> tuple[Variable, ...]:
    """One variable or several, as a tuple."""
    found = tuple(variables) if isinstance(variables, Iterable) else (variables,)
    for variable in found:
        if not isinstance(variable, Variable):
            raise Mistake(f"{variable!r} is not a variable")
    return found


def show(copy: object) -> str:
    """An index, a size or a pick as one would write it."""
    if isinstance(copy, Pick):
        return f"{copy.subset.name}[{show(copy.index)}]"
    return str(getattr(copy, "name", copy))


def split_bar(arguments: Iterable[Variable | Conditional]) -> tuple[tuple[Variable, ...], tuple[Variable, ...]]:
    """The arguments of p(x, z | y, u): what stands before the bar, and what stands after it."""
    before: tuple[Variable, ...] = ()
    after: tuple[Variable, ...] = ()
    barred = False
    for argument in arguments:
        if isinstance(argument, Conditional):
            if barred:
                raise Mistake("a density has one bar")
            before, after, barred = before + argument.targets, argument.given, True
        elif barred:
            after += as_tuple(argument)
        else:
            before += as_tuple(argument)
    return before, after


def check_name(name: object) -> None:
    """Refuse what is no name, such as "log p" or "2z"."""
    if not isinstance(name, str) or not name.isidentifier() or len(name) > LONGEST_NAME:
        raise Mistake(f"{name!r} is no name: use letters, digits and _, beginning with a letter")


def variables(names: str, discrete: bool = False) -> Variable | list[Variable]:
    """Variables from a string of names: x, z = variables("x z")."""
    found = [Variable(name, None, discrete) for name in names.split()]
    if not found:
        raise Mistake("variables are named in one string with spaces between, as in variables('x z')")
    for variable in found:
        check_name(variable.name)
    return found[0] if len(found) == 1 else found


def without(names: frozenset[Name], bound: frozenset[Name]) -> frozenset[Name]:
    """Names less the bound ones; a family binds all copies of its variable."""
    if not bound:
        return names
    families = {name.name for name in bound if isinstance(name, Family)}
    return frozenset(
        n
        for n in names - bound
        if not (families and isinstance(n, Variable) and n.copy is not None and n.name in families)
    )


def indices(variables: frozenset[Variable]) -> frozenset[Name]:
    """The indices and subsets that occur in the copies."""
    found: set[Name] = set()
    for variable in variables:
        copy = variable.copy
        parts = (copy.subset, copy.index) if isinstance(copy, Pick) else (copy,)
        found |= {part for part in parts if isinstance(part, (Index, Subset))}
    return frozenset(found)
