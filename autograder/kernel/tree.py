"""What the processes of one learner use together: processor time and memory, read from /proc by their init."""

import os

TICK = os.sysconf("SC_CLK_TCK")


def processes() -> list[int]:
    """All processes that the learner has, without init itself."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and name != "1"]


def cpu_seconds() -> float:
    """Processor time of those that live and of those that have ended."""
    ended = os.times()
    return ended.children_user + ended.children_system + sum(map(_cpu, processes()))


def exceeds(limit: int, inherited: int) -> bool:
    """Whether they hold more than `limit` bytes of memory beyond the `inherited` ones that they share with the zygote.

    First a cheap sum, which can only be too large, as it counts a shared page once for each process. When that one
    exceeds the limit, each page is divided among those that share it, at some milliseconds a process.
    """
    pids = processes()
    return sum(map(_resident, pids)) > limit and sum(map(_proportional, pids)) - inherited > limit


def own_memory() -> int:
    """Bytes that the calling process holds for itself, files not counted."""
    return _resident(os.getpid())


def _cpu(pid: int) -> float:
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICK  # utime, stime, and both for its ended children


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
