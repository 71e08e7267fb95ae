"""Runs a command as an ordinary user, from root, even where that user could not reach the interpreter.

Run as a script by root, it goes into a mount namespace of its own, where folders that are closed to others (/root, say)
are replaced by open ones that have in them only what the command needs.
"""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

from autograder.sandbox import stage

ORDINARY = 60998  # not the number that the sandbox takes when root grades
PROJECT = Path(__file__).parents[2]


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs `python -m WORDS...` as the ordinary user, in the project's folder."""
    command = [sys.executable, "-m", "tests.sandbox.ordinary", *words]
    kept = {name: os.environ[name] for name in ("PATH", "CI", "OMP_NUM_THREADS") if name in os.environ}
    return subprocess.run(
        command, cwd=PROJECT, env=kept | {"HOME": "/tmp"} | environment, capture_output=True, text=True
    )


def open_up(needed: list[str]) -> None:
    """Makes the `needed` folders reachable for everybody, in this process's own view of the file system."""
    libc = ctypes.CDLL(None)
    staged = stage.stage([[path, path] for path in needed])
    for closed in dict.fromkeys(filter(None, map(_closed, needed))):
        libc.mount(b"tmpfs", closed.encode(), b"tmpfs", 0, b"mode=0755")
        for source, path in staged:
            if path.startswith(f"{closed}/"):
                os.makedirs(path)
                libc.mount(source.encode(), path.encode(), None, stage.MS_BIND | stage.MS_REC, None)


def _closed(path: str) -> str:
    """The topmost folder above `path` that others can't enter, if any."""
    above = [parent for parent in reversed(Path(path).parents) if not parent.stat().st_mode & 0o001]
    return str(above[0]) if above else ""


if __name__ == "__main__":
    open_up(list(dict.fromkeys([sys.base_prefix, sys.prefix, str(PROJECT)])))
    stage.become(ORDINARY)
    os.umask(0o022)
    os.execv(sys.executable, [sys.executable, "-m", *sys.argv[1:]])
