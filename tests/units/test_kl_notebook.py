"""Unit 02's pictures: drawn with any right answers, waiting for missing ones."""

import numpy as np
import pytest

from elboroom.plots import kl as plots
from elboroom.plots import picture
from tests.units import kl_right as right


def written(discrete, jensen, half, diagonal, mvn, carlo):
    return [
        (plots.both_ways, (discrete,), {}),
        (plots.jensen, (jensen,), {"spread": 0.8, "middle": 0.3}),
        (plots.half, (half,), {"agreement": 0.9}),
        (plots.ridge, (diagonal, mvn), {"rho": 0.8}),
        (plots.estimates, (carlo,), {"distance": 1.0}),
        (plots.two_bumps, (discrete,), {"a": 3.0, "m": 0.0, "s": 2.0}),
        (plots.seek_or_cover, (discrete,), {"a": 3.2}),
    ]


NUMPY = written(
    right.discrete_numpy, right.jensen_numpy, right.half_numpy, right.diagonal_inverse, right.mvn_cholesky,
    right.carlo_numpy,
)  # fmt: skip
OTHERS = written(
    right.discrete_torch, right.jensen_loops, right.half_loops, right.diagonal_torch, right.mvn_solve,
    right.carlo_loops,
)  # fmt: skip


@pytest.mark.parametrize(("draw", "given", "settings"), NUMPY + OTHERS, ids=[d.__name__ for d, _, _ in NUMPY + OTHERS])
def test_a_picture_is_drawn_with_any_right_answers_and_describes_itself(draw, given, settings):
    drawn = draw(*given, **settings)
    assert isinstance(drawn, picture.Picture) and "{" not in drawn.caption
    assert drawn._repr_png_()[0].startswith(b"\x89PNG")


@pytest.mark.parametrize(("draw", "given", "settings"), NUMPY, ids=[d.__name__ for d, _, _ in NUMPY])
def test_a_picture_waits_for_what_is_not_written(draw, given, settings):
    def stub(*arguments): ...

    waiting = draw(*(stub for _ in given), **settings)
    assert isinstance(waiting, picture.Waiting) and "`stub`" in repr(waiting)


def test_the_directions_agree_on_both_diagonals_of_the_first_picture_and_nowhere_else():
    mesh = plots.both_ways(right.discrete_numpy).figure.axes[0].collections[0].get_array().reshape(97, 97)
    diagonals = np.eye(97, dtype=bool) | np.eye(97, dtype=bool)[::-1]
    assert np.abs(mesh[diagonals]).max() < 1e-12 < np.abs(mesh[~diagonals]).min()


def test_the_jensen_gap_of_the_picture_ends_on_the_centre_of_mass():
    axes = plots.jensen(right.jensen_numpy, spread=0.8, middle=0.3).figure.axes[0]
    values, weights = np.array([0.2, 1.0, 1.8]), np.array([0.35, 0.3, 0.35])
    assert axes.lines[1].get_ydata()[1] == pytest.approx(weights @ -np.log(values))


def test_the_reverse_optimum_jumps_between_the_stated_places_and_the_forward_one_does_not():
    before, after = (plots.best_of_each(right.discrete_numpy, a) for a in (2.8, 2.9))
    assert before[0][0] == pytest.approx(0.0, abs=0.02) and after[0][0] == pytest.approx(2.9, abs=0.1)
    assert before[1][0] == pytest.approx(0.0, abs=0.02) and after[1][0] == pytest.approx(0.0, abs=0.02)
