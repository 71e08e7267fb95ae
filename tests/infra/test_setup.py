"""The Makefile's set-up: every target brings it along, and it is done once."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.infra.makefile import plan

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = sorted(set(re.findall(r"^([a-z-]+):.*##", MAKEFILE, re.MULTILINE)) - {"help", "setup"})
needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def mark_as_set_up(project: Path) -> None:
    (project / ".venv").mkdir()
    (project / ".venv/ready").touch()


@needs_make
@pytest.mark.parametrize("target", TARGETS)
def test_a_target_sets_everything_up_before_its_job(project: Path, target: str) -> None:
    steps = plan(project, target)
    ready = steps.index("touch .venv/ready")
    assert "--requirement requirements.lock" in "".join(steps[:ready])
    assert "--editable ." in "".join(steps[:ready])
    assert ".venv/bin/" in "".join(steps[ready:])


@needs_make
@pytest.mark.parametrize("target", TARGETS)
def test_a_second_call_goes_straight_to_its_job(project: Path, target: str) -> None:
    mark_as_set_up(project)
    assert "pip" not in "".join(plan(project, target))


@needs_make
@pytest.mark.parametrize("changed", ["requirements.lock", "pyproject.toml"])
def test_a_changed_lock_or_project_is_set_up_again(project: Path, changed: str) -> None:
    mark_as_set_up(project)
    stamp = (project / ".venv/ready").stat().st_mtime
    newer = project / changed
    newer.write_bytes(newer.read_bytes())
    subprocess.run(["touch", "-d", f"@{stamp + 1}", str(newer)], check=True)
    assert "--requirement requirements.lock" in "".join(plan(project, "lab"))


@needs_make
def test_without_a_python_the_remedy_is_said(project: Path) -> None:
    make = subprocess.run(["make", "lab", "PYTHON="], cwd=project, capture_output=True, text=True)
    assert make.returncode == 2
    assert "ELBO Room needs Python 3.11 or newer" in make.stderr


@needs_make
def test_ci_runs_the_contributors_own_commands() -> None:
    steps = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
    assert steps[-2:] == ["make lint", "make test"]


@needs_make
@pytest.mark.full
def test_a_fresh_clone_sets_itself_up(tmp_path: Path) -> None:
    clone = tmp_path / "fresh"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    subprocess.run(["make", "setup", f"PYTHON={sys.executable}"], cwd=clone, check=True)
    pip_check = subprocess.run([".venv/bin/python", "-m", "pip", "check"], cwd=clone, capture_output=True, text=True)
    assert (pip_check.returncode, pip_check.stdout) == (0, "No broken requirements found.\n")
    for command in ("autograder", "elboroom"):
        subprocess.run([f".venv/bin/{command}", "--help"], cwd=clone, check=True, stdout=subprocess.DEVNULL)
