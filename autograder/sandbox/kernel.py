"""The judge's view of one learner's kernel: ask, with a limit on everything that could come back.

A request that takes too long is interrupted; a kernel that does not heed the interrupt is killed with all that it has
started. Frames that answer no open request (late, doubled, made up) are dropped: each request has a random number.
"""

import secrets
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol

from autograder import codec
from autograder.endpoint import Died, TimedOut
from autograder.limits import Limits
from autograder.sandbox.outputs import rebuilt
from autograder.sandbox.wire import Closed, Late, Wire

START_SECONDS = 60.0  # for a kernel to answer at all
GRACE_SECONDS = 2.0  # between the interrupt and the kill
END_SECONDS = 5.0  # for a killed process tree to be gone
FILES_SECONDS = 10.0  # for a frame of files to be written
FILES_BYTES = 32 << 20  # in one such frame, whose names must fit in as well
MARK_BYTES = 4096  # beyond its limit an honest cell's output has the mark of the cut
MAX_STRAY = 64 << 20  # bytes of frames that answer nothing


@dataclass(frozen=True)
class Ran:
    """What became of a cell: whether it went through, and its outputs as nbformat has them (text and PNG only)."""

    ok: bool
    outputs: list[dict[str, Any]]


class Leash(Protocol):
    """What holds a kernel's process tree; each launcher has its own."""

    def interrupt(self) -> None: ...

    def kill(self) -> None: ...

    def ended(self) -> bool: ...

    def end(self, seconds: float) -> dict[str, Any]:
        """Waits for the end of the whole tree: {"reason", "cpu" (seconds), …}, as far as known."""
        ...

    def close(self) -> None: ...


class Kernel:
    """An Endpoint (see autograder.endpoint). Not to be used by two threads at once."""

    def __init__(self, end: socket.socket, leash: Leash, limits: Limits) -> None:
        self.wire, self.leash, self.limits = Wire(end, leash.ended), leash, limits
        self.seconds_left, self.output_left = limits.total_seconds, limits.total_output_bytes
        self.ready, self.closed, self.stray, self.died = False, False, 0, ""

    def request(self, message: dict[str, Any], seconds: float) -> Any:
        """The kernel's answer. Raises TimedOut (interrupted, the kernel lives) or Died."""
        if self.died:
            raise Died(self.died)
        self.wait_until_ready()
        if self.leash.ended():
            self._gone()
        if self.seconds_left <= 0:
            self._end("timeout")
        started = time.monotonic()
        try:
            return self._exchange(message, min(seconds, self.seconds_left))
        finally:
            self.seconds_left -= time.monotonic() - started

    def run(self, code: str, seconds: float) -> Ran:
        """Runs a cell. Raises TimedOut or Died as `request` does."""
        reply = self.request({"op": "run", "code": code.encode("utf-8", "replace")}, seconds)
        said = reply if type(reply) is dict else {}
        room = min(self.limits.cell_output_bytes, max(0, self.output_left)) + MARK_BYTES
        outputs, used = rebuilt(said.get("outputs"), room)
        self.output_left -= used
        return Ran(said.get("status") == "ok", outputs)

    def put(self, files: dict[str, bytes], seconds: float = FILES_SECONDS) -> list[str]:
        """Puts files beside the notebook: relative path -> content. Returns the paths that could not be put."""
        failed: list[str] = []
        for names in _portions(files):
            given = [[name.encode("utf-8", "replace"), files[name]] for name in names]
            reply = self.request({"op": "files", "files": given}, seconds)
            done = reply if type(reply) is list and len(reply) == len(names) else [False] * len(names)
            failed += [name for name, one in zip(names, done, strict=True) if one is not True]
        return failed

    def wait_until_ready(self) -> None:
        """Returns when the kernel answers; the time that it takes to start is not the learner's."""
        if not self.ready:
            self._exchange({"op": "ping"}, START_SECONDS)
            self.ready = True

    def kill(self) -> None:
        """Ends the whole process tree, without waiting for it."""
        self.died = self.died or "killed"
        self.leash.kill()

    def close(self, wait: bool = False) -> dict[str, Any]:
        """Kills the kernel; with `wait`, returns when its whole process tree is gone, with what it used."""
        if self.closed:
            return {}
        self.kill()
        used = self.leash.end(END_SECONDS) if wait else {}
        self.wire.close()
        self.leash.close()
        self.closed = True
        return used

    def _exchange(self, message: dict[str, Any], seconds: float) -> Any:
        id = secrets.randbits(64)
        try:
            frame = codec.pack(id, message)
        except codec.Refused as refused:
            return self._refused(message, refused)
        deadline = time.monotonic() + seconds
        try:
            try:
                self.wire.send(frame, deadline)
            except Late:
                self._end("timeout")  # a kernel that does not even read
            try:
                header, body = self._answer_to(id, deadline)
            except Late:
                self._interrupt(id)
        except Closed:
            self._gone()
        return self._decoded(message, header, body)

    def _answer_to(self, id: int, deadline: float) -> tuple[bytes, bytes]:
        while self.stray <= MAX_STRAY:
            try:
                got, header, body = self.wire.receive(deadline)
            except codec.Refused:
                break
            if got == id:
                return header, body
            self.stray += len(header) + len(body) + codec.HEAD.size
        self._end("protocol")

    def _interrupt(self, id: int) -> NoReturn:
        """Raises TimedOut when the kernel heeds an interrupt; kills it otherwise."""
        self.leash.interrupt()
        try:
            self._answer_to(id, time.monotonic() + GRACE_SECONDS)
        except Late:
            self._end("timeout")
        except Closed:  # it has died of being interrupted, unless something worse came first
            reason = self.leash.end(END_SECONDS).get("reason")
            self._end(reason if reason == "out-of-memory" else "timeout")
        raise TimedOut

    def _decoded(self, message: dict[str, Any], header: bytes, body: bytes) -> Any:
        try:
            return codec.unpack(header, body)
        except codec.Refused as refused:
            return self._refused(message, refused)

    def _refused(self, message: dict[str, Any], refused: codec.Refused) -> list[dict[str, str]]:
        """What may not cross, there or back, costs a check its answers; without a cell or files there's no going on."""
        if "calls" in message:
            return [{"refused": str(refused)}] * len(message["calls"])
        self._end("protocol", str(refused))

    def _gone(self) -> NoReturn:
        report = self.leash.end(END_SECONDS)
        self._end(report.get("reason", "killed"), report.get("detail", ""))

    def _end(self, reason: str, detail: str = "") -> NoReturn:
        self.died = reason
        self.leash.kill()
        raise Died(reason, detail)


def _portions(files: dict[str, bytes]) -> Iterator[list[str]]:
    """The files' paths, in portions that fit into one frame each."""
    portion: list[str] = []
    room = FILES_BYTES
    for name, data in files.items():
        if portion and len(data) > room:
            yield portion
            portion, room = [], FILES_BYTES
        portion.append(name)
        room -= len(data)
    if portion:
        yield portion
