"""Cell ids: from names, or from what the text says, so that an edit leaves the other ids alone."""

import json

import pytest

from autograder.build.errors import MasterError


def ids(tiny):
    built = tiny.build()
    texts = [built.texts[path] for path in (tiny.unit.instructor_notebook, tiny.unit.student_notebook)]
    instructor, student = ([cell["id"] for cell in json.loads(text)["cells"]] for text in texts)
    assert instructor == student
    return student


def test_named_cells_are_called_by_unit_and_name(tiny):
    wanted = {"tiny-double", "tiny-check-double", "tiny-why_even", "tiny-rubric-why_even"}
    assert wanted <= set(ids(tiny))


def test_cells_that_say_the_same_have_different_ids(tiny):
    found = ids(tiny)
    assert len(found) == len(set(found))


def test_a_new_cell_leaves_the_other_ids_alone(tiny):
    before = ids(tiny)
    after = ids(
        tiny.edit("# %% [markdown]\n# **Exercise.** Write", "# %%\n\n# %%\n1\n\n# %% [markdown]\n# **Exercise.** Write")
    )
    assert len(after) == len(before) + 2 and set(before) < set(after)


def test_an_edit_changes_the_id_of_the_edited_text_only(tiny):
    before = ids(tiny)
    after = ids(tiny.edit("# # Doubling", "# # To double"))
    assert [a == b for a, b in zip(after, before, strict=True)] == [False] + [True] * (len(before) - 1)


def test_an_edit_of_a_solution_changes_no_id(tiny):
    before = ids(tiny)
    assert ids(tiny.edit("twice_the_number = x + x", "twice_the_number = 2 * x")) == before


def test_a_name_too_long_for_a_notebook_is_an_error_with_its_line(tiny):
    tiny.edit('essay="draw_it"', f'essay="{"draw_it" * 10}"')
    with pytest.raises(MasterError, match="too long for a notebook") as error:
        tiny.build()
    assert error.value.line == tiny.line_of("draw_itdraw_it")
