"""Reading a submission's folder: nothing leads out of it, nothing blocks, and what is left out is said."""

import os
from pathlib import Path

import pytest

from autograder.errors import UserError
from autograder.grading import extras
from autograder.grading.files import Unreadable, printable, read_regular
from autograder.grading.reading import Malformed
from autograder.grading.submission import Missing, Submission, discover, read

UNIT = "00_example"


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    """SUBMITTED/ada/00_example, empty."""
    folder = tmp_path / "submitted" / "ada" / UNIT
    folder.mkdir(parents=True)
    return folder


def contents_of(folder: Path) -> extras.Files:
    return read(Submission(folder.parent.parent, folder.parent.name, folder.name)).files


def submission(folder: Path) -> Submission:
    return Submission(folder.parent.parent, folder.parent.name, folder.name)


def test_a_notebook_and_the_files_beside_it_are_read(handed_in: Path) -> None:
    (handed_in / f"{UNIT}.ipynb").write_bytes(b"{}")
    (handed_in / "data").mkdir()
    (handed_in / "data" / "x.csv").write_bytes(b"1,2")
    (handed_in / ".ipynb_checkpoints").mkdir()
    (handed_in / ".ipynb_checkpoints" / "old.txt").write_bytes(b"old")
    contents = read(submission(handed_in))
    assert (contents.notebook, contents.files, contents.repairs) == (b"{}", {"data/x.csv": b"1,2"}, [])


def test_a_renamed_notebook_is_found(handed_in: Path) -> None:
    (handed_in / f"{UNIT} (1).ipynb").write_bytes(b"{}")
    assert read(submission(handed_in)).repairs == [
        f"the notebook was called '{UNIT} (1).ipynb'; it was taken for {UNIT}.ipynb"
    ]
    (handed_in / "scratch.ipynb").write_bytes(b"[]")
    assert read(submission(handed_in)).notebook == b"{}"  # the one whose name says so


def test_several_strange_notebooks_are_malformed(handed_in: Path) -> None:
    (handed_in / "one.ipynb").write_bytes(b"{}")
    (handed_in / "two.ipynb").write_bytes(b"{}")
    with pytest.raises(Malformed, match="2 notebooks, and none"):
        read(submission(handed_in))


def test_a_folder_without_a_notebook_is_missing(handed_in: Path) -> None:
    (handed_in / "notes.txt").touch()
    with pytest.raises(Missing, match="no notebook"):
        read(submission(handed_in))


def test_a_link_in_any_component_is_refused(handed_in: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / f"{UNIT}.ipynb").write_bytes(b"{}")
    (handed_in / f"{UNIT}.ipynb").symlink_to(tmp_path / "elsewhere" / f"{UNIT}.ipynb")
    with pytest.raises(Malformed, match=rf"{UNIT}.ipynb is a symbolic link"):
        read(submission(handed_in))
    (handed_in.parent.parent / "bob").mkdir()
    (handed_in.parent.parent / "bob" / UNIT).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Malformed, match=f"{UNIT} is a symbolic link"):
        read(Submission(handed_in.parent.parent, "bob", UNIT))
    (handed_in.parent.parent / "eve").symlink_to(handed_in.parent)
    with pytest.raises(Malformed, match="eve is a symbolic link"):
        read(Submission(handed_in.parent.parent, "eve", UNIT))


def test_a_fifo_for_a_notebook_does_not_block(handed_in: Path) -> None:
    os.mkfifo(handed_in / f"{UNIT}.ipynb")
    with pytest.raises(Malformed, match="not a plain file"):
        read(submission(handed_in))


def test_a_file_where_the_folder_should_be_is_malformed(handed_in: Path) -> None:
    handed_in.rmdir()
    handed_in.write_bytes(b"")
    with pytest.raises(Malformed, match="can't be read"):
        read(submission(handed_in))


