"""An aligned block as a derivation: its rows, their relations, and the rules in \\text{...} at their ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.derivation.derivation import Derivation
from autograder.derivation.expressions import Claim
from autograder.derivation.latex.reader import Reader
from autograder.derivation.latex.trouble import trouble
from autograder.derivation.latex.vocabulary import vocabulary
from autograder.derivation.line import Step
from autograder.derivation.mistakes import Mistake
from autograder.derivation.rulebook import Rule, cited

LONGEST_SOURCE = 20_000
RELATION = re.compile(r"=|\\geqslant|\\leqslant|\\geq?(?![A-Za-z])|\\leq?(?![A-Za-z])|≥|≤")
SIGN = {"=": "=", "≥": ">=", "≤": "<=", "g": ">=", "l": "<="}
REASON = re.compile(r"(?:\\(?:q?quad)|[\s&(])*\\(?:text|textrm|mbox|textit|tag)\s*\{([^{}]*)\}[\s)]*$")
ENVIRONMENT = re.compile(
    r"\\(?:begin|end)\s*\{(?:aligned|align\*?|split|equation\*?)\}|\$\$?|(?<!\\)\\[\[\]]|(?<!\\)%[^\n]*"
)


@dataclass
class Row:
    """A row of the block: its text and where it begins in the source."""

    text: str
    start: int


def from_latex(source: str, *declared: object, goal: Claim | None = None) -> Derivation:
    """The derivation in an aligned block.

    declared: the densities, named quantities, parameters and sizes that it uses. Each row but the first begins with a
    relation and ends with its rule in \\text{...}. What can be read in two ways is refused with the question that
    decides it.
    """
    if len(source) > LONGEST_SOURCE:
        raise Mistake("that is too long for a derivation")
    text = _blanked(source)
    reader = Reader(vocabulary(declared), source)
    start, steps = None, []
    for row in _rows(text):
        reason, body = _reason(row, reader)
        for relation, piece, offset in _pieces(row.start, body):
            if relation is None:
                if start is not None:
                    raise trouble(source, offset, "a row after the first begins with =, \\ge or \\le")
                start = reader.read(piece, offset)
            elif start is None:
                raise trouble(source, offset, "the first row must begin with an expression")
            elif reason is None:
                raise trouble(source, offset + len(piece.rstrip()), r"by which rule? End the row with \text{..}")
            else:
                steps.append(Step(relation, reader.read(piece, offset), reason))
    if start is None:
        raise Mistake("there is nothing to read")
    return Derivation(start, goal, tuple(steps), tuple(reader.notes))


def _blanked(source: str) -> str:
    """The source with environments, comments and underbraces blanked out, every place kept."""
    text = ENVIRONMENT.sub(lambda found: " " * len(found[0]), source)
    while brace := re.search(r"\\underbrace\s*(?=\{)", text):
        end = _closing(text, brace.end())
        text = text[: brace.start()] + " " * (brace.end() - brace.start()) + text[brace.end() :]
        if label := re.match(r"\s*_\s*(?=\{)", text[end + 1 :]):
            last = _closing(text, end + 1 + label.end())
            text = text[: end + 1] + " " * (last - end) + text[last + 1 :]
    return text


def _closing(text: str, opening: int) -> int:
    """Where the brace that opens here is closed."""
    depth = 0
    for i in range(opening, len(text)):
        depth += {"{": 1, "}": -1}.get(text[i], 0) if text[i - 1 : i] != "\\" else 0
        if depth == 0:
            return i
    raise trouble(text, opening, "this brace is never closed")


def _rows(text: str) -> Iterator[Row]:
    start = 0
    for found in re.finditer(r"\\\\(?:\[[^\]]*\])?|$(?![\s\S])", text):
        if text[start : found.start()].strip(" &\n\t"):
            yield Row(text[start : found.start()], start)
        start = found.end()


def _reason(row: Row, reader: Reader) -> tuple[tuple[Rule, ...] | None, str]:
    """The rules in \\text{...} at the end of a row, and the row without it."""
    found = REASON.search(row.text)
    if not found or found[1].strip() in reader.vocabulary.quantities:
        return None, row.text
    words = re.sub(r"\\geq?(?:slant)?(?![A-Za-z])|≥", ">=", found[1]).replace("$", "").strip(" ()\\")
    words = re.sub(r"^(?:by|using|from|with|apply|applying)\s+(?:the\s+)?", "", words)
    try:
        return cited(words), row.text[: found.start()]
    except Mistake as mistake:
        raise trouble(reader.source, row.start + found.start(1), str(mistake)) from None


def _pieces(start: int, body: str) -> Iterator[tuple[str | None, str, int]]:
    """(relation before it, text, place) of every expression in a row; relations inside braces belong to sums."""
    depth, previous, last = 0, None, 0
    cuts: list[tuple[str | None, int, int]] = []
    for found in re.finditer(r"(?<!\\)[{}]|" + RELATION.pattern, body):
        if found[0] in "{}":
            depth += 1 if found[0] == "{" else -1
        elif depth == 0:
            cuts.append((previous, last, found.start()))
            previous, last = SIGN.get(found[0], SIGN.get(found[0][1:2])), found.end()
    cuts.append((previous, last, len(body)))
    for relation, begin, end in cuts:
        if body[begin:end].strip(" &\n\t"):
            yield relation, body[begin:end], start + begin
