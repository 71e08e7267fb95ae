"""Kernels for tests: in this process, without isolation, that can be told to die or to hang."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from autograder.endpoint import Died, TimedOut
from autograder.local import Local


@dataclass
class Ran:
    ok: bool
    outputs: list[dict[str, Any]] = field(default_factory=list)


class Dies(BaseException):
    """Code that raises this ends the kernel, for the reason given."""


class Hangs(BaseException):
    """Code that raises this would run for ever; the kernel heeds the interrupt."""


class InProcess:
    """Runs cells by exec and answers checks out of their namespace."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {"Dies": Dies, "Hangs": Hangs}
        self.local, self.closed = Local(self.names), False
        self.put_files: dict[str, bytes] = {}
        self.start: Callable[[], None] = lambda: None  # what happens until it is ready
        self.not_put: list[str] = []

    def run(self, code: str, seconds: float) -> Ran:
        return self._guarded(lambda: self._execute(code))

    def request(self, message: dict[str, Any], seconds: float) -> Any:
        return self._guarded(lambda: self.local.request(message, seconds))

    def wait_until_ready(self) -> None:
        self._guarded(self.start)

    def put(self, files: dict[str, bytes]) -> list[str]:
        self.put_files = files
        return self.not_put

    def kill(self) -> None:
        self.closed = True

    def close(self, wait: bool = False) -> dict[str, float]:
        self.kill()
        return {}

    def _execute(self, code: str) -> Ran:
        try:
            exec(compile(code, "cell", "exec"), self.names)
        except Exception as error:
            text = {"ename": type(error).__name__, "evalue": str(error), "traceback": []}
            return Ran(False, [{"output_type": "error", **text}])
        return Ran(True)

    def _guarded(self, act: Callable[[], Any]) -> Any:
        if self.closed:
            raise Died("gone")
        try:
            return act()
        except Hangs:
            raise TimedOut from None
        except Dies as dies:
            raise Died(str(dies) or "killed") from None


class InProcessLauncher:
    """Launches kernels in the worker's own process."""

    def __enter__(self) -> "InProcessLauncher":
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def launch(self, seed: int = 0) -> InProcess:
        return InProcess()


class Launches:
    """Counts the kernels it launches and keeps them."""

    def __init__(self) -> None:
        self.kernels: list[InProcess] = []

    def __call__(self) -> InProcess:
        self.kernels.append(InProcess())
        return self.kernels[-1]
