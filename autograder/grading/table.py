"""The gradebook as a table: a row for each submission, then one line that sums it up."""

from collections import Counter

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.grading.outcome import STATUSES, Outcome

COLOURS = {"graded": "green", "missing": "dim", "malformed": "magenta"}


def print_table(outcomes: list[Outcome], console: Console | None = None) -> None:
    """Prints the outcomes of a run."""
    console = console or Console()
    if not console.is_terminal:
        console.width = max(console.width, 120)
    for assignment in dict.fromkeys(outcome.assignment for outcome in outcomes):
        of_this = [outcome for outcome in outcomes if outcome.assignment == assignment]
        console.print(_table(assignment, of_this))
        console.print(_sum(of_this), highlight=False)


def _table(assignment: str, outcomes: list[Outcome]) -> Table:
    table = Table(title=Text(assignment), title_justify="left")
    table.add_column("student", no_wrap=True)
    table.add_column("status", no_wrap=True)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("by hand", justify="right", no_wrap=True)
    table.add_column("what there is to say", overflow="fold")
    for outcome in outcomes:
        status = Text(outcome.status, COLOURS.get(outcome.status, "red"))
        points = f"{number(outcome.score)} / {number(outcome.max_score)}"
        by_hand = number(outcome.manual_max_points) if outcome.needs_manual else ""
        table.add_row(Text(outcome.student), status, points, by_hand, Text(_said(outcome)))
    return table


def _said(outcome: Outcome) -> str:
    """The reason, else the misconceptions that were recognised, else the repairs."""
    mistakes = list(dict.fromkeys(check["mistake"] for check in outcome.checks if check["mistake"]))
    return outcome.reason or _some("mistakes: ", mistakes, ", ") or _some("", outcome.repairs, "; ")


def _some(title: str, said: list[str], between: str) -> str:
    """The first three of what there is to say."""
    more = f"{between}and {len(said) - 3} more" if len(said) > 3 else ""
    return f"{title}{between.join(said[:3])}{more}" if said else ""


def _sum(outcomes: list[Outcome]) -> str:
    counts = Counter(outcome.status for outcome in outcomes)
    said = ", ".join(f"{counts[status]} {status}" for status in STATUSES if counts[status])
    scores = [outcome.score for outcome in outcomes if outcome.status not in ("missing", "malformed")]
    mean = f"; {number(sum(scores) / len(scores))} points on average" if scores else ""
    return f"{said}{mean}"


def number(value: float) -> str:
    """A number of points, as short as it can be."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
