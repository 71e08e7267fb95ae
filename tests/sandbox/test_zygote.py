"""Warm kernels: started ahead, forked safely, shared by workers, replaced when dead, gone with the judge."""

import asyncio
import contextlib
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from autograder.endpoint import Died
from autograder.errors import UserError
from autograder.limits import Limits
from autograder.sandbox.kernel import Kernel
from autograder.sandbox.zygote import Zygote
from tests.sandbox.asking import said, value

DRAW = "[random.random(), np.random.rand(), float(torch.rand(())), sympy.core.random.rng.random()]"
TRAIN = """
import torch
torch.set_num_threads(2)
net = torch.nn.Sequential(torch.nn.Linear(20, 50), torch.nn.Tanh(), torch.nn.Linear(50, 1))
optimiser = torch.optim.Adam(net.parameters(), lr=0.01)
x = torch.randn(2000, 20)
y = x.sum(1, keepdim=True).sin()
losses = []
for _ in range(10):
    loss = ((net(x) - y) ** 2).mean()
    optimiser.zero_grad(); loss.backward(); optimiser.step()
    losses.append(loss.item())
print(losses[-1] < losses[0])
"""
PARALLEL = """
import multiprocessing, torch
with multiprocessing.get_context("fork").Pool(2) as pool:
    print(pool.map(abs, [-1, 2]))
batches = torch.utils.data.DataLoader(torch.arange(4), batch_size=2, num_workers=1)
print([batch.tolist() for batch in batches])
"""


def test_training_works_in_a_fork_with_several_threads(kernel: Kernel) -> None:
    assert said(kernel, TRAIN) == "True\n"


def test_a_learner_may_use_processes_of_their_own(kernel: Kernel) -> None:
    assert said(kernel, PARALLEL) == "[1, 2]\n[[0, 1], [2, 3]]\n"


def test_random_states_come_from_the_seed_alone(zygote: Zygote) -> None:
    drawn = []
    for seed in (1, 1, 2):
        kernel = zygote.launch(seed)
        kernel.run("import random, numpy as np, torch, sympy", 20)
        drawn.append(value(kernel, DRAW))
        kernel.close()
    assert drawn[0] == drawn[1]
    assert not set(drawn[0]) & set(drawn[2])


def test_a_fresh_kernel_is_as_if_nothing_had_run_before(kernel: Kernel) -> None:
    assert said(kernel, "print([name for name in dir() if not name.startswith('_')], len(In))") == (
        "['In', 'Out', 'exit', 'get_ipython', 'open', 'quit'] 2\n"
    )
    assert said(kernel, "import os; os.getcwd(), os.listdir()") == "('/tmp/work', [])"


def test_what_one_learner_changes_the_next_does_not_meet(zygote: Zygote) -> None:
    one = zygote.launch()
    one.run("import numpy, builtins; numpy.exp = builtins.max = None; open('/tmp/x', 'w')", 10)
    other = zygote.launch()
    assert said(other, "import numpy, os; print(numpy.exp(0.0), max([1]), os.path.exists('/tmp/x'))") == "1.0 1 False\n"
    one.close()
    other.close()


def test_a_zygote_with_a_second_thread_refuses_to_fork(isolation: None, light: Path, tmp_path: Path) -> None:
    library = Path(shutil.copytree(light, tmp_path / "library"))
    thread = "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()"
    (library / "small" / "thread.py").write_text(thread)
    with Zygote(library, Limits()) as launcher, pytest.raises(UserError, match="a fork with 2 threads is not safe"):
        launcher.launch()


HAS_TORCH = "'torch' in __import__('sys').modules"


def test_torch_is_there_for_those_who_ask_and_makes_no_difference_otherwise(isolation: None, light: Path) -> None:
    with Zygote(light, Limits(), torch=False) as launcher:
        kernels = [launcher.launch(seed=5, torch=asked) for asked in (False, True, True, False)]
        assert [value(kernel, HAS_TORCH) for kernel in kernels] == [False, True, True, False]
        drawn = [value(kernel, "__import__('torch').rand(()).item()") for kernel in kernels]
        assert len(set(drawn)) == 1


def test_the_end_of_the_zygote_that_has_torch_is_noticed_as_the_end_of_both(isolation: None, light: Path) -> None:
    library = light.parent / "dying"
    shutil.copytree(light, library, dirs_exist_ok=True)
    (library / "small" / "dies.py").write_text("import os, sys\nif 'torch' in sys.modules: os._exit(3)")
    with Zygote(library, Limits(), torch=False) as launcher:
        control, kernel = launcher.control, launcher.launch(torch=True)
        with pytest.raises(Died):
            kernel.wait_until_ready()
        assert control.recv(1) == b""
        assert value(launcher.launch(), "1 + 1") == 2


