"""Work for the time in which nobody asks for anything, in small steps: whoever asks then waits for one at most."""

import time
from collections.abc import Iterator

DONE = object()


class Pauses:
    """`parts`: the seconds of silence that each waits for, and its steps."""

    def __init__(self, *parts: tuple[float, Iterator[None]]) -> None:
        self.parts = list(parts)
        self.end()

    def end(self) -> None:
        """Somebody has asked: silence begins anew."""
        self.silent_since = time.monotonic()

    def due(self) -> float:
        """Seconds until the next step."""
        return self.silent_since + self.parts[0][0] - time.monotonic() if self.parts else float("inf")

    def step(self) -> None:
        """The next step, when its time has come."""
        if self.due() <= 0 and next(self.parts[0][1], DONE) is DONE:
            self.parts.pop(0)
