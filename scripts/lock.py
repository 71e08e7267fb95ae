"""Write requirements.lock: every package, exactly, for Linux, macOS and Windows, with pip alone.

pip resolves for the machine it runs on. Packages that only another system needs (`pywinpty`, say) are found by
reading the resolved packages' own requirements with that system's markers, and resolved one by one.
"""

import itertools
import json
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
HEADER = """\
# Every package of the project, runtime and development, exactly: made by `make lock`, never edited.
# Python 3.11 on Linux, macOS and Windows. torch is named without a build: pip takes a CPU build of this
# version where it finds one (README, "A CPU build of PyTorch").
"""
SYSTEMS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"},
    "darwin": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix", "platform_machine": "arm64"},
    "win32": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
}
OLDEST = "3.11.0"  # Python's version that every package must run on: Debian 12 has 3.11.2, and some ask for 3.11.5
PYTHON = {"python_version": "3.11", "python_full_version": OLDEST}
ACCELERATOR = ("nvidia-", "cuda-", "triton")  # what PyTorch's CUDA builds bring along: never locked


def wanted() -> list[Requirement]:
    """What pyproject.toml asks for: build system, runtime, development."""
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = stated["build-system"]["requires"], stated["project"]["dependencies"], stated["dependency-groups"]["dev"]
    return [Requirement(line) for line in itertools.chain(*groups)]


def resolve(*arguments: str) -> dict[str, dict]:
    """The metadata of the packages that pip would install with the oldest Python, from wheels alone, by name."""
    pip = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-"]
    with tempfile.TemporaryDirectory() as folder:
        target = [f"--target={folder}", "--only-binary=:all:", f"--python-version={OLDEST}"]
        report = subprocess.run([*pip, *target, *arguments], check=True, capture_output=True, text=True).stdout
    return {canonicalize_name(item["metadata"]["name"]): item["metadata"] for item in json.loads(report)["install"]}


def resolve_for_windows_or_macos(requirement: Requirement) -> dict[str, dict]:
    """The same for one package that this system doesn't need."""
    platforms = ["--platform=win_amd64", "--platform=macosx_14_0_arm64", "--no-deps"]
    return resolve(*platforms, f"{requirement.name}{requirement.specifier}")


def applies(requirement: Requirement, system: str, extras: frozenset[str]) -> bool:
    """Whether a requirement holds on a system, given the extras asked of the package that states it."""
    environments = [SYSTEMS[system] | PYTHON | {"extra": extra} for extra in extras | {""}]
    return requirement.marker is None or any(requirement.marker.evaluate(each) for each in environments)


def systems_of(packages: dict[str, dict], roots: list[Requirement]) -> dict[str, set[str]]:
    """On which systems each package is needed. Packages met on the way and not yet known are added."""
    needed: dict[str, set[str]] = defaultdict(set)
    seen: set[tuple[str, str, frozenset[str]]] = set()
    open_ = [(requirement, system, frozenset[str]()) for requirement in roots for system in SYSTEMS]
    while open_:
        requirement, system, asked = open_.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if not applies(requirement, system, asked) or name.startswith(ACCELERATOR) or (name, system, extras) in seen:
            continue
        if name not in packages:
            packages.update(resolve_for_windows_or_macos(requirement))
        seen.add((name, system, extras))
        needed[name].add(system)
        open_ += [(Requirement(line), system, extras) for line in packages[name].get("requires_dist", [])]
    return needed


def marker(systems: set[str]) -> str:
    """The shortest marker that says `on these systems`."""
    missing = sorted(set(SYSTEMS) - systems)
    if not missing:
        return ""
    if len(missing) == 1:
        return f' ; sys_platform != "{missing[0]}"'
    return f' ; sys_platform == "{next(iter(systems))}"'


def main() -> None:
    roots = wanted()
    packages = resolve(*map(str, roots))
    needed = systems_of(packages, roots)
    lines = [f"{name}=={Version(packages[name]['version']).public}{marker(needed[name])}\n" for name in sorted(needed)]
    (ROOT / "requirements.lock").write_text(HEADER + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
