"""The launchers of a nbgrader process: one for each unit, kept warm between submissions."""

import atexit
import secrets
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.course import Course, Unit
from autograder.grading.launching import NoSandbox, Warm, launcher, wait_until_warm
from autograder.limits import Limits
from autograder.nbgrader_plugin.places import Places

SEED = secrets.randbits(52)  # the same inputs for everybody that this process grades
_open = ExitStack()
_kernels: dict[Any, Warm] = {}
atexit.register(_open.close)


def kernels_for(unit: Unit, isolated: bool) -> Warm:
    """The unit's kernels, started when they are first asked for. Raises UserError where there is no isolation."""
    key = unit, isolated
    if key not in _kernels:
        try:
            found = _open.enter_context(launcher(Course(unit.root, "", {unit.name: unit}), unit, isolated))
            wait_until_warm(found)
        except NoSandbox as error:
            raise error.unless("c.Judge.unsafe_no_sandbox = True") from None
        _kernels[key] = Warm(found, SEED)
        _open.callback(_kernels[key].close)
    return _kernels[key]


def plain_unit(places: Places, timeout: Any) -> Unit:
    """Any assignment of a course of nbgrader's own, as a unit: no checks, nothing of ours to import. nbgrader's timeout
    for a cell counts."""
    limits = Limits()
    seconds = float(timeout) if isinstance(timeout, int | float) and timeout > 0 else limits.total_seconds
    limits = replace(limits, cell_seconds=min(seconds, limits.total_seconds))
    return Unit("plain", "", "autograder.checks", (), limits, Path(places.directory.root))
