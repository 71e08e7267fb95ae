"""Process 1 of a learner's namespaces: it watches the kernel and all that the kernel starts, and ends them together.

It is the judge's, not the learner's: no signal from inside reaches it, nobody inside may trace it or read its memory.
The judge holds it by a leash, a socket: one byte interrupts the kernel, any other or the end of the judge kills all.
Its last word on the leash is what has become of the tree.
"""

import contextlib
import json
import os
import select
import signal
import socket
from typing import Any

from autograder.kernel import tree

MB = 1 << 20
TICK_MS = 100
INTERRUPT, KILL = b"I", b"K"


def watch(kernel: int, leash: socket.socket, limits: dict[str, Any], inherited: int, counted: bool) -> None:
    """Watches until the tree's end, reports it and exits. `counted`: a cgroup keeps the tree's memory."""
    reason, detail = _until_the_end(kernel, leash, limits, 0 if counted else inherited)
    _kill_all()
    used = os.times()
    report = {"reason": reason, "detail": detail, "cpu": used.children_user + used.children_system}
    with contextlib.suppress(OSError):
        leash.send(json.dumps(report).encode())
    os._exit(0)


def _until_the_end(kernel: int, leash: socket.socket, limits: dict[str, Any], inherited: int) -> tuple[str, str]:
    death = os.pidfd_open(kernel)
    poll = select.poll()
    poll.register(leash, select.POLLIN)
    poll.register(death, select.POLLIN)
    while True:
        ready = dict(poll.poll(TICK_MS))
        if leash.fileno() in ready:
            if leash.recv(1) != INTERRUPT:
                return "killed", ""
            with contextlib.suppress(ProcessLookupError):
                os.killpg(kernel, signal.SIGINT)  # with its children, as Jupyter does
        status = _reap().get(kernel)
        if status is not None:
            return _fate(status)
        if tree.cpu_seconds() > limits["cpu_seconds"]:
            return "timeout", "processor time"
        if inherited and tree.exceeds(limits["memory_mb"] * MB, inherited):
            return "out-of-memory", ""


def _reap() -> dict[int, int]:
    """The exit statuses of the processes that have ended, by number: orphans come to init."""
    ended: dict[int, int] = {}
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                break
            ended[pid] = status
    return ended


def _fate(status: int) -> tuple[str, str]:
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        return "exited", f"status {code}"
    if -code == signal.SIGXCPU:
        return "timeout", "processor time"
    return "killed", signal.Signals(-code).name if -code in signal.valid_signals() else str(-code)


def _kill_all() -> None:
    """Returns when no process but init is left: new ones may appear while the old ones die."""
    with contextlib.suppress(ChildProcessError):
        while True:
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
            os.waitpid(-1, 0)
