"""`autograder check`: one notebook, a report that a person can read, and an exit code."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from autograder.cli import main
from autograder.course import Course
from autograder.errors import UserError
from autograder.grading import check
from autograder.grading.launching import NoSandbox
from tests.grading import example
from tests.grading.conftest import UNIT
from tests.grading.example import Notebook, dict_of
from tests.grading.kernels import InProcessLauncher


@pytest.fixture(autouse=True)
def launched(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Kernels in this process; whether each was to be isolated. The first is refused if `refuse` is among them."""
    asked: list[bool] = []

    @contextmanager
    def launcher(course: Course, unit: Any, isolated: bool) -> Iterator[InProcessLauncher]:
        asked.append(isolated)
        yield InProcessLauncher()

    monkeypatch.setattr(check, "launcher", launcher)
    return asked


def checked(course: Course, notebook: Notebook | bytes, tmp_path: Path, name: str = f"{UNIT}.ipynb") -> check.Checked:
    raw = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
    (tmp_path / name).write_bytes(raw)
    return check.check_notebook(course, tmp_path / name)


def test_a_right_notebook_passes(course: Course, tmp_path: Path) -> None:
    found = checked(course, example.perfect(), tmp_path)
    assert found.passed and found.hidden
    assert found.report().splitlines() == [
        "✓ double: right (2 of 2 points)",
        "  ✓ of a number",
        "  ✓ of an array",
        "✓ triple: right (3 of 3 points)",
        "  ✓ of a number",
        "  ✓ of a negative number",
        "  Hidden parts decided 1.5 of the 3 points.",
        "",
        "00_example: 5 of 5 points by checks, 4 more for a person to give.",
    ]


def test_a_wrong_and_damaged_one_fails_and_says_why(course: Course, tmp_path: Path) -> None:
    notebook = example.perfect()
    dict_of(notebook, "triple")["source"] = "def triple(x):\n    raise Dies('out-of-memory')"
    del notebook["cells"][example.position(notebook, "double-check")]
    found = checked(course, notebook, tmp_path)
    report = found.report()
    assert not found.passed
    assert "Mended: the cell 'double-check' was missing; it was put back." in report
    assert "Trouble: check triple needed more than 1024 MB." in report
    assert report.endswith("00_example: 2 of 5 points by checks, 4 more for a person to give.")


def test_a_blank_one_fails(course: Course, tmp_path: Path) -> None:
    found = checked(course, example.blank(), tmp_path)
    assert not found.passed and "not written yet" in found.report()
    assert found.report().endswith("00_example: 0 of 5 points by checks.")


def test_without_the_solutions_public_parts_are_checked(course: Course, tmp_path: Path) -> None:
    course.unit(UNIT).instructor_notebook.unlink()
    found = checked(course, example.perfect(), tmp_path)
    assert found.passed and not found.hidden
    assert found.report().endswith("3.5 of 5 points by checks, 4 more for a person to give; "
                                   "hidden parts decide on more in grading.")  # fmt: skip


def test_a_notebook_may_bear_its_units_name_in_many_ways(course: Course, tmp_path: Path) -> None:
    assert checked(course, example.perfect(), tmp_path, f"{UNIT} (2).ipynb").passed
    (tmp_path / UNIT).mkdir()
    assert checked(course, example.perfect(), tmp_path / UNIT, "mine.ipynb").passed


def test_bad_input_is_said(course: Course, tmp_path: Path) -> None:
    for name, raw, message in (
        ("mine.ipynb", b"{}", "the notebook of no unit|no list of cells"),
        (f"{UNIT}.ipynb", b"%PDF", "can't be checked: the file is no notebook"),
    ):
        with pytest.raises(UserError, match=message):
            checked(course, raw, tmp_path, name)
    with pytest.raises(UserError, match=r"can't be checked: nowhere\.ipynb can't be read"):
        check.check_notebook(course, tmp_path / "nowhere.ipynb")
    with pytest.raises(UserError, match="no folder"):
        check.check_notebook(course, tmp_path / "nowhere" / f"{UNIT}.ipynb")


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["autograder", "check", *arguments])
    with pytest.raises(SystemExit) as exit:
        main()
    shown = capsys.readouterr()
    return int(exit.value.code or 0), shown.out, shown.err


def test_the_command_exits_1_unless_all_passes(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = course.root / "work" / f"{UNIT}.ipynb"
    path.parent.mkdir()
    for notebook, code in ((example.perfect(), 0), (example.blank(), 1)):
        path.write_text(json.dumps(notebook))
        found, shown, said = run(monkeypatch, capsys, str(path))  # the course around the notebook
        assert (found, said) == (code, "") and "points by checks" in shown
    found, shown, said = run(monkeypatch, capsys, str(tmp_path / "nowhere.ipynb"), "--course", str(course.root))
    assert (found, shown) == (2, "") and said.startswith("autograder: ") and said.count("\n") == 1


def test_without_a_sandbox_it_runs_as_a_plain_process_and_says_so(
    course: Course,
    tmp_path: Path,
    launched: list[bool],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuse(launcher: Any) -> None:
        if launched[-1]:
            raise NoSandbox("no sandbox")

    monkeypatch.setattr(check, "wait_until_warm", refuse)
    (tmp_path / f"{UNIT}.ipynb").write_text(json.dumps(example.perfect()))
    found, _, said = run(monkeypatch, capsys, str(tmp_path / f"{UNIT}.ipynb"), "--course", str(course.root))
    assert (found, launched) == (0, [True, False])
    assert said == "autograder: no sandbox here: the notebook ran as you, with all your rights.\n"
