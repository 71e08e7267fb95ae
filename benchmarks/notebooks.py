"""How long each unit's notebook takes from top to bottom, all exercises solved, on the CPU and the data that are here.

    python benchmarks/notebooks.py [UNIT…] [--write FILE]

The instructor's notebook in a kernel of Jupyter's, one unit after the other; $ELBOROOM_DATA is left out, so that units
which train do it on the embedded digits.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from autograder.course import Course
from benchmarks import page
from benchmarks.graders.handed_in import ROOT
from benchmarks.graders.report import machine
from tests.units.notebooks import executed

WANTED = 180.0  # seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("units", nargs="*", help="all of them, unless said")
    parser.add_argument("--write", type=Path, help="the page to write the table into")
    asked = parser.parse_args()
    os.environ.pop("ELBOROOM_DATA", None)
    course = Course.find(ROOT)
    section = report({name: seconds(course, name) for name in asked.units or course.units})
    print(section)
    if asked.write:
        page.write(asked.write, "notebooks", section)


def seconds(course: Course, name: str) -> float:
    """What a unit takes, the kernel's start included."""
    unit = course.unit(name)
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        executed(unit, unit.instructor_notebook, Path(folder))
        return time.perf_counter() - begun


def report(took: dict[str, float]) -> str:
    """Seconds by unit, and the slowest against what is wanted."""
    lines = [f"{machine()}.", "", "| Notebook | s |", "|---|---:|"]
    lines += [f"| {name} | {took[name]:.0f} |" for name in took]
    slowest = max(took.values())
    held = "held" if slowest <= WANTED else "**missed**"
    return "\n".join([*lines, "", f"The slowest takes {slowest:.0f} s, wanted are {WANTED:.0f} s at most: {held}."])


if __name__ == "__main__":
    main()
