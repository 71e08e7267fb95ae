"""`elboroom solution`: the model solution on demand, and one clear line when there is none to show."""

import shutil
import sys
from pathlib import Path

import pytest

from elboroom import cli


@pytest.fixture
def solution(small_course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Runs the command inside the small course; returns exit code, stdout and stderr."""

    def run(exercise: str) -> tuple[int, str, str]:
        monkeypatch.chdir(small_course)
        monkeypatch.setattr(sys, "argv", ["elboroom", "solution", exercise])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        return (stop.value.code or 0, *capsys.readouterr())

    return run


def test_a_function_is_shown_whole_and_without_markers(solution) -> None:
    assert solution("count") == (0, 'def count(a, b):\n    """The sum."""\n    return a + b\n', "")


def test_an_essay_shows_its_model_answer_and_how_points_are_given(solution) -> None:
    assert solution("total_why") == (0, "Because total is addition.\n- 2 points: addition is named\n", "")


def test_an_exercise_that_two_units_have_must_be_named_with_its_unit(solution) -> None:
    code, out, err = solution("both")
    assert (code, out) == (2, "")
    assert err == ("elboroom: Several units have an exercise `both`. Say which one: 01_counts/both or 02_sums/both\n")
    assert solution("02_sums/both")[1] == 'both = ...\nboth = "total"\n'
    assert solution("02/both")[1] == 'both = ...\nboth = "total"\n'


@pytest.mark.parametrize(
    ("exercise", "hint"),
    [
        ("totl", "Did you mean total or total_why?"),
        ("02/totl", "Did you mean 02_sums/total?"),
        ("xyzzy", 'An exercise is named as in its check: check("elbo")'),
    ],
)
def test_an_unknown_exercise_names_the_close_ones(solution, exercise: str, hint: str) -> None:
    assert solution(exercise) == (2, "", f"elboroom: There is no exercise `{exercise}` in this course. {hint}\n")


def test_without_solutions_it_says_so(solution, small_course: Path) -> None:
    shutil.rmtree(small_course / "solutions")
    code, out, err = solution("count")
    assert (code, out) == (2, "")
    assert err.startswith("elboroom: This copy of the course has no model solutions: its folder solutions/ is missing.")


def test_outside_a_course_it_says_so(solution, small_course: Path) -> None:
    (small_course / "course.toml").unlink()
    assert solution("count")[::2] == (
        2,
        f"elboroom: There is no course.toml in {small_course} or a folder above it. "
        "Work inside the course, or give --course PATH\n",
    )
