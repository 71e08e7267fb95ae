"""The notebooks of the target: with checks, and with plain asserts for stock nbgrader; the honest ones are wrong."""

import json
import shutil
from pathlib import Path

from autograder.course import Course
from tests.grading.example import Notebook, cell

UNIT = "00_target"
TOML = """[course]
title = "Target"

[units.00_target]
title = "Target"
public = "tests.adversarial.target_checks"
limits = {cell_seconds = 2, call_seconds = 2, total_seconds = 20, memory_mb = 512, processes = 32}
"""
IMPORT = "from tests.adversarial.target_checks import check"
SOLVED = {"double": "def double(x):\n    return x + x", "triangle": "def triangle(n):\n    return n * (n + 1) / 2"}
WRONG = {"double": "def double(x):\n    return x", "triangle": "def triangle(n):\n    return n"}
CHECKS = {"double": 'check("double")', "triangle": 'check("triangle")'}
ASSERTS = {
    "double": "import numpy as np\nassert double(2.0) == 4.0\nassert np.allclose(double(-3.5), -7.0)",
    "triangle": "import numpy as np\nassert triangle(10) == 55\n"
    "np.testing.assert_allclose(triangle(10**6), 500000500000)",
}


def notebook(answers: dict[str, str], tests: dict[str, str] = CHECKS) -> Notebook:
    """Two answers, each with a test worth 2 points."""
    cells = [cell("code", IMPORT if tests is CHECKS else "pass", "imports", grade_id="imports", locked=True)]
    for name in ("double", "triangle"):
        cells.append(cell("code", answers[name], name, grade_id=name, solution=True))
        test = {"grade": True, "locked": True, "points": 2}
        cells.append(cell("code", tests[name], f"check-{name}", grade_id=f"check-{name}", **test))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}


def make_course(root: Path) -> Course:
    """The target's course on disk."""
    for folder, answers in (("solutions", SOLVED), ("course", WRONG)):
        (root / folder / UNIT).mkdir(parents=True)
        (root / folder / UNIT / f"{UNIT}.ipynb").write_text(json.dumps(notebook(answers)))
    shutil.copy(Path(__file__).with_name("target_hidden.py"), root / "solutions" / f"{UNIT}_hidden.py")
    (root / "course.toml").write_text(TOML)
    return Course.read(root / "course.toml")
