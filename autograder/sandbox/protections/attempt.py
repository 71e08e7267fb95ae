"""An attempt: code that runs in a kernel and prints what it was able to do; nothing printed means nothing was."""

from collections.abc import Callable
from dataclasses import dataclass

from autograder.endpoint import Died, TimedOut
from autograder.limits import Limits
from autograder.sandbox.kernel import Kernel

Launch = Callable[[], Kernel]
SECONDS = 20.0
# Small enough that exceeding them takes no time and no room.
LIMITS = Limits(cpu_seconds=2, memory_mb=256, processes=24, open_files=64, disk_mb=8, cell_output_bytes=100_000)


@dataclass(frozen=True)
class Protection:
    """`breach` tries to break the `claim` in kernels that it launches: what was possible, in words, or nothing."""

    name: str
    claim: str
    breach: Callable[[Launch], str]


def tried(launch: Launch, code: str, **values: object) -> str:
    """What `code` was able to do in a fresh kernel, with `values` as its variables."""
    kernel = launch()
    try:
        return done(kernel, code, **values)
    finally:
        kernel.close(wait=True)


def done(kernel: Kernel, code: str, **values: object) -> str:
    """What `code` prints; an attempt that fails by itself proves nothing, so its error counts as a breach."""
    setting = "".join(f"{name} = {value!r}\n" for name, value in values.items())
    try:
        ran = kernel.run(setting + code, SECONDS)
    except (TimedOut, Died) as end:
        return f"the attempt did not come to its end ({type(end).__name__} {end})"
    words = [output.get("text") or f"the attempt failed: {output.get('evalue')}" for output in ran.outputs]
    return "; ".join(" ".join(words).split("\n")).strip("; ")
