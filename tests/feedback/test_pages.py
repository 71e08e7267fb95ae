"""Feedback pages: they tell a learner everything they should know, and let nothing of theirs act."""

import base64
from typing import Any

import pytest

from autograder.feedback import feedback_page, index_page
from autograder.feedback.text import plain
from autograder.grading.judge import Judge
from autograder.grading.kernel_session import Session
from autograder.grading.outcome import Outcome, conclude
from autograder.grading.outputs import Output
from autograder.grading.repair import ReadyCell, repair
from autograder.limits import Limits
from tests.feedback.acting import acting
from tests.grading import example
from tests.grading.kernels import Launches

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(40)).decode()


def judged(notebook: example.Notebook, **fields: Any) -> tuple[Outcome, list[ReadyCell]]:
    cells, repairs = repair(example.handed(notebook), example.template())
    judgement = Judge(example.checks(), 1).judge(cells, Session(Launches(), Limits()))
    outcome = Outcome("ada", "00_example", "", max_score=9.0, repairs=repairs)
    outcome = conclude(outcome, judgement, cells)
    for name, value in fields.items():
        setattr(outcome, name, value)
    return outcome, cells


def assert_harmless(page: str) -> None:
    assert acting(page, allowed=frozenset({"style", "meta"})) == []  # the page's own
    assert page.count("<style") == 1 and "default-src 'none'" in page


def test_a_page_has_points_verdicts_and_answers() -> None:
    notebook = example.perfect()
    example.dict_of(notebook, "triple")["source"] = "def triple(x):\n    return 3 * abs(x)"
    page = feedback_page(*judged(notebook))
    for said in ("3.5 of 9 points.", "4 more wait for a person.", "of a negative number", "3 * abs(x)", "Because."):
        assert said in page
    assert "Three times as good." not in page  # the instructor's prose
    assert_harmless(page)


def test_nothing_of_a_learner_acts_on_a_page() -> None:
    notebook = example.notebook(f"def double(x):\n    raise ValueError({HOSTILE!r})", f"# {HOSTILE}", HOSTILE)
    notebook["cells"].append(example.cell("markdown", HOSTILE, "own"))
    notebook["cells"].append(example.cell("raw", HOSTILE, "raw"))
    pasted = {HOSTILE: {"image/png": PNG, "image/jpeg": 'x" onerror="alert(4)', "image/svg+xml": HOSTILE}}
    example.dict_of(notebook, "why")["attachments"] = pasted
    outcome, cells = judged(notebook, student=HOSTILE, reason=HOSTILE, repairs=[HOSTILE])
    shown: list[Output] = [
        {"output_type": "stream", "name": "stdout", "text": HOSTILE},
        {"output_type": "error", "ename": HOSTILE, "evalue": HOSTILE, "traceback": [HOSTILE]},
        {"output_type": "display_data", "data": {"text/plain": HOSTILE, "image/png": PNG}, "metadata": {}},
        {"output_type": "display_data", "data": {"image/png": 'x" onerror="alert(3)'}, "metadata": {}},
        {"output_type": "display_data", "data": {"text/html": HOSTILE, "text/plain": "fine"}, "metadata": {}},
        {"output_type": "execute_result", "data": {"text/plain": HOSTILE}, "metadata": {}},
    ]
    next(c for c in cells if c.id == "double").outputs = shown
    page = feedback_page(outcome, cells)
    assert_harmless(page)
    assert page.count("&lt;script&gt;alert(1)") >= 9 and PNG in page
    assert_harmless(index_page([outcome], {outcome.key: f"feedback/{HOSTILE}.html"}))


@pytest.mark.parametrize("status", ["malformed", "missing"])
def test_a_page_without_a_notebook_says_why(status: str) -> None:
    outcome = Outcome("ada", "00_example", status, max_score=9.0, reason="the file is empty")
    page = feedback_page(outcome, [])
    assert "the file is empty" in page and "0 of 9 points." in page
    assert_harmless(page)


def test_hidden_tests_are_not_shown() -> None:
    from autograder.grading.template import make_template

    def plain_tests(source: str) -> example.Notebook:
        made = example.perfect()
        example.dict_of(made, "double-check")["source"] = source
        return made

    template = make_template(plain_tests("assert double(1) == 2\nassert double(7) == 14"), plain_tests("assert True"))
    cells, _ = repair(example.handed(plain_tests("assert True")), template)
    assert "double(7)" not in feedback_page(Outcome("ada", "00_example", "graded"), cells)


def test_colours_and_overwritten_lines_become_plain_text() -> None:
    assert plain("\x1b[0;31mred\x1b[0m \x1b]0;title\x07text\x00\u202e") == "red text"
    assert plain("10%\r50%\r100%\nnext\r\n") == "100%\nnext\n"


def test_a_progress_bar_keeps_its_last_state() -> None:
    assert plain("1/2\r2/2\r") == "2/2"
