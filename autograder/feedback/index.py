"""The page that leads to all the others: a row for each submission, for whoever runs the course."""

from urllib.parse import quote

from autograder.feedback.page import number, page
from autograder.feedback.text import html
from autograder.grading.outcome import Outcome


def index_page(outcomes: list[Outcome], pages: dict[tuple[str, str], str]) -> str:
    """The whole page; `pages` says where each submission's own page lies, by student and assignment."""
    head = "<tr><th>student</th><th>assignment</th><th>status</th><th class='number'>points</th><th></th></tr>"
    rows = "".join(_row(outcome, pages[outcome.key]) for outcome in outcomes)
    return page("Grades", [f"<h1>Grades</h1><table>{head}{rows}</table>"])


def _row(outcome: Outcome, path: str) -> str:
    return (
        f'<tr><td><a href="{html(quote(path))}">{html(outcome.student)}</a></td>'
        f"<td>{html(outcome.assignment)}</td><td>{html(outcome.status)}</td>"
        f'<td class="number">{number(outcome.score)} of {number(outcome.max_score)}</td>'
        f"<td>{html(outcome.reason)}</td></tr>"
    )
