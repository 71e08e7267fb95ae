"""Limits are kept for a whole process tree, in what way a cell may try to exceed them, and the reason is told."""

import mmap
import os
import platform
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.endpoint import Died, TimedOut
from autograder.kernel import tree
from autograder.limits import Limits
from autograder.sandbox.zygote import Zygote
from tests.sandbox.asking import said, value

SMALL = Limits(memory_mb=200, processes=100, cpu_seconds=2, total_output_bytes=50_000, cell_output_bytes=30_000)
SIXTY_FORKS = """
import os, time
for _ in range(60):
    if os.fork() == 0:
        held = bytearray(os.urandom(1 << 20) * 8)
        time.sleep(60)
        os._exit(0)
time.sleep(5)
"""
ONE_HOARD_SHARED = """
import os, time
held = bytearray(os.urandom(1 << 20) * 60)
for _ in range(20):
    if os.fork() == 0:
        time.sleep(1)
        os._exit(0)
time.sleep(0.5)
print(len(held) >> 20, "MB held once by", 21)
"""


@pytest.fixture(scope="module", params=["as on this host", "summed by the zygote"])
def launcher(request: pytest.FixtureRequest, isolation: None, light: Path) -> Iterator[Zygote]:
    """A zygote with small limits; once without cgroups, as on hosts that give none."""
    with Zygote(light, SMALL) as zygote:
        if request.param == "summed by the zygote":
            zygote.cgroups.places = []
        yield zygote


def test_sixty_forks_that_hold_too_much_together_end_the_tree(launcher: Zygote) -> None:
    kernel = launcher.launch()
    with pytest.raises(Died) as death:
        kernel.run(SIXTY_FORKS, 20)
        kernel.run("", 20)
    assert death.value.reason == "out-of-memory"
    assert kernel.close(wait=True)["reason"] == "out-of-memory"


def test_memory_that_forks_share_counts_once(launcher: Zygote) -> None:
    assert said(launcher.launch(), ONE_HOARD_SHARED) == "60 MB held once by 21\n"


HIDDEN = """
import ctypes, os, threading, time
for _ in range(4):
    if os.fork() == 0:
        held = b"x" * (90 << 20)
        threading.Thread(target=time.sleep, args=(60,)).start()
        ctypes.CDLL(None).syscall(EXIT, 0)  # of the first thread alone
time.sleep(10)
"""


def test_memory_of_processes_whose_first_thread_has_ended_counts(launcher: Zygote) -> None:
    kernel = launcher.launch()
    with pytest.raises(Died) as death:
        kernel.run(HIDDEN.replace("EXIT", {"x86_64": "60", "aarch64": "93"}[platform.machine()]), 20)
        kernel.run("", 20)
    assert death.value.reason == "out-of-memory"


@pytest.mark.parametrize("name", [b"\xff\xfe", b"\rRssAnon: x", b"\x0bRssAnon: x", b") Z 1 1 1", b"\n\n\n"], ids=repr)
def test_the_name_of_a_process_is_no_weapon_against_the_others(launcher: Zygote, name: bytes) -> None:
    bystander, kernel = launcher.launch(), launcher.launch()
    bystander.run("x = 1", 10)
    kernel.run(f"import ctypes, time\nctypes.CDLL(None).prctl(15, {name!r}, 0, 0, 0)\ntime.sleep(0.5)", 10)
    assert value(bystander, "x") == 1 and value(kernel, "2") == 2
    bystander.close()
    kernel.close()


def test_one_process_that_asks_for_too_much_gets_a_memory_error_and_lives(launcher: Zygote) -> None:
    kernel = launcher.launch()
    assert "MemoryError" in said(kernel, "held = bytearray(1 << 30)")
    assert value(kernel, "1 + 1") == 2


def test_the_number_of_processes_ends_a_fork_bomb(launcher: Zygote) -> None:
    bomb = "import os, time\nwhile True:\n    if os.fork() == 0: time.sleep(60)"
    assert "BlockingIOError" in said(launcher.launch(), bomb)


def test_processor_time_of_ended_children_counts(launcher: Zygote) -> None:
    burn = "import subprocess, sys\nwhile True: subprocess.run([sys.executable, '-S', '-c', 'sum(range(10**7))'])"
    with pytest.raises(Died) as death:
        launcher.launch().run(burn, 60)
    assert str(death.value) == "timeout: processor time"


def test_a_sleeper_in_a_child_process_is_interrupted(launcher: Zygote) -> None:
    kernel = launcher.launch()
    with pytest.raises(TimedOut):
        kernel.run("import os\nos.system('sleep 60')", 0.3)  # which lets no interrupt through to Python
    assert value(kernel, "1 + 1") == 2


def test_the_output_of_all_cells_has_a_limit_too(launcher: Zygote) -> None:
    kernel = launcher.launch()
    shown = [kernel.run("print('x' * 29_000)", 10).outputs for _ in range(3)]
    assert [len(outputs[0]["text"]) > 20_000 for outputs in shown] == [True, True, False]
    assert "cut here" in shown[2][0]["text"]


def test_a_cell_that_fills_the_disk_meets_an_error_and_leaves_the_kernel_alive(launcher: Zygote) -> None:
    kernel = launcher.launch()
    fill = "for n in range(9):\n    open(f'f{n}', 'wb').write(bytes(30 << 20))"
    assert "OSError: [Errno 28]" in said(kernel, fill) and value(kernel, "1 + 1") == 2


def test_what_a_tree_uses_is_read_from_proc() -> None:
    child = subprocess.Popen(["sleep", "60"])
    try:
        family = tree.below(os.getpid(), tree.processes())
        pids = {process.pid for process in family}
        assert pids >= {os.getpid(), child.pid} and os.getppid() not in pids
        assert tree.cpu_seconds(family) > 0
        assert list(tree.survey(family, 1 << 50, inherited=0)) == []  # the cheap sum has told
        assert next(tree.survey(family, 1 << 20, inherited=0))
        assert list(tree.survey(family, 1 << 20, inherited=1 << 50)) == [False] * len(family)  # one at a step
    finally:
        child.kill()
        child.wait()


@pytest.mark.parametrize(
    ("said_of_it", "place"),
    [
        ("9:name=systemd:/a\n4:memory:/b\n1:cpu,cpuacct:/c\n0::/d\n", "/b"),
        ("3:cpu,memory:/b\n0::/\n", "/b"),
        ("0::/user.slice/a:b\n", "/user.slice/a:b"),
        ("", ""),
    ],
)
def test_where_memory_is_counted_is_read_from_proc(
    monkeypatch: pytest.MonkeyPatch, said_of_it: str, place: str
) -> None:
    monkeypatch.setattr(tree, "_read", lambda path: said_of_it)
    assert tree.memory_cgroup(1) == place


def test_memory_that_is_shared_with_children_counts_too() -> None:
    before = tree.own_memory()
    with mmap.mmap(-1, 50 << 20) as shared:
        shared.write(bytes(50 << 20))
        assert tree.own_memory() - before > 45 << 20
        assert tree._proportional(os.getpid()) > 45 << 20
