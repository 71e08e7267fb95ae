"""A socket that carries frames, with deadlines. No event loop and no thread, so it works inside anybody's."""

import select
import socket
import time
from collections.abc import Callable

from autograder import codec

CHUNK = 1 << 20
SLICE = 0.25  # seconds; an end that nobody announced is noticed after so long


class Late(Exception):
    """The deadline has passed. What has arrived of a frame is kept: the next `receive` goes on with it."""


class Closed(Exception):
    """The other end is gone."""


class Wire:
    """The judge's end of the socket to one kernel; `ended` tells whether the kernel is known to be gone."""

    def __init__(self, end: socket.socket, ended: Callable[[], bool]) -> None:
        self.socket, self.ended, self.arrived = end, ended, bytearray()
        end.setblocking(False)

    def send(self, frame: bytes, deadline: float) -> None:
        view = memoryview(frame)
        while view:
            try:
                view = view[self.socket.send(view[:CHUNK]) :]
            except BlockingIOError:
                self._wait(select.POLLOUT, deadline)
            except OSError:
                raise Closed from None

    def receive(self, deadline: float) -> tuple[int, bytes, bytes]:
        """(id, header, body) of the next frame. Raises codec.Refused when it isn't one, or is too large: then
        nothing of it has been read. Memory is taken for what has arrived, not for what was announced."""
        self._gather(codec.HEAD.size, deadline)
        id, header, body = codec.sizes(bytes(self.arrived[: codec.HEAD.size]))
        total = codec.HEAD.size + header + body
        self._gather(total, deadline)
        frame = bytes(self.arrived[codec.HEAD.size : total])
        del self.arrived[:total]
        return id, frame[:header], frame[header:]

    def _gather(self, n: int, deadline: float) -> None:
        while len(self.arrived) < n:
            try:
                chunk = self.socket.recv(min(n - len(self.arrived), CHUNK))
            except BlockingIOError:
                self._wait(select.POLLIN, deadline)
                continue
            except OSError:
                raise Closed from None
            if not chunk:
                raise Closed
            self.arrived += chunk

    def _wait(self, event: int, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise Late
        poll = select.poll()
        poll.register(self.socket, event)
        if not poll.poll(min(left, SLICE) * 1000) and self.ended():
            raise Closed

    def close(self) -> None:
        self.socket.close()
