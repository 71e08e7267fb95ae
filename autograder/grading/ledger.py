"""outcomes.jsonl: one line per submission, only ever complete ones, and what a later run may keep of them.

A line is appended with a single write, so that a run that was killed can be continued by the next. Beside it,
`.grading.jsonl` says what each line was made from (a fingerprint of submission, checks and engine) and of which units a
run came to its end. Lines of units that a run doesn't grade stay as they are.
"""

import json
import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.errors import UserError
from autograder.grading.outcome import Outcome

Key = tuple[str, str]


@dataclass
class Kept:
    """What earlier runs left behind. `seeds` are by unit; `finished` are the units of runs that came to their end."""

    outcomes: dict[Key, Outcome] = field(default_factory=dict)
    fingerprints: dict[Key, str] = field(default_factory=dict)
    seeds: dict[str, int] = field(default_factory=dict)
    finished: set[str] = field(default_factory=set)

    def of_others(self, units: Collection[str]) -> "Kept":
        """The lines, and what is known of them, of units that aren't among these."""
        outcomes = {key: outcome for key, outcome in self.outcomes.items() if key[1] not in units}
        fingerprints = {key: made_from for key, made_from in self.fingerprints.items() if key in outcomes}
        return Kept(outcomes, fingerprints, finished=self.finished.difference(units))


class Ledger:
    """Writes the outcomes of one run into `folder`; nobody else does."""

    def __init__(self, folder: Path) -> None:
        self.path, self.notes = folder / "outcomes.jsonl", folder / ".grading.jsonl"
        self.outcomes: dict[Key, Outcome] = {}

    def earlier(self) -> Kept:
        """What earlier runs left: their complete lines."""
        kept = Kept()
        for line in _lines(self.path):
            try:
                outcome = Outcome.from_dict(line)
            except (KeyError, TypeError):
                continue
            kept.outcomes[outcome.key] = outcome
            kept.seeds[outcome.assignment] = outcome.seed
        for note in _lines(self.notes):
            if isinstance(note.get("finished"), list):
                kept.finished.update(note["finished"])
            if "fingerprint" in note:
                kept.fingerprints[note.get("student", ""), note.get("assignment", "")] = note["fingerprint"]
        return kept

    def begin(self, kept: Kept, others: Kept) -> None:
        """Starts the run with the lines that are kept of its own units, and those of others. Raises UserError when the
        folder can't be written."""
        outcomes = others.outcomes | kept.outcomes
        notes = [_note(*known) for known in (others.fingerprints | kept.fingerprints).items()]
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            _replace(self.notes, [*notes, _end(others.finished)])
            _replace(self.path, [outcome.to_dict() for outcome in outcomes.values()])
        except OSError as error:
            reason = f"{self.path.parent} can't be written ({error.strerror})"
            raise UserError(reason, "Choose another folder with --out") from None
        self.outcomes = outcomes

    def add(self, outcome: Outcome, fingerprint: str) -> None:
        """Appends one line."""
        self.outcomes[outcome.key] = outcome
        _append(self.path, outcome.to_dict())
        _append(self.notes, _note(outcome.key, fingerprint))

    def finish(self, asked: Collection[Key], units: Sequence[str]) -> list[Outcome]:
        """Puts the lines in the order of `units` and students, which doesn't depend on who was faster, and ends the run
        if it has all that was asked of it. Returns all lines."""
        place = {unit: number for number, unit in enumerate(units)}
        last = len(place)  # for units that the course has no longer
        keys = sorted(self.outcomes, key=lambda key: (place.get(key[1], last), key[1], key[0]))
        outcomes = [self.outcomes[key] for key in keys]
        _replace(self.path, [outcome.to_dict() for outcome in outcomes])
        if self.outcomes.keys() >= set(asked):
            _append(self.notes, _end({unit for _, unit in asked}))
        return outcomes


def _note(key: Key, fingerprint: str) -> dict[str, Any]:
    return {"student": key[0], "assignment": key[1], "fingerprint": fingerprint}


def _end(units: Collection[str]) -> dict[str, Any]:
    return {"finished": sorted(units)}


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
