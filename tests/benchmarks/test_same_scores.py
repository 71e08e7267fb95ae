"""Stock nbgrader's plain asserts give what our checks give, for every kind of submission in the benchmark's class."""

import ast
import contextlib
import io
from pathlib import Path

import pytest

from autograder.checks import run
from autograder.checks.loading import load
from autograder.course import Course
from autograder.local import Local
from autograder.student import Student
from benchmarks.graders.asserts import HELPERS, SEED
from benchmarks.graders.handed_in import CLASS, ROOT, UNIT, class_of, source_of
from benchmarks.graders.ours import OurRun
from benchmarks.graders.spent import spent
from benchmarks.graders.stock import asserts_of_the_unit
from benchmarks.grading import by_stock, compared

KINDS = {
    student: notebook
    for student, notebook in class_of(len(CLASS)).items()
    if student[5:] != "perfect-numpy" or student < "s001"
}


@pytest.fixture(scope="module")
def unit():
    return Course.find(ROOT).unit(UNIT)


@pytest.fixture(scope="module")
def tests():
    return asserts_of_the_unit()


def namespace_of(notebook: dict) -> dict:
    """What is defined after the notebook's cells, pictures left out."""
    namespace: dict = {}
    for cell in notebook["cells"]:
        ours = cell["metadata"].get("nbgrader", {}).get("grade", False) or "run" in cell["metadata"].get("tags", [])
        if cell["cell_type"] == "code" and not ours:
            with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
                exec(source_of(cell), namespace)
    return namespace


def holds(test: str, namespace: dict) -> bool:
    try:
        exec(test, namespace)
    except Exception:
        return False
    return True


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("student", KINDS)
def test_asserts_and_checks_agree(student, unit, tests):
    namespace, checks = namespace_of(KINDS[student]), load(unit.public, unit.hidden)
    endpoint = Local(dict(namespace))
    by_us = {name: run(checks, name, Student(endpoint), 1.0, SEED).points for name in tests}
    exec(HELPERS, namespace)
    assert by_us == {name: float(holds(test, namespace)) for name, test in tests.items()}


def test_the_asserts_call_nothing_but_the_learners_functions(tests):
    helpers = {node.name for node in ast.parse(HELPERS).body if isinstance(node, ast.FunctionDef)} | {"array"}
    for name, test in tests.items():
        called = {node.func.id for node in ast.walk(ast.parse(test)) if isinstance(node, ast.Call)}
        assert called <= helpers | {name}
        assert test.count("assert ") >= 1


def test_a_class_graded_by_both_has_the_same_scores(tmp_path: Path, tests):
    handed_in = class_of(2)
    _, by_them = by_stock(tmp_path / "stock", tests, [handed_in], pictures=False)
    ours = OurRun(tmp_path / "ours", handed_in)
    options = [] if isolates() else ["--unsafe-no-sandbox"]
    spent([*ours.command(2), *options], folders=[ROOT])
    assert sorted(by_them) == sorted(ours.points()) == sorted(handed_in)
    assert compared(ours.points(), by_them)
    assert {sum(points.values()) for points in by_them.values()} == {24.0, 27.0}


def isolates() -> bool:
    from autograder.sandbox.zygote import Zygote

    return Zygote.available()[0]
