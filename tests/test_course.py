"""course.toml: what it may say, and how it says what is wrong."""

from pathlib import Path

import pytest

from autograder.course import Course
from autograder.errors import UserError

TOML = """
[course]
title = "A course"

[limits]
open_files = 100

[units.02_second]
title = "Second"
public = "lib.second"

[units.01_first]
title = "First"
public = "lib.first"
kernel = ["lib.plots", "lib.widgets"]
limits = {cell_seconds = 7}
"""


def write(folder: Path, text: str = TOML) -> Path:
    path = folder / "course.toml"
    path.write_text(text, encoding="utf-8")
    return path


def error(folder: Path, old: str, new: str) -> str:
    assert old in TOML
    with pytest.raises(UserError) as caught:
        Course.read(write(folder, TOML.replace(old, new)))
    return str(caught.value)


def test_units_come_in_the_order_of_the_file_with_what_it_says(tmp_path):
    course = Course.read(write(tmp_path))
    assert course.title == "A course" and list(course.units) == ["02_second", "01_first"]
    unit = course.unit("01_first")
    assert (unit.name, unit.title, unit.public) == ("01_first", "First", "lib.first")
    assert unit.kernel == ("lib.plots", "lib.widgets") and course.unit("02_second").kernel == ()


def test_files_are_where_the_convention_puts_them(tmp_path):
    unit = Course.read(write(tmp_path)).unit("01_first")
    assert unit.master == tmp_path / "solutions/01_first.py"
    assert unit.hidden == tmp_path / "solutions/01_first_hidden.py"
    assert unit.instructor_notebook == tmp_path / "solutions/01_first/01_first.ipynb"
    assert unit.student_notebook == tmp_path / "course/01_first/01_first.ipynb"


def test_the_units_that_are_graded_are_those_with_hidden_checks(tmp_path):
    course = Course.read(write(tmp_path))
    assert course.graded == []
    course.unit("01_first").hidden.parent.mkdir()
    course.unit("01_first").hidden.touch()
    assert course.graded == [course.unit("01_first")]


def test_a_units_limits_stand_on_the_courses(tmp_path):
    course = Course.read(write(tmp_path))
    first, second = course.unit("01_first").limits, course.unit("02_second").limits
    assert (first.open_files, first.cell_seconds) == (100, 7)
    assert second.open_files == 100 and second.cell_seconds != 7


def test_the_course_is_found_from_a_folder_inside(tmp_path):
    inside = tmp_path / "work" / "01_first"
    inside.mkdir(parents=True)
    assert Course.find(write(tmp_path)).root == Course.find(inside).root == tmp_path


def test_the_course_is_found_from_the_current_folder(tmp_path, monkeypatch):
    write(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert Course.find().title == "A course"


def test_without_a_course_the_remedy_is_said(tmp_path):
    with pytest.raises(UserError, match=r"There is no course\.toml in .* give --course PATH"):
        Course.find(tmp_path)


def test_a_folder_that_does_not_exist_is_not_taken_for_the_one_around_it(tmp_path):
    write(tmp_path)
    with pytest.raises(UserError, match=r"There is no folder .*nowhere"):
        Course.find(tmp_path / "nowhere")


def test_an_unknown_unit_is_answered_with_the_known_ones(tmp_path):
    with pytest.raises(UserError, match=r"no unit '03_third' in course\.toml\. Its units: 02_second, 01_first"):
        Course.read(write(tmp_path)).unit("03_third")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[course]", "[corse]", "course.toml has an unknown key `corse`. Known here: course, limits, units"),
        ('title = "A course"', 'name = "A course"', "course.toml: [course] has an unknown key `name`"),
        ('title = "A course"', "", "course.toml: [course] needs `title`, a text"),
        ('title = "First"', "", "course.toml: [units.01_first] needs `title`, a text"),
        ('public = "lib.first"', "", "course.toml: [units.01_first] needs `public`, a text"),
        ('public = "lib.first"', "public = 3", "course.toml: [units.01_first] needs `public`, a text"),
        ('public = "lib.first"', 'pubic = "lib.first"', "course.toml: [units.01_first] has an unknown key `pubic`"),
        ('["lib.plots", "lib.widgets"]', '"lib"', "course.toml: [units.01_first] has a `kernel` that is not a list"),
        ('["lib.plots", "lib.widgets"]', "[3]", "course.toml: [units.01_first] has a `kernel` that is not a list"),
        ("{cell_seconds = 7}", "7", "course.toml: [units.01_first] needs a table `limits`"),
        ("[units.01_first]", '[units."a b"]', "course.toml: [units.a b] is not a unit's name"),
        ("[units.01_first]", "[units.a_hidden]", "course.toml: [units.a_hidden] is not a unit's name"),
        ("cell_seconds = 7", "cell_secs = 7", "no limit named 'cell_secs' in [units.01_first]"),
        ("open_files = 100", "files = 100", "no limit named 'files'"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path, old, new, message):
    assert message in error(tmp_path, old, new)


def test_invalid_toml_is_said_with_its_line(tmp_path):
    assert "at line 3" in error(tmp_path, 'title = "A course"', "title = A course")


def test_a_course_without_units_is_an_error(tmp_path):
    with pytest.raises(UserError, match="needs a table `units`"):
        Course.read(write(tmp_path, '[course]\ntitle = "A"\n'))


def test_this_projects_course_reads():
    course = Course.find(Path(__file__).parents[1])
    assert course.title == "ELBO Room" and "03_exponential" in course.units
