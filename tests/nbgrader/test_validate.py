"""Stock `nbgrader validate`, where the notebook's own check() runs in a Jupyter kernel: it fails closed there, too."""

import json
from pathlib import Path
from typing import Any

import pytest
from nbclient.exceptions import DeadKernelError
from nbgrader.validator import Validator
from traitlets.config import Config

from tests.grading import example
from tests.grading.example import Notebook, cell, dict_of

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # of nbgrader's kernels
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
PROJECT = Path(__file__).parents[2]


@pytest.fixture
def failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Validates a notebook; the graded cells that failed."""
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))  # for tests.grading.example_checks

    def validate(notebook: Notebook, timeout: int = 60) -> list[str]:
        path = tmp_path / "notebook.ipynb"
        path.write_text(json.dumps(notebook))
        results = Validator(config=Config(Execute={"timeout": timeout})).validate(str(path))
        return [failure["source"] for failure in results.get("failed", [])]

    return validate


def test_a_right_notebook_passes_and_a_blank_one_fails(failed: Any) -> None:
    """In one notebook: the first answer right, the second blank."""
    notebook = example.perfect()
    dict_of(notebook, "triple")["source"] = example.BLANK_TRIPLE
    assert failed(notebook) == ['check("triple")']


def test_a_check_that_fails_itself_gives_no_points(failed: Any) -> None:
    notebook = example.perfect()
    notebook["cells"].insert(2, cell("code", "check.public['double'] = lambda student: 1 / 0", "breaks"))
    assert 'check("double")' in failed(notebook)


def test_an_answer_that_hangs_fails(failed: Any) -> None:
    notebook = example.perfect()
    dict_of(notebook, "double")["source"] = "def double(x):\n    while True: pass"
    assert 'check("double")' in failed(notebook, timeout=3)


def test_a_kernel_that_dies_validates_nothing(failed: Any) -> None:
    notebook = example.perfect()
    dict_of(notebook, "double")["source"] = "import os\ndef double(x):\n    os._exit(1)"
    with pytest.raises(DeadKernelError):
        failed(notebook)
