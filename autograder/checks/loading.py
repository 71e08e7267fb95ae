"""Finds and loads the checks of a unit: the public module by name, the hidden file beside the master."""

import importlib
import json
import sys
from importlib import resources
from pathlib import Path
from types import ModuleType

from autograder.checks.registry import Checks
from autograder.errors import UserError


def load(public: str, hidden: Path | None = None) -> Checks:
    """The checks of the module `public` (its object `check`), with the hidden parts in the file `hidden` if given.

    Raises UserError when the module has no checks or the file isn't there."""
    check = getattr(importlib.import_module(public), "check", None)
    if not isinstance(check, Checks):
        raise UserError(f"the module {public} has no object `check`", "It begins with `check = Checks(...)`.")
    if hidden is not None:
        load_hidden(check, hidden)
    return check


def load_hidden(check: Checks, path: Path) -> None:
    """Registers the hidden parts in the file at `path`, once."""
    name = f"_hidden_{check.unit}"
    if name not in sys.modules:
        if not path.is_file():
            raise UserError(f"the hidden checks of {check.unit} are not there", f"They belong in {path.name}.")
        load_file(path, name)


def load_file(path: Path, name: str) -> ModuleType:
    """The module in a file, under a name of its own. Leaves no __pycache__ beside it, which nbgrader would list as an
    assignment."""
    module = ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module
    try:
        exec(compile(path.read_text(encoding="utf-8"), path, "exec"), module.__dict__)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def points_of(check: Checks, name: str) -> float:
    """What the check `name` is worth: from the table that `autograder build` writes beside the public checks."""
    table = resources.files(check.module.rpartition(".")[0]) / "points.json"
    points = json.loads(table.read_text(encoding="utf-8")) if table.is_file() else {}
    if name not in points.get(check.unit, {}):
        raise UserError(f"the points of {check.unit}: {name} are not known", "Run `autograder build`.")
    return float(points[check.unit][name])
