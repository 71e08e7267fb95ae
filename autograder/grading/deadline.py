"""A limit on the judge's own thinking: what a hostile answer makes a check compute must come to an end, too."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from autograder.endpoint import TimedOut

AGAIN = 5.0  # seconds until the next reminder, for code that has swallowed the first


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raises TimedOut in the body when it takes longer; outside the main thread, where no alarm rings, it doesn't."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _ring(number: int, frame: FrameType | None) -> None:
    raise TimedOut
