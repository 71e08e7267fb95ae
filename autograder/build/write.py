"""Writes what was built. What a person wrote by hand is not replaced, unless asked for; then every file or none."""

import os
from pathlib import Path

from autograder.build.content import edited_by_hand
from autograder.build.pipeline import Built
from autograder.errors import UserError


def write(built: Built, force: bool = False) -> list[Path]:
    """Brings the files up to date and returns those that changed; UserError, before any is written, when a notebook
    was edited by hand and `force` is not given."""
    stale = [path for path, text in built.texts.items() if _read(path) != text]
    edited = [path.relative_to(built.root).as_posix() for path in stale if _is_a_persons_work(path)]
    if edited and not force:
        raise UserError(
            f"Edited by hand since the last build: {', '.join(edited)}",
            "Move the edit to the master (autograder build --check shows it), or drop it with --force",
        )
    for path in stale:
        _replace(path, built.texts[path])
    return stale


def _is_a_persons_work(path: Path) -> bool:
    return path.suffix == ".ipynb" and path.exists() and edited_by_hand(_read(path))


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _replace(path: Path, text: str) -> None:
    """A reader sees the old file or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8", newline="\n")
    os.replace(fresh, path)
