"""A counterexample as a person would redo it: the densities as small tables, where to look, what the sides come to."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Any

from autograder.derivation.arithmetic import DIGITS, Arithmetic, exactly
from autograder.derivation.densities import Density
from autograder.derivation.names import Subset, show
from autograder.derivation.refute import Counterexample
from autograder.derivation.tex import density_tex, name_tex


def sentence(found: Counterexample) -> str:
    """`At x = 1 the left side is 0.18 and the right side is 0.16.`"""
    place = ", ".join(where(found))
    start = f"At {place} the" if place else "The"
    left, right = values(found)
    return f"{start} left side is {left}, the right side is {right}."


def values(found: Counterexample) -> tuple[str, str]:
    """Both sides, with as many digits as it takes to tell them apart."""
    import mpmath

    for digits in (4, 6, 9, 15, 25):
        left, right = (mpmath.nstr(value, digits) for value in (found.left, found.right))
        if left != right:
            break
    return left, right


def where(found: Counterexample) -> Iterator[str]:
    """The values of sizes, indices, parameters and free variables."""
    for name, value in found.sizes.items():
        yield f"{show(name)} = {set(value) if isinstance(name, Subset) else value}"
    for parameter, numbers in sorted(found.world.parameters.items(), key=lambda item: item[0].name):
        yield f"{parameter.name} = {numbers[found.model]}"
    for variable, state in sorted(found.at.items(), key=lambda item: str(item[0])):
        yield f"{variable} = {state}"


def tables(found: Counterexample) -> list[tuple[str, list[str], list[list[str]]]]:
    """(title, header, rows) for each declared density, and for the widths of the cells where they aren't all 1."""
    densities = sorted({at.density for at in found.densities}, key=lambda d: (d.name, str(d.index)))
    found_tables = [_density_table(found, density) for density in densities]
    return [_width_table(found), *found_tables] if not found.probabilities else found_tables


def _density_table(found: Counterexample, density: Density) -> tuple[str, list[str], list[list[str]]]:
    names = [v.name for v in density.of + density.given]
    at = density.at(density.of, density.given)
    with exactly():
        of = frozenset(v.name for v in density.of)
        table = found.world.table(density, of, density.conditions, Arithmetic(found.model, DIGITS))[0]
    rows = []
    for states in product(*(range(found.world.states[name]) for name in names)):
        cell = table[tuple(min(s, n - 1) for s, n in zip(states, table.shape, strict=True))]
        rows.append([*map(str, states), as_fraction(cell)])
    return f"${density_tex(at)}$", [f"${name_tex(name)}$" for name in names], rows


def _width_table(found: Counterexample) -> tuple[str, list[str], list[list[str]]]:
    names = sorted({v.name for at in found.densities for v in at.density.of + at.density.given})
    rows = [
        [f"${name_tex(name)}$", ", ".join(str(Fraction(int(w), 64)) for w in found.world.widths[name][found.model])]
        for name in names
    ]
    return "width of each cell", ["variable"], rows


def as_fraction(value: Any) -> str:
    """A number as the fraction that it is, if its denominator is small, else with four digits."""
    import mpmath

    simple = Fraction(str(mpmath.nstr(value, 30))).limit_denominator(9999)
    close = abs(value - mpmath.mpf(simple.numerator) / simple.denominator) < mpmath.mpf(10) ** -12
    return str(simple) if close else str(mpmath.nstr(value, 4))
