"""What is wrong with the generated files on disk, told as a person would want to read it. Content counts, not dates."""

import difflib
import json
from collections.abc import Iterator

from autograder.build.leaks import leaks
from autograder.build.notebook import dumps
from autograder.build.pipeline import Built
from autograder.course import Course


def faults(course: Course, built: Built) -> Iterator[str]:
    """One text per fault: a file that is missing or differs (a unified diff), a solution line that students see, a
    folder that nbgrader takes for an assignment."""
    yield from _differences(built)
    for name in built.masters:
        yield from _leaks(course, built, name)
    yield from _strays(course)


def canonical(text: str) -> str:
    """A notebook's text in the build's layout; text that isn't a notebook stays as it is."""
    try:
        return dumps(json.loads(text))
    except (ValueError, KeyError, TypeError):
        return text


def _differences(built: Built) -> Iterator[str]:
    for path, wanted in built.texts.items():
        name = path.relative_to(built.root).as_posix()
        if not path.is_file():
            yield f"{name} is missing"
            continue
        found = canonical(path.read_text(encoding="utf-8", errors="replace"))
        if found != wanted:
            yield _diff(found, wanted, name)


def _diff(found: str, wanted: str, name: str) -> str:
    lines = difflib.unified_diff(
        found.splitlines(), wanted.splitlines(), f"{name} (on disk)", f"{name} (from its master)", lineterm=""
    )
    return "\n".join(lines)


def _leaks(course: Course, built: Built, name: str) -> Iterator[str]:
    path, master = course.unit(name).student_notebook, built.masters[name]
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for line, exercise, index in leaks(master, notebook):
            where = f"{path.relative_to(built.root).as_posix()}, cell {index + 1}"
            yield f"{where}: shows students the answer to {exercise!r} ({master.file}, line {line})"
    except (OSError, ValueError, KeyError, TypeError):
        return  # missing, or not a notebook: said above


def _strays(course: Course) -> Iterator[str]:
    for folder in sorted((course.root / "solutions").glob("[!.]*/")):
        if folder.name not in course.units:
            yield f"solutions/{folder.name}: no unit of course.toml, but nbgrader lists it as an assignment. Remove it"
