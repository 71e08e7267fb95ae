"""Whether this host can isolate a learner's code, found out by trying, and if not, why."""

import functools
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from autograder.kernel.syscalls import ARCHITECTURES
from autograder.sandbox import bubblewrap
from autograder.sandbox.library import copy_engine

TRIAL_SECONDS = 30.0


@functools.cache
def isolation() -> tuple[bool, str]:
    """(True, "") or (False, the reason in one sentence, with what to do about it)."""
    if sys.platform != "linux":
        return False, "isolation needs Linux"
    if platform.machine() not in ARCHITECTURES:
        return False, f"the filter on system calls knows {' and '.join(ARCHITECTURES)}, not {platform.machine()}"
    if shutil.which("bwrap") is None:
        return False, "bubblewrap is not installed: `apt-get install bubblewrap`, or your system's equivalent"
    return _trial()


def _trial() -> tuple[bool, str]:
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as errors:
        copy_engine(Path(folder))
        process = bubblewrap.start("trial", {}, Path(folder), [], errors)
        assert process.stdin
        try:
            status = process.wait(TRIAL_SECONDS)
        except subprocess.TimeoutExpired:
            return False, f"the sandbox did not start within {TRIAL_SECONDS:g} seconds"
        finally:
            process.stdin.close()  # which ends it
            process.wait()
        errors.seek(0)
        said = errors.read().decode(errors="replace").strip().splitlines()
    if status == 0:
        return True, ""
    return False, f"bubblewrap's sandbox could not be set up ({said[-1] if said else f'status {status}'})"
