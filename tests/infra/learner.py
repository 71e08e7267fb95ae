"""Runs in a process of its own: what a learner's notebooks do, with everything blocked that only POSIX systems have.

Arguments: the course's root. Only the project's own imports are blocked: the packages below it know their system.
Files opened without an encoding are errors too: on Windows they would not be UTF-8.
"""

import ast
import builtins
import importlib
import pkgutil
import sys
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

POSIX_ONLY = {
    *("fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"),
    *("crypt", "nis", "ossaudiodev", "spwd", "_posixsubprocess", "_posixshmem"),
}
OURS = ("autograder", "elboroom")
real_import = builtins.__import__


def portable_import(name: str, globals: Any = None, *rest: Any, **named: Any) -> ModuleType:  # names as __import__'s
    importer = (globals or {}).get("__name__") or ""
    if importer.split(".")[0] in OURS and name in POSIX_ONLY:
        raise ModuleNotFoundError(f"{importer} imports {name}, which Windows doesn't have")
    return real_import(name, globals, *rest, **named)


def code_cells(notebook: Path) -> list[str]:
    import nbformat

    return [cell.source for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"]


def run_imports_and_checks(notebook: Path) -> None:
    """The import statements and the checks of a notebook; the answers stay unwritten."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for source in code_cells(notebook):
        for statement in ast.parse(source).body:
            is_import = isinstance(statement, ast.Import | ast.ImportFrom)
            if is_import or ast.unparse(statement).startswith("check("):
                exec(ast.unparse(statement), namespace)


def main(root: Path) -> None:
    builtins.__import__ = portable_import
    warnings.filterwarnings("error", category=EncodingWarning, module="(autograder|elboroom)")
    elboroom = importlib.import_module("elboroom")
    for module in pkgutil.walk_packages(elboroom.__path__, "elboroom."):
        importlib.import_module(module.name)
    notebooks = sorted(root.glob("course/*/*.ipynb"))
    for notebook in notebooks:
        run_imports_and_checks(notebook)
    print(f"{len(notebooks)} notebooks")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
