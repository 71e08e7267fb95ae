"""How fast a class is graded: by `autograder grade`, and by stock nbgrader with plain asserts in place of the checks.

    python benchmarks/grading.py [--class 24|120|both] [--stock N] [--repeats N] [--write FILE]

Submissions of unit 03 (see graders/handed_in.py), the same for both, set-up included; the scores must be the same.
Stock grades N of them, alone and as two shards, with the notebook's pictures and without; from that, and from the time
of the first, follows what it takes for more.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import page
from benchmarks.graders.handed_in import ROOT, Notebook, class_of
from benchmarks.graders.ours import OurRun
from benchmarks.graders.report import Measured, Stock, report
from benchmarks.graders.spent import Spent, spent
from benchmarks.graders.stock import StockCourse, asserts_of_the_unit

Points = dict[str, dict[str, float]]


def main() -> int:
    asked = arguments()
    sizes = [24, 120] if asked.size == "both" else [int(asked.size)]
    with tempfile.TemporaryDirectory(prefix="grading-") as folder:
        measured, same = measure(Path(folder), sizes, asked.stock, asked.repeats)
    section = report(measured)
    print(section)
    if asked.write:
        page.write(asked.write, "grading", section)
    return 0 if same else 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--class", dest="size", default="both", choices=["24", "120", "both"])
    parser.add_argument("--stock", type=int, default=24, help="submissions that stock nbgrader grades, 4 or more")
    parser.add_argument("--repeats", type=int, default=3, help="runs of ours, of which the median counts")
    parser.add_argument("--write", type=Path, help="the page to write the tables into")
    return parser.parse_args()


def measure(root: Path, sizes: list[int], graded: int, repeats: int) -> tuple[Measured, bool]:
    """Everything, and whether the scores are the same."""
    measured = Measured(graded)
    ours: Points = {}
    theirs = grade_stock(root, sizes, graded, measured)
    for size in sizes:
        for jobs in (1, 2):
            for number in range(repeats):
                run = OurRun(root / f"ours-{size}-{jobs}-{number}", class_of(size))
                measured.ours.setdefault((size, jobs), []).append(spent(run.command(jobs), folders=[ROOT]))
                ours |= run.points()
    run = OurRun(root / "stages", class_of(sizes[0]))
    told = subprocess.run(run.measured(time.monotonic()), cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    measured.stages = json.loads(told.stdout.splitlines()[-1])
    return measured, compared(ours, theirs)


def grade_stock(root: Path, sizes: list[int], graded: int, measured: Measured) -> Points:
    """Runs stock nbgrader; returns the points that it gives."""
    tests, handed_in = asserts_of_the_unit(), class_of(graded)
    halves = [dict(islice(handed_in.items(), start, None, 2)) for start in (0, 1)]
    points: Points = {}
    for pictures in (True, False):
        place = root / ("pictures" if pictures else "plain")
        first, _ = by_stock(place / "first", tests, [dict(islice(handed_in.items(), 1))], pictures)
        for shards in ([handed_in], halves):
            took, points = by_stock(place / str(len(shards)), tests, shards, pictures)
            measured.direct += [took]
            for size in sizes:
                whole = extrapolated(first, took, graded / len(shards), size / len(shards))
                measured.stock[size, Stock(len(shards), pictures)] = whole
    return points


def by_stock(
    root: Path, tests: dict[str, str], shards: list[dict[str, Notebook]], pictures: bool
) -> tuple[Spent, Points]:
    """What stock nbgrader takes for these shards, side by side, and the points that it gives."""
    courses = [StockCourse(root / str(number), tests, pictures) for number in range(len(shards))]
    for course, submissions in zip(courses, shards, strict=True):
        course.prepare(submissions)
    took = spent(*(course.command for course in courses), folders=[course.root for course in courses])
    return took, {student: points for course in courses for student, points in course.points().items()}


def extrapolated(first: Spent, measured: Spent, graded: float, wanted: float) -> Spent:
    """What `wanted` submissions take: the first one, set-up included, and the others at the pace of those measured."""
    share = (wanted - 1) / (graded - 1)
    wall = first.wall + share * (measured.wall - first.wall)
    if first.cpu is None or measured.cpu is None:
        return Spent(wall, None)
    return Spent(wall, first.cpu + share * (measured.cpu - first.cpu))


def compared(ours: Points, theirs: Points) -> bool:
    """Whether both give the same points to whom both have graded; says where they don't."""
    same = True
    for student in sorted(ours.keys() & theirs.keys()):
        for check, points in ours[student].items():
            if abs(points - theirs[student][check]) > 1e-6:
                same = False
                print(f"{student}, {check}: {points:g} by us, {theirs[student][check]:g} by stock", file=sys.stderr)
    return same and bool(ours.keys() & theirs.keys())


if __name__ == "__main__":
    sys.exit(main())
