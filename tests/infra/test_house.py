"""The rules of the house: who may import whom, how long a file may be, what no file may contain."""

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PACKAGES = ("autograder", "elboroom")
PUBLIC = ("checks", "codec", "course", "derivation", "errors", "expect", "student")
MODULES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
LONGEST = 250

MACHINE_PATH = re.compile(r"(?<![\w.})\]-])/(work|root|farm|home/\w+)/")
HOSTS = ("py" + "pi.org", "python" + "hosted.org", "download." + "pytorch", "conda." + "anaconda", "deb." + "debian")


def imports(source: str) -> Iterator[str]:
    """Every module that a source imports, `from a import b` as a.b."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_public(module: str) -> bool:
    """Whether elboroom may import it: a public module, or what stands in one, but no module inside it."""
    names = module.split(".")
    return names[1] in PUBLIC and len(names) <= 3 and not (ROOT / "/".join(names[:3])).with_suffix(".py").is_file()


def project_files() -> list[Path]:
    """What is, or is about to be, committed."""
    git = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(git, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def texts() -> Iterator[tuple[Path, str]]:
    for path in project_files():
        content = path.read_bytes()
        if b"\0" not in content:
            yield path.relative_to(ROOT), content.decode(errors="replace")


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported_by(package: str, from_: str) -> list[str]:
    """What the files of one package import from another, as `file: module`."""
    found = [(path, name) for path in (ROOT / package).rglob("*.py") for name in imports(path.read_text("utf-8"))]
    return [f"{relative(path)}: {name}" for path, name in found if name.split(".")[0] == from_]


def test_the_autograder_knows_no_course() -> None:
    assert imported_by("autograder", from_="elboroom") == []


def test_elboroom_uses_the_public_interface_only() -> None:
    used = imported_by("elboroom", from_="autograder")
    assert used
    assert [line for line in used if not is_public(line.split(": ")[1])] == []


@pytest.mark.parametrize(
    ("module", "public"),
    [
        ("autograder.expect", True),
        ("autograder.checks.part", True),
        ("autograder.card.html", False),
        ("autograder.checks.session", False),
        ("autograder.checks.session.part", False),
        ("autograder.sandbox", False),
    ],
)
def test_what_counts_as_public(module: str, public: bool) -> None:
    assert is_public(module) is public


def test_contributing_names_the_public_modules() -> None:
    contributing = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = re.search(r"public interface:\s(.*?)\. ", contributing, re.DOTALL)
    assert named and re.findall(r"`autograder\.(\w+)`", named[1]) == list(PUBLIC)


def test_every_package_that_is_imported_is_a_stated_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    stated = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}
    distributions = importlib.metadata.packages_distributions()
    tops = {name.split(".")[0] for path in MODULES for name in imports(path.read_text("utf-8"))}
    others = tops - set(sys.stdlib_module_names) - set(PACKAGES)
    assert {name for name in others if not {canonicalize_name(each) for each in distributions[name]} & stated} == set()


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_files_are_short_and_say_their_idea_first(path: Path) -> None:
    source = path.read_text("utf-8")
    assert len(source.splitlines()) <= LONGEST
    assert ast.get_docstring(ast.parse(source)), "a file says its idea in its first lines"


def test_no_file_contains_a_machine_path() -> None:
    files = [(path, text) for path, text in texts() if path.name != ".gitignore"]
    found = [f"{path}: {match[0]}" for path, text in files for match in MACHINE_PATH.finditer(text)]
    assert found == []


def test_no_file_contains_the_host_of_a_registry() -> None:
    found = [f"{path}: {host}" for path, text in texts() for host in HOSTS if host in text.lower()]
    assert found == []


def test_nothing_is_left_open() -> None:
    words = re.compile("TO" + "DO|FIX" + "ME|XX" + "X")
    sources = [(path, text) for path, text in texts() if path.suffix == ".py"]
    assert [f"{path}: {match[0]}" for path, text in sources for match in words.finditer(text)] == []
