"""The documentation is true: every documented command exists, and every command is documented."""

import re
from pathlib import Path

import pytest
import typer

from autograder.cli import program
from elboroom.cli import app as learners

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
USE = re.compile(r"(?:`|^|\\|/)(make|autograder|elboroom) ([a-z][a-z-]*)(?=[` \n])", re.MULTILINE)
ROW = re.compile(r"^\| `((?:make|autograder|elboroom) [a-z-]+)([^`]*)` \|", re.MULTILINE)


def make_targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    return set(re.findall(r"^([a-z-]+):.*##", makefile, re.MULTILINE))


def options(command: str) -> set[str]:
    """The names of the options that a command takes."""
    app, name = command.split()
    group = typer.main.get_command(learners if app == "elboroom" else program([name]))
    return {option for parameter in group.commands[name].params for option in parameter.opts if option[:2] == "--"}


def commands() -> set[str]:
    graders = typer.main.get_command(program([])).commands
    of_apps = {"autograder": graders, "elboroom": typer.main.get_command(learners).commands, "make": make_targets()}
    return {f"{app} {name}" for app, names in of_apps.items() for name in names}


def rows() -> dict[str, str]:
    """README's table: a command, and the arguments that it shows."""
    return dict(ROW.findall(README))


def test_the_table_of_commands_is_complete_and_true() -> None:
    assert set(rows()) == commands()


@pytest.mark.parametrize("command", [command for command in rows() if not command.startswith("make ")])
def test_the_options_in_the_table_exist(command: str) -> None:
    assert set(re.findall(r"--[a-z-]+", rows()[command])) <= options(command)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_a_page_mentions_exists(page: Path) -> None:
    mentioned = {" ".join(use) for use in USE.findall(page.read_text("utf-8"))}
    assert mentioned <= commands()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_links_to_is_there(page: Path) -> None:
    prose = re.sub(r"```.*?```|`[^`]*`", "", page.read_text("utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", prose)
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_layout_in_the_readme_is_there() -> None:
    layout = README.split("## What is where")[1].split("```")[1]
    folders = re.findall(r"^([a-z]+/|[a-z]+\.toml) ", layout, re.MULTILINE)
    assert len(folders) > 5
    assert [name for name in folders if name != "work/" and not (ROOT / name).exists()] == []


def test_the_changelog_has_an_unreleased_section() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    kinds = re.findall(r"^### (.*)$", changelog, re.MULTILINE)
    assert "\n## [Unreleased]\n" in changelog
    assert set(kinds) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
