"""Unit 11's checks: many witnesses are right, and wrong ones are told what is wrong with them."""

import re

import numpy as np
import pytest

from autograder.build.read import read_master
from autograder.checks.loading import load_file
from autograder.mutants.unit import worked_out
from elboroom.checks.witness import REASONS, claims_at, lines_of
from elboroom.references.arguments import ARGUMENTS
from tests.units.flaws_right import RIGHT, evidence
from tests.units.judging import Judge, failures, labels

judge = Judge("11_find_the_flaw")
check = judge.check
TRUTH = load_file(judge.unit.hidden, "_flaws_told")
SOUND = [name for name, line in TRUTH.FLAW.items() if line == 0]
FLAWED = [name for name in judge.names if name not in SOUND]
MISTAKES = judge.mistakes()
QUARTER = 0.25
SLIPS_BACK = {"two_signs": {4}, "gaussian_kl": {3}}  # a second slip takes the first one back


@pytest.fixture(scope="module")
def model():
    """The names of the master, worked out."""
    return dict(worked_out(read_master(judge.unit)))


def points(name, answer, seed=0):
    return judge(name, {name: answer}, seed).points


def witness(name, line, left=0.0, right=0.0, seed=0):
    """A counterexample in its form: a point drawn at random, and two numbers."""
    point = ARGUMENTS[name].draw(np.random.default_rng(seed))
    return {"line": line, **point, "left": left, "right": right}


def reasons(name, *repeated):
    return {"line": "sound", "why": [repeated[i % len(repeated)] for i in range(lines_of(name))]}


# The items -----------------------------------------------------------------------------------------------------------


def test_there_are_twenty_four_items_and_a_third_of_them_is_sound():
    assert len(judge.names) == 24 and len(SOUND) == 8
    assert set(TRUTH.GIVES) == set(SOUND)


def test_no_place_in_an_argument_is_where_most_flaws_are():
    places = [TRUTH.FLAW[name] for name in FLAWED]
    assert set(places) == {1, 2, 3, 4, 5} and max(places.count(place) for place in places) <= 4  # of 16


@pytest.mark.parametrize("name", judge.names)
def test_the_flaw_is_refuted_somewhere_and_the_other_lines_are_nowhere(name):
    rng, flaw = np.random.default_rng(1), TRUTH.FLAW[name]
    refuted = set()
    for _ in range(100 if name == "raising_a_bound" else 300):
        claims = claims_at(name, ARGUMENTS[name].draw(rng))
        refuted |= {number for number, claim in enumerate(claims, 1) if claim.refuted}
    chance = {flaw} - {0} if name != "symmetric" else set()  # whose counterexamples are too rare to be met by chance
    assert refuted == chance | SLIPS_BACK.get(name, set())


def test_the_notebook_shows_as_many_lines_as_are_judged():
    text = judge.unit.master.read_text(encoding="utf-8")
    for name in judge.names:
        card = text[: text.index(f'solution="{name}"')].rpartition("### ")[2]
        numbers = [int(n) for n in re.findall(r"^# > (\d)\. ", card, re.M)]
        assert numbers == list(range(1, lines_of(name) + 1)), name
        said = re.search(r"\*A point is\*(.*?)(?=\n# %%|\n#\n)", card, re.S)
        assert said and {f"`{part}`" for part in ARGUMENTS[name].point} <= set(re.findall(r"`\w+`", said[1])), name


def test_no_formula_of_a_card_is_broken_over_two_lines_where_the_mark_of_the_quotation_would_get_into_it():
    text = judge.unit.master.read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.startswith("# >") and line.count("$") % 2] == []


def test_the_notebook_lists_the_reasons_that_may_be_given():
    text = judge.unit.master.read_text(encoding="utf-8")
    assert tuple(re.findall(r"^# \| `([^`]+)` \| ", text, re.M)) == REASONS


# Right answers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", judge.names)
def test_the_model_solution_passes_whatever_the_seed(model, name):
    for seed in range(3):
        assert failures(judge(name, model, seed)) == []


ANSWERS = [(name, i) for name, answers in RIGHT.items() for i in range(len(answers))]


@pytest.mark.parametrize(("name", "which"), ANSWERS)
def test_other_witnesses_are_right_too(name, which):
    result = judge(name, {name: RIGHT[name][which]})
    assert (failures(result), result.points) == ([], 1.0)


def test_every_flawed_item_knows_three_more_witnesses_and_every_sound_one_has_more_than_one_right_list_of_reasons():
    assert all(len(RIGHT[name]) == 3 for name in FLAWED) and all(RIGHT[name] for name in SOUND)


