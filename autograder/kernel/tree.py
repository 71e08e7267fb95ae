"""What the processes of one learner use together: processor time and memory, read from /proc by the zygote."""

import os
from dataclasses import dataclass

TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Process:
    """One that lives, or has ended and isn't waited for; `cpu`: seconds, with those of its ended children."""

    pid: int
    parent: int
    cpu: float


def processes() -> list[Process]:
    """All that can be seen from here."""
    found = []
    for pid in (int(name) for name in os.listdir("/proc") if name.isdigit()):
        if fields := _read(f"/proc/{pid}/stat").rpartition(")")[2].split():
            found.append(Process(pid, int(fields[1]), sum(map(int, fields[11:15])) / TICK))
    return found


def below(root: int, among: list[Process]) -> list[Process]:
    """A process, its children, theirs, and so on."""
    tree = [process for process in among if process.pid == root]
    for parent in tree:
        tree += [process for process in among if process.parent == parent.pid]
    return tree


def cpu_seconds(tree: list[Process]) -> float:
    return sum(process.cpu for process in tree)


def exceeds(tree: list[Process], limit: int, inherited: int) -> bool:
    """Whether they hold more than `limit` bytes of memory beyond the `inherited` ones that they share with the zygote.

    First a cheap sum, which can only be too large, as it counts a shared page once for each process. When that one
    exceeds the limit, each page is divided among those that share it, at some milliseconds a process.
    """
    pids = [process.pid for process in tree]
    return sum(map(_resident, pids)) > limit and sum(map(_proportional, pids)) - inherited > limit


def own_memory() -> int:
    """Bytes that the calling process holds for itself, files not counted."""
    return _resident(os.getpid())


def cgroups(pid: int) -> str:
    """Where a process is in the system's cgroups, as /proc says it."""
    return _read(f"/proc/{pid}/cgroup")


def _resident(pid: int) -> int:
    """Its own memory and what it shares with others of its kind, but for files."""
    return _bytes(f"/proc/{pid}/status", "RssAnon:", "RssShmem:")


def _proportional(pid: int) -> int:
    return _bytes(f"/proc/{pid}/smaps_rollup", "Pss_Anon:", "Pss_Shmem:") or _resident(pid)


def _bytes(path: str, *names: str) -> int:
    """The sum of the lines with these names, which count kilobytes."""
    lines = (line.split() for line in _read(path).splitlines())
    return sum(int(words[1]) for words in lines if words and words[0] in names) * 1024


def _read(path: str) -> str:
    try:
        with open(path) as file:
            return file.read()
    except OSError:  # it has ended in between
        return ""
