"""The short metadata on a cell's line, and what it can get wrong."""

import pytest

from autograder.build.errors import MasterError
from autograder.build.read import read_master


def cell(tiny, line, source='check("a")'):
    tiny.unit.master.write_text(f"# %%\n1\n\n{line}\n{source}\n", encoding="utf-8")
    return read_master(tiny.unit).cells[1]


def test_a_check_has_a_name_points_and_its_own_grade_id(tiny):
    found = cell(tiny, '# %% check="a" points=0.5 tags=["run"]')
    assert (found.role, found.name, found.points, found.tags) == ("check", "a", 0.5, ("run",))
    assert found.grade_id == "check-a"


def test_a_solution_is_called_like_its_exercise(tiny):
    assert cell(tiny, '# %% solution="a"').grade_id == "a"


def test_text_has_no_role(tiny):
    found = cell(tiny, "# %% [markdown]", "# a")
    assert (found.role, found.grade_id, found.points) == ("text", "", None)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("# %% check=a points=1", "can't read 'check=a'"),
        ('# %% solutoin="a"', "unknown cell metadata 'solutoin'"),
        ('# %% A title solution="a"', "unknown cell metadata 'title'"),
        ('# %% solution="a" check="a" points=1', "a cell can't be solution and check at once"),
        ('# %% solution="a b"', "solution='a b' is not a name"),
        ("# %% solution=3", "solution=3 is not a name"),
        ('# %% [markdown] solution="a"', "a markdown cell can't carry solution="),
        ('# %% [markdown] check="a" points=1', "a markdown cell can't carry check="),
        ('# %% [raw] essay="a" points=1', "a raw cell can't carry essay="),
        ('# %% check="a"', "check 'a' needs a positive number of points"),
        ('# %% check="a" points=0', "check 'a' needs a positive number of points"),
        ('# %% check="a" points=-1', "check 'a' needs a positive number of points"),
        ('# %% check="a" points="3"', "check 'a' needs a positive number of points"),
        ('# %% check="a" points=true', "check 'a' needs a positive number of points"),
        ('# %% essay="a"', "essay 'a' needs a positive number of points"),
        ('# %% solution="a" points=1', "points on a solution cell"),
        ("# %% points=1", "points on a cell that isn't graded"),
        ("# %% tags=[1]", "jupytext can't read this cell: "),
        ('# %% tags="run"', "jupytext can't read this cell: 'run' is not of type 'array'"),
    ],
)
def test_metadata_that_says_something_else_is_an_error_with_its_line(tiny, line, message):
    with pytest.raises(MasterError) as error:
        cell(tiny, line)
    assert f"solutions/tiny.py, line 4: {message}" in str(error.value)
