"""The expected outcomes of the sample classes: `python -m tests.golden.outcomes [UNIT…]` writes them anew.

Read the difference before committing it: each sample's folder says what its outcome should be.
"""

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

from autograder.course import Course
from autograder.grading.outcome import Outcome
from autograder.grading.run import Options, grade
from autograder.sandbox.zygote import Zygote

PROJECT = Path(__file__).parents[2]
SEED, QUICK = 20260131, {"cell_seconds": 6.0, "call_seconds": 5.0}


def units() -> list[str]:
    """The units that have a sample class."""
    course = Course.find(PROJECT)
    return [name for name in course.units if (PROJECT / "samples" / name).is_dir()]


def graded(unit: str, out: Path) -> dict[str, dict[str, Any]]:
    """The outcomes of the unit's sample class, by student."""
    course = Course.find(PROJECT)
    quick = dataclasses.replace(course.unit(unit), limits=dataclasses.replace(course.unit(unit).limits, **QUICK))
    course = dataclasses.replace(course, units={unit: quick})
    possible, _ = Zygote.available()  # the samples are our own: they may run without
    options = Options(PROJECT / "samples" / unit, out, unit, jobs=2, isolated=possible, seed=SEED)
    return {outcome.student: summary(outcome) for outcome in grade(course, options).outcomes}


def summary(outcome: Outcome) -> dict[str, Any]:
    """What must stay the same: everything but times and the wording of messages."""
    checks = {check["name"]: _check(check) for check in outcome.checks}
    whole = {"status": outcome.status, "score": round(outcome.score, 6), "max_score": outcome.max_score}
    whole |= {"manual_max_points": outcome.manual_max_points, "reason": outcome.reason, "repairs": outcome.repairs}
    return whole | {"checks": checks}


def _check(check: dict[str, Any]) -> str:
    points = f"{round(check['points'], 6):g} of {check['max_points']:g}"
    return f"{check['status']}, {points}" + (f", {check['mistake']}" if check["mistake"] else "")


def golden(unit: str) -> Path:
    return Path(__file__).with_name(f"{unit}.json")


if __name__ == "__main__":
    import tempfile

    for name in sys.argv[1:] or units():
        with tempfile.TemporaryDirectory() as folder:
            text = json.dumps(graded(name, Path(folder)), indent=1, ensure_ascii=False)
        golden(name).write_text(text + "\n", encoding="utf-8")
