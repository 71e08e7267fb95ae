"""How long a learner waits for a check, and what a check costs in grading. Prints medians and 95th percentiles.

    python benchmarks/checks.py [UNIT…]

In a notebook: `check("elbo")` from the call to the card, public parts, truths not yet cached (the first press) and
cached. In grading: all parts, truths cached, as for every submission of a run but the first.
"""

# ruff: noqa: E402 (the number of threads must be set before numpy is imported)
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
os.environ["MPLBACKEND"] = "agg"

from autograder.build.read import read_master
from autograder.card import Card
from autograder.checks import Checks, run
from autograder.checks.loading import load
from autograder.course import Course, Unit
from autograder.local import Local
from autograder.mutants.unit import worked_out
from autograder.student import Student

REPEATS = 5
LIMITS = {"first press": 150.0, "notebook": 150.0, "grading": 15.0}  # ms: p95, p95, mean


@dataclass(frozen=True)
class Times:
    """Milliseconds of one check."""

    first: float
    notebook: float
    grading: float


def milliseconds(check: Checks, name: str, namespace: dict, hidden: bool) -> float:
    begun = time.perf_counter()
    verdict = run(check, name, Student(Local(namespace)), 1.0, hidden=hidden)
    Card(verdict)._repr_html_()
    return 1e3 * (time.perf_counter() - begun)


def measure(unit: Unit) -> dict[str, Times]:
    """The times of every check of a unit, on its model solutions."""
    check = load(unit.public, unit.hidden)
    namespace = worked_out(read_master(unit))
    times = {}
    for name in check.names:
        first = milliseconds(check, name, namespace, hidden=False)
        again = [milliseconds(check, name, namespace, hidden=False) for _ in range(REPEATS)]
        milliseconds(check, name, namespace, hidden=True)
        graded = [milliseconds(check, name, namespace, hidden=True) for _ in range(REPEATS)]
        times[name] = Times(first, statistics.median(again), statistics.median(graded))
    return times


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def import_seconds() -> float:
    """Median time to import the engine in a fresh process, beyond the interpreter's own start."""

    def once(code: str) -> float:
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - begun

    with_it = statistics.median(once("import autograder, autograder.checks, autograder.expect") for _ in range(5))
    return with_it - statistics.median(once("pass") for _ in range(5))


def main() -> None:
    course = Course.find()
    print(f"import autograder: {import_seconds():.2f} s (budget 0.3)\n")
    print("| Unit | Checks | First press p95 | Again p95 | In grading, mean | Slowest in grading |")
    print("|---|---|---|---|---|---|")
    for name in sys.argv[1:] or [unit.name for unit in course.graded]:
        times = measure(course.unit(name))
        slowest = max(times, key=lambda n: times[n].grading)
        first, again = (percentile([getattr(t, k) for t in times.values()], 0.95) for k in ("first", "notebook"))
        mean = statistics.mean(t.grading for t in times.values())
        print(
            f"| {name} | {len(times)} | {first:.0f} ms | {again:.0f} ms | {mean:.1f} ms "
            f"| `{slowest}` {times[slowest].grading:.0f} ms |"
        )
    budget = ", ".join(f"{what} {limit:g} ms" for what, limit in LIMITS.items())
    print(f"\nBudget: {budget}.")


if __name__ == "__main__":
    main()
