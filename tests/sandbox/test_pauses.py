"""What is done in pauses waits for silence, goes on from where it was, and is done once."""

import math
from collections.abc import Iterator

import pytest

from autograder.kernel import pauses
from autograder.kernel.pauses import Pauses


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(pauses.time, "monotonic", lambda: now[0])
    return now


def test_parts_wait_for_their_silence_and_are_done_once(clock: list[float]) -> None:
    done: list[str] = []

    def steps(*names: str) -> Iterator[None]:
        for name in names:
            done.append(name)
            yield

    work = Pauses((1.0, steps("a", "b")), (5.0, steps("c")))
    work.step()
    assert done == [] and work.due() == 1.0
    clock[0] += 1
    work.step()
    assert done == ["a"] and work.due() == 0
    work.end()  # somebody asks
    work.step()
    assert done == ["a"] and work.due() == 1.0
    clock[0] += 2
    for _ in range(3):
        work.step()
    assert done == ["a", "b"] and work.due() == 3.0
    clock[0] += 3
    work.step()
    work.step()
    assert done == ["a", "b", "c"] and math.isinf(work.due())
    work.step()
    assert done == ["a", "b", "c"]
