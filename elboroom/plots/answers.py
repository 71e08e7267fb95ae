"""Pictures drawn from answers of any shape: functions that return matrices, trained networks, weights.

Like `elboroom.plots.picture.picture`, which expects functions that broadcast, it says what it waits for instead of
failing.
"""

import functools
from collections.abc import Callable
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from elboroom.plots.picture import STYLE, Picture, Unanswered, Waiting


def from_answers(draw: Callable[..., Figure]) -> Callable[..., Picture | Waiting]:
    """Makes `draw(*answers, **settings)`, which returns a figure, return a Picture, or Waiting while an answer is not
    there yet. The docstring's first line is the caption, with the settings filled in."""

    @functools.wraps(draw)
    def drawn(*answers: Any, **settings: Any) -> Picture | Waiting:
        try:
            with matplotlib.rc_context(STYLE):
                figure = draw(*map(_ready, answers), **settings)
        except Unanswered as missing:
            return Waiting(str(missing))
        caption = (draw.__doc__ or "").partition("\n")[0]
        return Picture(figure, caption.format(**{name: f"{value:g}" for name, value in settings.items()}))

    return drawn


def _ready(answer: Any) -> Any:
    """The answer; a function of the learner's in a form that raises Unanswered."""
    if answer is None or answer is ...:
        raise Unanswered(
            "This picture needs your answers from above: write them, run their cells, then this one again."
        )
    if not callable(answer) or hasattr(answer, "state_dict"):
        return answer
    name = getattr(answer, "__name__", "function")

    def call(*arguments: Any) -> Any:
        try:
            value = answer(*arguments)
        except Exception as error:
            kind = type(error).__name__
            raise Unanswered(f"This picture needs your `{name}`, which raised {kind}: {error}") from None
        if value is None or value is ...:
            raise Unanswered(f"This picture needs your `{name}`: write it above, then run this cell again.")
        return value

    return call
