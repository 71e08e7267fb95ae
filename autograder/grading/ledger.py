"""outcomes.jsonl: one line per submission, only ever complete ones, and what a later run may keep of them.

A line is appended with a single write, so that a run that was killed can be continued by the next. Beside it,
`.grading.jsonl` says what each line was made from (a fingerprint of submission, checks and engine) and whether the run
came to its end.
"""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.errors import UserError
from autograder.grading.outcome import Outcome

Key = tuple[str, str]


@dataclass
class Kept:
    """What an earlier run left behind."""

    outcomes: dict[Key, Outcome] = field(default_factory=dict)
    fingerprints: dict[Key, str] = field(default_factory=dict)
    seed: int | None = None
    finished: bool = False


class Ledger:
    """Writes the outcomes of one run into `folder`; nobody else does."""

    def __init__(self, folder: Path) -> None:
        self.path, self.notes = folder / "outcomes.jsonl", folder / ".grading.jsonl"
        self.outcomes: dict[Key, Outcome] = {}

    def earlier(self) -> Kept:
        """What an earlier run left: its complete lines."""
        kept = Kept()
        for line in _lines(self.path):
            try:
                outcome = Outcome.from_dict(line)
            except (KeyError, TypeError):
                continue
            kept.outcomes[outcome.key] = outcome
            kept.seed = outcome.seed
        for note in _lines(self.notes):
            kept.finished = kept.finished or note.get("finished") is True
            if "fingerprint" in note:
                kept.fingerprints[note.get("student", ""), note.get("assignment", "")] = note["fingerprint"]
        return kept

    def begin(self, kept: list[Outcome], fingerprints: dict[Key, str]) -> None:
        """Starts the run with the lines that are kept. Raises UserError when the folder can't be written."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            notes = [_note(key, fingerprints[key]) for key in (outcome.key for outcome in kept)]
            _replace(self.notes, notes)
            _replace(self.path, [outcome.to_dict() for outcome in kept])
        except OSError as error:
            reason = f"{self.path.parent} can't be written ({error.strerror})"
            raise UserError(reason, "Choose another folder with --out") from None
        self.outcomes = {outcome.key: outcome for outcome in kept}

    def add(self, outcome: Outcome, fingerprint: str) -> None:
        """Appends one line."""
        self.outcomes[outcome.key] = outcome
        _append(self.path, outcome.to_dict())
        _append(self.notes, _note(outcome.key, fingerprint))

    def finish(self, order: list[Key]) -> list[Outcome]:
        """Puts the lines in the order of `order`, which doesn't depend on who was faster, and ends the run."""
        outcomes = [self.outcomes[key] for key in order if key in self.outcomes]
        _replace(self.path, [outcome.to_dict() for outcome in outcomes])
        if len(outcomes) == len(order):
            _append(self.notes, {"finished": True})
        return outcomes


def _note(key: Key, fingerprint: str) -> dict[str, Any]:
    return {"student": key[0], "assignment": key[1], "fingerprint": fingerprint}


def _line(data: dict[str, Any]) -> bytes:
    return json.dumps(data, allow_nan=False).encode() + b"\n"


def _append(path: Path, data: dict[str, Any]) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(fd, _line(data))
    finally:
        os.close(fd)


def _replace(path: Path, lines: list[dict[str, Any]]) -> None:
    """Writes a file anew: whoever reads it sees the old or the new one, whole."""
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(b"".join(map(_line, lines)))
    os.replace(fresh, path)


def _lines(path: Path) -> list[dict[str, Any]]:
    """The complete lines; a last one that breaks off is left out."""
    if not path.is_file():
        return []
    found = []
    for raw in path.read_bytes().split(b"\n")[:-1]:
        try:
            line = json.loads(raw)
        except ValueError:
            continue
        if isinstance(line, dict):
            found.append(line)
    return found
