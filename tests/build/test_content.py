"""What counts as an edit by hand, and what Jupyter adds by itself."""

import json

import nbformat
import pytest

from autograder.build.content import edited_by_hand


@pytest.fixture
def notebook(tiny):
    return json.loads(tiny.unit.student_notebook.read_text(encoding="utf-8"))


def test_what_the_build_wrote_is_not_edited(notebook):
    assert not edited_by_hand(json.dumps(notebook))


def test_opening_running_and_saving_in_jupyter_is_not_an_edit(notebook):
    node = nbformat.from_dict(notebook)
    node.metadata.language_info.version = "3.11.9"
    node.metadata.widgets = {}
    cell = node.cells[1]
    cell.execution_count = 7
    cell.outputs = [nbformat.v4.new_output("stream", text="hello")]
    cell.metadata.update({"execution": {"iopub.status.busy": "2026"}, "scrolled": True, "collapsed": False})
    assert not edited_by_hand(json.dumps(json.loads(nbformat.writes(node)), indent=4))


@pytest.mark.parametrize(
    "edit",
    [
        lambda nb: nb["cells"][0].update(source="# Tripling"),
        lambda nb: nb["cells"].pop(0),
        lambda nb: nb["cells"].reverse(),
        lambda nb: nb["cells"][0].update(cell_type="raw"),
        lambda nb: nb["cells"][0]["metadata"].update(tags=["new"]),
        lambda nb: nb["cells"][4]["metadata"]["nbgrader"].update(points=4),
        lambda nb: nb["cells"].append({"cell_type": "markdown", "id": "a", "metadata": {}, "source": "more"}),
        lambda nb: nb["metadata"].pop("autograder"),
    ],
    ids=["source", "deleted", "order", "type", "tags", "points", "added", "not ours"],
)
def test_what_a_person_changes_is_an_edit(notebook, edit):
    edit(notebook)
    assert edited_by_hand(json.dumps(notebook))


@pytest.mark.parametrize("text", ["", "<<<<<<< HEAD\n{}", "[]", "3", '{"cells": 3, "metadata": {}}', '{"metadata": 1}'])
def test_what_is_not_a_notebook_of_the_build_counts_as_edited(text):
    assert edited_by_hand(text)
