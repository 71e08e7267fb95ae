"""What the processes of one learner use together: processor time and memory, read from /proc by the zygote.

Learners choose the names of their processes, any bytes but for line feeds: nothing here may stumble over them.
"""

import os
from collections.abc import Iterator
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


def survey(tree: list[Process], limit: int, inherited: int) -> Iterator[bool]:
    """Whether they hold more than `limit` bytes of memory beyond the `inherited` ones that they share with the zygote:
    True as soon as that is known, False at each step until then.

    First a cheap sum, which can only be too large, as it counts a shared page once for each process. When that one
    exceeds the limit, each page is divided among those that share it: one process at a step, as it takes milliseconds.
    """
    pids = [process.pid for process in tree]
    if sum(map(_resident, pids)) <= limit:
        return
    held = -inherited
    for pid in pids:
        held += _proportional(pid)
        yield held > limit


def own_memory() -> int:
    """Bytes that the calling process holds for itself, files not counted."""
    return _resident(os.getpid())


def memory_cgroup(pid: int) -> str:
    """The cgroup that counts a process's memory, as /proc says it: version 1's, or else version 2's."""
    places = {
        names: path for _, names, path in (line.split(":", 2) for line in _read(f"/proc/{pid}/cgroup").split("\n")[:-1])
    }
    return next((path for names, path in places.items() if "memory" in names.split(",")), places.get("", ""))


def _resident(pid: int) -> int:
    """Its own memory and what it shares with others of its kind, but for files. Where its first thread has ended, only
    the others tell."""
    if held := _bytes(f"/proc/{pid}/status", "RssAnon:", "RssShmem:"):
        return held
    return max((_bytes(f"/proc/{pid}/task/{tid}/status", "RssAnon:", "RssShmem:") for tid in _threads(pid)), default=0)


def _threads(pid: int) -> list[str]:
    try:
        return os.listdir(f"/proc/{pid}/task")
    except OSError:
        return []


def _proportional(pid: int) -> int:
    return _bytes(f"/proc/{pid}/smaps_rollup", "Pss_Anon:", "Pss_Shmem:") or _resident(pid)


def _bytes(path: str, *names: str) -> int:
    """The sum of the lines with these names, which count kilobytes."""
    lines = (line.split() for line in _read(path).split("\n"))
    return sum(int(words[1]) for words in lines if words and words[0] in names) * 1024


def _read(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return file.read().decode("latin-1")
    except OSError:  # it has ended in between
        return ""
