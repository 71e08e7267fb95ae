"""Solution text must not reach students, whatever way."""

import json

import pytest

from autograder.build.errors import MasterError
from autograder.build.leaks import distinctive_lines, leaks
from autograder.build.read import read_master

FORMULA = "    twice_the_number = x + x"


def test_the_students_notebook_shows_no_solution(tiny):
    student = tiny.build().texts[tiny.unit.student_notebook]
    for hidden in ("twice_the_number", '\\"even\\"', "two equal halves", "names the two halves", "one star per unit"):
        assert hidden not in student
        assert hidden in tiny.build().texts[tiny.unit.instructor_notebook]


def test_a_solution_line_repeated_in_the_prose_is_an_error_that_names_both_lines(tiny):
    tiny.edit("# Twice $x$ is $x + x$.", "# Write `twice_the_number  =  x + x`. Twice $x$ is $x + x$.")
    with pytest.raises(MasterError, match="students read this line of 'double'") as error:
        tiny.build()
    assert error.value.line == tiny.line_of(FORMULA)
    assert f"in the cell of line {tiny.line_of('# %% [markdown]')}" in error.value.message


def test_a_rubric_repeated_in_the_prose_is_an_error(tiny):
    tiny.edit(
        "# **Exercise.** Is twice", "# (1 point: says that they are equal)\n# - 1 point: says that they are equal"
    )
    with pytest.raises(MasterError, match="line of 'why_even'"):
        tiny.build()


def test_a_line_that_two_solutions_share_gives_nothing_away(tiny):
    tiny.edit(FORMULA, FORMULA + "\n    assert x is not None, x")
    tiny.edit('    "even"', '    "even"\n    assert x is not None, x')
    texts = [text for _, _, text in distinctive_lines(read_master(tiny.unit))]
    assert "assert x is not None, x" not in texts and FORMULA.strip() in texts


def test_a_short_line_is_not_distinctive(tiny):
    assert '"even"' not in [text for _, _, text in distinctive_lines(read_master(tiny.unit))]


def test_a_leak_is_found_across_line_breaks(tiny):
    master = read_master(tiny.unit)
    student = json.loads(tiny.unit.student_notebook.read_text(encoding="utf-8"))
    student["cells"][2]["source"] = ["twice_the_number\n", "    = x + x"]
    assert list(leaks(master, student)) == [(tiny.line_of(FORMULA), "double", 2)]
