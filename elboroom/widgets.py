"""Sliders for pictures. The picture is an ordinary output beside them: saved notebooks and exported pages keep it."""

from collections.abc import Callable
from typing import Any

from elboroom.plots.picture import Waiting

Range = tuple[float, float, float]


def explore(draw: Callable[..., Any], *answers: Callable[..., Any], **ranges: Range) -> Waiting | None:
    """Shows draw(*answers, **values) and a slider for each keyword, name=(low, high, start), that redraws it.

    Returns Waiting, which says why, where the picture can't be drawn yet."""
    import ipywidgets
    from IPython.display import display

    sliders = {
        name: ipywidgets.FloatSlider(start, min=low, max=high, step=0.05, description=SIGNS.get(name, name))
        for name, (low, high, start) in ranges.items()
    }

    def drawn() -> Any:
        return draw(*answers, **{name: slider.value for name, slider in sliders.items()})

    first = drawn()
    if isinstance(first, Waiting):
        return first
    box = ipywidgets.HBox(list(sliders.values()))
    names = " and ".join(SIGNS.get(name, name) for name in sliders)
    display({**box._repr_mimebundle_(), "text/plain": f"[run this cell in Jupyter for a slider of {names}]"}, raw=True)
    shown = display(first, display_id=True)
    for slider in sliders.values():
        slider.observe(lambda _: shown.update(drawn()), names="value")
    return None


SIGNS = {"theta": "θ", "phi": "φ"}
