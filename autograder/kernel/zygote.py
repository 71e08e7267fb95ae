"""The zygote: imports everything once, then turns a fork of itself into a learner's kernel on each request.

It lives inside bubblewrap's sandbox and has a single thread. No learner's code ever runs in it. The judge asks on a
socket: a message has the seed, and comes with the kernel's socket, its leash, and files of cgroups to join.

torch takes as long to import as everything else together, and makes every fork dearer. Where the unit does without it,
learners who name it get their kernels from a second zygote, a fork of the first that has imported it, too.
"""

import contextlib
import json
import os
import platform
import select
import signal
import socket
import sys
from typing import Any, NoReturn

from autograder.kernel import init, isolate, pages, threads, tree
from autograder.kernel.outputs import Outputs
from autograder.kernel.rlimits import set_limits
from autograder.kernel.seccomp import compiled, restrict
from autograder.kernel.serve import serve
from autograder.kernel.shell import make_shell
from autograder.kernel.warm import LATER, SOON, import_torch, rehearsals, warm

MAX_DESCRIPTORS = 6
SHORT, LONG = 0.05, 1.0  # seconds of silence: between two kernels of a class, and when no class is graded
DONE = object()


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
        self.control = socket.socket(fileno=given["control"])
        self.second: socket.socket | None = None  # by which to ask the second zygote
        soon, later = (rehearsals(self.shell, self.outputs, *codes) for codes in (SOON, LATER))
        self.idle = [(SHORT, soon), (SHORT, pages.gather()), (LONG, later)]

    def warm_up(self) -> None:
        warm(self.shell, self.outputs, self.given["torch"])
        with contextlib.suppress(OSError):  # each kernel says so itself
            compiled(platform.machine())
        threads.require_one()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the ended are not waited for
        os.write(self.given["ready"], b"!")
        os.close(self.given["ready"])

    def serve(self) -> None:
        """Forks on each request until the judge is gone, and uses the time between them. The end of the second zygote
        is the end of the first."""
        while self.second not in self.asked():
            message, descriptors, _, _ = socket.recv_fds(self.control, 1024, MAX_DESCRIPTORS)
            if not message:
                return
            asked = json.loads(message)
            if asked["torch"] and "torch" not in sys.modules:
                self.hand_on(message, descriptors)
            else:
                self.fork(asked, descriptors)
            for descriptor in descriptors:
                os.close(descriptor)

    def asked(self) -> list[socket.socket]:
        """Waits until there is something to read, and says where. After a while of silence it uses the time."""
        sockets = [self.control] if self.second is None else [self.control, self.second]
        for silence, steps in self.idle:
            ready = select.select(sockets, [], [], silence)[0]
            while not ready and next(steps, DONE) is not DONE:
                ready = select.select(sockets, [], [], 0)[0]
            if ready:
                return ready
        return select.select(sockets, [], [])[0]

    def hand_on(self, message: bytes, descriptors: list[int]) -> None:
        """Lets the second zygote answer, which is made when it is first needed."""
        if self.second is None:
            threads.require_one()
            self.second, control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            if os.fork() == 0:
                self.become_second(control, descriptors)
            control.close()
        socket.send_fds(self.second, [message], descriptors)

    def become_second(self, control: socket.socket, not_ours: list[int]) -> NoReturn:
        assert self.second is not None
        for end in (self.control.detach(), self.second.detach(), *not_ours):
            os.close(end)
        self.control, self.second = control, None
        import_torch()
        self.serve()
        os._exit(0)

    def fork(self, asked: dict[str, Any], descriptors: list[int]) -> None:
        threads.require_one()
        kernel, leash, *cgroups = descriptors
        child = 1
        try:
            child = isolate.clone_into_namespaces()
            if child == 0:
                self.become_init(asked, kernel, leash, cgroups)
        except BaseException as error:  # said on the leash: why there is no kernel
            report = {"reason": "not-isolated", "detail": f"{type(error).__name__}: {error}", "cpu": 0.0}
            os.write(leash, json.dumps(report).encode())
        if child == 0:
            os._exit(1)

    def become_init(self, asked: dict[str, Any], kernel: int, leash: int, cgroups: list[int]) -> None:
        self.control.close()
        joined = [_joined(cgroup) for cgroup in cgroups]
        isolate.enter(self.user, self.group, self.given["disk_mb"])
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # which process 1 ignores
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        inherited = tree.own_memory()
        pid = os.fork()
        if pid == 0:
            self.become_kernel(kernel, asked["seed"])
        os.close(kernel)
        counted = asked["counted"] and all(joined)
        init.watch(pid, socket.socket(fileno=leash), self.given, inherited, counted)

    def become_kernel(self, kernel: int, seed: int) -> NoReturn:
        with contextlib.suppress(BaseException):  # init reports the end
            os.setsid()
            _close_all_but(kernel)
            os.mkdir("/tmp/work")
            os.chdir("/tmp/work")
            set_limits(self.given, self.given["processes"])
            isolate.drop_privileges()
            restrict()
            serve(kernel, self.shell, self.outputs, seed)
            os._exit(0)
        os._exit(1)


def _joined(cgroup: int) -> bool:
    """Joins a cgroup by its file of processes; systems before Linux 5.16 ask for permissions that we don't have."""
    try:
        os.write(cgroup, b"0")
    except OSError:
        return False
    finally:
        os.close(cgroup)
    return True


def _close_all_but(kernel: int) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    for descriptor in map(int, os.listdir("/proc/self/fd")):
        if descriptor > 2 and descriptor != kernel:
            with contextlib.suppress(OSError):
                os.close(descriptor)
