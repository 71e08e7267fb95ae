"""The class list, in the forms in which people have it."""

from pathlib import Path

import pytest

from autograder.errors import UserError
from autograder.grading.roster import read_roster

GOOD = {
    "as nbgrader imports it": ("id,first_name,last_name\nada,Ada,Lovelace\nbob,Bob,\n", ["ada", "bob"]),
    "another column": ("name,Student\nAda,ada\nBob,bob\n", ["ada", "bob"]),
    "one column without a title": ("ada\nbob\n\nada\n", ["ada", "bob"]),
    "one column with a title": ("student\nada\n", ["ada"]),
    "semicolons": ("id;first_name\nada;Ada\nbob;Bob, Jr.\n", ["ada", "bob"]),
    "tabs": ("\nname\tid\nAda; A.\tada\n", ["ada"]),
    "a semicolon in a name": ("id,name\nada,A;B\n", ["ada"]),
    "a byte-order mark, spaces, short rows": ("\ufeffname,id\n Ada , ada \nnobody\n", ["ada"]),
}


@pytest.mark.parametrize("kind", GOOD)
def test_a_roster_is_read(tmp_path: Path, kind: str) -> None:
    text, students = GOOD[kind]
    (tmp_path / "roster.csv").write_text(text, encoding="utf-8")
    assert read_roster(tmp_path / "roster.csv") == students


BAD = {
    "empty": (b"\n", "is empty"),
    "no student, semicolons": (b"a;b\n1;2\n", "no column of students"),
    "no student": (b"a,b\n1,2\n", "no column of students"),
    "not text": (b"\xff", "UTF-8"),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_roster_is_said(tmp_path: Path, kind: str) -> None:
    raw, said = BAD[kind]
    (tmp_path / "roster.csv").write_bytes(raw)
    with pytest.raises(UserError, match=said):
        read_roster(tmp_path / "roster.csv")


def test_a_roster_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="No such file"):
        read_roster(tmp_path / "nowhere.csv")
