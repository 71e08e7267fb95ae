"""How far a run is: a bar with an estimate in a terminal, nothing elsewhere."""

from collections import Counter
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from autograder.grading.outcome import Outcome


class Bar:
    """Counts outcomes. It draws when it is told to, without a thread: workers are forked meanwhile."""

    def __init__(self, total: int, console: Console | None = None) -> None:
        console = console or Console(stderr=True)
        columns: list[Any] = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()]
        columns += [TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(), TextColumn("{task.fields[said]}")]
        self.progress = Progress(*columns, console=console, auto_refresh=False, disable=not console.is_terminal)
        self.task = self.progress.add_task("grading", total=total, said="")
        self.counts: Counter[str] = Counter()

    def __enter__(self) -> "Bar":
        self.progress.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.progress.stop()

    def add(self, outcome: Outcome) -> None:
        """One more is done."""
        self.counts[outcome.status] += 1
        said = ", ".join(f"{count} {status}" for status, count in self.counts.items() if status != "graded")
        self.progress.update(self.task, advance=1, said=said)

    def tick(self) -> None:
        """Draws."""
        self.progress.refresh()
