"""The `autograder` program: every file in autograder/commands is a command, imported only when it is the one called.

A UserError is one line on stderr and exit code 2; nothing was written then.
"""

import ast
import importlib
import pkgutil
import sys
from importlib.util import find_spec

import typer

from autograder import commands
from autograder.errors import UserError


def main() -> None:
    """Runs the command that sys.argv names."""
    try:
        program(sys.argv[1:])(prog_name="autograder")
    except UserError as error:
        print(f"autograder: {' '.join(str(error).split())}", file=sys.stderr)
        sys.exit(2)


def program(arguments: list[str]) -> typer.Typer:
    """The program with its commands; of them only the first word of `arguments` is imported, the others are a line
    of help."""
    app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
    app.callback(help="Builds, checks and grades a course in notebooks.")(_nothing)
    called = next((word for word in arguments if not word.startswith("-")), "")
    for module in pkgutil.iter_modules(commands.__path__):
        name = f"{commands.__name__}.{module.name}"
        if module.name == called:
            app.command(module.name)(importlib.import_module(name).command)
        else:
            app.command(module.name, help=summary(name))(_nothing)
    return app


def summary(module: str) -> str:
    """The first line of a module's docstring, read without importing it."""
    spec = find_spec(module)
    assert spec is not None and spec.origin is not None
    with open(spec.origin, encoding="utf-8") as file:
        return (ast.get_docstring(ast.parse(file.read())) or "").split("\n")[0]


def _nothing() -> None:
    """Stands for a command that is listed, not called."""
