"""What a command takes, with everything that it starts: wall seconds, and processor seconds where cgroups tell them.

A kernel's processes are nobody's children for long, so their time can't be asked for as a child's; a cgroup counts it
all.
"""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox import cgroups

ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}
ENTER = 'test -z "$0" || echo 0 > "$0"; exec "$@"'


@dataclass(frozen=True)
class Spent:
    """Seconds. `cpu` is None where it can't be measured; `others` are all other programs' processor seconds."""

    wall: float
    cpu: float | None
    others: float = 0.0

    def per_minute(self, submissions: float) -> float:
        return 60 * submissions / self.wall


def spent(*commands: list[str], folders: list[Path]) -> Spent:
    """Runs the commands at the same time, each in its folder, until the last one ends. Raises RuntimeError with what
    one of them said when it fails."""
    with _counting() as (entrance, processor_seconds):
        begun, busy = time.perf_counter(), busy_seconds()
        started = [_start(command, folder, entrance) for command, folder in zip(commands, folders, strict=True)]
        said = [process.communicate()[0] for process in started]
        wall, busy = time.perf_counter() - begun, busy_seconds() - busy
        for process, words in zip(started, said, strict=True):
            if process.returncode:
                raise RuntimeError(f"{process.args!r} ended with {process.returncode}:\n{words}")
        cpu = processor_seconds()
        return Spent(wall, cpu, max(0.0, busy - cpu) if cpu is not None else 0.0)


def _start(command: list[str], folder: Path, entrance: str) -> "subprocess.Popen[str]":
    environment = {**os.environ, **ONE_THREAD, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    command = ["sh", "-c", ENTER, entrance, *command]
    out, err = subprocess.PIPE, subprocess.STDOUT
    return subprocess.Popen(command, cwd=folder, env=environment, text=True, stdout=out, stderr=err)


@contextmanager
def _counting() -> Iterator[tuple[str, Callable[[], float | None]]]:
    """(the file by which a process enters, what has been spent since then) of a fresh cgroup; ("", nothing) where none
    can be made, or learners' kernels would leave it for one of version 2 of their own."""
    folder = _own_cgroup() / f"benchmark-{os.getpid()}"
    try:
        if any(place.version == 2 for place in cgroups.find()):
            raise PermissionError
        folder.mkdir()
    except OSError:
        yield "", lambda: None
        return
    try:
        yield str(folder / "cgroup.procs"), lambda: _usage(folder)
    finally:
        for _ in range(50):  # the last processes may still be ending
            with contextlib.suppress(OSError):
                folder.rmdir()
                break
            time.sleep(0.1)


def busy_seconds() -> float:
    """Seconds that all processors have worked, since the system started."""
    user, nice, system, _, _, *interrupts = map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:8])
    return (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")


def _own_cgroup() -> Path:
    """The folder of this process's cgroup (version 2, which counts time without any controller)."""
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    root = next((words[1] for words in mounts if words[2] == "cgroup2"), "/nowhere")
    lines = Path("/proc/self/cgroup").read_text().splitlines()
    own = next((line.removeprefix("0::") for line in lines if line.startswith("0::")), "/")
    return Path(root + own)


def _usage(folder: Path) -> float | None:
    fields = dict(line.split() for line in (folder / "cpu.stat").read_text().splitlines())
    return int(fields["usage_usec"]) / 1e6 if "usage_usec" in fields else None
