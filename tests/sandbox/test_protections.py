"""Every promise of the sandbox holds: for root, for an ordinary user; and each attempt to break one is a real one."""

import dataclasses
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.limits import Limits
from autograder.sandbox.library import copy_engine
from autograder.sandbox.protections import LIMITS, PROTECTIONS, Protection
from autograder.sandbox.unisolated import Unisolated
from autograder.sandbox.zygote import Zygote
from tests.sandbox import ordinary
from tests.sandbox.conftest import lighten

NAMES = [protection.name for protection in PROTECTIONS]
# What the launcher without isolation keeps as well; other tests show that these can fail.
KEPT_BY_EVERY_LAUNCHER = {"modules", "wall time", "processor time"}
OTHERS = [protection for protection in PROTECTIONS if protection.name not in KEPT_BY_EVERY_LAUNCHER]
GENEROUS = dataclasses.replace(Limits(), open_files=1024, cell_output_bytes=20_000_000, total_output_bytes=20_000_000)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("engine")
    copy_engine(folder)
    return lighten(folder)


@pytest.fixture(scope="module")
def limited(isolation: None, engine: Path) -> Iterator[Zygote]:
    with Zygote(engine, LIMITS) as launcher:
        yield launcher


@pytest.mark.parametrize("protection", PROTECTIONS, ids=NAMES)
def test_it_holds(protection: Protection, limited: Zygote) -> None:
    assert protection.breach(limited.launch) == ""


if os.getuid() == 0:  # an ordinary user has just tried

    def test_all_hold_for_an_ordinary_user_too(isolation: None) -> None:
        tests = [f"tests/sandbox/test_protections.py::test_it_holds[{name}]" for name in NAMES]
        result = ordinary.run("pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests)
        assert re.search(rf"^{len(NAMES)} passed", result.stdout, re.MULTILINE), result.stdout + result.stderr


@pytest.mark.parametrize("protection", OTHERS, ids=[other.name for other in OTHERS])
def test_where_nothing_protects_the_attempt_succeeds(protection: Protection, engine: Path) -> None:
    with Unisolated(engine, GENEROUS) as launcher:
        assert protection.breach(launcher.launch) != ""
