"""The `autograder` program: light to start, kind in failing."""

import importlib
import json
import pkgutil
import subprocess
import sys

import pytest

from autograder import cli, commands
from autograder.errors import UserError


def autograder(*arguments, cwd=None):
    code = "from autograder.cli import main; main()"
    return subprocess.run([sys.executable, "-c", code, *arguments], cwd=cwd, capture_output=True, text=True)


def test_help_imports_nothing_heavy():
    code = (
        "import atexit, json, sys\n"
        "atexit.register(lambda: print(json.dumps(sorted(sys.modules)), file=sys.stderr))\n"
        "from autograder.cli import main\n"
        "main()\n"
    )
    result = subprocess.run([sys.executable, "-c", code, "--help"], capture_output=True, text=True, check=True)
    loaded = set(json.loads(result.stderr))
    assert "autograder.cli" in loaded
    assert not loaded & {"torch", "sympy", "nbgrader", "numpy", "jupytext", "nbformat", "autograder.commands.build"}


def test_help_names_every_command_with_the_first_line_of_its_file():
    text = " ".join(autograder("--help").stdout.replace("│", " ").split())
    names = [module.name for module in pkgutil.iter_modules(commands.__path__)]
    assert "build" in names
    for name in names:
        summary = cli.summary(f"autograder.commands.{name}")
        assert summary and f"{name} {summary}" in text


def test_every_command_file_has_a_command():
    for module in pkgutil.iter_modules(commands.__path__):
        assert callable(importlib.import_module(f"autograder.commands.{module.name}").command)


def test_without_a_course_there_is_one_line_with_the_remedy(tmp_path):
    result = autograder("build", cwd=tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("autograder: There is no course.toml in ")
    assert result.stderr.endswith("give --course PATH\n") and result.stderr.count("\n") == 1


def test_a_message_of_several_lines_becomes_one(monkeypatch, capsys):
    def program(arguments):
        def run(prog_name):
            raise UserError("first\n  second", "third\n")

        return run

    monkeypatch.setattr(cli, "program", program)
    with pytest.raises(SystemExit) as exit:
        cli.main()
    assert exit.value.code == 2
    assert capsys.readouterr().err == "autograder: first second. third\n"


def test_an_unknown_command_exits_with_2():
    result = autograder("bulid")
    assert result.returncode == 2 and "bulid" in result.stderr


def test_without_arguments_it_shows_the_help():
    assert "build" in autograder().stdout + autograder().stderr
