"""Promises about limits, and about what is left when a kernel has ended: nothing."""

import contextlib
import os
import signal
from collections.abc import Callable
from pathlib import Path

from autograder.endpoint import Died, TimedOut
from autograder.sandbox.kernel import MARK_BYTES, Kernel
from autograder.sandbox.protections.attempt import LIMITS, SECONDS, Launch, Protection, tried

STUBBORN = """
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
while True:
    pass
"""
SPIN = """
import os
for _ in range(4):
    if os.fork() == 0:
        break
while True:
    pass
"""
HOARD = """
import os, time
for _ in range(6):
    if os.fork() == 0:
        held = bytearray(os.urandom(1 << 20) * (memory_mb // 3))
        time.sleep(60)
time.sleep(seconds)
"""
FORKS = """
import os, time
made = 0
for _ in range(2 * limit):
    try:
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
        made += 1
    except OSError:
        break
if made >= limit:
    print("has", made, "processes at once")
"""
FILES = """
import os
held = []
try:
    while len(held) < 2 * limit:
        held.append(os.open("/dev/null", os.O_RDONLY))
except OSError:
    pass
if len(held) >= limit:
    print("has", len(held), "files open")
for file in held:
    os.close(file)
"""
DISK = """
import os
written, names = 0, [f"part-{number}" for number in range(8)]
for name in names:
    try:
        with open(name, "wb", buffering=0) as file:
            for _ in range(limit_mb // 2):
                written += file.write(bytes(1 << 20)) >> 20
    except OSError:
        pass
for name in names:
    if os.path.exists(name):
        os.unlink(name)
if written > limit_mb:
    print("wrote", written, "MB")
"""
STAY = """
import ctypes, os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        ctypes.CDLL(None).prctl(15, name, 0, 0, 0)
        time.sleep(60)
    os._exit(0)
time.sleep(0.1)
"""


def _outlives_its_time(launch: Launch) -> str:
    return _survives(launch(), STUBBORN, 0.2, "timeout", "loops for ever")


def _uses_more_processor_time(launch: Launch) -> str:
    return _survives(launch(), SPIN, SECONDS, "timeout", "computes for ever in several processes")


def _holds_more_memory(launch: Launch) -> str:
    code = f"memory_mb, seconds = {LIMITS.memory_mb}, 3\n{HOARD}"
    return _survives(launch(), code, SECONDS, "out-of-memory", f"holds {2 * LIMITS.memory_mb} MB in several processes")


def _survives(kernel: Kernel, code: str, seconds: float, reason: str, breach: str) -> str:
    try:
        kernel.run(code, seconds)
        kernel.run("", seconds)
    except TimedOut:
        return breach
    except Died as death:
        return "" if death.reason == reason else f"died of {death} where {reason} was expected"
    finally:
        kernel.close(wait=True)
    return breach


def _says_too_much(launch: Launch) -> str:
    kernel = launch()
    try:
        outputs = kernel.run("print('x' * 10_000_000)", SECONDS).outputs
        shown = sum(len(output["text"]) for output in outputs)
        return f"shows {shown} bytes" if shown > LIMITS.cell_output_bytes + MARK_BYTES else ""
    finally:
        kernel.close(wait=True)


def _leaves_a_process_behind(launch: Launch) -> str:
    name = f"left-{os.urandom(4).hex()}"
    kernel = launch()
    kernel.run(f"name = {name.encode()!r}\n{STAY}", SECONDS)
    kernel.close(wait=True)
    left = _named(name)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    return "left a process behind" if left else ""


def _named(name: str) -> list[int]:
    """The processes of this machine with that name."""
    found = []
    for comm in Path("/proc").glob("[0-9]*/comm"):
        with contextlib.suppress(OSError):
            if comm.read_text().strip() == name:
                found.append(int(comm.parent.name))
    return found


def _limited(code: str, limit: int) -> Callable[[Launch], str]:
    return lambda launch: tried(launch, code, limit=limit, limit_mb=limit)


PROTECTIONS = (
    Protection("wall time", "a cell that heeds no interrupt is ended", _outlives_its_time),
    Protection("processor time", "all processes together have a limit", _uses_more_processor_time),
    Protection("memory", "all processes together have a limit", _holds_more_memory),
    Protection("number of processes", "there is a limit", _limited(FORKS, LIMITS.processes)),
    Protection("open files", "there is a limit", _limited(FILES, LIMITS.open_files)),
    Protection("disk", "the scratch directory has a limit", _limited(DISK, LIMITS.disk_mb)),
    Protection("output", "a cell's output is cut", _says_too_much),
    Protection("leftovers", "when the judge is done, every process is gone", _leaves_a_process_behind),
)
