"""The zygote's watch over the kernels that it has forked: it interrupts them, ends them, and tells what became of them.

A kernel is process 1 of its namespace: all that it has started, wherever it hides, ends with it, and no process of the
tree is left when its end is noticed here. The judge holds it by a leash, a socket: one byte interrupts the kernel, any
other or the end of the judge kills it. The last word on the leash is what has become of the tree.
"""

import contextlib
import json
import os
import selectors
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

from autograder.kernel import tree

MB = 1 << 20
TICK = 0.1  # seconds between two looks at what kernels use
INTERRUPT, KILL = b"I", b"K"


class Watch:
    """Over all kernels of one zygote. `selector`: where it says what to do when one of them needs something; the data
    of a key is to be called. `limits`: see autograder.limits."""

    def __init__(self, selector: selectors.BaseSelector, limits: dict[str, Any]) -> None:
        self.selector, self.limits = selector, limits
        self.kernels: list[Watched] = []
        self.next_look = 0.0

    def over(self, pid: int, leash: int, counted: bool) -> None:
        """Watches a kernel from now on, and closes `leash` in the end. `counted`: if it has joined its cgroup, that
        keeps its memory."""
        kernel = Watched(pid, leash, tree.own_memory(), counted)
        self.kernels.append(kernel)
        self._when_readable(kernel.leash, lambda: self.heed(kernel))
        self._when_readable(kernel.death, lambda: self.bury(kernel))

    def heed(self, kernel: "Watched") -> None:
        """A word of the judge's, or its end."""
        if kernel not in self.kernels:  # buried a moment ago
            return
        word = b""
        with contextlib.suppress(OSError):
            word = os.read(kernel.leash, 1)
        if word == INTERRUPT:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(kernel.pid, signal.SIGINT)  # with its children, as Jupyter does
        else:
            self.selector.unregister(kernel.leash)
            kernel.end("killed")

    def bury(self, kernel: "Watched") -> None:
        """The last word about a tree that is gone."""
        _, status, used = os.wait4(kernel.pid, 0)
        reason, detail = kernel.ended or _fate(status)
        tell(kernel.leash, reason, detail, used.ru_utime + used.ru_stime)
        for descriptor in (kernel.leash, kernel.death):
            with contextlib.suppress(KeyError):
                self.selector.unregister(descriptor)
            os.close(descriptor)
        self.kernels.remove(kernel)

    def due(self) -> float:
        """Seconds until there is something to look at."""
        if any(kernel.survey for kernel in self.kernels):
            return 0.0
        return self.next_look - time.monotonic() if self.kernels else float("inf")

    def look(self) -> None:
        """Ends the kernels that use too much: the next step of the surveys under way, and new ones when it is time."""
        if self.next_look <= time.monotonic():
            self.next_look = time.monotonic() + TICK
            processes = tree.processes()
            for kernel in self.kernels:
                self._count(kernel, tree.below(kernel.pid, processes))
        for kernel in self.kernels:
            if kernel.survey:
                found = next(kernel.survey, None)
                if found:
                    kernel.end("out-of-memory")
                if found is not False:
                    kernel.survey = None

    def _count(self, kernel: "Watched", used: list[tree.Process]) -> None:
        if tree.cpu_seconds(used) > self.limits["cpu_seconds"]:
            kernel.end("timeout", "processor time")
        elif kernel.survey is None and not kernel.counted():
            kernel.survey = tree.survey(used, self.limits["memory_mb"] * MB, kernel.inherited)

    def _when_readable(self, descriptor: int, act: Callable[[], None]) -> None:
        self.selector.register(descriptor, selectors.EVENT_READ, act)


class Watched:
    """One kernel. It shares `inherited` bytes with the zygote."""

    def __init__(self, pid: int, leash: int, inherited: int, counted: bool) -> None:
        self.pid, self.leash, self.inherited, self.has_cgroup = pid, leash, inherited, counted
        self.death = os.pidfd_open(pid)
        self.ended: tuple[str, str] | None = None  # by us, and why
        self.survey: Iterator[bool] | None = None  # of its memory, while one is under way

    def end(self, reason: str, detail: str = "") -> None:
        self.ended = self.ended or (reason, detail)
        os.kill(self.pid, signal.SIGKILL)

    def counted(self) -> bool:
        """Whether a cgroup of its own keeps its memory: systems before Linux 5.16 may not have let it join."""
        return self.has_cgroup and tree.memory_cgroup(self.pid) != tree.memory_cgroup(os.getpid())


def tell(leash: int, reason: str, detail: str, cpu: float = 0.0) -> None:
    """The last word about a kernel; whoever asked for it may be gone."""
    with contextlib.suppress(OSError):
        os.write(leash, json.dumps({"reason": reason, "detail": detail, "cpu": cpu}).encode())


def _fate(status: int) -> tuple[str, str]:
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        return "exited", f"status {code}"
    return "killed", signal.Signals(-code).name if -code in signal.valid_signals() else str(-code)
