"""A unit's library folder has what the kernel may import, and nothing of what it is checked by."""

import dataclasses
import importlib.util
import sys
from pathlib import Path

import pytest

from autograder.course import Course, Unit
from autograder.errors import UserError
from autograder.sandbox.kernel import Kernel
from autograder.sandbox.library import library
from tests.sandbox.asking import said


def test_it_has_the_engine_s_kernel_and_the_unit_s_modules_only(folder: Path) -> None:
    names = {str(path.relative_to(folder)) for path in folder.rglob("*.py")}
    course = {name for name in names if not name.startswith("autograder/")}
    assert course == {
        *("small/__init__.py", "small/plots.py", "small/shapes/__init__.py", "small/shapes/round.py"),
        *("small/checks/__init__.py", "small/checks/first.py"),
    }
    assert {name.split("/")[1] for name in names - course} == {"__init__.py", "codec", "kernel"}
    assert not any(
        "NOT_FOR_LEARNERS" in path.read_text() for path in folder.rglob("*.py") if "autograder" not in path.parts
    )


def test_the_checks_are_a_stand_in_that_says_who_checks(plain: Kernel) -> None:
    assert said(plain, "from small.checks.first import check\nprint(check('area'))") == "checked by the judge\nNone\n"


def test_the_unit_s_modules_work_in_the_kernel_and_others_are_not_there(plain: Kernel) -> None:
    code = "from small import plots\nfrom small.shapes import area\nplots.COLOUR, area(2)"
    assert said(plain, code) == "('blue', 12)"
    for module in ("small.references", "autograder.checks", "autograder.sandbox", "elboroom"):
        assert "ModuleNotFoundError" in said(plain, f"import {module}")


def test_any_user_may_read_it(folder: Path) -> None:
    assert all(path.stat().st_mode & 0o004 for path in [folder, *folder.rglob("*")])


def test_a_module_of_an_installed_package_is_found(course: Course, unit: Unit, tmp_path: Path) -> None:
    made = library(course, dataclasses.replace(unit, kernel=("autograder.errors", "autograder.derivation")), tmp_path)
    assert (made / "autograder" / "errors.py").exists() and (made / "autograder" / "derivation").is_dir()


def test_a_module_that_is_not_there_is_named(course: Course, unit: Unit, tmp_path: Path) -> None:
    for missing in ("small.plot", "nowhere.plots"):
        with pytest.raises(UserError, match=missing):
            library(course, dataclasses.replace(unit, kernel=(missing,)), tmp_path)


def test_what_only_kernels_import_comes_compiled(
    course: Course, unit: Unit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    made = library(course, unit, tmp_path)
    compiled = {Path(importlib.util.source_from_cache(str(path))) for path in made.rglob("*.pyc")}
    assert {made / "small" / "plots.py", made / "small" / "shapes" / "round.py"} <= compiled
