"""The page that leads to all the others: a row for each submission, for whoever runs the course."""

from urllib.parse import quote

from autograder.feedback.page import number, page
from autograder.feedback.text import html
from autograder.grading.outcome import Outcome


def index_page(outcomes: list[Outcome]) -> str:
    """The whole page; it lies in the folder above the students' folders."""
    head = "<tr><th>student</th><th>assignment</th><th>status</th><th class='number'>points</th><th></th></tr>"
    rows = "".join(map(_row, outcomes))
    return page("Grades", [f"<h1>Grades</h1><table>{head}{rows}</table>"])


def page_path(outcome: Outcome) -> str:
    """Where a submission's page lies, relative to the index."""
    return f"{outcome.student}/{outcome.assignment}/{outcome.assignment}.html"


def _row(outcome: Outcome) -> str:
    return (
        f'<tr><td><a href="{html(quote(page_path(outcome)))}">{html(outcome.student)}</a></td>'
        f"<td>{html(outcome.assignment)}</td><td>{html(outcome.status)}</td>"
        f'<td class="number">{number(outcome.score)} of {number(outcome.max_score)}</td>'
        f"<td>{html(outcome.reason)}</td></tr>"
    )
