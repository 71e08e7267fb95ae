"""nbgrader's own fixtures, graded by stock nbgrader and by us: the same scores, except where a case says why not."""

from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

APPS, PREPROCESSORS = "nbgrader/tests/apps/files", "nbgrader/tests/preprocessors/files"


@dataclass(frozen=True)
class Case:
    """`stock` and `ours`: (score, whether a person is needed), None where grading fails. `files`: those to lie beside
    the notebook. `why` says what differs on purpose; `slow`: the release needs a kernel of its own."""

    name: str
    source: str
    submitted: str
    stock: tuple[float, bool] | None
    ours: tuple[float, bool] | None
    why: str = ""
    files: tuple[str, ...] = ()
    folder: str = APPS
    slow: bool = False


def same(name: str, source: str, submitted: str, score: float, manual: bool = False, **more: object) -> Case:
    return Case(name, source, submitted, (score, manual), (score, manual), **more)  # type: ignore[arg-type]


UNCHANGED = "submitted-unchanged.ipynb"
ANSWER_RETYPED, TEST_RETYPED = "submitted-answer-cell-type-changed.ipynb", "submitted-grade-cell-type-changed.ipynb"
RETYPED = "it is code again; stock fails on a format 4.1 without cell ids"
AUTOTESTS: dict[str, Any] = {"slow": True, "files": ("autotests.yml",)}
ENVIRONMENT, FILE = "validating-environment-variable.ipynb", "open_relative_file.ipynb"
HIDDEN, NOTHING, BY_HAND = "test-hidden-tests.ipynb", "validation-zero-points.ipynb", "manually-graded-code-cell.ipynb"
CASES = [
    same("an untouched notebook", UNCHANGED, UNCHANGED, 1),
    same("a notebook with answers", UNCHANGED, "submitted-changed.ipynb", 2, True),
    same("a traceback hook switched off", UNCHANGED, "submitted-cheat-attempt.ipynb", 1, True),
    same("a traceback hook set to None", UNCHANGED, "submitted-cheat-attempt-alternative.ipynb", 1, True),
    same("a test commented out", UNCHANGED, "submitted-grade-cell-changed.ipynb", 1),
    same("a read-only cell edited", UNCHANGED, "submitted-locked-cell-changed.ipynb", 1),
    Case("an answer retyped", UNCHANGED, ANSWER_RETYPED, None, (1, False), RETYPED, folder=PREPROCESSORS),
    Case("a test retyped", UNCHANGED, TEST_RETYPED, None, (1, False), RETYPED, folder=PREPROCESSORS),
    same("hidden tests", HIDDEN, HIDDEN, 1.5),
    same("a data file beside the notebook", FILE, FILE, 10, files=("data.txt",)),
    same("tests that ask who executes them", ENVIRONMENT, ENVIRONMENT, 0),
    same("a test worth nothing", NOTHING, NOTHING, 0),
    same("an answer graded by hand", BY_HAND, BY_HAND, 0, True, folder=PREPROCESSORS),
    same("a slow answer", "timeout.ipynb", "timeout.ipynb", 1, slow=True),
    same("autotest, blank", "autotest-simple.ipynb", "autotest-simple-unchanged.ipynb", 0, **AUTOTESTS),
    same("autotest, answered", "autotest-simple.ipynb", "autotest-simple-changed.ipynb", 1, **AUTOTESTS),
    same("hashed autotest, blank", "autotest-hashed.ipynb", "autotest-hashed-unchanged.ipynb", 0, **AUTOTESTS),
    same("hashed autotest, answered", "autotest-hashed.ipynb", "autotest-hashed-changed.ipynb", 1, **AUTOTESTS),
    same("several autotests, blank", "autotest-multi.ipynb", "autotest-multi-unchanged.ipynb", 0, **AUTOTESTS),
    same("several autotests, answered", "autotest-multi.ipynb", "autotest-multi-changed.ipynb", 3, **AUTOTESTS),
    same("hidden autotest, blank", "autotest-hidden.ipynb", "autotest-hidden-unchanged.ipynb", 0, **AUTOTESTS),
    same("hidden autotest, wrong", "autotest-hidden.ipynb", "autotest-hidden-changed-wrong.ipynb", 0, **AUTOTESTS),
    same("hidden autotest, right", "autotest-hidden.ipynb", "autotest-hidden-changed-right.ipynb", 1, **AUTOTESTS),
]


def fixture(case_folder: str, name: str) -> Path:
    """A file of the installed nbgrader."""
    package, _, rest = case_folder.partition("/")
    for folder in (rest, APPS.partition("/")[2]):
        path = Path(str(resources.files(package))) / folder / name
        if path.is_file():
            return path
    raise FileNotFoundError(name)
