"""Guessing in unit 11 is worth little: constant answers, every line in turn, random numbers, random reasons."""

import numpy as np
import pytest

from elboroom.checks.witness import REASONS, claims_at, lines_of
from elboroom.references.arguments import ARGUMENTS
from tests.units.judging import Judge

judge = Judge("11_find_the_flaw")
NAMES, QUARTER = judge.names, 0.25


def points(name, answer):
    return judge(name, {name: answer}).points


def numbers(name, line, rng, left=0.0, right=0.0):
    return {"line": line, **ARGUMENTS[name].draw(rng), "left": left, "right": right}


def share(answers):
    return sum(points(name, answer) for name, answer in answers.items()) / len(NAMES)


@pytest.mark.parametrize("line", [1, 2, 3, 4, 5])
def test_the_same_line_everywhere_earns_less_than_a_tenth(line):
    rng = np.random.default_rng(0)
    assert share({name: numbers(name, line, rng) for name in NAMES if line <= lines_of(name)}) < 0.1


@pytest.mark.parametrize("reason", REASONS)
def test_sound_everywhere_with_one_reason_earns_less_than_a_tenth(reason):
    assert share({name: {"line": "sound", "why": [reason] * lines_of(name)} for name in NAMES}) < 0.1


def test_a_line_without_evidence_earns_nothing_and_neither_do_several_lines():
    for name in NAMES:
        every = range(1, lines_of(name) + 1)
        assert all(points(name, {"line": line}) == 0.0 for line in [*every, "sound", list(every), tuple(every)])


def test_every_single_guess_earns_a_quarter_at_most_and_all_of_them_right_no_more():
    rng, best = np.random.default_rng(1), 0.0
    for name in NAMES:
        guesses = [numbers(name, line, rng) for line in range(1, lines_of(name) + 1)]
        guesses += [{"line": line, "mended": lambda **point: 0.0} for line in range(1, lines_of(name) + 1)]
        guesses.append({"line": "sound", "why": ["algebra"] * lines_of(name)})
        earned = [points(name, guess) for guess in guesses]
        assert max(earned) <= QUARTER
        best += max(earned) / len(NAMES)
    assert best == pytest.approx(QUARTER)


def test_two_numbers_that_come_to_mind_are_not_evidence():
    rng = np.random.default_rng(2)
    tries = [0.0, 1.0, -1.0, 0.5, -0.5, float(np.log(2)), -float(np.log(2))]
    for name in NAMES:
        for line in range(1, lines_of(name) + 1):
            left, right = rng.choice(tries, 2)
            assert points(name, numbers(name, line, rng, float(left), float(right))) <= QUARTER


def test_random_reasons_are_not_evidence():
    rng = np.random.default_rng(3)
    for name in NAMES:
        for _ in range(30):
            why = [str(reason) for reason in rng.choice(REASONS, lines_of(name))]
            assert points(name, {"line": "sound", "why": why}) <= QUARTER


@pytest.mark.parametrize("line", [1, 2, 3, 4, 5])
def test_mending_the_same_line_everywhere_by_its_own_left_side_earns_less_than_a_fifth(line):
    """The most that computing without reading can do: the value above the line, worked out by definition, handed in as
    what the line should say. It is right wherever the guessed line happens to be the flaw."""

    def above(name):
        return lambda **point: claims_at(name, point)[line - 1].left

    assert share({name: {"line": line, "mended": above(name)} for name in NAMES if line <= lines_of(name)}) < 0.2
