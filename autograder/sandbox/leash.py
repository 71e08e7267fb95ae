"""The judge's hold of a kernel, by way of the zygote (autograder.kernel.watch): interrupts, kills, hears of the end."""

import contextlib
import json
import select
import socket
from typing import Any

from autograder.kernel.watch import INTERRUPT, KILL
from autograder.sandbox.cgroups import Cgroup

OUT_OF_MEMORY_SECONDS = 5.0  # for a tree that swaps or is being killed to be gone


class ZygoteLeash:
    """Holds an isolated kernel and its cgroup. Letting go of it (by dying, too) ends the kernel's process tree."""

    def __init__(self, end: socket.socket, cgroup: Cgroup) -> None:
        self.socket, self.cgroup = end, cgroup
        self.report: dict[str, Any] | None = None

    def interrupt(self) -> None:
        with contextlib.suppress(OSError):
            self.socket.send(INTERRUPT)

    def kill(self) -> None:
        if self.report is None:
            with contextlib.suppress(OSError):
                self.socket.send(KILL)

    def ended(self) -> bool:
        """Whether the tree is gone. Where the limit on memory has killed one of its processes, the others follow."""
        if self.report is None and self.cgroup.killed_for_memory():
            self.kill()
            return self._heard(OUT_OF_MEMORY_SECONDS)
        return self._heard(0)

    def end(self, seconds: float) -> dict[str, Any]:
        """The zygote's report: by then every process of the tree has ended. {} if one still lives."""
        return (self.report or {}) if self._heard(seconds) else {}

    def close(self) -> None:
        self.socket.close()
        self.cgroup.left = True

    def _heard(self, seconds: float) -> bool:
        if self.report is None:
            poll = select.poll()
            poll.register(self.socket, select.POLLIN)
            if not poll.poll(seconds * 1000):
                return False
            self.report = self._read()
        return True

    def _read(self) -> dict[str, Any]:
        report: dict[str, Any] = {"reason": "killed"}  # the zygote itself was, and the tree with it
        with contextlib.suppress(OSError, ValueError):
            report = json.loads(self._last_word()) or report
        if self.cgroup.killed_for_memory():
            report["reason"] = "out-of-memory"
        report["peak_mb"] = self.cgroup.peak_mb()
        return report

    def _last_word(self) -> bytes:
        """A word of ours that the zygote no longer wanted to hear is told first, as an error."""
        try:
            return self.socket.recv(4096)
        except ConnectionResetError:
            return self.socket.recv(4096)
