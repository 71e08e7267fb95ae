"""What this host protects against: every promise of the sandbox, tried."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import UserError
from autograder.sandbox.cgroups import find
from autograder.sandbox.library import copy_engine
from autograder.sandbox.protections import LIMITS, PROTECTIONS, Protection
from autograder.sandbox.protections.attempt import Launch
from autograder.sandbox.zygote import Zygote

EXACT = "exact, by a cgroup"
SUMMED = "summed ten times a second, as no memory cgroup can be made here"


@dataclass(frozen=True)
class Finding:
    """Whether a protection holds here: what it promises and, in `remark`, how it is kept or what broke it."""

    name: str
    claim: str
    holds: bool
    remark: str = ""


def diagnose() -> Iterator[Finding]:
    """The findings, one after the other; some take a few seconds. Where nothing can be isolated, nothing holds."""
    path = shutil.which("bwrap")
    yield Finding("bubblewrap", "the program that builds the sandbox is there", bool(path), _version(path))
    possible, reason = Zygote.available()
    yield Finding("nested namespaces", "inside it, each kernel can be isolated once more", possible, reason)
    if not possible:
        yield from (Finding(p.name, p.claim, False) for p in PROTECTIONS)
        return
    with tempfile.TemporaryDirectory() as folder:
        copy_engine(Path(folder))
        with Zygote(Path(folder), LIMITS) as zygote:
            yield from (_finding(protection, zygote.launch) for protection in PROTECTIONS)


def _finding(protection: Protection, launch: Launch) -> Finding:
    try:
        breach = protection.breach(launch)
    except (OSError, UserError) as error:
        breach = f"it could not be tried: {error}"
    kept = _how_memory_is_kept() if protection.name == "memory" else ""
    return Finding(protection.name, protection.claim, not breach, breach or kept)


def _how_memory_is_kept() -> str:
    return EXACT if any(place.controller == "memory" for place in find()) else SUMMED


def _version(path: str | None) -> str:
    if path is None:
        return "install it: `apt-get install bubblewrap`, or your system's equivalent"
    return subprocess.run([path, "--version"], capture_output=True, text=True).stdout.strip()
