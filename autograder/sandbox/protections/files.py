"""Promises about files: what a kernel can read, write and import."""

import tempfile
from pathlib import Path

import autograder
from autograder.sandbox.protections.attempt import Launch, Protection, done, tried

READ = """
import os
for path in paths:
    try:
        open(path, "rb").read(1)
        print("read", path)
    except OSError:
        pass
"""
WRITE = """
import os, sys
folders = ["/", "/usr", "/usr/lib", "/etc", "/dev", "/proc/sys/kernel", "/tmp/../var/tmp", *sys.path[:-1]]
for path in (os.path.join(folder, "attempt-to-write") for folder in folders if os.path.isdir(folder)):
    try:
        open(path, "w").close()
        os.unlink(path)
        print("wrote", path)
    except OSError:
        pass
"""
MARK = """
import os
for path in ("/tmp/attempt-mark", "/dev/shm/attempt-mark", "/var/tmp/attempt-mark"):
    try:
        open(path, "w").close()
    except OSError:
        pass
"""
FIND = """
for path in ("/tmp/attempt-mark", "/dev/shm/attempt-mark", "/var/tmp/attempt-mark"):
    if os.path.exists(path):
        print("found", path)
        os.unlink(path)
"""
# imported before the learner comes (numpy), and not (wave, nbclient)
SHADOWS = ("numpy", "wave", "nbclient", "autograder", "sitecustomize", "usercustomize", "ipython_config")
SHADOWED = """
import importlib, os, sys
for name in names:
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError:
        continue
    if hasattr(module, "PLANTED") and name not in harmless:
        print("imported a planted", name)
for name in ("sitecustomize", "usercustomize"):
    if name in sys.modules and not hasattr(sys.modules[name], "PLANTED"):
        print(name, "ran")
if os.path.exists("started"):
    print("a startup file ran")
"""


def _reads_what_is_not_its_own(launch: Launch) -> str:
    with tempfile.TemporaryDirectory() as folder:
        secret = Path(folder, "secret")
        secret.write_text("x")
        mine = [str(secret), str(Path(autograder.__file__).resolve()), "/etc/passwd", "/etc/hostname", "/var/log/wtmp"]
        return tried(launch, READ, paths=mine)


def _meets_another_s_files(launch: Launch) -> str:
    one, other = launch(), launch()
    try:
        return done(one, MARK) or done(other, "import os\n" + FIND)
    finally:
        one.close(wait=True)
        other.close(wait=True)


def _shadows_a_module(launch: Launch) -> str:
    started = b"open('started', 'w').close()\n"
    planted = {f"{name}.py": b"PLANTED = True\n" + started for name in SHADOWS}
    planted |= {"attempt.pth": b"import os; " + started, "profile_default/startup/00.py": started}
    kernel = launch()
    try:
        kernel.put(planted)
        harmless = ["sitecustomize", "usercustomize", "ipython_config"]  # by an import of the learner's own, no more
        names = [name for name in SHADOWS if name not in harmless]
        return done(kernel, SHADOWED, names=names, harmless=harmless)
    finally:
        kernel.close(wait=True)


PROTECTIONS = (
    Protection("reading", "no file of this machine but system libraries can be read", _reads_what_is_not_its_own),
    Protection("writing", "nothing but the scratch directory can be written", lambda launch: tried(launch, WRITE)),
    Protection("scratch", "each kernel has a scratch directory of its own", _meets_another_s_files),
    Protection("modules", "files handed in can't take an installed module's place", _shadows_a_module),
)
