"""Exact limits on memory and processes of a whole tree, where this host lets us make cgroups; and a fair share of the
processor for each tree, so that one learner's sixty busy processes don't make another's cell late.

Version 2 needs a folder that gives its controllers to its children and that we may write to (a systemd user session
has one, and so has root outside of containers); version 1 needs a writable folder for each controller (root). A
kernel joins by writing to files that the judge has opened: no path of the cgroups is visible from inside.
Without a memory cgroup, the zygote sums the tree's memory itself, ten times a second.
"""

import contextlib
import itertools
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.limits import MB, Limits

PREFIX = "autograder"
CONTROLLERS = ("memory", "pids", "cpu")
# What to write where, for (version, controller); a file that an older system lacks is left out.
SETTINGS = {
    (1, "memory"): {"memory.limit_in_bytes": "{memory}", "memory.memsw.limit_in_bytes": "{memory}"},
    (1, "pids"): {"pids.max": "{processes}"},
    (2, "memory"): {"memory.max": "{memory}", "memory.swap.max": "0", "memory.oom.group": "1"},
    (2, "pids"): {"pids.max": "{processes}"},
    (1, "cpu"): {},  # one share for each cgroup, however many processes are in it
    (2, "cpu"): {},
}
_NUMBERS = itertools.count()  # of all launchers of this process
PEAK = ("memory.peak", "memory.max_usage_in_bytes")
KILLS = ("memory.events", "memory.oom_control")


@dataclass(frozen=True)
class Place:
    """A folder in which cgroups with this controller can be made."""

    controller: str
    version: int
    folder: Path


class Cgroups:
    """Makes one cgroup for each learner. `places` may lack controllers, or all of them."""

    def __init__(self, limits: Limits, places: list[Place] | None = None) -> None:
        self.values = {"memory": limits.memory_mb * MB, "processes": limits.processes}
        self.places = find() if places is None else places
        self.made: list[Cgroup] = []
        _remove_orphans(self.places)

    def make(self) -> "Cgroup":
        self.made = [cgroup for cgroup in self.made if not (cgroup.left and cgroup.removed())]
        name = f"{PREFIX}-{os.getpid()}-{next(_NUMBERS)}"
        folders: dict[str, Path] = {}
        for place in self.places:
            with contextlib.suppress(OSError):
                folders[place.controller] = _made(place, name, self.values)
        self.made.append(Cgroup(folders))
        return self.made[-1]

    def remove_all(self, seconds: float) -> None:
        """Removes what is left, once nothing lives in it any more; the end of a process takes some milliseconds."""
        deadline = time.monotonic() + seconds
        while self.made and time.monotonic() < deadline:
            self.made = [cgroup for cgroup in self.made if not cgroup.removed()]
            time.sleep(0.002)
        _remove_orphans(self.places)  # of workers that were forked from here, which have ended by now


class Cgroup:
    """The folders of one learner's cgroup, by controller; none where the host gives none."""

    def __init__(self, folders: dict[str, Path]) -> None:
        self.folders = folders
        self.left = False  # its learner is gone, or about to be: the next `make` removes it
        self.open: dict[tuple[str, ...], int] = {}  # descriptors of files that are read again and again

    @contextlib.contextmanager
    def joins(self) -> Iterator[list[int]]:
        """Descriptors to hand to the kernel: who writes "0" to them joins."""
        paths = dict.fromkeys(folder / "cgroup.procs" for folder in self.folders.values())
        descriptors = [os.open(path, os.O_WRONLY) for path in paths]
        try:
            yield descriptors
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    @property
    def counts_memory(self) -> bool:
        return "memory" in self.folders

    def killed_for_memory(self) -> bool:
        """Whether the limit on memory has killed any of its processes."""
        lines = self._read(KILLS).splitlines()
        return any(int(line.split()[1]) > 0 for line in lines if line.startswith("oom_kill "))

    def peak_mb(self) -> float | None:
        """The most memory that it held, None where that is not known."""
        text = self._read(PEAK)
        return int(text) / MB if text else None

    def removed(self) -> bool:
        """Whether it could be removed: not while a process is in it."""
        for descriptor in self.open.values():
            os.close(descriptor)
        self.open.clear()
        for folder in self.folders.values():
            try:
                folder.rmdir()
            except FileNotFoundError:
                pass
            except OSError:
                return False
        return True

    def _read(self, names: tuple[str, ...]) -> str:
        """What the first file of these names says now."""
        for name in names if names not in self.open else ():
            with contextlib.suppress(KeyError, OSError):
                self.open[names] = os.open(self.folders["memory"] / name, os.O_RDONLY)
                break
        with contextlib.suppress(KeyError, OSError):
            return os.pread(self.open[names], 4096, 0).decode()
        return ""


def find(mounts: str | None = None, own: str | None = None) -> list[Place]:
    """The places that this process can use; by default as its own /proc describes them."""
    with contextlib.suppress(OSError):
        mounts = Path("/proc/self/mountinfo").read_text() if mounts is None else mounts
        own = Path("/proc/self/cgroup").read_text() if own is None else own
    mine = {names: path for _, names, path in (line.split(":", 2) for line in (own or "").splitlines())}
    places: dict[str, Place] = {}
    for line in (mounts or "").splitlines():
        before, _, after = line.partition(" - ")
        root, mounted = before.split()[3:5]
        kind, _, options = after.split()[:3]
        for place in _usable(kind, options, Path(mounted), root, mine):
            places.setdefault(place.controller, place)
    return list(places.values())


def _usable(kind: str, options: str, mounted: Path, root: str, mine: dict[str, str]) -> Iterator[Place]:
    if kind == "cgroup2":
        folder = mounted / os.path.relpath(mine.get("", "/"), root)
        for controller in CONTROLLERS:
            for ancestor in (f for f in folder.resolve().parents if f.is_relative_to(mounted)):
                if controller in _words(ancestor / "cgroup.subtree_control") and _writable(ancestor):
                    yield Place(controller, 2, ancestor)
                    break
    elif kind == "cgroup":
        for controller in CONTROLLERS:
            if controller in options.split(","):
                path = next((path for names, path in mine.items() if controller in names.split(",")), root)
                folder = mounted / os.path.relpath(path, root)
                if _writable(folder):
                    yield Place(controller, 1, folder)


def _writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK) and os.access(folder / "cgroup.procs", os.W_OK)


def _words(path: Path) -> list[str]:
    with contextlib.suppress(OSError):
        return path.read_text().split()
    return []


def _made(place: Place, name: str, values: dict[str, int]) -> Path:
    folder = place.folder / name
    folder.mkdir(exist_ok=True)  # version 2 has all controllers in one
    for file, value in SETTINGS[place.version, place.controller].items():
        if (folder / file).exists():
            (folder / file).write_text(value.format(**values))
    return folder


def _remove_orphans(places: list[Place]) -> None:
    """Removes what a judge that was killed has left."""
    for place in places:
        for folder in place.folder.glob(f"{PREFIX}-*-*"):
            if not Path("/proc", folder.name.split("-")[1]).exists():
                with contextlib.suppress(OSError):
                    folder.rmdir()
