"""The zygote: imports everything once, then turns a fork of itself into a learner's kernel on each request.

It lives inside bubblewrap's sandbox and has a single thread. No learner's code ever runs in it. The judge asks on a
socket: a message is the seed, and comes with the kernel's socket, its leash, and files of cgroups to join.
"""

import contextlib
import gc
import json
import os
import select
import signal
import socket
from typing import Any, NoReturn

from autograder.kernel import init, isolate, pages, threads, tree
from autograder.kernel.outputs import Outputs
from autograder.kernel.rlimits import set_limits
from autograder.kernel.seccomp import restrict
from autograder.kernel.serve import serve
from autograder.kernel.shell import Shell, make_shell
from autograder.kernel.warm import warm

MAX_DESCRIPTORS = 6
DONE = object()


def main(argument: str) -> None:
    """`argument`: JSON with the descriptors `control` and `ready` (told once warm), the library, and the limits."""
    try:
        _serve(json.loads(argument) | {"user": os.getuid(), "group": os.getgid()})
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    os._exit(1)  # a thread that a module has started is not waited for


def _serve(given: dict[str, Any]) -> None:
    outputs = Outputs(given["cell_output_bytes"], given["total_output_bytes"])
    shell = make_shell(outputs)
    warm(shell, outputs)
    threads.require_one()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the ended are not waited for
    gc.collect()
    gc.freeze()
    os.write(given["ready"], b"!")
    os.close(given["ready"])
    control = socket.socket(fileno=given["control"])
    idle = pages.gather()
    while True:
        while not _asked(control) and next(idle, DONE) is not DONE:
            pass
        message, descriptors, _, _ = socket.recv_fds(control, 1024, MAX_DESCRIPTORS)
        if not message:
            os._exit(0)
        threads.require_one()
        if isolate.clone_into_namespaces() == 0:
            control.close()
            _become_init(json.loads(message), descriptors, given, shell, outputs)
        for descriptor in descriptors:
            os.close(descriptor)


def _asked(control: socket.socket) -> bool:
    """Whether a request, or the judge's end, is there already."""
    return bool(select.select([control], [], [], 0)[0])


def _become_init(
    asked: dict[str, Any], descriptors: list[int], given: dict[str, Any], shell: Shell, outputs: Outputs
) -> NoReturn:
    kernel, leash, *cgroups = descriptors
    try:
        joined = [_joined(cgroup) for cgroup in cgroups]
        counted = all(joined) and asked["counted"]
        isolate.enter(given["user"], given["group"], given["disk_mb"])
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # which process 1 ignores
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        inherited = tree.own_memory()
        pid = os.fork()
        if pid == 0:
            _become_kernel(kernel, asked["seed"], given, shell, outputs)
        os.close(kernel)
        init.watch(pid, socket.socket(fileno=leash), given, inherited, counted)
    except BaseException as error:
        _report(leash, error)
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


def _become_kernel(kernel: int, seed: int, given: dict[str, Any], shell: Shell, outputs: Outputs) -> NoReturn:
    with contextlib.suppress(BaseException):  # init reports the end
        os.setsid()
        _close_all_but(kernel)
        os.mkdir("/tmp/work")
        os.chdir("/tmp/work")
        set_limits(given, given["processes"])
        isolate.drop_privileges()
        restrict()
        serve(kernel, shell, outputs, seed)
        os._exit(0)
    os._exit(1)


def _close_all_but(kernel: int) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    for descriptor in map(int, os.listdir("/proc/self/fd")):
        if descriptor > 2 and descriptor != kernel:
            with contextlib.suppress(OSError):
                os.close(descriptor)


def _report(leash: int, error: BaseException) -> None:
    """Says on the leash why there is no kernel."""
    with contextlib.suppress(OSError):
        report = {"reason": "not-isolated", "detail": f"{type(error).__name__}: {error}", "cpu": 0.0}
        socket.socket(fileno=leash).send(json.dumps(report).encode())
