"""What was declared, and the tokens by which it is recognised in LaTeX."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from autograder.derivation.densities import Density
from autograder.derivation.expressions import Count, Named, Parameter
from autograder.derivation.mistakes import Mistake
from autograder.derivation.names import Variable

GREEK = "alpha|beta|gamma|delta|epsilon|zeta|eta|theta|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|phi|varphi|chi|psi|omega"
BOLD = r"\\(?:mathbf|boldsymbol|bm|vec|mathrm|mathit)"
NEVER = "(?!x)x"


@dataclass
class Vocabulary:
    """Densities, variables, quantities and scalars by name."""

    densities: dict[str, Density] = field(default_factory=dict)
    variables: dict[str, Variable] = field(default_factory=dict)
    quantities: dict[str, Named] = field(default_factory=dict)
    scalars: dict[str, Parameter | Count] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """All that is declared."""
        return [*self.densities, *self.variables, *self.quantities, *self.scalars]

    def terminals(self) -> str:
        """Definitions of the terminals that depend on what was declared."""
        variable = _any(map(_letter, self.variables))
        greek = rf"\\(?:{GREEK})(?![A-Za-z])"
        subscript = rf"(?:\s*_\s*(?:{greek}|\{{\s*{greek}\s*\}}))?"
        density = _any(rf"{_letter(name)}{subscript}" for name in self.densities)
        arguments = rf"(?:\s*\((?:{greek}|{BOLD}|{variable}|[\s,;{{}}])*\))?"
        quantity = _any(rf"(?:{_quantity(name)}){arguments}" for name in self.quantities)
        scalar = _any(map(_letter, self.scalars))
        rows = {"VARIABLE": variable, "DENSITY": density, "QUANTITY": quantity, "SCALAR": scalar}
        rows["DIFFERENTIAL"] = rf"(?:\\mathrm\s*\{{\s*d\s*\}}|d)(?=\s*(?:{variable}))"
        return "\n".join(
            f"{name}.{4 if name in ('QUANTITY', 'DIFFERENTIAL') else 2}: /{body}/" for name, body in rows.items()
        )


def vocabulary(declared: Iterable[object]) -> Vocabulary:
    """What was declared, with the variables of the densities and the names inside the quantities."""
    found = Vocabulary()
    for item in declared:
        match item:
            case Density():
                found.densities[item.name] = item
                found.variables |= {v.name: v for v in item.of + item.given}
            case Named(name):
                found.quantities[name] = item
            case Parameter(name) | Count(name):
                found.scalars[name] = item
            case _:
                raise Mistake(f"{item!r} can't be declared: give densities, named quantities, parameters and sizes")
    for name in found.variables:
        base = re.fullmatch(r"([A-Za-z]+?)_?(\d+)", name)
        if base and base[1] in found.variables:
            raise Mistake(
                f"{base[1]}_{base[2]} could be the variable {name} or a copy of {base[1]}: rename one of them"
            )
    return found


def name_in(token: str, among: Iterable[str]) -> str:
    """The declared name that a token stands for."""
    for name in sorted(among, key=len, reverse=True):
        if re.match(rf"(?:{_quantity(name)}|{_letter(name)})", token):
            return name
    raise Mistake(f"{token} is not declared")


def _letter(name: str) -> str:
    """A name as it is typed: x, \\mathbf{x}, z1 or z_1 or z_{1}, \\beta."""
    if re.fullmatch(GREEK, name):
        return rf"\\{name}(?![A-Za-z])"
    core = re.escape(name)
    if digits := re.fullmatch(r"([A-Za-z]+?)_?(\d+)", name):
        core = rf"{digits[1]}_?\s*(?:{digits[2]}|\{{\s*{digits[2]}\s*\}})"
    return rf"(?:{BOLD}\s*\{{\s*{core}\s*\}}|{core}(?![A-Za-z]))"


def _quantity(name: str) -> str:
    """ELBO, \\mathrm{ELBO}, \\mathcal{L}_m for L_m."""
    head, _, index = name.partition("_")
    wrapped = r"\\(?:text|mathrm|operatorname|mathit|mathcal|mathsf)"
    core = rf"(?:{wrapped}\s*\{{\s*{re.escape(head)}\s*\}}|{wrapped}\s+{re.escape(head)}|{re.escape(head)})(?![A-Za-z])"
    return core + (
        rf"\s*_\s*(?:{re.escape(index)}|\{{\s*{re.escape(index)}\s*\}})(?![A-Za-z0-9])" if index else r"(?!\s*_)"
    )


def _any(patterns: Iterable[str]) -> str:
    ordered = sorted(patterns, key=len, reverse=True)
    return "|".join(f"(?:{p})" for p in ordered) or NEVER
