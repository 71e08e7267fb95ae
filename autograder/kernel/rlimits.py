"""The limits that the operating system keeps for each single process; children inherit them and can't raise them."""

import resource
from typing import Any

MB = 1 << 20
CPU_GRACE = 2  # seconds: the tree's processor time is counted elsewhere; this ends one process that escapes the count


def set_limits(limits: dict[str, Any], processes: int | None = None) -> None:
    """Limits this process. An allocation beyond `memory_mb` raises MemoryError. `processes` counts the whole user's
    processes on old systems, so it is set only where the user is the learner's own."""
    cpu = int(limits["cpu_seconds"]) + CPU_GRACE
    if held := _address_space():
        _set(resource.RLIMIT_AS, held + limits["memory_mb"] * MB)
    _set(resource.RLIMIT_NOFILE, limits["open_files"])
    _set(resource.RLIMIT_FSIZE, limits["disk_mb"] * MB)
    _set(resource.RLIMIT_CPU, cpu)
    _set(resource.RLIMIT_CORE, 1)  # 0 would still start the system's crash handler, where it has one; 1 does not
    if processes:
        _set(resource.RLIMIT_NPROC, processes)


def _set(which: int, value: int) -> None:
    _, hard = resource.getrlimit(which)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (value, value))


def _address_space() -> int:
    """Bytes of address space that this process holds already (libraries, mostly); 0 where there is no /proc."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except FileNotFoundError:
        return 0
