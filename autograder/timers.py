"""Limits on what judging may take: what a hostile answer makes a check compute must come to an end, too."""

import signal
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from types import FrameType

from autograder.endpoint import TimedOut

BUDGET = 3.0  # seconds of processor time for one answer; the formulas of this course take some milliseconds


def deadline(seconds: float) -> AbstractContextManager[None]:
    """Raises TimedOut in the body when it takes longer, by the clock on the wall."""
    return _limit("ITIMER_REAL", "SIGALRM", seconds, again=5.0)


def budget(seconds: float = BUDGET) -> AbstractContextManager[None]:
    """Raises TimedOut in the body when it has taken so much processor time."""
    return _limit("ITIMER_VIRTUAL", "SIGVTALRM", seconds, again=1.0)


@contextmanager
def _limit(timer: str, alarm: str, seconds: float, again: float) -> Iterator[None]:
    """Rings every `again` seconds from then on, for code that has swallowed the first. Outside the main thread, and on
    systems without such a timer, nothing rings."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    which, number = getattr(signal, timer), getattr(signal, alarm)
    before = signal.signal(number, _ring)
    signal.setitimer(which, seconds, again)
    try:
        yield
    finally:
        signal.setitimer(which, 0)
        signal.signal(number, before)


def _ring(number: int, frame: FrameType | None) -> None:
    raise TimedOut
