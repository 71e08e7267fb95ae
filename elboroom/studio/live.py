"""A live plot of a training run: its terms, and pictures every few steps, in one output that is updated in place.

Outside a notebook it prints a line instead.
"""

import time
from collections.abc import Callable
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from elboroom.plots.digits import mosaic
from elboroom.plots.picture import EVIDENCE, POSTERIOR, PRIOR, STYLE, Picture, Q

COLOURS = (EVIDENCE, Q, POSTERIOR, PRIOR)
CAPTION = "A training run: the terms of its objective against the steps, and what the model makes of some digits."
HEADROOM = 3.0  # the plot reaches up to this many times the last value of the first term


class Live:
    """Called after each step with the terms by name, in nats: live(step, nelbo=…, kl=…).

    Every `every` steps, and at the last of `steps`, it shows their means since it last did. `rows()`, if given,
    returns rows of images (each (n, 784), 0 to 1) to show beside them: digits above their reconstructions, say."""

    def __init__(self, steps: int, rows: Callable[[], Any] | None = None, every: int = 100, unit: str = "nats") -> None:
        self.steps, self.rows, self.every, self.unit = steps, rows, every, unit
        self.pending: list[dict[str, float]] = []
        self.seen: list[tuple[int, dict[str, float]]] = []  # (steps done, means)
        self.begun, self.handle = time.perf_counter(), None

    def __call__(self, step: int, **terms: Any) -> None:
        self.pending.append({name: _number(value) for name, value in terms.items()})
        done = step + 1
        if done % self.every == 0 or done == self.steps:
            means = {name: float(np.mean([p[name] for p in self.pending])) for name in terms}
            self.seen.append((done, means))
            self.pending = []
            self._show()

    @property
    def said(self) -> str:
        """The last means in a line."""
        done, means = self.seen[-1]
        speed = 1000 * (time.perf_counter() - self.begun) / done
        terms = "   ".join(f"{name} {value:.1f}" for name, value in means.items())
        return f"step {done:,} of {self.steps:,}   {terms}   ({speed:.1f} ms a step)"

    def _show(self) -> None:
        if not _in_a_notebook():
            print(self.said, flush=True)
            return
        from IPython.display import display

        drawn = self.draw()
        if self.handle is None:
            self.handle = display(drawn, display_id=True)
        else:
            self.handle.update(drawn)

    def draw(self) -> Picture:
        """The picture as it is now."""
        with matplotlib.rc_context(STYLE):
            figure = Figure(figsize=(9.5, 3.2), layout="constrained")
            rows, widths = (self.rows(), [1, 1.25]) if self.rows else (None, [1])
            left, *right = figure.subplots(1, len(widths), squeeze=False, width_ratios=widths)[0]
            _draw_terms(left, self)
            for axes in right:
                axes.imshow(mosaic(rows), cmap="gray_r", vmin=0, vmax=1)
                axes.set_axis_off()
            figure.suptitle(self.said, fontsize=10, x=0.01, ha="left")
        return Picture(figure, CAPTION)


def _draw_terms(axes: Any, live: Live) -> None:
    steps = [done for done, _ in live.seen]
    names = list(live.seen[-1][1])
    for name, colour in zip(names, COLOURS, strict=False):
        axes.plot(steps, [means[name] for _, means in live.seen], color=colour, label=name, marker=".", markersize=4)
    axes.set(xlim=(0, live.steps), xlabel="steps", ylabel=live.unit)
    last = live.seen[-1][1][names[0]]
    if last > 0:
        axes.set_ylim(0, min(HEADROOM * last, 1.05 * live.seen[0][1][names[0]]))
    axes.legend(loc="upper right")


def _number(value: Any) -> float:
    """A number, or a tensor of one, with a gradient perhaps."""
    return float(value.detach() if hasattr(value, "detach") else value)


def _in_a_notebook() -> bool:
    from IPython import get_ipython

    return hasattr(get_ipython(), "kernel")
