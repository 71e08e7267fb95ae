"""Where kernels come from in a run: a launcher for the unit, started ahead of the submissions and ended behind them."""

import hashlib
import os
import re
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from autograder.course import Course, Unit
from autograder.errors import UserError
from autograder.sandbox.library import library
from autograder.sandbox.zygote import Zygote

if TYPE_CHECKING:
    from autograder.grading.repair import ReadyCell
    from autograder.sandbox.kernel import Kernel

TORCH = "torch"
FOLDER = re.compile(r"autograder-(\d+)-\w+")  # of a launcher, named by its process
LOST = (
    "learners' code runs as you: it can read the solutions and your files, change them, use the network, and leave "
    "processes behind"
)


class NoSandbox(UserError):
    """Learners' code can't be isolated on this host."""

    def unless(self, way_out: str) -> UserError:
        """The error for whoever could do without, by `way_out`: with what would be lost."""
        return UserError(self.message, f"{self.remedy.rstrip('.')}. With {way_out}, {LOST}")


class Launcher(Protocol):
    """Starts kernels (see autograder.sandbox)."""

    def launch(self, seed: int = 0, torch: bool = False) -> "Kernel": ...


class Warm:
    """The kernels of one worker: the next one starts while a submission is judged (unless `ahead` is False), and one
    that is done with is waited for only when the next submission is done."""

    def __init__(self, launcher: Launcher, seed: int, ahead: bool = True) -> None:
        self.launcher, self.seed, self.prepare = launcher, of_kernels(seed), ahead
        self.ahead: Kernel | None = None
        self.used: list[Kernel] = []

    def __call__(self) -> "Kernel":
        """A fresh kernel."""
        kernel = self.ahead or self.launcher.launch(self.seed)
        self.used.append(kernel)
        self.ahead = self.launcher.launch(self.seed) if self.prepare else None
        return kernel

    def for_cells(self, cells: Iterable["ReadyCell"]) -> Callable[[], "Kernel"]:
        """Where kernels for these cells come from: a learner who names torch, where the unit's own notebook doesn't,
        gets one in which it is imported already."""
        lacking = isinstance(self.launcher, Zygote) and not self.launcher.torch
        return self._with_torch if lacking and any(TORCH in cell.source for cell in cells) else self

    def _with_torch(self) -> "Kernel":
        self.used.append(self.launcher.launch(self.seed, torch=True))
        return self.used[-1]

    def discard(self) -> None:
        """Gives up the kernel that was started ahead: the zygote that it comes from is gone."""
        if self.ahead is not None:
            self.used.append(self.ahead)
            self.ahead = None

    def settle(self, keep: int = 1) -> None:
        """Waits for the end of the kernels that were used, but for the last `keep`."""
        while len(self.used) > keep:
            self.used.pop(0).close(wait=True)

    def close(self) -> None:
        """Ends all of them."""
        if self.ahead is not None:
            self.used.append(self.ahead)
        self.settle(keep=0)


def of_kernels(seed: int) -> int:
    """The seed that a run's kernels get: the same in every run of that seed, and no way back. A learner sees it, and
    must not learn from it which inputs the checks draw."""
    return int.from_bytes(hashlib.sha256(f"kernels of {seed}".encode()).digest()[:4], "big")


@contextmanager
def launcher(course: Course, unit: Unit, isolated: bool) -> Iterator[Any]:
    """The unit's launcher, its kernels' library in a folder that goes with it. Raises NoSandbox."""
    _remove_orphans()
    with tempfile.TemporaryDirectory(prefix=f"autograder-{os.getpid()}-") as folder, ExitStack() as stack:
        imported = library(course, unit, Path(folder))
        if isolated:
            with _no_sandbox():
                found: Any = stack.enter_context(Zygote(imported, unit.limits, names_torch(unit)))
        else:
            from autograder.sandbox.unisolated import Unisolated

            found = stack.enter_context(Unisolated(imported, unit.limits))
        yield found


def _remove_orphans() -> None:
    """Removes the folders that a judge of this user's which was killed has left."""
    if not Path("/proc/self").exists():  # nor does any other process show there
        return
    for folder in Path(tempfile.gettempdir()).glob("autograder-*"):
        named = FOLDER.fullmatch(folder.name)
        if named and not Path("/proc", named[1]).exists():
            with suppress(OSError):
                if folder.lstat().st_uid == os.getuid():
                    shutil.rmtree(folder)


def names_torch(unit: Unit) -> bool:
    """Whether the unit's own notebook does: then every kernel is to have it."""
    notebook = unit.student_notebook
    return notebook.is_file() and TORCH in notebook.read_text(encoding="utf-8")


def wait_until_warm(launcher: Launcher | None) -> None:
    """To be called before workers are forked. Raises NoSandbox."""
    if isinstance(launcher, Zygote):
        with _no_sandbox():
            launcher.wait_until_warm()


@contextmanager
def _no_sandbox() -> Iterator[None]:
    try:
        yield
    except UserError as error:
        raise NoSandbox(error.message, error.remedy) from None


def replaced(launcher: Launcher) -> Callable[[], bool]:
    """A function that says whether the zygote which is there now has died since."""
    if not isinstance(launcher, Zygote):
        return lambda: False
    control: socket.socket = launcher.control
    return lambda: control is not launcher.control or not _held(control)


def _held(control: socket.socket) -> bool:
    """Whether the other end is still held; nothing is ever said on this socket."""
    try:
        return bool(control.recv(1, socket.MSG_DONTWAIT | socket.MSG_PEEK))
    except BlockingIOError:
        return True
    except OSError:
        return False
