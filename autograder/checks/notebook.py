"""What `check("elbo")` does in a notebook: run the check on the notebook's own names, show a card, give the points."""

import sys
from typing import Any

from autograder.card import Card
from autograder.checks.loading import load_hidden, points_of
from autograder.checks.registry import Checks
from autograder.checks.run import run
from autograder.errors import UserError
from autograder.local import Local
from autograder.student import Student

_failures: dict[tuple[str, str], int] = {}  # how often a check failed in this notebook: as many hints are offered


def run_in_notebook(check: Checks, name: str) -> float:
    """Shows the card of check `name` and returns the points established, in [0, what the check is worth].

    Where the course has its hidden checks at hand they run too; elsewhere their share of the points stays open."""
    check.require(name)
    verdict = run(check, name, Student(Local(_namespace())), points_of(check, name), hidden=_with_hidden(check))
    attempts = _failures[check.unit, name] = _failures.get((check.unit, name), 0) + (verdict.status != "passed")
    description = (check.public[name].__doc__ or "").strip().partition("\n")[0]
    _display(Card(verdict, description, check.hinted.get(name, ())[:attempts]))
    return float(verdict.points)


def _with_hidden(check: Checks) -> bool:
    """Loads the hidden checks if this notebook lies in a course that has them; says whether it does."""
    from autograder.course import Course

    try:
        unit = Course.find().units.get(check.unit)
    except UserError:
        return False
    if unit is None or not unit.hidden.is_file():
        return False
    load_hidden(check, unit.hidden)
    return True


def _namespace() -> dict[str, Any]:
    """The notebook's names; in plain Python, those of whoever called `check`."""
    if "IPython" in sys.modules:
        from IPython import get_ipython

        shell = get_ipython()
        if shell is not None:
            return shell.user_ns
    return sys._getframe(3).f_globals


def _display(card: Card) -> None:
    if "IPython" in sys.modules:
        from IPython import get_ipython
        from IPython.display import display

        if get_ipython() is not None:
            display(card)
            return
    print(card)