def test_a_mended_line_and_reasons_are_recorded_in_public_and_count_in_grading_only():
    for name, answer in (("whose_samples", RIGHT["whose_samples"][2]), ("two_samples", RIGHT["two_samples"][0])):
        public = judge(name, {name: answer}, hidden=False)
        assert (
            public.points == 0.0 and public.parts[-1].message == "This counts once the answer is confirmed in grading."
        )
        assert points(name, answer) == 1.0
    assert judge("supports", {"supports": RIGHT["supports"][0]}, hidden=False).points == 0.75


# Wrong witnesses -----------------------------------------------------------------------------------------------------


def said(name, answer, hidden=True):
    return judge(name, {name: answer}, hidden=hidden).message


def test_a_line_that_holds_at_the_point_is_told_with_its_number():
    same = {"line": 4, "likelihood": [0.4, 0.4], "prior": [0.5, 0.5], "q": [0.5, 0.5]}
    sides = {"left": np.log(0.4), "right": np.log(0.4)}
    assert said("equivalent_bounds", same | sides) == "Line 4 holds at your point: both sides are -0.9163."
    inside = {"line": 3, "q": [0.4, 0.6], "p": [0.7, 0.3], "left": 0.0, "right": 0.0}
    assert said("supports", inside) == "Line 3 holds at your point: both sides are 0.0000."
    q, p = [0.6, 0.4], [0.5, 0.5]
    there, back = (float(np.dot(a, np.log(np.divide(a, b)))) for a, b in ((q, p), (p, q)))
    apart = {"line": 4, "q": q, "p": p, "left": there, "right": back}
    assert said("symmetric", apart).startswith("Line 4 holds at your point: 0.020136 and 0.020411 are not the same")
    higher = {"line": 5, "x": 0.5, "theta": 1.0, "phi": 1.0, "left": evidence(0.5, 1.0), "right": -1.5}
    assert re.match(r"Line 5 holds at your point: -\d\.\d+ ≥ -1\.5000\.", said("left_out_constant", higher))


def test_numbers_that_are_not_those_of_the_line_are_refused_before_anything_is_said_of_the_line():
    for name in judge.names:
        for line in range(1, lines_of(name) + 1):
            answer = witness(name, line, left=77.7, right=-77.7)
            result = judge(name, {name: answer}, hidden=False)
            tempted = line in [m.returns() for m in check.mistakes[name]]
            assert tempted or re.match(r"The left side of line|At your point line", result.message), (name, line)


def test_a_difference_that_could_be_rounding_does_not_show_anything():
    near = {"line": 1, "x": 1.5, "theta": 1.0, "phi": 1.0, "left": 0.0, "right": -0.00916}
    assert said("whose_samples", near).startswith("The two sides of line 1 differ by 0.0092 only")


def test_a_point_of_which_the_line_does_not_speak_refutes_nothing():
    other = {"line": 3, "x": 4.0, "theta": 0.5, "theta2": 0.3, "left": 0.0, "right": 0.0}
    assert said("raising_a_bound", other, hidden=False).startswith("At your point line 3 says nothing: it speaks of")


def test_two_distributions_that_are_almost_one_refute_nothing():
    q, p = [0.5, 0.5], [0.5 + 1e-7, 0.5 - 1e-7]
    message = said("symmetric", {"line": 4, "q": q, "p": p, "left": 0.0, "right": 0.0})
    assert message.startswith("At your point line 4 says nothing: it speaks of q and p that differ")


def test_a_later_line_that_fails_is_not_the_answer(model):
    later = dict(model["two_signs"], line=4, left=1.4552, right=0.2596)
    result = judge("two_signs", {"two_signs": later})
    assert result.message == "Line 4 fails at your point, but a line above it fails there, too. Asked is the first."
    assert result.points == 0.0


@pytest.mark.parametrize(("name", "mistake"), MISTAKES, ids=labels(MISTAKES))
def test_a_line_that_tempts_is_spoken_for_by_name(name, mistake):
    assert TRUTH.FLAW[name] != mistake.returns() <= lines_of(name)
    result = judge(name, {name: witness(name, mistake.returns(), 77.7)}, hidden=False)
    assert (result.mistake, result.message, result.points) == (mistake.name, mistake.says, 0.0)
    mended = judge(name, {name: {"line": mistake.returns(), "mended": lambda **point: 0.0}})
    assert (mended.mistake, mended.points) == (mistake.name, 0.0)


