"""points.json: what a notebook's check is worth, beside the public checks."""

import json

import pytest

from autograder.build.pipeline import build
from autograder.build.write import write
from autograder.checks.loading import load, points_of
from autograder.errors import UserError

SECOND = '\n[units.second]\ntitle = "Second"\npublic = "lessons.second"\n'


def add_second(tiny):
    toml = tiny.root / "course.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + SECOND, encoding="utf-8")
    (tiny.root / "lessons" / "second.py").write_text(
        "from types import SimpleNamespace\ncheck = SimpleNamespace(names=[])\n"
    )
    (tiny.root / "solutions" / "second.py").write_text("# %% [markdown]\n# Nothing to do.\n")
    return tiny.root / "lessons" / "points.json"


def test_a_notebook_finds_the_points_of_the_master(tiny, monkeypatch):
    write(tiny.edit('check="double" points=3', 'check="double" points=7').build())
    monkeypatch.syspath_prepend(str(tiny.root))
    check = load("lessons.tiny")
    assert (points_of(check, "double"), points_of(check, "parity")) == (7.0, 0.5)


def test_building_one_unit_keeps_the_points_of_the_others(tiny):
    table = add_second(tiny)
    text = build(tiny.course, [tiny.course.unit("second")]).texts[table]
    assert json.loads(text) == {"tiny": {"double": 3, "parity": 0.5}, "second": {}}


def test_points_of_what_is_no_unit_go(tiny):
    table = tiny.root / "lessons" / "points.json"
    table.write_text('{"old": {"a": 1}}')
    assert list(json.loads(tiny.build().texts[table])) == ["tiny"]


def test_a_table_that_cannot_be_read_is_made_anew(tiny):
    table = add_second(tiny)
    table.write_text("<<<<<<< HEAD")
    assert json.loads(build(tiny.course, [tiny.course.unit("second")]).texts[table]) == {"second": {}}


@pytest.mark.parametrize("public", ["json", "json.decoder"])
def test_a_check_module_outside_the_course_is_an_error_with_the_remedy(tiny, public):
    add_second(tiny)
    toml = tiny.root / "course.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("lessons.second", public), encoding="utf-8")
    with pytest.raises(UserError, match=r"\[units\.second\] public = .* is not in a package of this course"):
        tiny.build()
