"""A small course and its library folder, and what all tests of kernels ask them."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.course import Course, Unit
from autograder.limits import Limits
from autograder.sandbox.kernel import Kernel
from autograder.sandbox.library import library
from autograder.sandbox.unisolated import Unisolated
from autograder.sandbox.zygote import Zygote

TOML = """
[course]
title = "A small course"
[units.01_first]
title = "First"
public = "small.checks.first"
kernel = ["small.plots", "small.shapes"]
"""
FILES = {
    "course.toml": TOML,
    "small/__init__.py": "",
    "small/plots.py": "COLOUR = 'blue'",
    "small/shapes/__init__.py": "from small.shapes.round import area",
    "small/shapes/round.py": "area = lambda r: 3 * r * r",
    "small/references.py": "NOT_FOR_LEARNERS = 'the definition'",
    "small/checks/__init__.py": "",
    "small/checks/first.py": "NOT_FOR_LEARNERS = 'what is checked'",
    "solutions/01_first_hidden.py": "NOT_FOR_LEARNERS = 'what is checked in hiding'",
}


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    root = tmp_path_factory.mktemp("course")
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return Course.find(root)


@pytest.fixture(scope="session")
def unit(course: Course) -> Unit:
    return course.unit("01_first")


@pytest.fixture(scope="session")
def folder(course: Course, unit: Unit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return library(course, unit, tmp_path_factory.mktemp("library"))


@pytest.fixture(scope="session")
def light(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same library, with which a zygote warms in no time as it imports nothing that is large."""
    return lighten(Path(shutil.copytree(folder, tmp_path_factory.mktemp("light") / "library")))


def lighten(library: Path) -> Path:
    """Takes the imports out of the zygote's warming-up."""
    warm = library / "autograder" / "kernel" / "warm.py"
    nothing = "MODULES, SOON, LATER = (), (), ()\n\n\ndef warm("
    warm.write_text(warm.read_text().replace("def warm(", nothing).replace('["torch"] if torch else []', ""))
    return library


@pytest.fixture(scope="module")
def plain(folder: Path) -> Iterator[Kernel]:
    """A kernel in a plain process, shared by the tests of one file."""
    with Unisolated(folder, Limits(cell_output_bytes=20_000, total_output_bytes=1 << 20)) as launcher:
        yield launcher.launch(seed=1)


@pytest.fixture(scope="session")
def isolation() -> None:
    """For tests that need it. Where the host can't isolate they are skipped, in CI they fail."""
    possible, reason = Zygote.available()
    if not possible and os.environ.get("CI") == "true":
        pytest.fail(f"CI must be able to isolate: {reason}")
    if not possible:
        pytest.skip(f"NOT TESTED, this host can't isolate: {reason}")


@pytest.fixture(scope="session")
def zygote(isolation: None, folder: Path) -> Iterator[Zygote]:
    """A launcher of isolated kernels, shared by all tests."""
    with Zygote(folder, Limits()) as launcher:
        yield launcher


@pytest.fixture
def kernel(zygote: Zygote) -> Iterator[Kernel]:
    """A fresh isolated kernel."""
    kernel = zygote.launch()
    yield kernel
    kernel.close(wait=True)
