"""What was measured, as tables in Markdown."""

import os
import statistics
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.graders.spent import Spent

CHILD_MB = 40
# (class, shards of stock's) -> how many times faster ours is to be.
BUDGETS = {(120, 1): 40, (120, 2): 20, (24, 1): 20}


@dataclass(frozen=True)
class Stock:
    """A way of running stock nbgrader: as so many shards side by side, drawing the notebook's pictures or not."""

    shards: int
    pictures: bool

    def __str__(self) -> str:
        how = "alone" if self.shards == 1 else "two shards"
        return f"stock, {how}{'' if self.pictures else ', no pictures'}"


WAYS = [Stock(shards, pictures) for pictures in (True, False) for shards in (1, 2)]


@dataclass
class Measured:
    """`ours`: (class, jobs) -> a run each. `stock`: (class, way) -> what it takes for that class, found with `graded`
    submissions, from the runs in `direct`. `stages`: see graders.stages."""

    graded: int
    ours: dict[tuple[int, int], list[Spent]] = field(default_factory=dict)
    stock: dict[tuple[int, Stock], Spent] = field(default_factory=dict)
    stages: dict[str, Any] = field(default_factory=dict)
    direct: list[Spent] = field(default_factory=list)


def median(runs: list[Spent]) -> Spent:
    cpu = [run.cpu for run in runs if run.cpu is not None]
    return Spent(statistics.median(run.wall for run in runs), statistics.median(cpu) if cpu else None)


def report(measured: Measured) -> str:
    """All of it."""
    sizes = sorted({size for size, _ in measured.ours})
    repeats = min(len(runs) for runs in measured.ours.values())
    lines = [f"{machine()}, {date.today():%d %B %Y}. Ours are medians of {repeats} runs, stock's are single runs."]
    lines += [disturbance(measured), ""]
    for size in sizes:
        lines += [*_table(size, measured), ""]
    return "\n".join([*lines, *_budgets(measured), "", *_stages(measured.stages, sizes[0])])


def disturbance(measured: Measured) -> str:
    """How much of the processors other programs took meanwhile: it makes everything slower, and ours most, which uses
    all of them."""
    took = [[run for runs in measured.ours.values() for run in runs], measured.direct]
    cores = len(os.sched_getaffinity(0))
    ours, stock = (100 * sum(r.others for r in runs) / (cores * sum(r.wall for r in runs) or 1) for runs in took)
    return f"Other programs took {ours:.0f} % of the processors meanwhile in ours, {stock:.0f} % in stock's."


def machine() -> str:
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores, {'a' if Path('/dev/nvidia0').exists() else 'no'} GPU"


def _table(size: int, measured: Measured) -> list[str]:
    extrapolated = f", extrapolated from {measured.graded}" if measured.graded != size else ""
    stock = {way: measured.stock[size, way] for way in WAYS}
    rows = {f"{way}{extrapolated}": took for way, took in stock.items()}
    rows |= {f"`autograder grade`, {jobs} job{'s' * (jobs > 1)}": median(runs) for jobs, runs in _of(size, measured)}
    head = " | ".join(["Submissions/minute", "Wall s", "CPU s", *(f"× {way}" for way in WAYS)])
    lines = [f"| Class of {size} | {head} |", "|---" * (4 + len(WAYS)) + "|"]
    for name, took in rows.items():
        cpu = "not measured" if took.cpu is None else f"{took.cpu:.1f}"
        ratios = " | ".join(f"{each.wall / took.wall:.1f}" for each in stock.values())
        lines.append(f"| {name} | {took.per_minute(size):.0f} | {took.wall:.1f} | {cpu} | {ratios} |")
    return lines


def _of(size: int, measured: Measured) -> list[tuple[int, list[Spent]]]:
    return sorted((jobs, runs) for (n, jobs), runs in measured.ours.items() if n == size)


def _budgets(measured: Measured) -> list[str]:
    lines = ["| Budget | Wanted | With its pictures | | Without | |", "|---|---|---|---|---|---|"]
    for (size, shards), wanted in BUDGETS.items():
        if (size, 2) in measured.ours:
            row = f"| Class of {size}, against {Stock(shards, True)} | ≥ {wanted}× |"
            ours = median(measured.ours[size, 2]).wall
            for pictures in (True, False):
                ratio = measured.stock[size, Stock(shards, pictures)].wall / ours
                row += f" {ratio:.1f}× | {_held(ratio >= wanted)} |"
            lines.append(row)
    if children := measured.stages["kernels"]:
        middle, most = statistics.median(children), max(children)
        memory = f"median {middle:.0f} MB, most {most:.0f} MB"
        lines.append(
            f"| Memory of a child, beyond the zygote | ≤ {CHILD_MB} MB | | | {memory} | {_held(most <= CHILD_MB)} |"
        )
    return lines


def _held(it: bool) -> str:
    return "held" if it else "**missed**"


def _stages(stages: dict[str, Any], size: int) -> list[str]:
    """Where the time goes, with one worker."""
    lines, before = ["| Set-up, in this order | ms |", "|---|---|"], 0.0
    for name, at in sorted(stages["setup"].items(), key=lambda item: item[1]):
        lines.append(f"| {name} | {1e3 * (at - before):.0f} |")
        before = at
    lines += ["", "| A submission, with one worker | ms |", "|---|---|"]
    lines += [f"| {name} | {1e3 * seconds / size:.1f} |" for name, seconds in stages["seconds"].items()]
    sizes = f"The judge holds {stages['judge']:.0f} MB at most, each worker {stages['worker']:.0f} MB (most of them"
    return [*lines, "", f"{sizes} shared with the judge)."]
