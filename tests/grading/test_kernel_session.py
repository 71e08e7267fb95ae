"""How a submission's kernel starts: on whose time, whose failure it is, and what is said of files without a place."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from autograder.endpoint import Died, TimedOut
from autograder.errors import UserError
from autograder.grading import kernel_session
from autograder.grading.assignment import Assignment
from autograder.grading.grade_one import judge_contents
from autograder.grading.kernel_session import Session
from autograder.grading.outcome import Outcome
from autograder.grading.submission import Contents
from autograder.limits import Limits
from tests.grading import example
from tests.grading.kernels import InProcess


def starting(start: Callable[[], None]) -> Callable[[], InProcess]:
    """Launches kernels to which `start` happens until they are ready."""

    def launch() -> InProcess:
        kernel = InProcess()
        kernel.start = start
        return kernel

    return launch


def raising(error: Exception) -> Callable[[], None]:
    def start() -> None:
        raise error

    return start


def test_the_time_that_a_kernel_takes_to_start_is_not_the_learner_s(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(kernel_session, "time", SimpleNamespace(monotonic=lambda: clock.now))

    def slowly() -> None:
        clock.now += 1000

    session = Session(starting(slowly), Limits(total_seconds=10, cell_seconds=5))
    session.enter("code cell 1")
    assert session.run("x = 1") is not None and session.troubles == []
    clock.now += 11
    assert session.run("x = 1") is None and session.troubles[0].status == "timeout"


@pytest.mark.parametrize(
    ("error", "status"), [(Died("exited"), "kernel-died"), (TimedOut(), "timeout"), (Died("timeout"), "timeout")]
)
def test_a_kernel_that_does_not_start_is_a_trouble_and_another_one_is_tried(error: Exception, status: str) -> None:
    session = Session(starting(raising(error)), Limits())
    session.enter("code cell 1")
    assert [trouble.status for trouble in session.troubles] == [status]
    assert session.run("x = 1") is None
    session.launch = InProcess
    session.enter("code cell 2")
    assert session.run("x = 1") is not None


def test_a_host_that_can_t_isolate_is_no_fault_of_the_learner_s() -> None:
    session = Session(starting(raising(Died("not-isolated", "OSError: no more namespaces"))), Limits())
    with pytest.raises(UserError, match=r"could not be isolated.*no more namespaces"):
        session.enter("code cell 1")


def test_files_without_a_place_are_said_once() -> None:
    def launch() -> InProcess:
        kernel = InProcess()
        kernel.not_put = ["data/\x1b.csv", "b"]
        return kernel

    handed = example.handed(example.notebook("raise Dies('killed')", example.TRIPLE, ""))
    assignment = Assignment("00_example", example.template(), example.checks(), Limits(), files={"b": b"ours"})
    contents = Contents(b"", {"b/below": b"the learner's"}, ["earlier"])
    graded = judge_contents(contents, handed, assignment, launch, Outcome("ada", "00_example", ""))
    assert graded.outcome.repairs == [
        "earlier",
        "file b/below left out: in the way of the instructor's files",
        "the file data/\\x1b.csv and 1 more could not be put beside the notebook",
    ]
