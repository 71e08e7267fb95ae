"""The process between the judge and bubblewrap. It runs alone (no module of the project), given JSON on standard input.

When root grades, it goes where an unprivileged user can go, with what that user is to see, and becomes that user before
bubblewrap starts: under root's own number, files that only root may read would stay readable. It is bubblewrap's
parent, so that the kill-with-parent flag hangs on this process and not on some thread of the judge; and it ends with
the judge, whose end of standard input closes.
"""

import contextlib
import ctypes
import json
import os
import select
import signal
import subprocess
import sys

UNPRIVILEGED = 60999  # a number that no system gives to anybody (systemd's table calls it unused)
PLACES = ("/mnt", "/media", "/srv", "/run", "/tmp")
PR_SET_CHILD_SUBREAPER = 36
CLONE_NEWNS, MS_BIND, MS_REC, MS_PRIVATE, MS_NOSUID, MS_NODEV = 0x20000, 4096, 16384, 1 << 18, 2, 4


def main() -> None:
    given = json.loads(sys.stdin.buffer.readline())
    binds, descriptors = given["binds"], given["descriptors"]
    if os.geteuid() == 0:
        with contextlib.suppress(PermissionError):  # a container's root: what that user can't reach, it won't see
            binds = stage(binds)
        become(UNPRIVILEGED)
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # the sandbox's own process 1 becomes a child of ours
    mounts = [word for source, target in binds for word in ("--ro-bind", source, target)]
    command = [*given["before"], *mounts, *given["after"]]
    process = subprocess.Popen(command, pass_fds=descriptors, stdin=subprocess.DEVNULL, cwd="/", env={})
    for descriptor in descriptors:
        os.close(descriptor)
    sys.exit(wait(process))


def stage(binds: list[list[str]]) -> list[list[str]]:
    """The same binds, from a private place that everybody can enter. Raises PermissionError without CAP_SYS_ADMIN."""
    libc = ctypes.CDLL(None, use_errno=True)
    _must(libc.unshare(CLONE_NEWNS))
    _must(libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None))
    place = next(p for p in PLACES if os.path.isdir(p) and not any(f"{s}/".startswith(f"{p}/") for s, _ in binds))
    _must(libc.mount(b"tmpfs", place.encode(), b"tmpfs", MS_NOSUID | MS_NODEV, b"mode=0755"))
    staged = []
    for number, (source, target) in enumerate(binds):
        path = f"{place}/{number}"
        if os.path.isdir(source):
            os.mkdir(path)
        else:
            open(path, "w").close()
        _must(libc.mount(source.encode(), path.encode(), None, MS_BIND | MS_REC, None))
        staged.append([path, target])
    return staged


def become(number: int) -> None:
    os.setgroups([])
    os.setresgid(number, number, number)
    os.setresuid(number, number, number)


def wait(process: subprocess.Popen) -> int:
    """Waits for the end of bubblewrap or of the judge, whichever comes first, and then until no process of the sandbox
    is left; returns bubblewrap's exit status."""
    poll = select.poll()
    poll.register(0, select.POLLIN)
    poll.register(os.pidfd_open(process.pid), select.POLLIN)
    poll.poll()
    process.kill()
    status = process.wait()
    with contextlib.suppress(ChildProcessError):
        while True:
            for child in children():  # one that was not yet bound to bubblewrap's life when that ended waits for ever
                with contextlib.suppress(OSError):
                    os.kill(child, signal.SIGKILL)
            os.wait()
    return status


def children() -> list[int]:
    """The processes that are ours by now, where the system tells."""
    with contextlib.suppress(OSError), open(f"/proc/self/task/{os.getpid()}/children") as file:
        return [int(word) for word in file.read().split()]
    return []


def _must(result: int) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    main()
