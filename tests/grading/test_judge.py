"""The judge of one submission: it decides the points outside the kernel, fails closed, and outlives any kernel."""

import math
from pathlib import Path
from typing import Any

import pytest

from autograder.checks import Checks, Verdict, part
from autograder.endpoint import TimedOut
from autograder.grading import judge as judging
from autograder.grading import kernel_session
from autograder.grading.judge import Judge, Judgement
from autograder.grading.kernel_session import Session
from autograder.grading.outcome import Outcome, conclude
from autograder.grading.points import established, plain_test_points
from autograder.grading.repair import ReadyCell, repair
from autograder.grading.template import make_template
from autograder.limits import Limits
from autograder.student import Student
from tests.grading import example
from tests.grading.example import Notebook, cell, dict_of
from tests.grading.kernels import Launches

DIES, HANGS = "raise Dies('killed')", "raise Hangs"


def judged(
    notebook: Notebook, checks: Checks | None = None, **session: Any
) -> tuple[Outcome, list[ReadyCell], Launches]:
    cells, _ = repair(example.handed(notebook), example.template())
    launches = Launches()
    judge = Judge(checks or example.checks(), seed=1)
    judgement = judge.judge(cells, Session(launches, Limits(), **session))
    return conclude(Outcome("ada", "00_example", ""), judgement, cells), cells, launches


def results(cells: list[ReadyCell]) -> dict[str, str]:
    """What nbgrader reads in each graded cell; every one of them must have a card and exactly one result."""
    found = {}
    for each in cells:
        if each.cell and each.cell.tested:
            card, result = each.outputs[-2:]
            assert card["output_type"] == "display_data" and "text/plain" in card["data"]
            assert [o["output_type"] for o in each.outputs].count("execute_result") == 1
            found[each.cell.grade_id] = result["data"]["text/plain"]
    return found


def points(outcome: Outcome) -> dict[str, float]:
    return {check["name"]: check["points"] for check in outcome.checks}


def test_a_perfect_notebook_has_every_automatic_point() -> None:
    outcome, cells, launches = judged(example.perfect())
    assert (outcome.status, outcome.score, outcome.reason) == ("graded", 5.0, "")
    assert results(cells) == {"double-check": "2.0", "triple-check": "3.0"}
    assert (outcome.needs_manual, outcome.manual_max_points) == (True, 4)
    assert len(launches.kernels) == 1 and launches.kernels[0].closed


def test_a_blank_notebook_has_none_and_waits_for_nobody() -> None:
    outcome, cells, _ = judged(example.blank())
    assert (outcome.status, outcome.score) == ("graded", 0.0)
    assert results(cells) == {"double-check": "0.0", "triple-check": "0.0"}
    assert [check["status"] for check in outcome.checks] == ["blank", "blank"]
    assert (outcome.needs_manual, outcome.manual_max_points) == (False, 0)


def test_points_follow_the_weights_of_the_parts_hidden_ones_included() -> None:
    notebook = example.perfect()
    dict_of(notebook, "triple")["source"] = "def triple(x):\n    return 3 * abs(x)"
    outcome, _, _ = judged(notebook)
    assert points(outcome) == {"double": 2.0, "triple": 1.5}
    assert [p["public"] for p in outcome.checks[1]["parts"]] == [True, False]


def test_what_trains_is_not_run_and_says_so() -> None:
    _, cells, _ = judged(example.perfect())
    assert cells[-1].outputs[0]["text"] == "This cell is not run in grading."


def test_cells_after_an_error_still_run() -> None:
    notebook = example.perfect()
    notebook["cells"].insert(1, cell("code", "1 / 0", "broken"))
    outcome, cells, _ = judged(notebook)
    assert (outcome.status, outcome.score) == ("graded", 5.0)
    assert cells[1].outputs[0]["ename"] == "ZeroDivisionError"


def test_a_hung_cell_costs_only_itself() -> None:
    notebook = example.perfect()
    notebook["cells"].insert(1, cell("code", HANGS, "hung"))
    outcome, cells, launches = judged(notebook)
    assert (outcome.status, outcome.score, len(launches.kernels)) == ("timeout", 5.0, 1)
    assert outcome.reason == "code cell 1 took too long and was interrupted"
    assert cells[1].outputs == [
        {
            "output_type": "error",
            "ename": "NotRun",
            "evalue": outcome.reason,
            "traceback": [f"NotRun: {outcome.reason}"],
        }
    ]


