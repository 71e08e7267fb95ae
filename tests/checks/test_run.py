"""A verdict holds what was established, names the misconception, and gives nothing when something breaks."""

from pathlib import Path

import numpy as np
import pytest

from autograder import expect
from autograder.checks import Checks, part, run
from autograder.checks.loading import load_hidden
from autograder.endpoint import Died, TimedOut
from autograder.errors import UserError
from autograder.local import Local
from autograder.student import Student
from autograder.wrong import Wrong
from tests.checks import toy

load_hidden(toy.check, Path(__file__).with_name("toy_hidden.py"))


def verdict(answers, name="mean", hidden=True, check=toy.check, seed=0):
    return run(check, name, Student(Local(answers)), 4.0, seed=seed, hidden=hidden)


def right(sample):
    if len(sample) == 0:
        raise ValueError("an empty sample has no mean")
    return sum(sample) / len(sample)


def test_a_right_answer_gets_all_points():
    result = verdict({"mean": right})
    assert (result.status, result.points, result.message) == ("passed", 4.0, "")
    assert [p.public for p in result.parts] == [True, True, False]


def test_without_the_hidden_parts_their_share_stays_open():
    result = verdict({"mean": right}, hidden=False)
    assert (result.status, result.points, result.hidden_share, result.hidden_run) == ("passed", 3.0, 0.25, False)


def test_each_part_is_worth_its_weight():
    result = verdict({"mean": lambda sample: right(sample if len(sample) else [0.0])})
    assert result.status == "partial" and result.points == 3.0
    assert "should raise ValueError" in result.message


def test_nothing_written_yet_is_blank():
    for answers in ({}, {"mean": ...}, {"mean": lambda sample: None}):
        result = verdict(answers)
        assert (result.status, result.points) == ("blank", 0.0)


def test_a_known_mistake_is_named_when_it_explains_every_answer():
    result = verdict({"mean": sum})
    assert result.mistake == "total" and result.message == "This is the sum: it grows with the size of the sample."


def test_a_mistake_that_explains_only_some_answers_is_not_named():
    result = verdict({"mean": lambda s: sum(s) if len(s) == 3 else sum(s) + 1.0})
    assert result.mistake == "" and "too large" in result.message


def test_the_message_tells_the_learners_own_value_and_the_direction_but_not_the_answer():
    message = verdict({"mean": lambda s: -5.0}).message
    assert message == "`mean([1.0, 2.0, 6.0])` gives -5, which is too small."


def test_hidden_inputs_are_not_told():
    def wrong_for_many(sample):
        return right(sample) + (len(sample) > 100)

    result = verdict({"mean": wrong_for_many})
    assert result.message.startswith("On an input you don't see, `mean` gives") and "array" not in result.message


def test_an_exception_in_the_learners_function_is_told_with_its_text():
    def broken(sample):
        raise KeyError("theta")

    assert "raised KeyError: 'theta'" in verdict({"mean": broken}).message


def test_the_same_seed_draws_the_same_inputs_and_another_seed_others():
    seen = []

    def spread(sample):
        seen.append(sample.tolist())
        return np.ptp(sample)

    for seed in (1, 1, 2):
        verdict({"spread": spread}, "spread", seed=seed)
    assert seen[0] == seen[1] != seen[2]


class Endpoint:
    """Counts requests; `failure` is raised by the request of that number."""

    def __init__(self, answers, failure=None, at=0):
        self.local, self.failure, self.at, self.requests = Local(answers), failure, at, 0

    def request(self, message, seconds):
        self.requests += 1
        if self.failure and self.requests == self.at:
            raise self.failure
        return self.local.request(message, seconds)


def test_a_part_costs_one_request():
    endpoint = Endpoint({"mean": right})
    run(toy.check, "mean", Student(endpoint), 4.0)
    assert endpoint.requests == 3


def formulas():
    """A check whose three parts look at the same answer."""
    check = Checks("00_formulas")

    @check
    def formula(student):
        for name in ("first", "second", "third"):
            with part(name):
                expect.close(student.once("formula"), 2.0)

    return check


def test_what_is_asked_once_is_called_once_for_all_parts():
    called = []

    def formula():
        called.append(True)
        return 2.0 if len(called) == 1 else 3.0

    assert verdict({"formula": formula}, "formula", check=formulas()).points == 4.0
    assert len(called) == 1


