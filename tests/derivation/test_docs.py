"""docs/derivations.md is right: its example runs, it has every rule, every verdict and every public name."""

from __future__ import annotations

import re
from pathlib import Path

import autograder.derivation
from autograder.derivation.rendering import TITLES
from autograder.derivation.rulebook import ALL

PAGE = (Path(__file__).parents[2] / "docs" / "derivations.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[str]:
    """The first column of the table under a heading."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    return [line.split(" | ")[0].strip("| ") for line in section.splitlines() if line.startswith("| ")][1:]


def test_the_example_runs() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    scope: dict[str, object] = {}
    exec(code, scope)
    assert scope["proof"].check().proved


def test_every_rule_is_there() -> None:
    assert rows("The rules") == list(ALL)


def test_every_verdict_is_there() -> None:
    assert set(rows("Verdicts")) == set(TITLES)


def test_every_public_name_is_there() -> None:
    for name in autograder.derivation.__all__:
        if name not in ("Malformed", "Mistake", "Variable", "equal", "grade"):
            assert re.search(rf"\b{name}\b", PAGE), name


def test_the_figures_stand_there() -> None:
    assert "EVIDENCE" not in PAGE
    assert re.search(r"[\d,]{7} fuzzed triples", PAGE)
