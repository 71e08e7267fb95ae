"""All mutants of a solution cell: one slip each, written back into the text so that the rest keeps its form."""

import ast
import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.mutants.operators import OPERATORS


@dataclass(frozen=True)
class Mutant:
    """`source` is the cell with one slip, `slip` its kind, `line` where it is (from 1)."""

    exercise: str
    slip: str
    line: int
    original: str
    source: str

    @property
    def diff(self) -> str:
        """The lines that changed, as a unified diff without header."""
        lines = difflib.unified_diff(self.original.splitlines(), self.source.splitlines(), lineterm="", n=0)
        return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


def mutants(exercise: str, source: str) -> list[Mutant]:
    """Every mutant of a solution cell, each once, in the order of the text. Docstrings and annotations stay."""
    seen, found = {source}, []
    for node in _nodes(ast.parse(source)):
        for operator in OPERATORS:
            for slip, replacement in operator(node):
                text = _replaced(source, node, replacement)
                if text not in seen and _parses(text):
                    seen.add(text)
                    found.append(Mutant(exercise, slip, node.lineno, source, text))  # type: ignore[attr-defined]
    return found


def _nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of code that can be wrong: no docstrings, annotations, messages of exceptions, format strings."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.arguments | ast.JoinedStr | ast.Raise | ast.Import | ast.ImportFrom):
            continue
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            continue
        if hasattr(child, "lineno"):
            yield child
        yield from _nodes(child)


def _replaced(source: str, node: ast.AST, replacement: ast.AST) -> str:
    """The source with the text of `node` replaced; a compound statement keeps its body as written."""
    if isinstance(node, ast.If) and isinstance(replacement, ast.If):
        node, replacement = node.test, replacement.test
    text = ast.unparse(ast.fix_missing_locations(replacement))
    if not isinstance(replacement, ast.Constant | ast.Name | ast.Call | ast.Attribute | ast.Subscript):
        text = f"({text})"
    start, end = _offsets(source, node)
    return (source.encode()[:start] + text.encode() + source.encode()[end:]).decode()


def _offsets(source: str, node: ast.AST) -> tuple[int, int]:
    """Where the node begins and ends, in bytes (as the syntax tree counts columns)."""
    starts = [0]
    for line in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    lines = (node.lineno, node.end_lineno)  # type: ignore[attr-defined]
    columns = (node.col_offset, node.end_col_offset)  # type: ignore[attr-defined]
    return starts[lines[0] - 1] + columns[0], starts[lines[1] - 1] + columns[1]


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True
