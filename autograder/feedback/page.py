"""The page that tells a learner what became of a submission: points, verdicts, repairs, then cell by cell."""

from collections.abc import Iterable
from functools import cache
from importlib import resources
from string import Template

from autograder.feedback.cells import cell_html
from autograder.feedback.text import html
from autograder.grading.outcome import Outcome
from autograder.grading.repair import ReadyCell

WORDS = {
    "graded": "graded",
    "timeout": "something took too long",
    "out-of-memory": "something needed too much memory",
    "kernel-died": "the kernel died",
    "malformed": "this could not be read as a notebook",
    "missing": "nothing was handed in",
}


def feedback_page(outcome: Outcome, cells: list[ReadyCell]) -> str:
    """The whole page."""
    body = [_head(outcome), _checks(outcome), _list("What was mended", outcome.repairs), *map(cell_html, cells)]
    return page(f"{outcome.assignment}: {outcome.student}", body)


def page(title: str, body: Iterable[str]) -> str:
    """A page with our style and our policy; `body` is HTML, `title` is not."""
    return Template(_file("page.html")).substitute(title=html(title), style=_file("style.css"), body="\n".join(body))


def number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _head(outcome: Outcome) -> str:
    waiting = f" {number(outcome.manual_max_points)} more wait for a person." if outcome.needs_manual else ""
    reason = f": {html(outcome.reason)}" if outcome.reason else ""
    return (
        f"<h1>{html(outcome.assignment)}: {html(outcome.student)}</h1>"
        f'<p class="points">{number(outcome.score)} of {number(outcome.max_score)} points.{waiting}</p>'
        f"<p>{WORDS[outcome.status]}{reason}</p>"
    )


def _checks(outcome: Outcome) -> str:
    rows = [
        f"<tr><td><code>{html(check['name'])}</code></td><td>{html(check['status'])}</td>"
        f'<td class="number">{number(check["points"])} of {number(check["max_points"])}</td>'
        f"<td>{html(check['message'])}</td></tr>"
        for check in outcome.checks
    ]
    head = '<tr><th>exercise</th><th></th><th class="number">points</th><th></th></tr>'
    return f"<table>{head}{''.join(rows)}</table>" if rows else ""


def _list(title: str, sentences: list[str]) -> str:
    items = "".join(f"<li>{html(sentence)}</li>" for sentence in sentences)
    return f"<p>{title}:</p><ul>{items}</ul>" if items else ""


@cache
def _file(name: str) -> str:
    return resources.files("autograder.feedback").joinpath(name).read_text(encoding="utf-8")