def test_a_dead_kernel_is_replaced_and_the_cells_before_run_again() -> None:
    notebook = example.perfect()
    notebook["cells"].insert(example.position(notebook, "triple"), cell("code", DIES, "deadly"))
    outcome, _, launches = judged(notebook)
    assert (outcome.status, outcome.score, len(launches.kernels)) == ("kernel-died", 5.0, 2)
    assert outcome.reason == "the kernel died in code cell 4 (killed)"
    assert "double" in launches.kernels[1].names  # replayed
    assert all(kernel.closed for kernel in launches.kernels)


def test_points_established_before_a_death_are_kept_and_later_exercises_get_their_chance() -> None:
    notebook = example.perfect()
    dict_of(notebook, "double")["source"] = "def double(x):\n    raise Dies('out-of-memory')"
    outcome, cells, launches = judged(notebook)
    assert points(outcome) == {"double": 0.0, "triple": 3.0}
    assert outcome.status == "out-of-memory" and "check double needed more than" in outcome.reason
    assert results(cells) == {"double-check": "0.0", "triple-check": "3.0"}
    assert len(launches.kernels) == 2  # one death, however many parts the check has


def test_a_part_that_passed_before_the_death_counts() -> None:
    notebook = example.perfect()
    source = "def double(x):\n    if getattr(x, 'ndim', 0): raise Dies('killed')\n    return 2 * x"
    dict_of(notebook, "double")["source"] = source
    outcome, _, _ = judged(notebook)
    assert points(outcome) == {"double": 1.0, "triple": 3.0}
    assert outcome.checks[0]["status"] == "died"


def test_a_kernel_is_replaced_twice_and_no_more() -> None:
    notebook = example.perfect()
    for number in range(3):
        notebook["cells"].insert(1, cell("code", DIES, f"deadly-{number}"))
    outcome, cells, launches = judged(notebook)
    assert (outcome.status, outcome.score, len(launches.kernels)) == ("kernel-died", 0.0, 3)
    assert outcome.reason.endswith("and 2 more like it")
    assert results(cells) == {"double-check": "0.0", "triple-check": "0.0"}


def test_a_function_that_hangs_costs_its_check_a_bounded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the check's budget is gone its other parts are not even asked."""
    notebook = example.perfect()
    dict_of(notebook, "double")["source"] = "def double(x):\n    raise Hangs"
    outcome, _, _ = judged(notebook)
    assert points(outcome) == {"double": 0.0, "triple": 3.0}
    assert (outcome.status, outcome.reason) == ("timeout", "check double took too long and was interrupted")
    monkeypatch.setattr(kernel_session, "CHECK_CALLS", 0.0)
    outcome, _, _ = judged(example.perfect())
    assert outcome.score == 0.0


def test_when_the_time_is_up_nothing_more_is_established() -> None:
    cells, _ = repair(example.handed(example.perfect()), example.template())
    session = Session(Launches(), Limits(total_seconds=1e-9))
    judgement = Judge(example.checks(), seed=1).judge(cells, session)
    assert judgement.score == 0.0 and set(results(cells).values()) == {"0.0"}
    assert judgement.troubles[0].status == "timeout" and "that a submission may take" in judgement.troubles[0].reason


class Crash(Exception):
    """A mistake in a check."""


def broken_checks(error: Exception) -> Checks:
    check = Checks("00_example")

    @check
    def double(student: Student) -> None:
        """Twice a number."""
        raise error

    @check
    def triple(student: Student) -> None:
        with part("breaks"):
            raise error

    return check


@pytest.mark.parametrize("error", [Crash("ours"), MemoryError(), RecursionError()], ids=repr)
def test_a_check_that_fails_itself_gives_nothing_and_is_named(error: Exception) -> None:
    outcome, cells, _ = judged(example.perfect(), broken_checks(error))
    assert (outcome.status, outcome.score) == ("graded", 0.0)
    assert [check["status"] for check in outcome.checks] == ["error", "error"]
    assert outcome.reason == "the check double failed itself: please look at it"
    assert results(cells) == {"double-check": "0.0", "triple-check": "0.0"}


@pytest.mark.parametrize("claimed, given", [(math.nan, 0.0), (99.0, 2.0), (-1.0, 0.0)])
def test_no_verdict_is_believed_beyond_the_cells_points(
    monkeypatch: pytest.MonkeyPatch, claimed: float, given: float
) -> None:
    monkeypatch.setattr(judging, "run_check", lambda check, name, *_, **__: Verdict(name, "passed", claimed, 99.0))
    outcome, cells, _ = judged(example.perfect())
    assert points(outcome)["double"] == given
    assert results(cells)["double-check"] == repr(given)


