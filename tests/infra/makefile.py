"""What make would run, asked without running it."""

import subprocess
from pathlib import Path


def plan(project: Path, target: str) -> list[str]:
    """The steps of a target, line by line; the same when the tests themselves run inside make."""
    make = ["make", "--dry-run", "--no-print-directory", target]
    return subprocess.run(make, cwd=project, check=True, capture_output=True, text=True).stdout.splitlines()
