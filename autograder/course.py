"""A course is a folder with a course.toml: its units, and by convention where each of them keeps its files."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.errors import UserError
from autograder.limits import Limits

COURSE_KEYS = ("course", "limits", "units")
UNIT_KEYS = ("title", "public", "kernel", "limits")
UNIT_NAME = re.compile(r"[A-Za-z0-9_]+(?<!_hidden)")


@dataclass(frozen=True)
class Unit:
    """One unit of a course: a row of course.toml. Files are where the convention puts them, there or not."""

    name: str
    title: str
    public: str  # the module with the unit's public checks
    kernel: tuple[str, ...]  # the library modules a learner's kernel may import
    limits: Limits
    root: Path = field(repr=False)

    @property
    def master(self) -> Path:
        return self.root / "solutions" / f"{self.name}.py"

    @property
    def hidden(self) -> Path:
        return self.root / "solutions" / f"{self.name}_hidden.py"

    @property
    def instructor_notebook(self) -> Path:
        return self.root / "solutions" / self.name / f"{self.name}.ipynb"

    @property
    def student_notebook(self) -> Path:
        return self.root / "course" / self.name / f"{self.name}.ipynb"


@dataclass(frozen=True)
class Course:
    """What course.toml says, units in the order in which it names them."""

    root: Path
    title: str
    units: Mapping[str, Unit]

    @classmethod
    def find(cls, start: Path | None = None) -> "Course":
        """The course around `start` (a folder, or the course.toml itself; by default the current folder).

        Raises UserError when no course.toml is there or in a folder above, or when it doesn't read as one.
        """
        start = (start or Path.cwd()).resolve()
        if start.is_file():
            return cls.read(start)
        if not start.is_dir():
            raise UserError(f"There is no folder {start}", "Give --course the folder of a course")
        for folder in (start, *start.parents):
            if (folder / "course.toml").is_file():
                return cls.read(folder / "course.toml")
        raise UserError(
            f"There is no course.toml in {start} or a folder above it", "Work inside the course, or give --course PATH"
        )

    @classmethod
    def read(cls, path: Path) -> "Course":
        """The course that this course.toml describes; UserError says which line of it to mend."""
        toml = _parse(path)
        _know(toml, COURSE_KEYS, "")
        course = _table(toml, "course", "")
        _know(course, ("title",), "[course] ")
        common, units = Limits.from_toml(_table(toml, "limits", "", {})), _table(toml, "units", "")
        root = path.resolve().parent
        title = _text(course, "title", "[course] ")
        return cls(root, title, {name: _unit(name, units, common, root) for name in units})

    @property
    def graded(self) -> list[Unit]:
        """The units that have hidden checks. (Where a course is handed out without its solutions, none has.)"""
        return [unit for unit in self.units.values() if unit.hidden.is_file()]

    def unit(self, name: str) -> Unit:
        """The unit of that name; UserError names the known ones."""
        if name not in self.units:
            raise UserError(f"There is no unit {name!r} in course.toml", f"Its units: {', '.join(self.units)}")
        return self.units[name]


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is not valid TOML: {error}", "Mend that line") from error


def _unit(name: str, units: dict[str, Any], common: Limits, root: Path) -> Unit:
    where = f"[units.{name}] "
    if not UNIT_NAME.fullmatch(name):
        raise _wrong(where, "is not a unit's name", "Use letters, digits and _, without the ending _hidden")
    table = _table(units, name, "[units] ")
    _know(table, UNIT_KEYS, where)
    limits = _limits(_table(table, "limits", where, {}), common, where)
    return Unit(name, _text(table, "title", where), _text(table, "public", where), _texts(table, where), limits, root)


def _limits(table: dict[str, Any], common: Limits, where: str) -> Limits:
    try:
        return Limits.from_toml(table, common)
    except UserError as error:
        raise UserError(f"{error.message} in {where.strip()}", error.remedy) from error


def _wrong(where: str, what: str, remedy: str) -> UserError:
    return UserError(f"course.toml: {where}{what}" if where else f"course.toml {what}", remedy)


def _know(table: dict[str, Any], keys: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in keys:
            raise _wrong(where, f"has an unknown key `{key}`", f"Known here: {', '.join(keys)}")


def _table(table: dict[str, Any], key: str, where: str, default: dict[str, Any] | None = None) -> dict[str, Any]:
    value = table.get(key, default)
    if not isinstance(value, dict):
        raise _wrong(where, f"needs a table `{key}`", f"Write it as [{key}] or `{key} = {{...}}`")
    return value


def _text(table: dict[str, Any], key: str, where: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value:
        raise _wrong(where, f"needs `{key}`, a text", f'Write {key} = "..."')
    return value


def _texts(table: dict[str, Any], where: str) -> tuple[str, ...]:
    value = table.get("kernel", [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _wrong(where, "has a `kernel` that is not a list of module names", 'Write kernel = ["package.module"]')
    return tuple(value)
