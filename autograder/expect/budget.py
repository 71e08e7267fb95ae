"""A limit on what judging one answer may cost: a formula can be made that takes the judge for ever to work out."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from autograder.endpoint import TimedOut

SECONDS = 3.0  # of processor time; the formulas of this course take some milliseconds
AGAIN = 1.0  # seconds until the next reminder, for code that has swallowed the first


@contextmanager
def budget(seconds: float = SECONDS) -> Iterator[None]:
    """Raises TimedOut in the body when it has taken so much processor time. Outside the main thread, and on systems
    without such a timer, nothing rings."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _ring(number: int, frame: FrameType | None) -> None:
    raise TimedOut
