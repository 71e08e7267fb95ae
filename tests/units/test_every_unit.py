"""What holds for every unit: its notebooks run, the instructor's earns everything and the untouched one nothing; what
is blank, a crash or a choice is judged alike, mistakes are told in words of their own; and its sample class is made of
today's notebook."""

import functools
import importlib
import inspect
import json

import pytest

from autograder.course import Course
from samples import classroom
from tests.units.judging import Judge, failures
from tests.units.notebooks import earned, executed

COURSE = Course.find()
POINTS = json.loads((COURSE.root / "elboroom" / "checks" / "points.json").read_text(encoding="utf-8"))
WAITS = "This picture needs your"  # what stands in place of a picture whose answers are missing
QUICK = "03_exponential"  # the one whose notebooks `make test` runs
RUN = [
    pytest.param(unit, id=unit.name, marks=[] if unit.name == QUICK else [pytest.mark.full])
    for unit in COURSE.units.values()
]
GRADED = [unit.name for unit in COURSE.graded]
CHOICES = {
    "tight": "d", "can_be_tight": "c", "smaller_kl": "d", "what_beta_buys": "c", "maximum_of_the_bound": "b",
    "better_sampler": "d", "below_zero": "c", "telltale": "c", "tighter": "b", "nameless": "b", "blind_decoder": "d",
    "leak": "c",
}  # fmt: skip
FEWER = {"VAE": 2} | dict.fromkeys(["binarise", "Decoder", "bits_per_pixel", "active_units", "interpolate"], 4)
TERSE = ["kl_mvn", "ppca_log_likelihood", "linear_vae_gap", "gaussian_log_likelihood", "interpolate"]
MAKERS = sorted(path.stem for path in (COURSE.root / "samples").glob("make_*.py"))


judge_of = functools.cache(Judge)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("unit", RUN)
def test_the_instructors_notebook_earns_everything_and_draws_and_the_untouched_students_earns_nothing(unit, tmp_path):
    worth = POINTS.get(unit.name, {})
    full = executed(unit, unit.instructor_notebook, tmp_path)
    assert earned(full) == worth
    assert WAITS not in str(full.cells)
    blank = executed(unit, unit.student_notebook, tmp_path)
    assert earned(blank) == dict.fromkeys(worth, 0.0)
    if "image/png" in str(full.cells) and worth:
        assert WAITS in str(blank.cells)


@pytest.mark.parametrize("unit", GRADED)
def test_every_exercise_has_points_three_hints_and_nothing_for_nothing(unit):
    judge = judge_of(unit)
    assert set(judge.names) == set(POINTS[unit])
    for name in judge.names:
        assert len(set(judge.check.hinted[name])) == 3, name
        for namespace in ({}, {name: ...}):
            result = judge(name, namespace)
            assert (result.status, result.points) == ("blank", 0.0), name


@pytest.mark.filterwarnings("ignore")  # of the master's own cells
@pytest.mark.parametrize("unit", GRADED)
def test_a_function_that_returns_nothing_is_blank_whatever_else_is_right(unit):
    def stub(*arguments): ...

    judge = judge_of(unit)
    for name, written in judge.written.items():
        stubs = dict.fromkeys(written, stub)
        assert judge(name, judge.model | stubs).points == 0.0, name
        if not any(isinstance(judge.model[each], type) for each in written):
            assert (judge(name, stubs).status, judge(name, stubs).points) == ("blank", 0.0), name


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("unit", GRADED)
def test_a_crash_is_told_in_the_learners_words(unit):
    def crashes(*arguments):
        raise KeyError("mu")

    judge = judge_of(unit)
    for name, written in judge.written.items():
        result = judge(name, judge.model | dict.fromkeys(written, crashes))
        assert (result.status, result.points) == ("failed", 0.0), name
        assert "raised KeyError: 'mu'" in result.message, name


@pytest.mark.parametrize("unit", GRADED)
def test_every_function_has_five_mistakes_or_nearly_each_told_in_a_sentence_of_its_own(unit):
    judge = judge_of(unit)
    assert judge.written or unit == "11_find_the_flaw"
    for name in judge.names:
        known = judge.check.mistakes.get(name, [])
        says = {mistake.says for mistake in known}
        assert len(says) >= (FEWER.get(name, 5) if name in judge.written else 0), name
        assert len(says) == len({m.name.removesuffix("_falling") for m in known}), name  # -log(u), or of 1 - u
        assert all((20 if name in TERSE else 30) < len(each) < 260 for each in says), name
        assert all(each.removesuffix(")")[-1] in ".?" for each in says), name


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("unit", GRADED)
def test_a_choice_is_recorded_its_truth_is_in_the_hidden_file_alone_and_each_wrong_letter_has_its_own_words(unit):
    judge = judge_of(unit)
    choices = {name: judge.model.get(name) for name in judge.names}
    choices = {name: truth for name, truth in choices.items() if isinstance(truth, str) and len(truth) == 1}
    assert choices == {name: CHOICES[name] for name in judge.names if name in CHOICES}
    for name, truth in choices.items():
        public = [judge(name, {name: letter}, hidden=False) for letter in "abcde"]
        assert all(failures(result) == [] and result.points == 0.0 for result in public), name
        assert judge(name, {name: "f"}, hidden=False).message.startswith(f"`{name}` should be one of the letters")
        results = {letter: judge(name, {name: letter}) for letter in "abcde"}
        assert {letter: result.points for letter, result in results.items() if result.points} == {truth: 1.0}, name
        told = {(m.name, m.says) for m in judge.check.mistakes.get(name, [])}
        assert not told or told == {(r.mistake, r.message) for letter, r in results.items() if letter != truth}, name
        assert f'"{truth}"' not in inspect.getsource(inspect.getmodule(judge.check.public[name])), name


def test_every_unit_that_grades_has_a_sample_class():
    assert {name.removeprefix("make_") for name in MAKERS} == set(GRADED)
    assert set(GRADED) == {unit for unit, checks in POINTS.items() if checks}


@pytest.mark.parametrize("name", MAKERS)
def test_the_sample_class_is_made_of_todays_notebook(name, tmp_path):
    maker = importlib.import_module(f"samples.{name}")
    classroom.hand_in(maker.UNIT, maker.CLASS, tmp_path)
    kept = classroom.ROOT / "samples" / maker.UNIT
    made = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    assert made == {path.relative_to(kept) for path in kept.rglob("*") if path.is_file()}
    for path in made:  # weights may differ in the last bits from machine to machine
        assert path.suffix != ".ipynb" or (tmp_path / path).read_bytes() == (kept / path).read_bytes(), path
