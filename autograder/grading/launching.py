"""Where kernels come from in a run: a launcher for the unit, started ahead of the submissions and ended behind them."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from autograder.course import Course, Unit
from autograder.sandbox.kernel import Kernel
from autograder.sandbox.library import library
from autograder.sandbox.unisolated import Unisolated


class Launcher(Protocol):
    """Starts kernels (see autograder.sandbox)."""

    def launch(self, seed: int = 0) -> Kernel: ...


class Warm:
    """The kernels of one worker: the next one is started while a submission is judged, and one that is done with is
    waited for only when the next submission is done."""

    def __init__(self, launcher: Launcher, seed: int) -> None:
        self.launcher, self.seed = launcher, seed
        self.ahead: Kernel | None = None
        self.used: list[Kernel] = []

    def __call__(self) -> Kernel:
        """A fresh kernel."""
        kernel, self.ahead = self.ahead or self.launcher.launch(self.seed), None
        self.used.append(kernel)
        return kernel

    def prepare(self) -> None:
        """Starts the kernel of the next submission."""
        if self.ahead is None:
            self.ahead = self.launcher.launch(self.seed)

    def settle(self, keep: int = 1) -> None:
        """Waits for the end of the kernels that were used, but for the last `keep`."""
        while len(self.used) > keep:
            self.used.pop(0).close(wait=True)

    def close(self) -> None:
        """Ends all of them."""
        if self.ahead is not None:
            self.used.append(self.ahead)
        self.settle(keep=0)


@contextmanager
def unit_library(course: Course, unit: Unit) -> Iterator[Path]:
    """A folder with what the unit's kernels may import from the course, for as long as they run."""
    with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        yield library(course, unit, Path(folder))


@contextmanager
def launcher(course: Course, unit: Unit, isolated: bool) -> Iterator[Any]:
    """The unit's launcher. Raises UserError where isolation is asked for and not to be had."""
    with unit_library(course, unit) as folder, Unisolated(folder, unit.limits) as found:
        yield found
