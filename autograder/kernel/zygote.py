"""The zygote: imports everything once, then turns a fork of itself into a learner's kernel on each request.

It lives inside bubblewrap's sandbox and has a single thread. No learner's code ever runs in it. The judge asks on a
socket: a message has the seed, and comes with the kernel's socket, its leash, and files of cgroups to join.

torch takes as long to import as everything else together, and makes every fork dearer. Where the unit does without it,
learners who name it get their kernels from a second zygote, a fork of the first that has imported it, too.
"""

import contextlib
import json
import math
import os
import platform
import selectors
import socket
import sys
from collections.abc import Iterable
from typing import Any, NoReturn

from autograder.kernel import isolate, pages, threads
from autograder.kernel.outputs import Outputs
from autograder.kernel.pauses import Pauses
from autograder.kernel.rlimits import set_limits
from autograder.kernel.seccomp import compiled, restrict
from autograder.kernel.serve import serve
from autograder.kernel.shell import make_shell
from autograder.kernel.warm import LATER, SOON, import_torch, rehearsals, warm
from autograder.kernel.watch import Watch, tell

MAX_DESCRIPTORS = 6
SHORT, LONG = 0.05, 1.0  # seconds of silence: between two kernels of a class, and when no class is graded
STANDARD = (0, 1, 2)


def main(argument: str) -> None:
    """`argument`: JSON with the limits and the descriptors `control` and `ready` (told once warm)."""
    try:
        zygote = Zygote(json.loads(argument))
        zygote.warm_up()
        zygote.serve()
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    os._exit(1)  # a thread that a module has started is not waited for


class Zygote:
    """The process that is forked; after a fork, what it becomes."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.given, self.user, self.group = given, os.getuid(), os.getgid()
        self.outputs = Outputs(given["cell_output_bytes"], given["total_output_bytes"])
        self.shell = make_shell(self.outputs)
        self.second: socket.socket | None = None  # by which to ask the second zygote
        soon, later = (rehearsals(self.shell, self.outputs, *codes) for codes in (SOON, LATER))
        self.pauses = Pauses((SHORT, soon), (SHORT, pages.gather()), (LONG, later))
        self.listen_to(socket.socket(fileno=given["control"]))

    def listen_to(self, control: socket.socket) -> None:
        """On which the requests come."""
        self.control, self.gone = control, False
        self.selector = selectors.PollSelector()
        self.selector.register(control, selectors.EVENT_READ, self.answer)
        self.watch = Watch(self.selector, self.given)

    def warm_up(self) -> None:
        warm(self.shell, self.outputs, self.given["torch"])
        with contextlib.suppress(OSError):  # each kernel says so itself
            compiled(platform.machine())
        threads.require_one()
        os.write(self.given["ready"], b"!")
        os.close(self.given["ready"])

    def serve(self) -> None:
        """Forks on each request until the judge is gone; meanwhile watches over what it has forked, and uses the time
        between requests."""
        self.pauses.end()
        while not self.gone:
            seconds = max(0.0, min(self.pauses.due(), self.watch.due()))
            asked = self.selector.select(None if math.isinf(seconds) else seconds)
            for key, _ in asked:
                key.data()
            self.watch.look()
            if not asked:
                self.pauses.step()

    def answer(self) -> None:
        """One request."""
        self.pauses.end()
        message, descriptors, _, _ = socket.recv_fds(self.control, 1024, MAX_DESCRIPTORS)
        asked = json.loads(message or "{}")
        if not asked:
            self.leave()
        elif asked["torch"] and "torch" not in sys.modules:
            self.hand_on(message, descriptors)
        else:
            self.fork(asked, *descriptors)

    def leave(self) -> None:
        """The judge is gone, or the second zygote, whose end is the end of the first."""
        self.gone = True

    def hand_on(self, message: bytes, descriptors: list[int]) -> None:
        """Lets the second zygote answer, which is made when it is first needed."""
        if self.second is None:
            threads.require_one()
            self.second, control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            if os.fork() == 0:
                self.become_second(control)
            control.close()
            self.selector.register(self.second, selectors.EVENT_READ, self.leave)
        socket.send_fds(self.second, [message], descriptors)
        for descriptor in descriptors:
            os.close(descriptor)

    def become_second(self, control: socket.socket) -> NoReturn:
        assert self.second is not None
        for end in (self.control, self.second):
            end.detach()  # the first one's: to be closed here, but not once more, when the number is another's
        _close_all_but(control.fileno(), *STANDARD)
        self.second = None
        self.listen_to(control)
        import_torch()
        self.serve()
        os._exit(0)

    def fork(self, asked: dict[str, Any], kernel: int, leash: int, *cgroups: int) -> None:
        threads.require_one()
        try:
            child = isolate.fork()
        except OSError as error:
            _say_why(leash, error)
            os.close(leash)
        else:
            if child == 0:
                self.become_kernel(asked["seed"], kernel, leash, cgroups)
            self.watch.over(child, leash, asked["counted"])
        for descriptor in (kernel, *cgroups):
            os.close(descriptor)

    def become_kernel(self, seed: int, kernel: int, leash: int, cgroups: Iterable[int]) -> NoReturn:
        try:
            for cgroup in cgroups:
                _join(cgroup)
            isolate.enter(self.user, self.group, self.given["disk_mb"])
            os.setsid()
            os.mkdir("/tmp/work")
            os.chdir("/tmp/work")
            _close_all_but(kernel, leash, *STANDARD)
            set_limits(self.given, self.given["processes"])
            isolate.drop_privileges()
            restrict()
        except BaseException as error:
            _say_why(leash, error)
            os._exit(1)
        with contextlib.suppress(BaseException):  # the zygote reports the end
            os.close(leash)
            _silence()
            serve(kernel, self.shell, self.outputs, seed)
            os._exit(0)
        os._exit(1)


def _join(cgroup: int) -> None:
    """Joins a cgroup by its file of processes; systems before Linux 5.16 ask for permissions that we don't have."""
    with contextlib.suppress(OSError):
        os.write(cgroup, b"0")


def _say_why(leash: int, error: BaseException) -> None:
    """There is no kernel, and why."""
    tell(leash, "not-isolated", f"{type(error).__name__}: {error}")


def _silence() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in STANDARD:
        os.dup2(nothing, standard)
    os.close(nothing)


def _close_all_but(*kept: int) -> None:
    for descriptor in map(int, os.listdir("/proc/self/fd")):
        if descriptor not in kept:
            with contextlib.suppress(OSError):
                os.close(descriptor)