def test_whatever_running_a_check_raises_gives_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any, **__: Any) -> Verdict:
        raise Crash("in the engine")

    monkeypatch.setattr(judging, "run_check", fails)
    outcome, cells, _ = judged(example.perfect())
    assert outcome.score == 0.0 and set(results(cells).values()) == {"0.0"}
    assert [check["status"] for check in outcome.checks] == ["error", "error"]


def test_a_check_that_thinks_for_ever_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "THINKING_SECONDS", 0.05)
    monkeypatch.setattr(judging, "CHECK_CALLS", 0.0)
    check = broken_checks(Crash())

    def think(student: Student) -> None:
        with part("thinks"):
            while True:
                math.factorial(5)

    check.public["double"] = think
    outcome, _, _ = judged(example.perfect(), check)
    assert (outcome.status, outcome.checks[0]["status"]) == ("timeout", "timeout")
    assert outcome.reason == "judging the answers to check double took too long"


def test_files_lie_in_every_kernel_and_code_runs_ahead_of_the_notebook() -> None:
    notebook = example.perfect()
    dict_of(notebook, "double")["source"] = DIES
    _, _, launches = judged(notebook, files={"data.csv": b"1"}, before=("ahead = 1",))
    assert [kernel.put_files for kernel in launches.kernels] == [{"data.csv": b"1"}] * 2
    assert all(kernel.names["ahead"] == 1 for kernel in launches.kernels)


@pytest.mark.parametrize("claimed", [math.nan, math.inf, -1.0, None, "3", True])
def test_points_that_are_no_points_are_nothing(claimed: Any) -> None:
    assert established(claimed, 3.0) == 0.0


@pytest.mark.parametrize("claimed", [4, 10**400, 1e308], ids=["4", "a googol to the fourth", "1e308"])
def test_more_than_the_maximum_is_the_maximum(claimed: float) -> None:
    assert established(claimed, 3.0) == 3.0


PLAIN = {
    "passes": ("assert double(1) == 2", 2.0),
    "fails": ("assert double(1) == 3", 0.0),
    "hangs": (HANGS, 0.0),
    "dies": (DIES, 0.0),
    "a syntax error": ("assert (", 0.0),
}


@pytest.mark.parametrize("kind", PLAIN)
def test_a_plain_test_cell_is_executed(kind: str) -> None:
    source, worth = PLAIN[kind]
    plain = example.perfect()
    dict_of(plain, "double-check")["source"] = source
    template = make_template(plain, plain)
    cells, _ = repair(example.handed(plain), template)
    judgement: Judgement = Judge(example.checks(), 1).judge(cells, Session(Launches(), Limits()))
    assert judgement.verdicts["double-check"].points == worth
    assert results(cells)["double-check"] == repr(worth)


def shown(text: str) -> list[dict[str, Any]]:
    return [{"output_type": "execute_result", "data": {"text/plain": text}}]


@pytest.mark.parametrize(
    "ran, outputs, worth",
    [
        (True, [], 2.0),
        (False, [], 0.0),
        (True, shown("1.5"), 1.5),
        (True, shown("True"), 2.0),
        (True, shown("nan"), 0.0),
        (True, shown("inf"), 0.0),
        (True, shown("-3"), 0.0),
        (True, shown("1e9"), 2.0),
        (True, [{"output_type": "stream", "name": "stderr", "text": "a warning"}], 2.0),
        (True, [{"output_type": "error"}, *shown("2")], 0.0),
    ],
)
def test_a_plain_test_cell_earns_what_its_outputs_say(ran: bool, outputs: list[Any], worth: float) -> None:
    assert plain_test_points(ran, outputs, 2.0) == worth


def test_public_parts_alone_leave_the_hidden_share_open() -> None:
    cells, _ = repair(example.handed(example.perfect()), example.template())
    judgement = Judge(example.checks(), seed=1, hidden=False).judge(cells, Session(Launches(), Limits()))
    assert {name: v.points for name, v in judgement.verdicts.items()} == {"double-check": 2.0, "triple-check": 1.5}


def test_an_outcome_survives_its_line() -> None:
    outcome, _, _ = judged(example.perfect())
    assert Outcome.from_dict(outcome.to_dict()) == outcome
    with pytest.raises(KeyError):
        Outcome.from_dict({**outcome.to_dict(), "status": "splendid"})


def test_the_session_is_an_endpoint_only_while_its_kernel_lives(tmp_path: Path) -> None:
    session = Session(Launches(), Limits(call_seconds=0.0))
    session.enter("check double")
    with pytest.raises(TimedOut):
        session.request({"op": "calls", "calls": []}, 1.0)
