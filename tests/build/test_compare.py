"""`--check`: the files on disk are what the masters say, in content."""

import json

import pytest

from autograder.build.compare import faults as course_faults


def faults(tiny):
    return list(course_faults(tiny.course, tiny.build()))


def change(path, edit):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    edit(notebook)
    path.write_text(json.dumps(notebook, indent=2), encoding="utf-8")


def test_a_fresh_build_has_no_faults(tiny):
    assert faults(tiny) == []


def test_the_layout_of_the_file_does_not_count(tiny):
    change(tiny.unit.student_notebook, lambda nb: nb["cells"][0].update(source="".join(nb["cells"][0]["source"])))
    assert faults(tiny) == []


def test_a_stale_notebook_is_shown_as_a_unified_diff(tiny):
    tiny.edit("# # Doubling", "# # To double")
    instructor, student = faults(tiny)
    assert instructor.startswith(
        "--- solutions/tiny/tiny.ipynb (on disk)\n+++ solutions/tiny/tiny.ipynb (from its master)"
    )
    assert '-    "# Doubling\\n",' in student.splitlines() and '+    "# To double\\n",' in student.splitlines()


def test_an_edit_by_hand_is_shown(tiny):
    change(tiny.unit.instructor_notebook, lambda nb: nb["cells"][1].update(source="import os"))
    (fault,) = faults(tiny)
    assert '-    "import os"' in fault.splitlines()


def test_outputs_are_shown(tiny):
    output = {"output_type": "stream", "name": "stdout", "text": ["hello"]}
    change(tiny.unit.student_notebook, lambda nb: nb["cells"][1].update(outputs=[output]))
    assert "hello" in faults(tiny)[0]


@pytest.mark.parametrize("text", ["<<<<<<< HEAD", "[]", "{}"])
def test_a_file_that_is_no_notebook_is_shown(tiny, text):
    tiny.unit.student_notebook.write_text(text)
    assert f"-{text}" in faults(tiny)[0]


def test_a_missing_notebook_is_named(tiny):
    tiny.unit.student_notebook.unlink()
    assert faults(tiny) == ["course/tiny/tiny.ipynb is missing"]


def test_solution_text_in_the_students_notebook_is_named_with_its_line(tiny):
    change(tiny.unit.student_notebook, lambda nb: nb["cells"][3].update(source="twice_the_number = x + x"))
    line = tiny.line_of("twice_the_number = x + x")
    said = f"course/tiny/tiny.ipynb, cell 4: shows students the answer to 'double' (solutions/tiny.py, line {line})"
    assert faults(tiny)[1:] == [said]


def test_a_folder_beside_the_masters_that_is_no_unit_is_named(tiny):
    (tiny.root / "solutions" / "old").mkdir()
    (tiny.root / "solutions" / ".ipynb_checkpoints").mkdir()
    (tiny.root / "solutions" / "notes.txt").write_text("")
    (fault,) = faults(tiny)
    assert fault.startswith("solutions/old: no unit")