def test_links_fifos_and_odd_names_beside_a_notebook_are_left_out_and_said(handed_in: Path) -> None:
    (handed_in / f"{UNIT}.ipynb").write_bytes(b"{}")
    (handed_in / "good.txt").write_bytes(b"good")
    (handed_in / "link.txt").symlink_to("/etc/passwd")
    (handed_in / "folder").symlink_to("/etc")
    os.mkfifo(handed_in / "pipe")
    (handed_in / os.fsdecode(b"caf\xe9.txt")).write_bytes(b"name")
    contents = read(submission(handed_in))
    assert contents.files == {"good.txt": b"good"}
    assert sorted(contents.repairs) == [
        "file caf\\xe9.txt left out: the name isn't UTF-8",
        "file folder and 1 more left out: links are not followed",
        "file pipe left out: not a plain file",
    ]


def test_too_many_too_large_and_too_deep_files_are_left_out(handed_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (handed_in / f"{UNIT}.ipynb").write_bytes(b"{}")
    for i in range(9):
        (handed_in / f"{i}.bin").write_bytes(b"x" * (100 if i == 3 else 10))
    deep = handed_in.joinpath(*"abcd")
    deep.mkdir(parents=True)
    (deep / "treasure").touch()
    monkeypatch.setattr(extras, "MAX_FILES", 5)
    monkeypatch.setattr(extras, "MAX_FILE", 50)
    monkeypatch.setattr(extras, "MAX_DEPTH", 3)
    contents = read(submission(handed_in))
    assert list(contents.files) == ["0.bin", "1.bin", "2.bin", "4.bin", "5.bin"]
    assert len(contents.repairs) == 3


@pytest.mark.full
def test_twenty_thousand_files_cost_little(handed_in: Path) -> None:
    (handed_in / f"{UNIT}.ipynb").write_bytes(b"{}")
    for i in range(20_000):
        (handed_in / f"{i:05d}").touch()
    contents = read(submission(handed_in))
    assert len(contents.files) == 256
    assert contents.repairs == ["file 00256 and 19743 more left out: only the first 256 are taken"]


def test_the_instructor_s_files_come_first_and_nothing_is_in_their_way() -> None:
    ours = {"data/table.csv": b"ours", "helper.py": b"ours"}
    learner = {"data": b"1", "helper.py": b"2", "helper.py/x": b"3", "data/mine.csv": b"4", "a": b"5"}
    said: list[str] = []
    files = extras.merged(learner, ours, said)
    assert list(files.items()) == [*ours.items(), ("data/mine.csv", b"4"), ("a", b"5")]
    assert said == ["file data and 1 more left out: in the way of the instructor's files"]


def test_no_name_leads_out_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    for parts in (("..", "secret"), ("../secret",), ("",), (".",), ("a\0b",)):
        with pytest.raises(Unreadable):
            read_regular(tmp_path / "inner", parts, 100)


def test_a_size_is_a_limit(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * 101)
    with pytest.raises(Unreadable, match="larger"):
        read_regular(tmp_path, ("large",), 100)
    with pytest.raises(Unreadable):
        read_regular(Path("/dev"), ("zero",), 100)


def test_submissions_are_found_in_the_order_of_their_names(tmp_path: Path) -> None:
    for student in ("zoe", "ada", ".git"):
        (tmp_path / student / UNIT).mkdir(parents=True)
    (tmp_path / "bob" / "another_unit").mkdir(parents=True)
    (tmp_path / "README.txt").touch()
    assert [found.student for found in discover(tmp_path, [UNIT])] == ["ada", "zoe"]
    with pytest.raises(UserError, match="no folder"):
        discover(tmp_path / "nowhere", [UNIT])


def test_a_name_is_made_printable() -> None:
    assert printable("Ada Lovelace") == "Ada Lovelace"
    assert printable(os.fsdecode(b"caf\xe9")) == "caf\\xe9"
    assert printable("a\x1b[31mb\n") == "a\\x1b[31mb\\n"
