"""A picture: a figure that a notebook, and a page made from it, shows as PNG; or a sentence on what it waits for.

A function under @picture draws with the learner's functions. Where one of them isn't written yet, or fails, the cell
shows that in a sentence, so that "Run all" goes through on a notebook in any state.
"""

import functools
import io
from collections.abc import Callable
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure

PRIOR, POSTERIOR, Q, EVIDENCE, QUIET = "#7f8c8d", "#1f5fa8", "#d9622b", "#2b8a4b", "#b8bfc6"
STYLE: dict[Any, Any] = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.labelsize": 10,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "lines.linewidth": 1.8,
}


class Unanswered(Exception):
    """A picture can't be drawn yet; the message says which answer it waits for."""


class Picture:
    """A figure with a caption, which is also the picture's description for those who can't see it."""

    def __init__(self, figure: Figure, caption: str) -> None:
        self.figure, self.caption = figure, caption

    def _repr_png_(self) -> tuple[bytes, dict[str, str]]:
        png = io.BytesIO()
        with matplotlib.rc_context(STYLE):
            self.figure.savefig(png, format="png", dpi=110)
        return png.getvalue(), {"alt": self.caption}

    def __repr__(self) -> str:
        return f"[picture: {self.caption}]"


class Waiting:
    """Stands where a picture will be."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __repr__(self) -> str:
        return self.reason


def picture(draw: Callable[..., Figure]) -> Callable[..., Picture | Waiting]:
    """Makes `draw`, which returns a figure, return a Picture, or Waiting while it needs answers not yet written.

    The docstring's first line is the caption, with the keyword arguments filled in."""

    @functools.wraps(draw)
    def drawn(*answers: Any, **settings: Any) -> Picture | Waiting:
        try:
            with matplotlib.rc_context(STYLE):
                figure = draw(*(answered(a) if callable(a) else a for a in answers), **settings)
        except Unanswered as missing:
            return Waiting(str(missing))
        first_line = (draw.__doc__ or "").partition("\n")[0]
        return Picture(figure, first_line.format(**{name: f"{value:g}" for name, value in settings.items()}))

    return drawn


def answered(function: Callable[..., Any]) -> Callable[..., Any]:
    """The learner's function, giving arrays, or raising Unanswered with a reason that a learner can act on."""
    name = getattr(function, "__name__", "function")

    def call(*arguments: Any) -> Any:
        try:
            value = function(*arguments)
        except Exception as error:
            kind = type(error).__name__
            raise Unanswered(f"This picture needs your `{name}`, which raised {kind}: {error}") from None
        if value is None or value is ...:
            raise Unanswered(f"This picture needs your `{name}`: write it above, then run this cell again.")
        shape = np.broadcast_shapes(*(np.shape(a) for a in arguments))
        for each in value if isinstance(value, tuple) else (value,):
            if shape and np.shape(each) != shape:
                found = np.shape(each)
                raise Unanswered(f"This picture needs your `{name}` to broadcast: asked for {shape}, it gave {found}.")
        return tuple(np.asarray(v) for v in value) if isinstance(value, tuple) else np.asarray(value)

    return call
