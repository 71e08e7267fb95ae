"""A unit of ours inside nbgrader: the scores of `autograder grade`, the tools that come after, and nothing leaks."""

import asyncio
import json
import os
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.plugins import CsvExportPlugin

from autograder.course import Course
from autograder.grading.run import Options
from autograder.grading.run import grade as grade_folder
from tests.grading import example, example_checks
from tests.grading.conftest import TOML, UNIT
from tests.grading.example import Notebook, cell, dict_of, position
from tests.nbgrader.conftest import NbgraderCourse

pytestmark = [
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
    pytest.mark.filterwarnings("ignore:.*:DeprecationWarning"),  # of nbconvert's, in generate_feedback
]
LIMITS = "limits = {cell_seconds = 2, call_seconds = 2}\n"
DEAF = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def changed(id: str, source: str) -> Notebook:
    notebook = example.perfect()
    dict_of(notebook, id)["source"] = source
    return notebook


def with_cell(source: str, kind: str = "code") -> Notebook:
    notebook = example.perfect()
    notebook["cells"].insert(1, cell(kind, source, "extra"))
    return notebook


def without_test() -> Notebook:
    notebook = example.perfect()
    del notebook["cells"][position(notebook, "double-check")]
    return notebook


CLASS = {
    "perfect": (example.perfect(), 5.0),
    "blank": (example.blank(), 0.0),
    "half": (changed("triple", "def triple(x):\n    return 3 * abs(x)"), 3.5),
    "hung-cell": (with_cell(DEAF), 5.0),
    "hung-answer": (changed("double", "def double(x):\n    while True: pass"), 3.0),
    "dead": (with_cell("import os; os._exit(1)"), 5.0),
    "dead-answer": (changed("double", "import os\ndef double(x):\n    os._exit(1)"), 3.0),
    "no-test": (without_test(), 5.0),
}


@pytest.fixture(scope="module")
def course(new_course: Any) -> NbgraderCourse:
    """The example course, released by nbgrader, and the class's submissions."""
    made: NbgraderCourse = new_course(
        CourseDirectory={"source_directory": "solutions", "release_directory": "course"}, Judge=JUDGE
    )
    (made.root / "course.toml").write_text(TOML + LIMITS)
    source = example.notebook(*(solved(s) for s in (example.DOUBLE, example.TRIPLE)), example.ESSAY)
    write(made.root / "solutions" / UNIT / f"{UNIT}.ipynb", source)
    shutil.copy(example.HIDDEN, made.root / "solutions" / f"{UNIT}_hidden.py")
    made.release(UNIT)
    for student, (notebook, _) in CLASS.items():
        hand_in(made, student, notebook)
    shutil.copy(made.root / "course" / UNIT / f"{UNIT}.ipynb", made.root / "submitted" / "blank" / UNIT)
    return made


def solved(answer: str) -> str:
    """The answer with nbgrader's marks around its second line."""
    head, body = answer.splitlines()
    return f"{head}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"


JUDGE: dict[str, Any] = {}


def write(path: Path, notebook: Notebook) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook))


def hand_in(course: NbgraderCourse, student: str, notebook: Notebook) -> Path:
    path = course.root / "submitted" / student / UNIT / f"{UNIT}.ipynb"
    write(path, notebook)
    return path.parent


def autograded(course: NbgraderCourse, student: str) -> Any:
    return nbformat.read(course.root / "autograded" / student / UNIT / f"{UNIT}.ipynb", as_version=4)


@pytest.mark.parametrize("student", CLASS)
def test_nbgrader_gives_what_the_judge_establishes(course: NbgraderCourse, student: str) -> None:
    """Blank, timeout and dead kernel included: no point that wasn't established, none lost that was."""
    course.autograde(UNIT, student)
    assert course.result(UNIT, student) == (CLASS[student][1], student != "blank")


def test_the_command_line_gives_the_same(course: NbgraderCourse, tmp_path: Path) -> None:
    for student in CLASS:
        if not (course.root / "autograded" / student).exists():
            course.autograde(UNIT, student)
    options = Options(course.root / "submitted", tmp_path / "out", assignment=UNIT, jobs=2)
    outcomes = grade_folder(Course.find(course.root), options).outcomes
    ours = {outcome.student: outcome.score for outcome in outcomes if outcome.student in CLASS}
    assert ours == {student: course.result(UNIT, student)[0] for student in CLASS}  # type: ignore[index]
    checks = {outcome.student: [check["points"] for check in outcome.checks] for outcome in outcomes}
    for student in CLASS:
        grades = course.grades(UNIT, student)
        assert checks[student] == [grades["double-check"][0], grades["triple-check"][0]]


