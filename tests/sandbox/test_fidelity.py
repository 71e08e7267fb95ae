"""An isolated kernel shows what a Jupyter kernel shows, as text and PNG: the cells of cells.txt run in both."""

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.sandbox.kernel import Kernel
from autograder.sandbox.zygote import Zygote

PARTS = re.split(r"^# %% (.*)\n", Path(__file__).with_name("cells.txt").read_text(), flags=re.MULTILINE)
CELLS = {name: code.strip("\n") for name, code in zip(PARTS[1::2], PARTS[2::2], strict=True)}
CHANGING = [  # what differs from run to run, and where the two keep their files
    (r"/tmp/ipykernel_\d+/\d+\.py", "<cell>"),
    (r"\(\d+\.py, line", "(<cell>, line"),
    (r"[/\w.-]+/site-packages/|/packages/\d/", ""),
    (r"0x[0-9a-f]{6,}", "0x…"),
    (r"\d[\d.e+-]* ?[nmμu]?s\b", "… s"),
    (r"(total: .*|user .*|sys: .*)", "…"),
]


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """What a Jupyter kernel shows, cell by cell."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in CELLS.values()])
    resources = {"metadata": {"path": str(tmp_path_factory.mktemp("jupyter"))}}
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("PYTEST_CURRENT_TEST")  # with it a Jupyter kernel does not capture what C code writes
        NotebookClient(notebook, allow_errors=True, kernel_name="python3", resources=resources).execute()
    return [normal(cell.outputs) for cell in notebook.cells]


@pytest.fixture(scope="module")
def ours(zygote: Zygote) -> list[Any]:
    """What an isolated kernel shows."""
    kernel = zygote.launch()
    shown = [normal(kernel.run(code, 20).outputs) for code in CELLS.values()]
    kernel.close()
    return shown


@pytest.mark.parametrize("number", range(len(CELLS)), ids=list(CELLS))
def test_it_shows_what_jupyter_shows(number: int, ours: list[Any], jupyter: list[Any]) -> None:
    assert ours[number] == jupyter[number]


def normal(outputs: list[Any]) -> dict[str, Any]:
    """Outputs in a comparable form: text and PNG only, each stream as one, as Jupyter's come in no certain order."""
    shown: dict[str, Any] = {"stdout": "", "stderr": "", "others": []}
    for output in outputs:
        if output["output_type"] == "stream":
            shown[output["name"]] = _steady(shown[output["name"]] + output["text"])
        elif output["output_type"] == "error":
            shown["others"].append([output["ename"], _steady(output["evalue"]), *_frames(output)])
        else:
            text, picture = (output["data"].get(kind, "").strip() for kind in ("text/plain", "image/png"))
            shown["others"].append([output.get("execution_count"), _steady(text), picture])
    return shown


def _frames(error: Any) -> list[str]:
    """The traceback, save where it leads through the kernel's own files."""
    return [] if error["ename"] == "StdinNotImplementedError" else [_steady(line) for line in error["traceback"]]


def _steady(text: str) -> str:
    for pattern, sign in CHANGING:
        text = re.sub(pattern, sign, text)
    return text


SHELL_COMMANDS = ["!ls", "x = !ls", "%%bash\nls", "%system ls", "%pip install numpy", "%%script python\n1"]


@pytest.mark.parametrize("code", SHELL_COMMANDS)
def test_shell_commands_are_refused_in_one_line(code: str, kernel: Kernel) -> None:
    ran = kernel.run(code, 20)
    assert not ran.ok
    assert [output["text"] for output in ran.outputs] == [
        "UsageError: shell commands are not run while grading; everything here can be done in Python\n"
    ]
