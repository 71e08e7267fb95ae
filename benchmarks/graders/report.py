"""What was measured, as tables in Markdown."""

import os
import statistics
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.graders.spent import Spent

BEGIN, END = "<!-- grading: written by benchmarks/grading.py --write -->", "<!-- end of grading -->"
CHILD_MB = 40
BUDGETS = {(120, "stock, alone"): 40, (120, "stock, two shards"): 20, (24, "stock, alone"): 20}


@dataclass
class Measured:
    """`ours`: (class, jobs) -> a run each. `stock`: (class, how) -> what it takes for that class, found with as many
    submissions as `graded` says, from the runs in `direct`. `stages`: see graders.stages."""

    graded: dict[str, int]
    ours: dict[tuple[int, int], list[Spent]] = field(default_factory=dict)
    stock: dict[tuple[int, str], Spent] = field(default_factory=dict)
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
    rows = {f"{name}{_from(size, measured.graded[name])}": s for (n, name), s in measured.stock.items() if n == size}
    rows |= {f"`autograder grade`, {jobs} job{'s' * (jobs > 1)}": median(runs) for jobs, runs in _of(size, measured)}
    alone, shards = (measured.stock[size, f"stock, {how}"] for how in ("alone", "two shards"))
    head = "Submissions/minute | Wall s | CPU s | × stock, alone | × two shards"
    lines = [f"| Class of {size} | {head} |", "|---|---|---|---|---|---|"]
    for name, took in rows.items():
        cpu = "not measured" if took.cpu is None else f"{took.cpu:.1f}"
        ratios = f"{alone.wall / took.wall:.1f} | {shards.wall / took.wall:.1f}"
        lines.append(f"| {name} | {took.per_minute(size):.0f} | {took.wall:.1f} | {cpu} | {ratios} |")
    return lines


def _from(size: int, graded: int) -> str:
    return f", extrapolated from {graded}" if graded != size else ""


def _of(size: int, measured: Measured) -> list[tuple[int, list[Spent]]]:
    return sorted((jobs, runs) for (n, jobs), runs in measured.ours.items() if n == size)


def _budgets(measured: Measured) -> list[str]:
    lines = ["| Budget | Wanted | Measured | |", "|---|---|---|---|"]
    for (size, stock), wanted in BUDGETS.items():
        if (size, stock) in measured.stock and (size, 2) in measured.ours:
            ratio = measured.stock[size, stock].wall / median(measured.ours[size, 2]).wall
            row = f"| Class of {size}, against {stock} | ≥ {wanted}× | {ratio:.1f}× |"
            lines.append(f"{row} {'held' if ratio >= wanted else '**missed**'} |")
    if children := measured.stages["kernels"]:
        middle, most = statistics.median(children), max(children)
        row = f"| Memory of a child, beyond the zygote | ≤ {CHILD_MB} MB | median {middle:.0f} MB, most {most:.0f} MB |"
        lines.append(f"{row} {'held' if most <= CHILD_MB else '**missed**'} |")
    return lines


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


def write(path: Path, section: str) -> None:
    """Replaces what stands between the markers."""
    before, rest = path.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    path.write_text(f"{before}{BEGIN}\n\n{section}\n\n{END}{after}", encoding="utf-8")
