"""One submission's kernel, through its deaths: what dies or hangs costs what it touched, the rest gets its chance.

A dead kernel is replaced, at most RESTARTS times, and the cells that had run in it run again; the one that killed it
doesn't. The session is also the endpoint that the checks ask, so that it sees every timeout and every death.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from autograder.endpoint import Died, TimedOut
from autograder.errors import UserError
from autograder.limits import Limits

RESTARTS = 2
CHECK_CALLS = 2.0  # a check may wait this many times the limit of a single call, all its calls together
Result = TypeVar("Result")


class Ran(Protocol):
    """What became of a cell."""

    @property
    def ok(self) -> bool: ...

    @property
    def outputs(self) -> list[dict[str, Any]]: ...


class Kernel(Protocol):
    """What a session needs of a kernel (see autograder.sandbox.kernel)."""

    def request(self, message: dict[str, Any], seconds: float) -> Any: ...

    def run(self, code: str, seconds: float) -> Ran: ...

    def wait_until_ready(self) -> None: ...

    def put(self, files: dict[str, bytes]) -> list[str]: ...

    def kill(self) -> None: ...


@dataclass(frozen=True)
class Trouble:
    """Something that went wrong in the kernel, at a cell: status is an outcome's, reason one sentence."""

    status: str
    reason: str


class Session:
    """Runs cells and answers checks for one submission, within `limits`; `files` lie beside the notebook (but for those
    `not_put`), and the code in `before` runs ahead of it."""

    def __init__(
        self,
        launch: Callable[[], Kernel],
        limits: Limits,
        files: dict[str, bytes] | None = None,
        before: tuple[str, ...] = (),
    ) -> None:
        self.launch, self.limits, self.files = launch, limits, files or {}
        self.troubles: list[Trouble] = []
        self.ran = list(before)
        self.not_put: dict[str, None] = {}  # in order, once for all kernels
        self.kernels = 0
        self._kernel: Kernel | None = None
        self._where, self._check_until = "the start", 0.0
        self._end = time.monotonic() + limits.total_seconds

    def enter(self, where: str) -> None:
        """Goes on to a cell, in a fresh kernel if the last one died and there may be another."""
        self._where = where
        if self._kernel is None and self.kernels <= RESTARTS:
            self._start()
        self._check_until = time.monotonic() + CHECK_CALLS * self.limits.call_seconds

    def run(self, code: str) -> Ran | None:
        """What became of a cell, None when it was not to be finished; it is run again in every later kernel."""
        try:
            ran = self._run(code)
        except (TimedOut, Died):
            return None
        self.ran.append(code)
        return ran

    def request(self, message: dict[str, Any], seconds: float) -> Any:
        """As an Endpoint, for the checks: once the kernel is gone it stays so until the next cell is entered."""
        seconds = min(seconds, self._check_until - time.monotonic())
        return self._ask(lambda kernel, seconds: kernel.request(message, seconds), seconds)

    def close(self) -> None:
        """Kills the kernel; whoever launched it sees to its remains."""
        kernel, self._kernel = self._kernel, None
        if kernel is not None:
            kernel.kill()

    def _ask(self, ask: Callable[[Kernel, float], Result], seconds: float) -> Result:
        if self._kernel is None:
            raise Died("gone")
        seconds = min(seconds, self._left())
        try:
            if seconds <= 0:
                raise TimedOut
            return ask(self._kernel, seconds)
        except TimedOut:
            self.troubles.append(Trouble("timeout", f"{self._where} {self._too_long()}"))
            raise
        except Died as died:
            self.troubles.append(self._death(died.reason))
            self.close()
            raise

    def _start(self) -> None:
        """A fresh kernel, with the files in it and every cell run that had run before."""
        self.kernels += 1
        try:
            self._launch()
            if self.files:
                failed = self._ask(lambda kernel, _: kernel.put(self.files), self.limits.cell_seconds)
                self.not_put |= dict.fromkeys(failed)
            for code in self.ran:
                self._run(code)
        except (TimedOut, Died):
            self.close()

    def _launch(self) -> None:
        """A kernel that answers; the time until it does is not the learner's. Raises UserError when the host can't
        isolate it, which is not the learner's fault either."""
        started = time.monotonic()
        self._kernel = self.launch()
        try:
            self._ask(lambda kernel, _: kernel.wait_until_ready(), self.limits.cell_seconds)
        except Died as died:
            if died.reason == "not-isolated":
                raise UserError(f"A kernel could not be isolated ({died})", "Try `autograder doctor`") from None
            raise
        finally:
            self._end += time.monotonic() - started

    def _run(self, code: str) -> Ran:
        return self._ask(lambda kernel, seconds: kernel.run(code, seconds), self.limits.cell_seconds)

    def _left(self) -> float:
        return self._end - time.monotonic()

    def _too_long(self) -> str:
        if self._left() <= 0:
            return f"was reached after the {self.limits.total_seconds:g} s that a submission may take"
        return "took too long and was interrupted"

    def _death(self, reason: str) -> Trouble:
        if reason == "timeout":
            return Trouble("timeout", f"{self._where} took too long and could not be interrupted")
        if reason == "out-of-memory":
            return Trouble("out-of-memory", f"{self._where} needed more than {self.limits.memory_mb} MB")
        return Trouble("kernel-died", f"the kernel died in {self._where} ({reason})")