def test_a_dead_zygote_is_replaced_and_takes_its_kernels_along(isolation: None, light: Path) -> None:
    with Zygote(light, Limits()) as launcher:
        before = launcher.launch()
        before.run("1", 10)
        os.kill(launcher.process.pid, signal.SIGKILL)
        with pytest.raises(Died, match="killed"):
            before.run("import time; time.sleep(20)", 20)
        assert launcher.control.recv(1) == b""  # a kernel that is asked for while the old one dies would die with it
        assert value(launcher.launch(), "1 + 1") == 2


def test_forked_workers_share_one(zygote: Zygote) -> None:
    zygote.wait_until_warm()
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    workers = [context.Process(target=_work, args=(zygote, seed, answers)) for seed in range(3)]
    for worker in workers:
        worker.start()
    assert sorted(answers.get(timeout=60) for _ in workers) == [0, 10, 20]
    for worker in workers:
        worker.join()


def _work(zygote: Zygote, seed: int, answers: "multiprocessing.Queue[int]") -> None:
    kernel = zygote.launch(seed)
    answers.put(value(kernel, f"10 * {seed}"))
    kernel.close()


def test_it_works_inside_a_running_event_loop(zygote: Zygote) -> None:
    async def inside() -> int:
        kernel = zygote.launch()
        answer: int = value(kernel, "40 + 2")
        kernel.close(wait=True)
        return answer

    assert asyncio.run(inside()) == 42


def test_it_outlives_the_thread_that_started_it(isolation: None, light: Path) -> None:
    launcher = Zygote(light, Limits())
    thread = threading.Thread(target=launcher.__enter__)
    thread.start()
    thread.join()
    with contextlib.ExitStack() as stack:
        stack.push(launcher)
        assert value(launcher.launch(), "1 + 1") == 2


JUDGE = """
import sys
from pathlib import Path
from autograder.limits import Limits
from autograder.sandbox.zygote import Zygote
with Zygote(Path(sys.argv[1]), Limits()) as launcher:
    kernel = launcher.launch()
    kernel.run("import ctypes; ctypes.CDLL(None).prctl(15, b'orphan-test', 0, 0, 0)", 20)
    print(launcher.process.pid, flush=True)
    kernel.run("import time; time.sleep(60)", 60)
"""


def test_nothing_outlives_a_judge_that_was_killed(isolation: None, light: Path) -> None:
    judge = subprocess.Popen([sys.executable, "-c", JUDGE, str(light)], stdout=subprocess.PIPE)
    assert judge.stdout
    stage = int(judge.stdout.readline())
    assert "orphan-test" in _names()
    judge.kill()
    judge.wait()
    judge.stdout.close()
    deadline = time.monotonic() + 30
    while ("orphan-test" in _names() or Path(f"/proc/{stage}").exists()) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert "orphan-test" not in _names() and not Path(f"/proc/{stage}").exists()


def _names() -> set[str]:
    names = set()
    for comm in Path("/proc").glob("[0-9]*/comm"):
        with contextlib.suppress(OSError):
            names.add(comm.read_text().strip())
    return names


def test_an_end_is_reported_with_its_reason_and_what_was_used(zygote: Zygote) -> None:
    kernel = zygote.launch()
    kernel.run("for _ in range(3_000_000): pass", 20)
    used = kernel.close(wait=True)
    assert used["reason"] == "killed" and used["cpu"] > 0
    crashing = zygote.launch()
    with pytest.raises(Died) as death:
        crashing.run("import ctypes; ctypes.string_at(0)", 20)
    assert str(death.value) == "killed: SIGSEGV"


def test_a_report_is_heard_however_often_the_kernel_was_killed(zygote: Zygote) -> None:
    for _ in range(5):
        kernel = zygote.launch()
        kernel.run("1", 20)
        for _ in range(3):
            kernel.leash.kill()
        assert kernel.leash.end(20)["cpu"] > 0
        kernel.close()


def test_there_may_be_more_kernels_than_a_learner_may_open_files(isolation: None, light: Path) -> None:
    with Zygote(light, Limits(open_files=40)) as launcher:
        kernels = [launcher.launch() for _ in range(30)]  # each of them is two files for the zygote
        assert [value(kernel, "1 + 1") for kernel in kernels] == [2] * len(kernels)


def test_a_host_without_bubblewrap_is_told_so(light: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(UserError, match="bubblewrap is not installed"), Zygote(light, Limits()):
        pass


def test_why_a_zygote_could_not_start_is_said(isolation: None, tmp_path: Path) -> None:
    reason = r"No module named 'autograder'.*doctor"
    with Zygote(tmp_path, Limits()) as launcher, pytest.raises(UserError, match=reason):
        launcher.launch()
