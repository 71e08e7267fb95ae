"""The launcher that isolates: one warm process in bubblewrap's sandbox, a fork of it for each learner.

Workers that are forked once it is warm share it: a request is one message, and nothing comes back on that socket. A
worker that finds it dead starts one of its own. All of it ends with the last process that holds the object.
"""

import contextlib
import json
import platform
import select
import socket
import subprocess
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.errors import UserError
from autograder.limits import Limits
from autograder.sandbox import bubblewrap
from autograder.sandbox.availability import isolation
from autograder.sandbox.cgroups import Cgroups
from autograder.sandbox.leash import ZygoteLeash

if TYPE_CHECKING:
    from autograder.sandbox.kernel import Kernel  # with numpy, which a zygote need not wait for

WARM_SECONDS = 120.0  # for everything to be imported
STOP_SECONDS = 5.0


class Zygote:
    """Starts isolated kernels with `library` on their path. A context manager: leaving it ends them all. Without
    `torch`, it is imported only when a kernel is launched that asks for it."""

    def __init__(self, library: Path, limits: Limits, torch: bool = True) -> None:
        self.library, self.limits, self.torch = library, limits, torch
        self.cgroups = Cgroups(limits)
        self.warm = False
        self.kernels: list[Kernel] = []

    @staticmethod
    def available() -> tuple[bool, str]:
        """Whether this host can isolate, and if not, why. Tried once, at the cost of starting a sandbox."""
        return isolation()

    def __enter__(self) -> "Zygote":
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        for kernel in self.kernels:
            kernel.close()
        self._stop()
        self.cgroups.remove_all(STOP_SECONDS)

    def launch(self, seed: int = 0, torch: bool = False) -> "Kernel":
        """A fresh kernel whose global random states come from `seed`; it starts while the caller goes on. With `torch`,
        that is imported already. The first call waits until the zygote is warm. Raises UserError when there can be no
        zygote."""
        from autograder.sandbox.kernel import Kernel

        self.wait_until_warm()
        cgroup = self.cgroups.make()
        judge, learner = socket.socketpair()
        leash, watched = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        message = json.dumps({"seed": seed, "counted": cgroup.counts_memory, "torch": torch}).encode()
        with learner, watched, cgroup.joins() as joins:
            self._ask(message, [learner.fileno(), watched.fileno(), *joins])
        self.kernels = [kernel for kernel in self.kernels if not kernel.closed]
        self.kernels.append(Kernel(judge, ZygoteLeash(leash, cgroup), self.limits))
        return self.kernels[-1]

    def wait_until_warm(self) -> None:
        """To be called before workers are forked that are to share it. Raises UserError when it can't start."""
        if self.warm:
            return
        poll = select.poll()
        poll.register(self.ready, select.POLLIN)
        said = poll.poll(WARM_SECONDS * 1000) and self.ready.recv(1, socket.MSG_PEEK)  # left for other workers to read
        self.warm = bool(said)
        if not self.warm:
            raise UserError(f"The sandbox could not be started ({self._stop()})", "Try `autograder doctor`")

    def _ask(self, message: bytes, descriptors: list[int]) -> None:
        try:
            socket.send_fds(self.control, [message], descriptors)
        except OSError:
            self._stop()
            self._start()
            self.wait_until_warm()
            socket.send_fds(self.control, [message], descriptors)

    def _start(self) -> None:
        if platform.system() != "Linux":
            raise UserError("Isolation needs Linux", "On other systems use a container: docs/trust.md")
        self.warm, self.errors = False, tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as the process)
        self.control, control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.ready, ready = socket.socketpair()  # on which it says a byte once all is imported
        descriptors = [control.fileno(), ready.fileno()]
        ours = {"control": control.fileno(), "ready": ready.fileno(), "torch": self.torch}
        given = asdict(self.limits) | ours
        with control, ready, contextlib.ExitStack() as failed:
            for end in (self.control, self.ready, self.errors):
                failed.push(end)
            self.process = bubblewrap.start("zygote", given, self.library, descriptors, self.errors)
            failed.pop_all()

    def _stop(self) -> str:
        """Ends the zygote with all its kernels; returns its last words."""
        if self.errors.closed:
            return ""
        for end in (self.control, self.ready):
            end.close()
        assert self.process.stdin
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_SECONDS)
        self.process.kill()
        self.process.wait()
        with self.errors as errors:
            errors.seek(0)
            lines = errors.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"
