"""In a notebook a check shows a card and returns the points; the card is text, HTML without script, and kind."""

import json
import subprocess
import sys
import warnings

import pytest

from autograder.card import Card
from autograder.checks import Part, Verdict, notebook, run
from autograder.checks.loading import load, points_of
from autograder.errors import UserError
from autograder.local import Local
from autograder.student import Student
from tests.checks import toy


def card(answers, hints=()):
    return Card(run(toy.check, "mean", Student(Local(answers)), 4.0, hidden=False), "The mean of a sample.", hints)


def test_the_text_card_says_points_parts_and_what_is_hidden():
    assert repr(card({"mean": sum})) == (
        "✗ mean: not right yet (0 of 4 points)\n"
        "  ✗ is the average: This is the sum: it grows with the size of the sample.\n"
        "  ✗ refuses an empty sample: `mean([])` returns a value; outside the domain it should raise ValueError.\n"
        "  Hidden parts will decide, in grading, 1 of the 4 points."
    )


def test_the_html_card_escapes_whatever_a_learner_writes():
    def loud(sample):
        raise ValueError("<script>alert(1)</script>")

    html = card({"mean": loud})._repr_html_()
    assert "<script" not in html and "&lt;script&gt;" in html


def test_what_is_wrong_in_several_parts_is_said_once():
    parts = [Part(name, 1.0, True, message="This is the sum.") for name in ("is the average", "broadcasts")]
    text = repr(Card(Verdict("mean", "failed", 0.0, 4.0, parts=parts)))
    assert "✗ is the average: This is the sum.\n  ✗ broadcasts\n" in text + "\n"


@pytest.mark.parametrize(
    ("hidden_share", "hidden_run", "headline"),
    [
        (0.0, False, "✓ mean: right (4 of 4 points)"),
        (0.25, True, "✓ mean: right (4 of 4 points)"),
        (0.25, False, "✓ mean: right so far (4 of 4 points)"),
        (1.0, False, "● mean: recorded (4 of 4 points)"),
    ],
)
def test_nothing_is_called_right_before_its_hidden_parts_ran(hidden_share, hidden_run, headline):
    verdict = Verdict("mean", "passed", 4.0, 4.0, hidden_share=hidden_share, hidden_run=hidden_run)
    assert repr(Card(verdict)).splitlines()[0] == headline


def test_code_and_emphasis_are_set_and_products_are_not():
    parts = [Part("is the average", 1.0, True, message="`a*b*c` is *not* a*b*c or 2 * x * y")]
    html = Card(Verdict("mean", "failed", 0.0, 4.0, parts=parts))._repr_html_()
    assert "<code>a*b*c</code> is <em>not</em> a*b*c or 2 * x * y" in html


def test_warnings_of_an_answer_at_the_edge_stay_quiet():
    def noisy(sample):
        warnings.warn("divide by zero", RuntimeWarning, stacklevel=1)
        return sum(sample)

    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        card({"mean": noisy})
    assert heard == []


def test_hints_open_on_request_and_only_those_on_offer():
    html = card({}, hints=("Look here.",))._repr_html_()
    assert html.count("<details") == 1 and "Look here." in html
    assert "A hint: Look here." in repr(card({}, hints=("Look here.",)))


def test_a_blank_card_says_what_to_do_and_lists_no_failures():
    text = repr(card({}))
    assert "not written yet" in text and "Nothing to check yet" in text and "✗" not in text


@pytest.fixture
def points(tmp_path, monkeypatch):
    """The toy unit, worth 4 points, outside any course."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(notebook, "points_of", lambda check, name: 4.0)
    monkeypatch.setattr(notebook, "_failures", {})
    monkeypatch.setattr("IPython.get_ipython", lambda: None)  # plain Python, whatever shell another test has made


def test_check_returns_the_points_established(points, capsys):
    assert notebook.run_in_notebook.__module__ == "autograder.checks.notebook"
    namespace = {"check": toy.check, "mean": lambda sample: sum(sample) / len(sample) if len(sample) else _refuse()}
    exec("result = check('mean')", namespace)
    assert namespace["result"] == 3.0 and isinstance(namespace["result"], float)
    assert "✓ mean: right so far (3 of 4 points)" in capsys.readouterr().out


def _refuse():
    raise ValueError("empty")


def test_one_more_hint_is_offered_after_each_failure(points, capsys):
    namespace = {"check": toy.check}
    for offered in (1, 2, 3, 3):
        exec("check('mean')", namespace)
        assert capsys.readouterr().out.count("int: ") == offered


def test_without_a_points_table_the_remedy_is_told():
    with pytest.raises(UserError, match=r"not known\. Run `autograder build`"):
        points_of(toy.check, "mean")


def test_a_module_without_checks_is_an_error():
    with pytest.raises(UserError, match="no object `check`"):
        load("json")


def test_importing_the_engine_loads_neither_torch_nor_sympy_nor_nbgrader():
    code = "import autograder, autograder.checks, autograder.expect, sys, json; print(json.dumps(sorted(sys.modules)))"
    loaded = json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
    assert not {"torch", "sympy", "nbgrader", "scipy", "IPython"} & set(loaded)
