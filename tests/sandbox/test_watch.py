"""The zygote's watch takes one step at a time, so that nobody waits for what one tree makes it measure."""

import contextlib
import json
import os
import selectors
import signal
import socket
from collections.abc import Iterator

import pytest

from autograder.kernel import tree, watch
from autograder.kernel.watch import Watch

LIMITS = {"cpu_seconds": 100, "memory_mb": 1}


@pytest.fixture
def over() -> Watch:
    return Watch(selectors.PollSelector(), LIMITS)


@pytest.fixture
def child(over: Watch) -> Iterator[tuple[int, socket.socket]]:
    """A process that sleeps, watched, and the judge's end of its leash."""
    leash, ours = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    pid = os.posix_spawn("/bin/sleep", ["sleep", "60"], {}, setsid=True)
    over.over(pid, ours.detach(), counted=False)
    with leash:
        yield pid, leash
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def happen(over: Watch) -> None:
    """Whatever is to be done next."""
    for key, _ in over.selector.select(5):
        key.data()


def test_a_survey_goes_on_between_other_things(
    over: Watch, child: tuple[int, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[int] = []

    def survey(used: list[tree.Process], limit: int, inherited: int) -> Iterator[bool]:
        for number in range(3):
            steps.append(number)
            yield number == 2

    monkeypatch.setattr(watch.tree, "survey", survey)
    over.look()
    assert steps == [0] and over.due() == 0
    over.look()
    assert steps == [0, 1] and over.kernels[0].ended is None
    over.look()
    assert steps == [0, 1, 2] and over.kernels[0].ended == ("out-of-memory", "")
    happen(over)
    assert json.loads(child[1].recv(4096))["reason"] == "out-of-memory"
    assert over.kernels == [] and over.due() == float("inf")


def test_death_and_a_word_of_the_judge_s_at_once_are_no_trouble(over: Watch, child: tuple[int, socket.socket]) -> None:
    pid, leash = child
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    leash.send(watch.INTERRUPT)
    happen(over)
    happen(over) if over.kernels else None
    assert over.kernels == [] and not over.selector.get_map()


def test_the_end_of_the_judge_is_the_end_of_the_kernel(over: Watch, child: tuple[int, socket.socket]) -> None:
    child[1].close()
    happen(over)
    assert over.kernels[0].ended == ("killed", "")
    happen(over)
    assert over.kernels == []
