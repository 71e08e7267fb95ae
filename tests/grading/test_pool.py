"""The pool: a worker that dies, hangs or eats memory costs only what it was doing, and nobody waits for ever."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

from autograder.grading.pool import Broken, Lost, Pool


def results(pool: Pool[Any, Any], tasks: list[Any]) -> dict[Any, Any]:
    with pool:
        return dict(pool.run(tasks))


def test_every_task_has_its_result_whatever_the_number_of_workers() -> None:
    def square(n: int) -> int:
        return n * n

    for jobs in (1, 3):
        assert results(Pool(jobs, square, 60), list(range(10))) == {n: n * n for n in range(10)}


def test_more_workers_than_tasks_are_not_started() -> None:
    pool: Pool[int, int] = Pool(8, os.getpgid, 60)
    with pool:
        found = list(pool.run([0, 0]))
        assert len(found) == 2 and len(pool.workers) <= 2


def test_a_task_that_kills_its_worker_is_tried_twice_and_given_up(tmp_path: Path) -> None:
    def work(name: str) -> str:
        with open(tmp_path / name, "a") as file:
            file.write("x")
        if name == "deadly" or (name == "unlucky" and (tmp_path / name).stat().st_size == 1):
            os.kill(os.getpid(), signal.SIGKILL)
        return name

    found = results(Pool(2, work, 60), ["a", "deadly", "unlucky", "b"])
    assert {name: found[name] for name in ("a", "b", "unlucky")} == {"a": "a", "b": "b", "unlucky": "unlucky"}
    assert isinstance(found["deadly"], Lost) and not found["deadly"].hung
    assert found["deadly"].reason == "the process that judged it ended 2 times (signal 9)"
    assert (tmp_path / "deadly").read_text() == "xx"


def test_a_worker_killed_from_outside_costs_nothing() -> None:
    """As by the kernel's own out-of-memory killer, again and again, the idle and the busy."""
    pool: Pool[int, int] = Pool(2, lambda n: n + len(os.listdir("/")) * 0, 60)
    killed = 0
    found = {}
    with pool:
        for task, result in pool.run(range(20)):
            found[task] = result
            if task % 4 == 0 and pool.workers:
                os.kill(pool.workers[0].process.pid or 0, signal.SIGKILL)
                killed += 1
    assert found == {n: n for n in range(20)} and killed >= 3


def test_a_task_that_hangs_is_given_up_once() -> None:
    def work(n: int) -> int:
        if n == 1:
            signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
            time.sleep(1000)
        return n

    found = results(Pool(2, work, 0.5), [0, 1, 2])
    assert (found[0], found[2]) == (0, 2)
    assert found[1] == Lost(True, "judging it took longer than 0.5 s")


def test_a_task_beyond_the_workers_memory_fails_alone() -> None:
    def work(megabytes: int) -> int:
        return len(bytearray(megabytes << 20)) >> 20

    found = results(Pool(2, work, 60, memory_mb=256), [1, 4096, 2])
    assert (found[1], found[2]) == (1, 2)
    assert isinstance(found[4096], Broken) and "MemoryError" in str(found[4096])


def test_a_mistake_of_ours_comes_back_as_such() -> None:
    found = results(Pool(1, lambda n: 1 // n, 60), [1, 0])
    assert found[1] == 1 and isinstance(found[0], Broken) and "ZeroDivisionError" in str(found[0])


def test_workers_that_are_done_may_clear_up(tmp_path: Path) -> None:
    def finish() -> None:
        (tmp_path / str(os.getpid())).touch()

    results(Pool(2, abs, 60, finish), [1, 2, 3, 4])
    assert len(list(tmp_path.iterdir())) == 2


def test_workers_do_not_inherit_what_the_supervisor_does_on_sigterm() -> None:
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        found = results(Pool(1, lambda _: signal.getsignal(signal.SIGTERM) is signal.SIG_DFL, 60), [0])
    finally:
        signal.signal(signal.SIGTERM, before)
    assert found == {0: True}


def test_the_supervisor_ticks_while_it_waits() -> None:
    ticks = []
    with Pool(1, time.sleep, 60) as pool:
        list(pool.run([0.5], lambda: ticks.append(1)))
    assert len(ticks) >= 2


def test_workers_die_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    script = f"""
        import os, time
        from autograder.grading.pool import Pool
        def work(n):
            open({str(tmp_path)!r} + f"/{{os.getpid()}}", "w").close()
            time.sleep(1000)
        with Pool(2, work, 2000) as pool:
            list(pool.run([1, 2]))
    """
    supervisor = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)])
    while len(workers := list(tmp_path.iterdir())) < 2:
        time.sleep(0.02)
    supervisor.kill()
    supervisor.wait()
    deadline = time.monotonic() + 30
    while any(_alive(int(worker.name)) for worker in workers):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_worker_computes_with_torch_although_its_supervisor_has_threads() -> None:
    script = """
import torch
from autograder.grading.pool import Pool
torch.set_num_threads(4)
def heavy(n):
    logits = torch.zeros(n, 784)
    return float(torch.nn.functional.binary_cross_entropy_with_logits(logits, torch.ones_like(logits)))
expected = heavy(2000)  # starts the threads, which the workers will not have
with Pool(2, heavy, 20) as pool:
    assert all(abs(result - expected) < 1e-5 for _, result in pool.run([2000] * 4))
"""
    environment = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
    subprocess.run([sys.executable, "-c", script], env=environment, check=True, timeout=200)