def test_feedback_and_export_work_after_it(course: NbgraderCourse, tmp_path: Path) -> None:
    course.autograde(UNIT, "half")
    result = course.api.generate_feedback(UNIT, "half")
    assert result["success"], result["log"]
    page = (course.root / "feedback" / "half" / UNIT / f"{UNIT}.html").read_text()
    assert "of a negative number" in page and "(Score: 3.5 / 9.0)" in page
    exporter = CsvExportPlugin()
    exporter.to = str(tmp_path / "grades.csv")
    with course.gradebook as gradebook:
        exporter.export(gradebook)
    assert ",half,,,,3.5,0.0,3.5,9.0" in (tmp_path / "grades.csv").read_text()


def test_it_works_inside_a_running_event_loop(course: NbgraderCourse) -> None:
    hand_in(course, "formgrader", example.perfect())

    async def button() -> None:
        course.autograde(UNIT, "formgrader")

    asyncio.run(button())
    assert course.result(UNIT, "formgrader") == (5.0, True)


def test_nothing_of_a_learner_acts_in_feedback(course: NbgraderCourse) -> None:
    notebook = changed("why", HOSTILE + " [x](javascript:alert(3)) $\\href{javascript:alert(4)}{x}$ fine")
    notebook["cells"].append(cell("markdown", "```mermaid\n" + HOSTILE + "\n```", "mermaid"))
    notebook["cells"].append(cell("raw", HOSTILE, "raw"))
    show = f"from IPython.display import HTML, SVG, Javascript, display\ndisplay(HTML({HOSTILE!r}))\nprint({HOSTILE!r})"
    notebook["cells"].append(cell("code", f"{show}\nraise ValueError({HOSTILE!r})", "shows"))
    hand_in(course, "hostile", notebook)
    course.autograde(UNIT, "hostile")
    course.api.generate_feedback(UNIT, "hostile")
    page = (course.root / "feedback" / "hostile" / UNIT / f"{UNIT}.html").read_text()
    assert "<script>alert" not in page and "<img src=x" not in page and '<img src="x" onerror' not in page
    assert 'href="javascript' not in page and "\\href" not in page.partition("</head>")[2]
    assert "fine" in page
    shown = [o for c in autograded(course, "hostile").cells if c.id == "shows" for o in c.outputs]
    assert {kind for output in shown for kind in output.get("data", {})} == {"text/plain"}


def test_a_pasted_picture_stays_in_an_essay(course: NbgraderCourse) -> None:
    png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    notebook = changed("why", "![my proof](attachment:proof.png) ![no](attachment:evil.svg)")
    pasted = {"proof.png": {"image/png": png}, "evil.svg": {"image/svg+xml": HOSTILE}}
    dict_of(notebook, "why")["attachments"] = pasted
    hand_in(course, "picture", notebook)
    course.autograde(UNIT, "picture")
    course.api.generate_feedback(UNIT, "picture")
    page = (course.root / "feedback" / "picture" / UNIT / f"{UNIT}.html").read_text()
    assert f"data:image/png;base64,{png}" in page and "svg+xml;base64" not in page


def test_links_lead_nowhere(course: NbgraderCourse, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("the solutions")
    folder = hand_in(course, "links", with_cell("print(open('secret.txt').read())"))
    (folder / "secret.txt").symlink_to(tmp_path / "secret.txt")
    course.autograde(UNIT, "links")
    assert course.result(UNIT, "links") == (5.0, True)
    assert "FileNotFoundError" in json.dumps(autograded(course, "links"))
    assert not (course.root / "autograded" / "links" / UNIT / "secret.txt").exists()


def test_a_notebook_that_is_a_link_earns_nothing(course: NbgraderCourse, tmp_path: Path) -> None:
    write(tmp_path / "elsewhere.ipynb", example.perfect())
    folder = hand_in(course, "linked", example.perfect())
    os.remove(folder / f"{UNIT}.ipynb")
    (folder / f"{UNIT}.ipynb").symlink_to(tmp_path / "elsewhere.ipynb")
    course.autograde(UNIT, "linked")
    assert course.result(UNIT, "linked") == (0.0, False)


def test_a_check_that_fails_itself_gives_no_points(course: NbgraderCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(example_checks.check.public, "double", lambda student: 1 / 0)
    hand_in(course, "unlucky", example.perfect())
    course.autograde(UNIT, "unlucky")
    assert course.grades(UNIT, "unlucky")["double-check"] == (0.0, False)
    assert course.result(UNIT, "unlucky") == (3.0, True)


def test_repairs_are_in_the_log(course: NbgraderCourse) -> None:
    hand_in(course, "logged", without_test())
    assert "the cell 'double-check' was missing; it was put back" in course.autograde(UNIT, "logged")
