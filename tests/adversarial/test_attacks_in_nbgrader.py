"""The same attacks through `nbgrader autograde` with the project's configuration: nothing is gained there either."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.adversarial import target
from tests.adversarial.conftest import hand_in, student
from tests.adversarial.families import ATTACKS
from tests.adversarial.target import UNIT
from tests.adversarial.test_attacks import DEFINITION
from tests.nbgrader.conftest import NbgraderCourse, empty_gradebook, new_course

__all__ = ["empty_gradebook", "new_course"]  # fixtures
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


@pytest.fixture(scope="module")
def nbgrader(new_course: Any) -> NbgraderCourse:
    """The target as a course of nbgrader's, with our judge in it."""
    folders = {"source_directory": "solutions", "release_directory": "course"}
    made: NbgraderCourse = new_course(CourseDirectory=folders)
    (made.root / "course.toml").write_text(target.TOML)
    (made.root / "solutions" / UNIT).mkdir(parents=True)
    source = target.notebook({name: _marked(answer) for name, answer in target.SOLVED.items()})
    (made.root / "solutions" / UNIT / f"{UNIT}.ipynb").write_text(json.dumps(source))
    shutil.copy(Path(target.__file__).with_name("target_hidden.py"), made.root / "solutions" / f"{UNIT}_hidden.py")
    made.release(UNIT)
    return made


def _marked(answer: str) -> str:
    """The answer with nbgrader's marks around its second line."""
    head, body = answer.splitlines()
    return f"{head}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"


def test_right_answers_get_full_marks_there(nbgrader: NbgraderCourse) -> None:
    hand_in(nbgrader.root / "submitted", "neighbour", target.notebook(target.SOLVED))
    nbgrader.autograde(UNIT, "neighbour")
    assert nbgrader.result(UNIT, "neighbour") == (4.0, False)


@pytest.mark.parametrize("name", [name for name in ATTACKS if name != DEFINITION])
def test_an_attack_gains_nothing_in_nbgrader(nbgrader: NbgraderCourse, name: str) -> None:
    attack, who = ATTACKS[name], student(name)
    hand_in(nbgrader.root / "submitted", who, attack.notebook(str(nbgrader.root)), attack.files)
    log = nbgrader.autograde(UNIT, who)
    result = nbgrader.result(UNIT, who)
    assert result is None or result[0] == 0.0, log
