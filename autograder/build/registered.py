"""Which checks a unit's public module registers."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.course import Unit
from autograder.errors import UserError


def registered_names(unit: Unit) -> frozenset[str]:
    """The names under @check in the unit's public module; UserError when it can't be imported or has none."""
    with _importable(unit.root):
        try:
            module = importlib.import_module(unit.public)
        except Exception as error:
            raise UserError(
                f"Unit {unit.name}: importing {unit.public} failed: {type(error).__name__}: {error}",
                "Mend the module, or `public` in course.toml",
            ) from error
    names = getattr(getattr(module, "check", None), "names", None)
    if names is None:
        raise UserError(f"Unit {unit.name}: {unit.public} has no object `check`", f'Add check = Checks("{unit.name}")')
    return frozenset(names)


@contextmanager
def _importable(root: Path) -> Iterator[None]:
    """A course's own package need not be installed: its root goes on the path, as long as it is asked for."""
    sys.path.insert(0, str(root))
    try:
        yield
    finally:
        sys.path.remove(str(root))
