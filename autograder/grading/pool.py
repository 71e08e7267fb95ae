"""Worker processes under a supervisor: one that dies or hangs costs only what it was doing, and that is tried again.

Workers are forked from this process, so they share everything it has imported. Each gets one task after the other
through a pipe of its own and dies with its parent. (multiprocessing.Pool waits for ever when a worker is killed.)
"""

import ctypes
import gc
import multiprocessing
import resource
import signal
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

from autograder.forked import one_thread

ATTEMPTS = 2
FINISH_SECONDS = 10.0
MEMORY_MB = 2048  # that a worker may take beyond what it starts with
_PR_SET_PDEATHSIG = 1
_FORK = multiprocessing.get_context("fork")
Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass
class Lost:
    """A task that ended its worker ATTEMPTS times, or took longer than any task may."""

    hung: bool
    reason: str


class Broken(Exception):
    """A mistake of ours: the work raised; the message is the traceback."""


@dataclass
class Attempt(Generic[Task]):
    task: Task
    number: int = 1


@dataclass(eq=False)
class Worker(Generic[Task]):
    process: BaseProcess
    pipe: Connection
    attempt: Attempt[Task] | None = None
    since: float = 0.0


class Pool(Generic[Task, Result]):
    """Does `work` on tasks in `jobs` processes. A task may take `seconds`; `finish` is called in a worker that ends
    because there is no more to do. A context manager: leaving it ends the workers."""

    def __init__(
        self,
        jobs: int,
        work: Callable[[Task], Result],
        seconds: float,
        finish: Callable[[], None] = lambda: None,
        memory_mb: int = MEMORY_MB,
    ) -> None:
        self.jobs, self.work, self.seconds, self.memory_mb = jobs, work, seconds, memory_mb
        self.finish = finish
        self.workers: list[Worker[Task]] = []

    def __enter__(self) -> "Pool[Task, Result]":
        return self

    def __exit__(self, *exception: object) -> None:
        idle = [worker for worker in self.workers if not worker.attempt]
        for worker in idle:
            worker.pipe.close()
        for worker in idle:
            worker.process.join(FINISH_SECONDS)
        for worker in list(self.workers):
            self._end(worker)

    def run(self, tasks: Iterable[Task], tick: Callable[[], None] = lambda: None) -> Iterator[tuple[Task, Any]]:
        """Each task with what became of it, as they come: a Result, a Lost or a Broken. `tick` is called several times
        a second meanwhile."""
        waiting = deque(Attempt(task) for task in tasks)
        self._staff(min(self.jobs, len(waiting)))
        while waiting or any(worker.attempt for worker in self.workers):
            self._hand_out(waiting)
            for worker in self._heard(0.2):
                attempt, result = worker.attempt, self._result(worker)
                assert attempt is not None
                worker.attempt = None
                if isinstance(result, Lost) and not result.hung and attempt.number < ATTEMPTS:
                    waiting.appendleft(Attempt(attempt.task, attempt.number + 1))
                else:
                    yield attempt.task, result
                self._staff(min(self.jobs, len(waiting)))
            tick()

    def _staff(self, wanted: int) -> None:
        while len(self.workers) < wanted:
            ours, theirs = _FORK.Pipe()
            others = [worker.pipe for worker in self.workers]
            process = _FORK.Process(target=self._serve, args=(theirs, [ours, *others]), daemon=True)
            process.start()
            theirs.close()
            self.workers.append(Worker(process, ours))

    def _hand_out(self, waiting: "deque[Attempt[Task]]") -> None:
        for worker in self.workers:
            if worker.attempt is None and waiting:
                worker.attempt, worker.since = waiting.popleft(), time.monotonic()
                with suppress(OSError):  # a worker that is gone is noticed next
                    worker.pipe.send(worker.attempt.task)

    def _heard(self, seconds: float) -> list[Worker[Task]]:
        """The workers that have a result, have died, or have had long enough."""
        busy = [worker for worker in self.workers if worker.attempt]
        ready = wait([thing for worker in busy for thing in (worker.pipe, worker.process.sentinel)], seconds)
        late = time.monotonic() - self.seconds
        return [w for w in busy if w.pipe in ready or w.process.sentinel in ready or w.since < late]

    def _result(self, worker: Worker[Task]) -> Any:
        """What the worker has sent; a Lost when it is gone or must go."""
        with suppress(EOFError, OSError):
            if worker.pipe.poll():
                return worker.pipe.recv()
        hung = time.monotonic() - worker.since >= self.seconds
        if not hung:
            worker.process.join()
        self._end(worker)
        if hung:
            return Lost(True, f"judging it took longer than {self.seconds:g} s")
        return Lost(False, f"the process that judged it ended {ATTEMPTS} times ({_ending(worker.process.exitcode)})")

    def _end(self, worker: Worker[Task]) -> None:
        self.workers.remove(worker)
        worker.process.kill()
        worker.process.join()
        worker.pipe.close()

    def _serve(self, pipe: Connection, not_ours: list[Connection]) -> None:
        """The worker's life: until there is no more to do, or its parent is gone."""
        for other in not_ours:
            other.close()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the supervisor's business
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        _limit_memory(self.memory_mb)
        one_thread()
        gc.freeze()  # what the supervisor has imported is no garbage, and stays shared if it isn't looked through
        with suppress(EOFError, OSError):
            while True:
                task = pipe.recv()
                pipe.send(self._done(task))
        self.finish()

    def _done(self, task: Task) -> Any:
        try:
            return self.work(task)
        except Exception:
            return Broken(traceback.format_exc())


def _limit_memory(megabytes: int) -> None:
    with open("/proc/self/status") as status:
        used = next(int(line.split()[1]) << 10 for line in status if line.startswith("VmData:"))
    limit = used + (megabytes << 20)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def _ending(code: int | None) -> str:
    return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
