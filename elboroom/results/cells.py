"""Runs of the same settings as cells of a table: means, standard errors over images, deviations over seeds."""

import statistics
from collections.abc import Iterable
from typing import Any

Metrics = dict[str, Any]
NOT_RUN = "not run yet"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """Lines of a Markdown table; the first column is text, the others are numbers."""
    head = list(head)
    lines = [f"| {' | '.join(head)} |", f"|---{'|---:' * (len(head) - 1)}|"]
    return [*lines, *(f"| {' | '.join(row)} |" for row in rows)]


def values(runs: list[Metrics], column: str) -> list[float]:
    """One figure of each run that has it: a metric by name, or -IWAE-m by m."""
    found = [run.get(column, run.get("iwae", {}).get(column)) for run in runs]
    return [value for value in found if value is not None]


def mean(runs: list[Metrics], column: str, digits: int = 2, scale: float = 1.0) -> str:
    """The mean over runs; it says of how many of them, where not all have the figure."""
    found = values(runs, column)
    if not found:
        return ""
    said = f"{scale * statistics.fmean(found):.{digits}f}"
    return said if len(found) == len(runs) else f"{said} (of {len(found)})"


def image_error(runs: list[Metrics], column: str, digits: int = 2, scale: float = 1.0) -> str:
    """The standard error over the test images of one run's figure, on average."""
    found = [run["se"][column] for run in runs if column in run["se"]]
    return f"{scale * statistics.fmean(found):.{digits}f}" if found else ""


def seed_deviation(runs: list[Metrics], column: str, digits: int = 2, scale: float = 1.0) -> str:
    """The standard deviation over seeds."""
    found = values(runs, column)
    return f"{scale * statistics.stdev(found):.{digits}f}" if len(found) > 1 else ""


def verdict(runs: list[Metrics], column: str, wanted: float, at_most: bool = True) -> str:
    """Whether the mean over runs is what was wanted."""
    found = values(runs, column)
    if not found:
        return NOT_RUN
    got = statistics.fmean(found)
    return "held" if (got <= wanted if at_most else got >= wanted) else "**missed**"
