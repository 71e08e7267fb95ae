"""outcomes.jsonl: complete lines only, continued after any interruption, in an order that nobody's speed decides."""

import json
from pathlib import Path

import pytest

from autograder.errors import UserError
from autograder.grading.ledger import Kept, Ledger
from autograder.grading.outcome import Outcome


def outcome(student: str, score: float = 1.0, seed: int = 7, unit: str = "00_example") -> Outcome:
    return Outcome(student, unit, "graded", score=score, max_score=5.0, seed=seed)


def lines(ledger: Ledger) -> list[str]:
    return [json.loads(line)["student"] for line in ledger.path.read_text().splitlines()]


def test_a_line_has_exactly_the_fields_of_the_contract(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.begin(Kept(), Kept())
    ledger.add(outcome("ada"), "f")
    assert list(json.loads(ledger.path.read_text())) == [
        *("student", "assignment", "status", "score", "max_score", "manual_max_points", "needs_manual"),
        *("reason", "repairs", "seconds", "seed", "checks"),
    ]


def test_lines_end_in_the_order_that_is_asked_for(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.begin(Kept(), Kept())
    for student in ("zoe", "ada", "bob"):
        ledger.add(outcome(student), "f")
    assert lines(ledger) == ["zoe", "ada", "bob"]  # as they came
    ledger.finish([(student, "00_example") for student in ("ada", "bob", "zoe")], ["00_example"])
    assert lines(ledger) == ["ada", "bob", "zoe"]
    assert ledger.earlier().finished == {"00_example"}


def test_units_are_in_the_courses_order_and_those_it_has_no_longer_are_last(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.begin(Kept(), Kept())
    for student, unit in (("zoe", "a"), ("ada", "gone"), ("ada", "a"), ("bob", "z")):
        ledger.add(outcome(student, unit=unit), "f")
    keys = [("bob", "z"), ("ada", "a"), ("zoe", "a"), ("ada", "gone")]
    assert [found.key for found in ledger.finish(keys, ["z", "a"])] == keys
    assert list(ledger.earlier().outcomes) == keys


def test_a_run_leaves_the_lines_of_other_units_alone(tmp_path: Path) -> None:
    first, second = Ledger(tmp_path), Ledger(tmp_path)
    first.begin(Kept(), Kept())
    first.add(outcome("ada", unit="one"), "fingerprint of ada")
    first.finish([("ada", "one")], ["one", "two"])
    before = first.path.read_text()
    second.begin(Kept(), second.earlier().of_others(["two"]))
    second.add(outcome("ada", seed=8, unit="two"), "another")
    left = Ledger(tmp_path).earlier()  # the second run broke off
    assert second.path.read_text().startswith(before) and left.seeds == {"one": 7, "two": 8}
    assert (left.finished, left.fingerprints["ada", "one"]) == ({"one"}, "fingerprint of ada")
    second.finish([("ada", "two")], ["one", "two"])
    assert second.path.read_text().startswith(before) and second.earlier().finished == {"one", "two"}


def test_a_run_that_broke_off_is_continued_from_its_complete_lines(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.begin(Kept(), Kept())
    ledger.add(outcome("ada"), "fingerprint of ada")
    ledger.add(outcome("bob"), "fingerprint of bob")
    whole = ledger.path.read_bytes()
    ledger.path.write_bytes(whole[:-30])
    kept = Ledger(tmp_path).earlier()
    assert [key[0] for key in kept.outcomes] == ["ada"] and not kept.finished
    assert (kept.seeds, kept.fingerprints["ada", "00_example"]) == ({"00_example": 7}, "fingerprint of ada")
    again = Ledger(tmp_path)
    again.begin(kept, Kept())
    again.add(outcome("bob", 2.0), "new")
    assert [json.loads(line)["score"] for line in again.path.read_text().splitlines()] == [1.0, 2.0]


def test_lines_that_are_no_outcomes_are_left_out(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    good = json.dumps(outcome("ada").to_dict())
    ledger.path.write_text(f'{{"student": "bob"}}\n[]\nnull\nnot json\n{good}\n')
    assert [key[0] for key in ledger.earlier().outcomes] == ["ada"]


def test_a_run_without_all_its_lines_is_not_finished(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.begin(Kept(), Kept())
    ledger.add(outcome("ada"), "f")
    ledger.finish([("ada", "00_example"), ("bob", "00_example")], ["00_example"])
    assert not ledger.earlier().finished


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="can't be written"):
        Ledger(tmp_path / "file").begin(Kept(), Kept())
