"""The judge's side of a kernel: what it waits for, what it believes, and how it ends. Here with a plain process."""

import os
import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder import codec
from autograder.endpoint import Died, TimedOut
from autograder.limits import Limits
from autograder.sandbox.kernel import Kernel
from autograder.sandbox.unisolated import Unisolated
from tests.sandbox.asking import said, value

FORGED = """
import socket, sys, gc
server = next(o for o in gc.get_objects() if type(o).__name__ == "Server")
def send(data): server.socket.sendall(data)
"""


@pytest.fixture
def lone(folder: Path) -> Iterator[Kernel]:
    with Unisolated(folder, Limits()) as launcher:
        yield launcher.launch()


def test_data_comes_back_and_functions_answer(plain: Kernel) -> None:
    plain.run("import numpy as np\ndef f(x): return x + np.ones(3)", 10)
    answers = plain.request({"op": "calls", "calls": [{"do": "call", "f": "f", "args": [1.0], "kwargs": {}}]}, 10)
    assert answers[0]["ok"].tolist() == [2, 2, 2]


def test_a_hung_cell_is_interrupted_and_the_kernel_lives_on(plain: Kernel) -> None:
    plain.run("x = 41", 10)
    with pytest.raises(TimedOut):
        plain.run("while True: pass", 0.2)
    assert value(plain, "x + 1") == 42


def test_a_hung_answer_is_interrupted_too(plain: Kernel) -> None:
    plain.run("def forever():\n    while True: pass", 10)
    with pytest.raises(TimedOut):
        plain.request({"op": "calls", "calls": [{"do": "call", "f": "forever", "args": [], "kwargs": {}}]}, 0.2)
    assert value(plain, "1 + 1") == 2


def test_a_cell_that_ignores_the_interrupt_is_killed(lone: Kernel) -> None:
    ignore = "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())\nwhile True: pass"
    with pytest.raises(Died) as death:
        lone.run(ignore, 0.2)
    assert death.value.reason == "timeout"
    with pytest.raises(Died, match="timeout"):
        lone.run("1", 1)
    assert lone.close(wait=True)["reason"] == "killed"


def test_a_kernel_that_ends_itself_is_reported_at_once(lone: Kernel) -> None:
    with pytest.raises(Died) as death:
        lone.run("import os; os._exit(0)", 20)
    assert death.value.reason == "exited"


def test_all_the_seconds_together_are_limited(folder: Path) -> None:
    with Unisolated(folder, Limits(total_seconds=0.5)) as launcher:
        kernel = launcher.launch()
        kernel.run("import time; time.sleep(0.3)", 10)
        with pytest.raises(TimedOut):
            kernel.run("time.sleep(0.3)", 10)
        with pytest.raises(Died, match="timeout"):
            kernel.run("1", 10)


def test_a_frame_that_answers_no_request_is_dropped(plain: Kernel) -> None:
    stray = codec.pack(12345, {"status": "ok", "outputs": [{"output_type": "stream", "text": b"forged"}]})
    plain.run(f"{FORGED}\nsend({stray!r} * 2)", 10)
    assert said(plain, "print('true')") == "true\n"


@pytest.mark.parametrize(
    "data",
    [b"not a frame at all, but long enough", struct.pack("<4sQII", b"ERf1", 1, 1 << 30, 0)],
    ids=["no frame", "an announced gigabyte"],
)
def test_what_is_no_frame_ends_the_kernel(lone: Kernel, data: bytes) -> None:
    with pytest.raises(Died) as death:
        lone.run(f"{FORGED}\nsend({data!r})\nimport time; time.sleep(5)", 10)
    assert death.value.reason == "protocol"


def test_endless_stray_frames_end_the_kernel(lone: Kernel) -> None:
    stray = "from autograder import codec; frame = codec.pack(1, b'x' * (8 << 20))\nwhile True: send(frame)"
    with pytest.raises(Died) as death:
        lone.run(f"{FORGED}\n{stray}", 20)
    assert death.value.reason == "protocol"


def test_an_answer_that_may_not_cross_costs_only_its_request(plain: Kernel) -> None:
    plain.run("many = list(range(70_000)); fine = 1", 10)
    asked = [{"do": "value", "name": name} for name in ("many", "fine")]
    assert [list(answer) for answer in plain.request({"op": "calls", "calls": asked}, 10)] == [["refused"], ["refused"]]
    assert value(plain, "fine") == 1


