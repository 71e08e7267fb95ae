"""Unit 01's pictures: drawn with any right answers, waiting for missing ones."""

import numpy as np
import pytest
from scipy import special

from elboroom.plots import elbo as plots
from elboroom.plots import picture
from tests.units import elbo_loops, elbo_numpy, elbo_torch

RED = {"q": 0.9, "prior": 0.5}


def log_joint_of(images, weights, means):
    images, means = np.asarray(images, float)[:, None], np.asarray(means)
    return np.log(np.asarray(weights)) + (special.xlogy(images, means) + special.xlog1py(1 - images, -means)).sum(-1)


def pictures(a):
    """(draw, answers, settings) of every picture, with the answers of module `a`."""
    images = np.random.default_rng(0).integers(0, 2, (12, 9))
    start = np.array([0.5, 0.5]), np.random.default_rng(1).uniform(0.3, 0.7, (2, 9))
    em = a.em_step, a.posterior, a.elbo, a.log_evidence, log_joint_of, images, start
    return [
        (plots.identity, (a.log_evidence, a.elbo, a.gap), {}),
        (plots.bars, (a.elbo_terms, a.log_evidence, a.gap), RED),
        (plots.two_rankings, (a.likelihood_and_kl,), {}),
        (plots.from_both_sides, (a.sandwich, a.log_evidence), {"prior": 0.5}),
        (plots.climb, em, {"step": 1.2}),
    ]


class Nothing:
    """Every answer is a stub."""

    def __getattr__(self, name):
        def stub(*arguments): ...

        return stub


DRAWN = [each for module in (elbo_numpy, elbo_torch, elbo_loops) for each in pictures(module)]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("draw", "given", "settings"), DRAWN, ids=[d.__name__ for d, _, _ in DRAWN])
def test_a_picture_is_drawn_with_any_right_answers_and_describes_itself(draw, given, settings):
    drawn = draw(*given, **settings)
    assert isinstance(drawn, picture.Picture) and "{" not in drawn.caption
    png, described = drawn._repr_png_()
    assert png.startswith(b"\x89PNG") and described == {"alt": drawn.caption}


@pytest.mark.parametrize(("draw", "given", "settings"), pictures(Nothing()), ids=[d.__name__ for d, _, _ in DRAWN[:5]])
def test_a_picture_waits_for_answers_that_are_not_written(draw, given, settings):
    assert repr(draw(*given, **settings)) == "This picture needs your `stub`: write it above, then run this cell again."


@pytest.mark.parametrize(("q", "prior"), [(0.9, 0.5), (0.3, 0.8), (0.01, 0.95)])
def test_the_bars_lie_end_to_end_and_reach_the_evidence(q, prior):
    axes = plots.bars(elbo_numpy.elbo_terms, elbo_numpy.log_evidence, elbo_numpy.gap, q=q, prior=prior).figure.axes[0]
    reconstruction, price, gap, bound, rest = [(bar.get_x(), bar.get_width()) for bar in axes.patches]
    assert reconstruction[0] == 0.0 and price[0] == pytest.approx(sum(reconstruction))
    assert gap[0] == pytest.approx(sum(price)) and bound == (0.0, pytest.approx(gap[0]))
    assert sum(gap) == pytest.approx(np.log(0.6 * prior + 0.2 * (1 - prior))) and sum(rest) == pytest.approx(sum(gap))
    assert price[1] <= 0 <= gap[1]


def test_the_bound_touches_the_evidence_at_the_old_parameters_and_is_highest_at_the_new_ones():
    draw, given, _ = pictures(elbo_numpy)[-1]
    for step in (0.0, 3.0):
        evidence, bound = draw(*given, step=step).figure.axes[0].lines[:2]
        t, below, above = evidence.get_xdata(), bound.get_ydata(), evidence.get_ydata()
        between, here = above - below, int(np.abs(t).argmin())
        assert (between > -1e-9).all() and between[here] == pytest.approx(0.0, abs=1e-9) and between.argmin() == here
        assert abs(t[below.argmax()] - 1) < 0.05
