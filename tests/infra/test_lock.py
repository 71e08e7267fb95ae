"""pyproject.toml, requirements.lock and environment.yml say the same, on Linux, macOS and Windows."""

import importlib.metadata
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LINES = [line for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines() if line[0] != "#"]
LOCK = {canonicalize_name(requirement.name): requirement for requirement in map(Requirement, LINES)}
SYSTEMS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"},
    "darwin": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix", "platform_machine": "arm64"},
    "win32": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
}


def stated() -> list[Requirement]:
    runtime, development = PROJECT["project"]["dependencies"], PROJECT["dependency-groups"]["dev"]
    return [Requirement(line) for line in PROJECT["build-system"]["requires"] + runtime + development]


def holds(requirement: Requirement, system: str, extras: set[str] = frozenset()) -> bool:
    environments = [SYSTEMS[system] | {"python_version": "3.11", "extra": extra} for extra in {"", *extras}]
    return requirement.marker is None or any(requirement.marker.evaluate(each) for each in environments)


def locked_version(name: str) -> Version:
    return Version(str(LOCK[canonicalize_name(name)].specifier).removeprefix("=="))


def requirements_of(requirement: Requirement, system: str) -> list[Requirement]:
    """What a package, as installed here, needs on a system; nothing for one that is not installed here."""
    try:
        lines = importlib.metadata.distribution(requirement.name).requires or []
    except importlib.metadata.PackageNotFoundError:
        return []
    return [each for each in map(Requirement, lines) if holds(each, system, requirement.extras)]


def closure(system: str) -> dict[str, list[Requirement]]:
    """Every requirement met on the way from pyproject.toml, by name."""
    met: dict[str, list[Requirement]] = {}
    open_ = stated()
    while open_:
        requirement = open_.pop()
        known = met.setdefault(canonicalize_name(requirement.name), [])
        if str(requirement) not in map(str, known):
            known.append(requirement)
            open_ += requirements_of(requirement, system)
    return met


def test_each_line_names_one_exact_version() -> None:
    line = re.compile(r'[a-z0-9-]+==[0-9][0-9a-z.]*( ; sys_platform [!=]= "(linux|darwin|win32)")?')
    assert [each for each in LINES if not line.fullmatch(each)] == []
    assert sorted(LOCK) == [re.split("==", each)[0] for each in LINES]


def test_torch_is_locked_without_a_build_and_brings_no_cuda_packages() -> None:
    assert "torch==2.13.0" in LINES
    assert [name for name in LOCK if re.match("nvidia|cuda|triton|cu1", name)] == []


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_lock_holds_all_that_is_needed_and_nothing_else(system: str) -> None:
    accelerator = re.compile("nvidia-|cuda-|triton")
    needed = {name for name in closure(system) if not accelerator.match(name)}
    assert needed == {name for name, requirement in LOCK.items() if holds(requirement, system)}


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_locked_version_satisfies_all_who_ask_for_it(system: str) -> None:
    asked = [each for name, requirements in closure(system).items() if name in LOCK for each in requirements]
    assert [str(each) for each in asked if not each.specifier.contains(locked_version(each.name), True)] == []


def test_what_is_installed_is_what_is_locked() -> None:
    here = [requirement.name for requirement in LOCK.values() if requirement.marker is None]
    installed = {name: Version(importlib.metadata.version(name)).public for name in here}
    assert installed == {name: str(locked_version(name)) for name in here}


def test_every_locked_package_runs_on_the_oldest_python_that_is_promised() -> None:
    wanted = {name: importlib.metadata.metadata(name)["Requires-Python"] for name, r in LOCK.items() if not r.marker}
    assert {name: asks for name, asks in wanted.items() if asks and not SpecifierSet(asks).contains("3.11.0")} == {}


def test_conda_users_get_the_same_python_and_the_same_lock() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    *conda, pip = environment["dependencies"]
    python = next(line.split("=")[1] for line in conda if line.startswith("python="))
    assert SpecifierSet(PROJECT["project"]["requires-python"]).contains(python)
    assert "pip" in conda
    assert pip == {"pip": ["--requirement requirements.lock", "--editable ."]}