def test_a_reply_that_was_half_there_at_the_deadline_is_read_to_its_end(folder: Path) -> None:
    judge, learner = socket.socketpair()
    kernel = Kernel(judge, SlowLeash(learner), Limits())
    kernel.ready = True
    with pytest.raises(TimedOut):
        kernel.request({"op": "run", "code": ""}, 0.1)
    judge.close()
    learner.close()


class SlowLeash:
    """A kernel that has sent half its reply when the deadline comes, and the rest on being interrupted."""

    def __init__(self, learner: socket.socket) -> None:
        self.learner = learner

    def ended(self) -> bool:
        return False

    def interrupt(self) -> None:
        id, _, _ = codec.sizes(self.learner.recv(codec.HEAD.size))
        self.learner.sendall(codec.pack(7, "stray")[:9])
        self.learner.sendall(codec.pack(7, "stray")[9:] + codec.pack(id, "reply"))

    def kill(self) -> None:
        raise AssertionError("it heeded the interrupt")

    def end(self, seconds: float) -> dict:
        return {}

    def close(self) -> None:
        pass


def test_files_lie_beside_the_notebook_and_nowhere_else(plain: Kernel) -> None:
    plain.put({"data/table.csv": b"1,2", "helper.py": b"answer = 42"})
    assert said(plain, "print(open('data/table.csv').read()); import helper; helper.answer") == "1,2\n\n42"
    assert plain.put({"../outside": b"", "/tmp/outside": b""}) == ["../outside", "/tmp/outside"]


def test_a_file_that_can_t_be_put_is_named_and_costs_no_other(folder: Path) -> None:
    with Unisolated(folder, Limits(disk_mb=1)) as launcher:
        kernel = launcher.launch()
        files = {"taken": b"", "taken/below": b"1", "too large": bytes(2 << 20), "fine": b"2"}
        assert kernel.put(files) == ["taken/below", "too large"]
        assert value(kernel, "sorted(__import__('os').listdir())") == ["fine", "taken"]  # no half of it is left


@pytest.mark.parametrize("reply", [{"refused": "no memory"}, [], [1, 1], ["yes", None], True], ids=repr)
def test_only_what_was_put_for_certain_counts_as_put(
    plain: Kernel, monkeypatch: pytest.MonkeyPatch, reply: Any
) -> None:
    monkeypatch.setattr(plain, "request", lambda message, seconds: reply)
    assert plain.put({"one": b"1", "other": b"2"}) == ["one", "other"]


def test_a_long_cell_crosses_in_any_script(plain: Kernel) -> None:
    assert plain.run(f"long = '{'ü' * 200_000}'", 20).ok
    assert value(plain, "len(long)") == 200_000
    assert plain.run("'\ud800'", 10).ok


def test_long_names_of_files_cross(plain: Kernel) -> None:
    deep = "/".join(["\x01" * 240] * 4)
    assert plain.put({f"{deep}/{number}": b"" for number in range(256)}) == []


def test_more_files_cross_than_a_frame_holds(plain: Kernel) -> None:
    assert plain.put({f"{number}.bin": bytes(24 << 20) for number in range(3)}) == []
    assert value(plain, "[__import__('os').path.getsize(f'{n}.bin') >> 20 for n in range(3)]") == [24, 24, 24]


def test_what_can_t_be_sent_is_no_exception_of_ours(lone: Kernel) -> None:
    asked = [{"do": "value", "name": "x" * (1 << 20)}] * 2
    assert [list(answer) for answer in lone.request({"op": "calls", "calls": asked}, 10)] == [["refused"], ["refused"]]
    with pytest.raises(Died, match="protocol: the answer is too large"):
        lone.put({"large": bytes(65 << 20)})


def test_a_kernel_starts_with_the_random_states_of_its_seed(folder: Path) -> None:
    draw = "[__import__('random').random(), np.random.rand(), float(torch.rand(()))]"
    drawn = []
    with Unisolated(folder, Limits()) as launcher:
        for seed in (1, 1):
            kernel = launcher.launch(seed)
            kernel.run("import numpy as np, torch", 20)
            drawn.append(value(kernel, draw))
    assert drawn[0] == drawn[1]


def test_the_judge_s_environment_stays_with_the_judge(plain: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    assert "PATH" in os.environ and "PYTEST_CURRENT_TEST" in os.environ
    assert sorted(value(plain, "[n for n in __import__('os').environ if 'SECRET' in n or 'PYTEST' in n]")) == []


def test_a_kernel_that_dies_of_the_interrupt_was_late(lone: Kernel) -> None:
    with pytest.raises(Died) as death:
        lone.run("import signal; signal.signal(signal.SIGINT, signal.SIG_DFL)\nwhile True: pass", 0.2)
    assert death.value.reason == "timeout"
