"""`autograder grade` on a class: the command and its outcomes."""

import json
import sys
from pathlib import Path

from benchmarks.graders.handed_in import ROOT, UNIT, Notebook, write


class OurRun:
    """A class in a folder, to be graded by the course's own checks."""

    def __init__(self, root: Path, submissions: dict[str, Notebook]) -> None:
        self.submitted, self.out = root / "submitted", root / "graded"
        write(submissions, self.submitted)

    def command(self, jobs: int) -> list[str]:
        """What grades the whole class."""
        options = ["--assignment", UNIT, "--out", str(self.out), "--jobs", str(jobs), "--course", str(ROOT)]
        program = Path(sys.executable).with_name("autograder")
        return [str(program), "grade", str(self.submitted), *options]

    def measured(self, spawned: float) -> list[str]:
        """What grades it with one worker and notes what takes how long (see benchmarks.graders.stages); `spawned`:
        the time at which it is started."""
        return [sys.executable, "-m", "benchmarks.graders.stages", str(self.submitted), str(self.out), str(spawned)]

    def points(self) -> dict[str, dict[str, float]]:
        """Student -> check -> points."""
        lines = (self.out / "outcomes.jsonl").read_text(encoding="utf-8").splitlines()
        outcomes = [json.loads(line) for line in lines]
        return {o["student"]: {c["name"]: float(c["points"]) for c in o["checks"]} for o in outcomes}
