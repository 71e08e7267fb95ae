"""A launcher without isolation: the learner's code runs as a plain process of the person who grades.

It can read and write whatever that person can. It is for `--unsafe-no-sandbox` and for hosts that can't isolate.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from autograder.errors import UserError
from autograder.limits import Limits
from autograder.sandbox import interpreter
from autograder.sandbox.kernel import END_SECONDS, Kernel


class Group:
    """The leash of a plain process: its process group. What has left the group escapes."""

    def __init__(self, process: subprocess.Popen, folder: Path) -> None:
        self.process, self.folder, self.killed = process, folder, False

    def interrupt(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGINT)

    def kill(self) -> None:
        self.killed = True
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def ended(self) -> bool:
        return self.process.poll() is not None

    def end(self, seconds: float) -> dict[str, Any]:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        self.kill()
        self.process.wait()
        return {"reason": "killed" if self.process.returncode < 0 else "exited"}

    def close(self) -> None:
        """Comes after a kill: what is left is to see the process gone, and its folder."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(END_SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)


class Unisolated:
    """Starts kernels as plain processes with `library` on their path. A context manager: leaving it ends them all."""

    def __init__(self, library: Path, limits: Limits) -> None:
        self.library, self.limits = library, limits
        self.kernels: list[Kernel] = []

    def __enter__(self) -> "Unisolated":
        if os.name != "posix":
            raise UserError("Kernels need Linux or macOS", "Run the notebook's checks in the notebook itself")
        return self

    def __exit__(self, *_: object) -> None:
        for kernel in self.kernels:
            kernel.close(wait=True)

    def launch(self, seed: int = 0, torch: bool = False) -> Kernel:
        """A fresh kernel whose global random states come from `seed`. It imports torch itself, if it needs it."""
        judge, learner = socket.socketpair()
        folder = Path(tempfile.mkdtemp(prefix="kernel-"))
        (folder / "work").mkdir()
        given = asdict(self.limits) | {"descriptor": learner.fileno(), "seed": seed}
        paths = [self.library, *interpreter.package_folders()]
        with learner:
            process = subprocess.Popen(
                interpreter.command("plain", paths, json.dumps(given)),
                pass_fds=[learner.fileno()],
                cwd=folder / "work",
                env=interpreter.environment(folder),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.kernels = [kernel for kernel in self.kernels if not kernel.closed]
        self.kernels.append(Kernel(judge, Group(process, folder), self.limits))
        return self.kernels[-1]
