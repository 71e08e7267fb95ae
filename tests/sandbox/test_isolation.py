"""What a kernel can't reach, beyond the promises that the doctor tries: the course, its own keeper, its way out."""

import os
import shutil
import stat
import sys
from pathlib import Path

import pytest

from autograder.limits import Limits
from autograder.sandbox import interpreter
from autograder.sandbox.kernel import Kernel
from autograder.sandbox.zygote import Zygote
from tests.sandbox.asking import said, value

SEARCH = """
import os
found = []
for folder, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if os.path.join(folder, name) not in elsewhere]
    for path in (os.path.join(folder, name) for name in files):
        try:
            found += [path] if word.encode() in open(path, "rb").read() else []
        except OSError:
            pass
found
"""


def test_neither_checks_nor_references_nor_solutions_are_anywhere(kernel: Kernel) -> None:
    elsewhere = [*("/proc", "/dev", "/usr", "/packages", "/lib", "/bin", "/sbin"), sys.base_prefix]
    word = "'NOT_FOR' '_LEARNERS'"  # as the course's secret files have it, in one piece
    assert said(kernel, f"word, elsewhere = {word}, {elsewhere}\n{SEARCH}") == "[]"


def test_nor_where_they_are_installed_as_packages(
    isolation: None, light: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "site-packages"
    for package in ("small", "autograder"):
        (installed / package).mkdir(parents=True)
        (installed / package / "references.py").write_text("SECRET = 1")
    (installed / "other.py").write_text("here = True")
    folders = [*interpreter.package_folders(), installed]
    monkeypatch.setattr(interpreter, "package_folders", lambda: folders)
    with Zygote(light, Limits()) as launcher:
        kernel = launcher.launch()
        look = "import os, sys, other\n[os.listdir(f'{sys.path[-2]}/{name}') for name in ('small', 'autograder')]"
        assert said(kernel, look) == "[[], []]"
        assert "ModuleNotFoundError" in said(kernel, "import small.references")


def test_files_beside_the_notebook_come_after_everything_installed(zygote: Zygote) -> None:
    kernel = zygote.launch()
    planted = dict.fromkeys(("small/checks/first.py", "small/__init__.py", "numpy.py", "wave.py"), b"PLANTED = True")
    kernel.put(planted | {"mine.py": b"PLANTED = True"})
    names = "numpy, wave, small, small.checks.first, mine"
    planted_ones = f"import {names}\n[hasattr(module, 'PLANTED') for module in ({names})]"
    assert said(kernel, planted_ones) == "[False, False, False, False, True]"
    kernel.close()


def test_a_file_for_root_s_eyes_stays_so_even_where_the_kernel_looks(
    isolation: None, light: Path, tmp_path: Path
) -> None:
    library = Path(shutil.copytree(light, tmp_path / "library"))
    (library / "private").write_text("x")
    (library / "private").chmod(0o600)
    with Zygote(library, Limits()) as launcher:
        seen = said(launcher.launch(), "open('/library/private').read()")
    assert ("PermissionError" in seen) if os.getuid() == 0 else seen == "'x'"


def test_no_descriptor_leads_out(kernel: Kernel) -> None:
    kernel.run("import os, stat", 10)
    open_ones = "[d for d in range(256) if os.path.exists(f'/proc/self/fd/{d}')]"
    kinds = value(kernel, f"[stat.S_IFMT(os.fstat(d).st_mode) for d in {open_ones}]")
    assert stat.S_IFDIR not in kinds and len(kinds) < 10
    assert kinds.count(stat.S_IFSOCK) == 1  # on which it answers


def test_no_signal_leads_out_and_its_own_are_ignored(kernel: Kernel) -> None:
    attempts = """
import os, signal
for pid in (0, 1, os.getppid(), os.getpid(), -1):
    for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM, signal.SIGUSR1):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass
"""
    assert kernel.run(attempts, 10).ok  # process 1 of a namespace gets only the signals that it asks for
    assert kernel.run("import time; time.sleep(0.3)", 10).ok
    assert kernel.close(wait=True)["reason"] == "killed"


def test_not_even_its_children_may_be_limited_from_outside_of_them(kernel: Kernel) -> None:
    attempt = """
import resource, subprocess
child = subprocess.Popen(["sleep", "60"])
try:
    resource.prlimit(child.pid, resource.RLIMIT_CPU, (0, 0))
except OSError as error:
    print(type(error).__name__)
"""
    assert said(kernel, attempt) == "PermissionError\n"


def test_there_is_nobody_else_to_be_seen(kernel: Kernel) -> None:
    assert said(kernel, "import os\n[name for name in os.listdir('/proc') if name.isdigit()]") == "['1']"


def test_no_capability_is_left_where_its_namespaces_belong_to(kernel: Kernel) -> None:
    assert (
        said(kernel, "[line.split()[1] for line in open('/proc/self/status') if line.startswith('CapEff')][0]")
        == "'0000000000000000'"
    )
    tries = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
bind = libc.mount(b"/", b"/tmp", None, 4096, None)
[bind, libc.umount2(b"/tmp", 2), libc.unshare(0x10000000), libc.sethostname(b"x", 1)]
"""
    assert said(kernel, tries) == "[-1, -1, -1, -1]"


def test_limits_once_set_can_not_be_raised(kernel: Kernel) -> None:
    raised = "import resource as r\nr.setrlimit(r.RLIMIT_NOFILE, (4096, 4096))"
    assert "ValueError: not allowed to raise maximum limit" in said(kernel, raised)


KILL_ALL = """
import contextlib, os, signal
for pid in (-1, 0, 1, os.getppid(), *range(1000)):
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGKILL)
"""


def test_killing_all_that_it_can_reach_kills_its_own_processes_alone(zygote: Zygote) -> None:
    victim, killer = zygote.launch(), zygote.launch()
    victim.run("x = 1", 10)
    killer.run("import subprocess; child = subprocess.Popen(['sleep', '60'])", 10)
    killer.run(KILL_ALL, 10)
    assert value(killer, "child.wait(5)") == -9
    assert value(victim, "x") == 1
    victim.close()
    killer.close()


def test_a_setuid_program_gives_nothing(kernel: Kernel) -> None:
    run = "import subprocess\nsubprocess.run(['su', '-c', 'id'], capture_output=True, input=b'').returncode"
    assert said(kernel, run) != "0"