def test_what_is_asked_once_and_hangs_is_not_waited_for_again():
    endpoint = Endpoint({"formula": lambda: 2.0}, TimedOut(), at=1)
    result = run(formulas(), "formula", Student(endpoint), 4.0)
    assert (result.status, result.points, endpoint.requests) == ("timeout", 0.0, 1)


@pytest.mark.parametrize(("failure", "status"), [(TimedOut(), "timeout"), (Died("killed"), "died")])
def test_a_part_that_times_out_or_dies_keeps_what_was_established(failure, status):
    result = run(toy.check, "mean", Student(Endpoint({"mean": right}, failure, at=2)), 4.0)
    assert result.status == status and result.points == 3.0
    assert not result.parts[1].ok


@pytest.mark.parametrize(
    "reply",
    [
        None,
        [],
        [{"ok": 3.0}],
        [{"ok": 3.0, "missing": "x"}] * 3,
        [{"raised": "ValueError"}] * 3,
        [{"raised": [[], ""]}] * 3,
        [True] * 3,
        {"ok": [3.0, 4.0, 0.0]},
        [{"ok": True}] * 3,
        [{"ok": np.array([])}] * 3,
        [{"ok": float("nan")}] * 3,
    ],
    ids=repr,
)
def test_a_reply_that_no_honest_kernel_gives_wins_nothing(reply):
    class Forger:
        def request(self, message, seconds):
            return reply

    result = run(toy.check, "mean", Student(Forger()), 4.0)
    assert result.points == 0.0 and result.status in ("failed", "blank")


def test_a_check_that_breaks_gives_no_point_and_says_whose_fault_it_is():
    check = Checks("00_broken")

    @check
    def inside(student):
        with part("first"):
            pass
        with part("second"):
            raise ZeroDivisionError

    @check
    def outside(student):
        with part("first"):
            pass
        raise ZeroDivisionError

    @check(hidden=2)
    def short_weight(student):
        with part("first"):
            pass

    for name in check.names:
        result = verdict({}, name, check=check)
        assert (result.status, result.points) == ("error", 0.0)
        assert "check itself" in result.message


def test_an_unknown_check_is_told_the_nearest_names():
    with pytest.raises(UserError, match=r"'maen'.*Did you mean 'mean'"):
        verdict({}, "maen")


def test_registering_a_name_twice_or_hidden_parts_for_nothing_is_an_error():
    check = Checks("00_twice")

    def same(student): ...

    check(same)
    with pytest.raises(ValueError, match="two public checks"):
        check(same)
    with pytest.raises(ValueError, match="no public check"):
        check.hidden(right)


def test_a_part_that_rests_on_another_is_worth_nothing_without_it():
    check = Checks("00_given")

    @check
    def twice(student):
        with part("gives the same twice", given="is twice the number"):
            for answer in (student.twice(3.0), student.twice(3.0)):
                answer.array(())
        with part("is twice the number", weight=3):
            if student.twice(3.0).array(()) != 6.0:
                raise Wrong("No.")

    right, constant = (verdict({"twice": f}, "twice", check=check) for f in (lambda x: 2 * x, lambda x: 1.0))
    assert right.points == 4.0 and (constant.points, constant.message) == (0.0, "No.")
    assert constant.parts[0].message == "This counts once the answer is twice the number."


def test_a_part_may_be_given_less_time_than_a_request_but_not_more():
    asked = []

    class Noting(Local):
        def request(self, message, seconds):
            asked.append(seconds)
            return super().request(message, seconds)

    check = Checks("00_hurry")

    @check
    def quick(student):
        for seconds in (2.0, 60.0, None):
            with part("answers", seconds=seconds):
                expect.equal(student.quick(), 1)

    assert run(check, "quick", Student(Noting({"quick": lambda: 1}), 10.0), 1.0).points == 1.0
    assert asked == [2.0, 10.0, 10.0]


def test_an_error_stays_one_whatever_the_learner_does_next():
    check = Checks("toy")

    @check
    def easy(student):
        with part("is right"):
            expect.close(student.easy(), 1.0)
        with part("our mistake"):
            raise KeyError("ours")
        with part("is hard"):
            expect.close(student.hard(), 1.0)

    class Hangs(Local):
        def request(self, message, seconds):
            if message["calls"][0]["f"] == "hard":
                raise TimedOut
            return super().request(message, seconds)

    result = run(check, "easy", Student(Hangs({"easy": lambda: 1.0})), 4.0)
    assert (result.status, result.points) == ("error", 0.0)
