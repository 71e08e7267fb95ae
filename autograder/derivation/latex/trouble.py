"""What can't be read: where it is, what was expected there, or what it could mean."""

from __future__ import annotations

from autograder.derivation.mistakes import Mistake

WORDS = {
    "VARIABLE": "a variable",
    "DENSITY": "a density",
    "QUANTITY": "a named quantity",
    "SCALAR": "a parameter",
    "NUMBER": "a number",
    "LPAR": "(",
    "RPAR": ")",
    "LSQB": "[",
    "RSQB": "]",
    "LBRACE": "{",
    "RBRACE": "}",
    "SET_OPEN": r"\{",
    "SET_CLOSE": r"\}",
    "BAR": r"\mid",
    "BARS": r"\|",
    "DIFFERENTIAL": "d and a variable, as in dz",
    "COMMA": "a comma",
    "INDEX": "an index",
    "TILDE": r"\sim",
    "UNIFORM": "U(1, ..., m)",
    "CIRCUMFLEX": "^",
    "$END": "the end of the row",
}
OPENS_A_TERM = {"LOG", "FRAC", "SHORT_FRACTION", "SUM", "INT", "EXPECTATION", "KL", "ENTROPY", "ROOT", "EXP", "DECIMAL"}


class LatexMistake(Mistake):
    """Part of a row of LaTeX that can't be read, or that can be read in two ways."""


def trouble(source: str, position: int, message: str) -> LatexMistake:
    """A mistake that shows its line of the source with a caret under the place."""
    position = min(max(position, 0), len(source))
    start = source.rfind("\n", 0, position) + 1
    end = source.find("\n", position)
    line = source[start : end if end >= 0 else len(source)]
    number = source.count("\n", 0, position) + 1
    return LatexMistake(f"line {number}: {message}\n    {line}\n    {' ' * (position - start)}^")


def expected(terminals: set[str]) -> str:
    """What could have stood there, in words."""
    if len(terminals & OPENS_A_TERM) > 3:
        rest = sorted(WORDS[t] for t in terminals & {"RPAR", "RSQB", "DIFFERENTIAL", "BARS", "$END"})
        return " or ".join(["an expression", *rest])
    words = [WORDS.get(t, t.lower().replace("_", " ")) for t in sorted(terminals)]
    return " or ".join(dict.fromkeys(words)) or "nothing more"
