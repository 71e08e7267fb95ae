"""The gallery notebook runs, shows what its text says, and its open exercise can be done."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.derivation import KL, Density, Derivation, E, equal, log
from autograder.derivation.rulebook import ALL
from tests.derivation.right_chains import x, z

MASTER = Path(__file__).parents[2] / "solutions" / "00_derivations.py"


def code_cells() -> list[str]:
    cells = re.split(r"^# %%(.*)$", MASTER.read_text(encoding="utf-8"), flags=re.M)[1:]
    return [body for kind, body in zip(cells[::2], cells[1::2], strict=True) if "[markdown]" not in kind]


@pytest.fixture(scope="module")
def shown() -> list[str]:
    """What each cell shows: its last expression and what it displays, as text."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    shell, outputs = InteractiveShell(), []
    for cell in code_cells():
        with capture_output() as captured:
            result = shell.run_cell(cell)
        assert result.success, cell
        outputs.append("\n".join([captured.stdout, *(str(o.data.get("text/plain", "")) for o in captured.outputs)]))
    return outputs


def test_it_shows_what_its_text_says(shown: list[str]) -> None:
    verdicts = [found for output in shown for found in re.findall(r": ([a-z-]+)\]$", output, re.M)]
    assert verdicts.count("false") == 3
    assert {"wrong-rule", "gap", "escaped"} <= set(verdicts)
    assert any("left 0.3859, right 0.3005" in output for output in shown)


def test_the_counterexample_in_the_text_is_the_one_that_is_shown(shown: list[str]) -> None:
    assert any("At x = 0 the left side is 0.3859, the right side is 0.3005" in output for output in shown)


def test_every_rule_has_an_example_that_is_right(shown: list[str]) -> None:
    (gallery,) = [output for output in shown if "uniform index: ok" in output]
    for name in ALL:
        assert re.search(rf"\[{re.escape(name)}(: log is concave)?: ok\]", gallery), name
    assert ": false]" not in gallery and ": gap]" not in gallery


def test_the_open_exercise_can_be_done() -> None:
    a, b = Density("a", [x, z]), Density("b", [x, z])
    start = KL(a(x, z), b(x, z))
    end = KL(a(x), b(x)) + E(a(x), KL(a(z | x), b(z | x)))
    proof = (
        Derivation(start, goal=equal(start, end))
        .eq(E(a(x, z), log(a(x, z) / b(x, z))), by="definition")
        .eq(E(a(x, z), log(a(x) / b(x)) + log(a(z | x) / b(z | x))), by="chain rule")
        .eq(E(a(x), E(a(z | x), log(a(x) / b(x)) + log(a(z | x) / b(z | x)))), by="tower")
        .eq(E(a(x), log(a(x) / b(x)) + E(a(z | x), log(a(z | x) / b(z | x)))), by="constant")
        .eq(E(a(x), log(a(x) / b(x))) + E(a(x), E(a(z | x), log(a(z | x) / b(z | x)))), by="linearity")
        .eq(end, by="definition")
    )
    assert proof.check().proved, proof
