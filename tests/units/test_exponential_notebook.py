"""Unit 03's pictures, sliders, notebooks and sample class: drawn with any right answers, waiting for missing ones."""

import json

import pytest
from IPython import display as ipython

from autograder.course import Course
from elboroom import widgets
from elboroom.plots import exponential as plots
from elboroom.plots.picture import Picture, Waiting
from tests.units import exponential_loops, exponential_sympy, exponential_torch

UNIT = Course.find().unit("03_exponential")
AT, AT_X = {"x": 1.5, "theta": 1.0}, {"x": 1.5}
PICTURES = [
    (plots.posterior, ["log_unnormalised_posterior", "posterior_is_truncated_normal"], AT),
    (plots.parabola_and_lines, ["log_unnormalised_posterior"], AT),
    (plots.gap, ["elbo", "log_evidence", "log_unnormalised_posterior"], AT),
    (plots.two_tops, ["elbo", "best_phi", "log_evidence", "maximise_elbo", "maximum_likelihood"], AT_X),
    (plots.landscape, ["elbo", "log_evidence", "ascend"], AT_X),
    (plots.richer_family, ["elbo", "gamma_elbo", "log_evidence", "log_unnormalised_posterior"], AT),
]
IDS = [draw.__name__ for draw, _, _ in PICTURES]


def stub(*arguments): ...


@pytest.mark.parametrize("answers", [exponential_torch, exponential_loops, exponential_sympy], ids=lambda a: a.__name__)
@pytest.mark.parametrize(("draw", "needed", "settings"), PICTURES, ids=IDS)
def test_a_picture_is_drawn_with_any_right_answers_and_describes_itself(draw, needed, settings, answers):
    drawn = draw(*(getattr(answers, name) for name in needed), **settings)
    assert isinstance(drawn, Picture) and "x = 1.5" in drawn.caption and "{" not in drawn.caption
    png, described = drawn._repr_png_()
    assert png.startswith(b"\x89PNG") and described == {"alt": drawn.caption}


@pytest.mark.parametrize(("draw", "needed", "settings"), PICTURES, ids=IDS)
def test_a_picture_waits_for_each_answer_that_is_not_written(draw, needed, settings):
    for missing in needed:
        given = [stub if name == missing else getattr(exponential_torch, name) for name in needed]
        assert (
            repr(draw(*given, **settings))
            == "This picture needs your `stub`: write it above, then run this cell again."
        )


def test_an_answer_that_fails_or_does_not_broadcast_is_told_under_its_own_name():
    def elbo(x, theta, phi):
        return float("thirteen")

    def number(x, theta, phi):
        return 1.0

    rest = exponential_torch.log_evidence, exponential_torch.log_unnormalised_posterior
    said = repr(plots.gap(elbo, *rest, **AT))
    assert said.startswith("This picture needs your `elbo`, which raised ValueError: could not convert")
    assert "`number` to broadcast: asked for (2000,), it gave ()" in repr(plots.gap(number, *rest, **AT))


def test_the_gap_in_the_picture_is_the_gap():
    given = [getattr(exponential_torch, name) for name in PICTURES[2][1]]
    bound_against_phi, _ = plots.gap(*given, **AT).figure.axes
    assert bound_against_phi.get_title(loc="left") == "smallest gap: 0.1349 nats at φ = 1.19"


def test_the_richer_family_closes_seven_tenths_of_the_gap():
    given = [getattr(exponential_torch, name) for name in PICTURES[5][1]]
    exponential, gamma = (bar.get_width() for bar in plots.richer_family(*given, **AT).figure.axes[1].patches)
    assert (exponential, gamma) == (pytest.approx(0.1349, abs=5e-5), pytest.approx(0.0390, abs=5e-5))


class Shown:
    """Stands for Jupyter's display: remembers what was shown and what became of it."""

    def __init__(self):
        self.seen = []

    def __call__(self, thing, raw=False, display_id=False):
        self.seen.append(thing)
        return self if display_id else None

    def update(self, thing):
        self.seen.append(thing)


@pytest.fixture
def shown(monkeypatch):
    monkeypatch.setattr(ipython, "display", Shown())
    return ipython.display


def test_a_slider_redraws_the_picture(shown, monkeypatch):
    import ipywidgets

    made = []
    slider = ipywidgets.FloatSlider
    monkeypatch.setattr(ipywidgets, "FloatSlider", lambda *a, **k: made.append(slider(*a, **k)) or made[-1])
    answer = exponential_torch.log_unnormalised_posterior
    assert widgets.explore(plots.parabola_and_lines, answer, x=(-3, 5, 1.5), theta=(0.1, 4, 1)) is None
    made[0].value = 2.5
    box, first, second = shown.seen
    assert "slider of x and θ" in box["text/plain"] and "application/vnd.jupyter.widget-view+json" in box
    assert "x = 1.5, θ = 1" in first.caption and "x = 2.5, θ = 1" in second.caption


def test_without_an_answer_there_is_no_slider(shown):
    assert isinstance(widgets.explore(plots.landscape, stub, stub, stub, x=(0.3, 6, 1.5)), Waiting)
    assert shown.seen == []


def test_the_notebook_says_its_figures_and_teaches_its_errata():
    cells = json.loads(UNIT.student_notebook.read_text(encoding="utf-8"))["cells"]
    text = " ".join(" ".join("".join(cell["source"]) for cell in cells).split())
    for figure in ("0.98269", "1.33333", "-1.3689", "-1.5039", "-1.4080", "-1.5439", "-2.0439"):
        assert figure in text
    assert "Maximising the bound is not maximising the evidence" in text
    assert "A bound is only a bound with its constants" in text and "S_\\phi(1)$ is no number" in text
