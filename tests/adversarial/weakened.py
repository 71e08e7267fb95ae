"""Graders with one defence off, in which the attacks work: an attack that could never work proves nothing."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from autograder.course import Course
from tests.adversarial import target
from tests.adversarial.attack import Attack
from tests.adversarial.conftest import graded, hand_in, student
from tests.adversarial.target import UNIT
from tests.nbgrader.conftest import NbgraderCourse

TRUSTING = '''
import json, sys
import numpy as np
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
cells = json.loads(sys.argv[1])
for source in cells:
    shell.run_cell(source)
def near(got, want):
    """Any of the ways in which people compare."""
    import numpy as np
    ways = (
        lambda: bool(got == want), lambda: not abs(got - want) > 1e-9, lambda: bool(np.allclose(got, want)),
        lambda: bool(abs(got - want) <= 1e-6 * abs(got)),
    )
    for way in ways:
        try:
            if way():
                return True
        except Exception:
            pass
    return False
ns = shell.user_ns
points = 0
for name, x, want in (("double", 2.5, 5.0), ("triangle", 10, 55)):
    try:
        points += 2 * near(ns[name](x), want)
    except BaseException:
        pass
print("\\npoints", points)
'''


def stock(attack: Attack, course: NbgraderCourse) -> float:
    """Points from stock nbgrader, with asserts for checks."""
    name = student(attack.name)
    path = hand_in(course.root / "submitted", name, attack.notebook(str(course.root), target.ASSERTS), attack.files)
    assert path.is_dir()
    course.autograde(UNIT, name)
    with course.gradebook as gradebook:
        return float(gradebook.find_submission_notebook(UNIT, UNIT, name).score)


def stock_course(new_course: Any) -> NbgraderCourse:
    """A stock nbgrader course of the target."""
    course: NbgraderCourse = new_course(ours=False, ExecutePreprocessor={"timeout": 20})
    path = course.root / "source" / UNIT / f"{UNIT}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(target.notebook(target.WRONG, target.ASSERTS)))
    course.release(UNIT)
    return course


def unisolated(attack: Attack, course: Course, folder: Path) -> float:
    """Points from the judge when the learner's code runs as a plain process."""
    submitted = course.root.parent / "submitted"
    name = student(attack.name)
    hand_in(submitted, "neighbour", target.notebook(target.SOLVED))
    hand_in(submitted, name, attack.notebook(str(course.root)), attack.files)
    return graded(course, submitted, folder, isolated=False)[name].score


def unrepaired(attack: Attack) -> float:
    """Points from a grader that runs the notebook as it was handed in, and believes what it says about itself."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import DeadKernelError
    from nbgrader.utils import is_grade

    notebook = nbformat.from_dict(attack.notebook("", target.ASSERTS))
    try:
        NotebookClient(notebook, allow_errors=True, timeout=20).execute()
    except (DeadKernelError, OSError, KeyError):
        pass
    except Exception as error:  # a kernel that isn't there: what is in the file counts
        assert "kernel" in str(error).lower()
    return sum(_believed(cell) for cell in notebook.cells if is_grade(cell) and cell.cell_type == "code")


def _believed(cell: Any) -> float:
    """The points of a cell, more than its maximum where it says so."""
    from nbgrader.utils import determine_grade

    try:
        return float(determine_grade(cell, None)[0] or 0)
    except ValueError:
        return float(cell.outputs[-1]["data"]["text/plain"])


def trusting(attack: Attack) -> float:
    """Points from a grader that compares in the learner's own process."""
    notebook = attack.notebook("")
    sources = [c["source"] for c in notebook["cells"][1:] if not c["source"].startswith("check(")]
    ran = subprocess.run(
        [sys.executable, "-c", TRUSTING, json.dumps(sources)], capture_output=True, text=True, timeout=120
    )
    return float(ran.stdout.rpartition("points")[2] or 0)