def test_every_item_speaks_for_two_lines_in_words_of_its_own():
    for name in judge.names:
        assert len(check.mistakes[name]) >= 2
    assert all(m.says.startswith("Line ") and 40 < len(m.says) < 260 for _, m in MISTAKES)
    assert len({m.says for _, m in MISTAKES}) == len(MISTAKES)


def test_a_mended_line_must_be_the_right_number_at_every_point_and_the_line_an_equation():
    off = {"line": 3, "mended": lambda q, p: 0.0}
    assert "At a point you don't see" in said("supports", off) and points("supports", off) == QUARTER
    assert "no equation" in said("symmetric", {"line": 4, "mended": lambda q, p: 0.0})
    assert points("supports", {"line": 3, "mended": lambda q, p: np.zeros(3)}) == QUARTER
    assert "raised TypeError" in said("supports", {"line": 3, "mended": lambda a, b: 0.0})


def test_a_wrong_reason_is_told_by_its_line():
    why = [*RIGHT["two_samples"][0]["why"][:3], "independence", "definition"]
    result = judge("two_samples", {"two_samples": {"line": "sound", "why": why}})
    assert result.message.startswith("Line 4 does not follow by 'independence'") and result.points == QUARTER
    assert said("supports", reasons("supports", "algebra")).startswith("That is not it")


@pytest.mark.parametrize("name", SOUND)
def test_one_reason_that_does_not_give_its_line_is_one_too_many(name):
    right = RIGHT[name][0]["why"]
    for number, accepted in enumerate(TRUTH.GIVES[name]):
        for other in set(REASONS) - accepted:
            why = [*right[:number], other, *right[number + 1 :]]
            assert points(name, {"line": "sound", "why": why}) == QUARTER, (number + 1, other)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (3, "should be a dict"),
        ("sound", "should be a dict"),
        ({"line": [1, 2, 3]}, "`line` should be the number of one line"),
        ({"line": 3.0}, "`line` should be the number of one line"),
        ({"line": True}, "`line` should be the number of one line"),
        ({"line": np.arange(3)}, "`line` should be the number of one line"),
        ({"line": 9}, "from 1 to 4"),
        ({"q": [0.5, 0.5]}, "`line` should be"),
        ({"line": 3}, "`q` is missing"),
        ({"line": "sound"}, "`why` should be a list of 4 names"),
        ({"line": "sound", "why": ["jensen"] * 3}, "`why` should be a list of 4 names"),
        ({"line": "sound", "why": ["magic"] * 4}, "'magic' is not in the list"),
        ({"line": "sound", "why": ["jensen"] * 4, "left": 1.0}, "`left` has no place"),
        ({"line": 3, "mended": 4.0}, "`mended` should be a function"),
        ({"line": 3, "mended": abs, "q": [0.5, 0.5]}, "`q` has no place"),
        ({"line": 3, "q": [0.5, 0.5], "p": [0.5, 0.5], "left": 0, "right": 0, "w": 1}, "`w` has no place"),
        ({"line": 3, "q": [0.5, 0.6], "p": [0.5, 0.5], "left": 0, "right": 0}, "`q` should be a list of 2 to 12"),
        ({"line": 3, "q": "half", "p": [0.5, 0.5], "left": 0, "right": 0}, "`q` should be a list of 2 to 12"),
        (
            {"line": 3, "q": [[0.5], [0.5, 1]], "p": [0.5, 0.5], "left": 0, "right": 0},
            "`q` should be a list of 2 to 12",
        ),
        ({"line": 3, "q": [1.0, 0.0], "p": [0.0, 1.0], "left": 0, "right": 0}, "your q has weight where p has none"),
        ({"line": 3, "q": [0.5, 0.5], "p": [0.5, 0.3, 0.2], "left": 0, "right": 0}, "as long as each other"),
        ({"line": 3, "q": [0.5, 0.5], "p": [0.5, 0.5], "left": [0], "right": 0}, "`left` should be a single number"),
        ({"line": 3, "q": [0.5, 0.5], "p": [0.5, 0.5], "left": "0", "right": 0}, "`left` should be a number"),
        (
            {"line": 3, "q": [0.5, 0.5], "p": [0.5, 0.5], "left": np.nan, "right": 0},
            "The left side of line 3 is not nan",
        ),
    ],
)
def test_an_answer_in_another_form_is_told_what_is_missing(answer, message):
    result = judge("supports", {"supports": answer})
    assert message in result.message and result.points <= (QUARTER if "line 3" in message else 0.0)
