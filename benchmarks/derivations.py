"""How long a line of a derivation takes to check: median, 90th and 99th percentile, maximum, in milliseconds.

    python benchmarks/derivations.py

All lines of the derivations in tests/derivation, right and wrong ones, with nothing remembered from the line before;
each is checked several times and the smallest processor time counts (one thread: on an idle machine that is the time
on the clock), so that what else runs on the machine is left out.
"""

# ruff: noqa: E402 (the number of threads must be set before numpy is imported)
import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from autograder.derivation import Derivation
from autograder.derivation.derivation import allowed
from autograder.derivation.line import judge
from autograder.derivation.normal import normal_form
from autograder.derivation.wire import read, write
from tests.derivation.source_proofs import ERRATA
from tests.derivation.test_chains import ALL_WRONG
from tests.derivation.test_mutation import CHAINS

REPEATS = 5
MEDIAN, MAXIMUM = 5.0, 150.0


def milliseconds(action: Callable[[], object]) -> float:
    """The smallest of several processor times."""
    times = []
    for _ in range(REPEATS):
        normal_form.cache_clear()
        begun = time.process_time()
        action()
        times.append(1e3 * (time.process_time() - begun))
    return min(times)


def lines(name: str, derivation: Derivation) -> list[tuple[float, str, str]]:
    """(milliseconds, verdict, where) for every line."""
    rules, known = allowed(None), derivation.start.free
    found = []
    for number, (left, step) in enumerate(zip(derivation.lines, derivation.steps, strict=False), 1):
        verdict = judge(left, step, known, rules)
        spent = milliseconds(partial(judge, left, step, known, rules))
        found.append((spent, verdict.status, f"{name}, line {number}"))
    return found


def main() -> int:
    wrong = {name: build for name, (build, *_) in (ALL_WRONG | ERRATA).items()}
    found = sorted(line for name, build in (CHAINS | wrong).items() for line in lines(name, build()))
    times = [line[0] for line in found]
    median, worst = statistics.median(times), found[-1]
    print(f"{len(times)} lines; milliseconds a line: median {median:.1f}, ", end="")
    print(f"90 % {quantile(times, 0.9):.1f}, 99 % {quantile(times, 0.99):.1f}")
    print(f"slowest: {worst[0]:.0f} ({worst[2]}, {worst[1]})")
    reading = [milliseconds(partial(read, write(build()))) for build in CHAINS.values()]
    print(f"reading a whole derivation from the wire: {statistics.median(reading):.2f}")
    held = median <= MEDIAN and worst[0] <= MAXIMUM
    print(f"budget (median {MEDIAN:g}, maximum {MAXIMUM:g}): {'held' if held else 'MISSED'}")
    return 0 if held else 1


def quantile(times: list[float], share: float) -> float:
    """A quantile of sorted times."""
    return times[int(share * (len(times) - 1))]


if __name__ == "__main__":
    sys.exit(main())
