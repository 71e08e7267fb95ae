"""Writing: up to date afterwards, and nothing a person wrote is lost."""

import json

import pytest

from autograder.build.write import write
from autograder.errors import UserError


def by_hand(path, source="# mine"):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"][0]["source"] = source
    path.write_text(json.dumps(notebook), encoding="utf-8")


def test_a_second_build_writes_nothing(tiny):
    assert write(tiny.build()) == []


def test_missing_and_stale_notebooks_are_written(tiny):
    tiny.unit.student_notebook.unlink()
    tiny.edit("# # Doubling", "# # To double")
    assert write(tiny.build()) == [tiny.unit.instructor_notebook, tiny.unit.student_notebook]
    assert "To double" in tiny.unit.student_notebook.read_text(encoding="utf-8")
    assert write(tiny.build()) == []


def test_a_notebook_edited_by_hand_is_not_replaced_and_nothing_else_is_written(tiny):
    by_hand(tiny.unit.student_notebook)
    tiny.edit("# # Doubling", "# # To double")
    before = tiny.unit.instructor_notebook.read_bytes()
    with pytest.raises(UserError, match=r"Edited by hand since the last build: course/tiny/tiny\.ipynb\. Move"):
        write(tiny.build())
    assert "# mine" in tiny.unit.student_notebook.read_text(encoding="utf-8")
    assert tiny.unit.instructor_notebook.read_bytes() == before


def test_force_replaces_a_notebook_edited_by_hand(tiny):
    by_hand(tiny.unit.student_notebook)
    assert write(tiny.build(), force=True) == [tiny.unit.student_notebook]
    assert "# mine" not in tiny.unit.student_notebook.read_text(encoding="utf-8")


def test_an_edit_that_the_master_has_by_now_is_no_edit(tiny):
    tiny.edit("# # Doubling", "# # To double")
    fresh = json.loads(tiny.build().texts[tiny.unit.student_notebook])
    tiny.unit.student_notebook.write_text(json.dumps(fresh, indent=4), encoding="utf-8")
    assert tiny.unit.student_notebook in write(tiny.build())


def test_a_notebook_that_was_only_run_is_replaced(tiny):
    notebook = json.loads(tiny.unit.instructor_notebook.read_text(encoding="utf-8"))
    notebook["cells"][1]["execution_count"] = 3
    tiny.unit.instructor_notebook.write_text(json.dumps(notebook), encoding="utf-8")
    assert write(tiny.build()) == [tiny.unit.instructor_notebook]


def test_only_the_notebook_is_left_in_its_folder(tiny):
    tiny.unit.student_notebook.unlink()
    write(tiny.build())
    assert [path.name for path in tiny.unit.student_notebook.parent.iterdir()] == ["tiny.ipynb"]
