"""Unit 04's pictures: drawn with any right answers, waiting for missing ones."""

import numpy as np
import pytest

from elboroom.plots import estimators, picture
from elboroom.plots import reparameterization as plots
from tests.units import reparameterization_answers as answers

AT = {"x": 0.5, "theta": 2.6, "phi": 3.6}


def f(z, x, theta, phi):
    return answers.weight(x, theta, phi, z)


def written(*functions):
    """Each picture's arguments, from the three gradients, the others, and settings: (draw, answers, settings)."""
    unit, uniform, full, joint, kl, score, path, landing, baseline, implicit, theta = functions
    return [
        (plots.threads, (unit,), {"phi": 2.0}),
        (plots.inverse, (uniform,), {"phi": 2.0}),
        (plots.two_roots, ((full,),), {"rho": 0.5}),
        (plots.sideways, (implicit,), {"phi": 2.0}),
        (estimators.two_estimators, ((joint, kl),), AT),
        (estimators.sample_by_sample, (score, path), AT),
        (estimators.variance_against_m, (score, path, landing, (f, baseline)), AT),
        (estimators.ascents, (score, path, landing), {"x": -3.0, "theta": 1.0, "best": 4.45}),
        (estimators.whose_samples, ((theta,),), {"x": 1.5, "phi": 1.0}),
    ]


NUMPY = written(
    answers.unit_numpy, answers.uniform_numpy, answers.full_cholesky, answers.joint_numpy, answers.kl_numpy,
    answers.score_numpy, answers.pathwise_numpy, answers.landing_numpy, answers.baseline_numpy,
    answers.implicit_numpy, answers.theta_numpy,
)  # fmt: skip
LOOPS = written(
    answers.unit_mirrored, answers.uniform_falling, answers.full_eigenvectors, answers.joint_loops, answers.kl_torch,
    answers.score_numpy, answers.pathwise_numpy, answers.landing_numpy, answers.baseline_torch,
    answers.implicit_torch, answers.theta_loops,
)  # fmt: skip


@pytest.mark.parametrize(("draw", "given", "settings"), NUMPY + LOOPS, ids=[d.__name__ for d, _, _ in NUMPY + LOOPS])
def test_a_picture_is_drawn_with_any_right_answers_and_describes_itself(draw, given, settings):
    drawn = draw(*given, **settings)
    assert isinstance(drawn, picture.Picture) and "{" not in drawn.caption
    png, described = drawn._repr_png_()
    assert png.startswith(b"\x89PNG") and described == {"alt": drawn.caption}


def stub(*arguments): ...


@pytest.mark.parametrize(("draw", "given", "settings"), written(*[stub] * 11), ids=[d.__name__ for d, _, _ in NUMPY])
def test_a_picture_waits_for_answers_that_are_not_written(draw, given, settings):
    assert repr(draw(*given, **settings)) == "This picture needs your `stub`: write it above, then run this cell again."


def test_an_answer_that_fails_is_told_under_its_own_name():
    def gaussian_full(mu, cov, eps):
        raise ValueError("lopsided")

    said = repr(plots.two_roots((gaussian_full,), rho=0.5))
    assert said == "This picture needs your `gaussian_full`, which raised ValueError: lopsided"


def test_the_first_picture_shows_a_cloud_and_curves():
    drawn = plots.fresh_or_fixed_noise(lambda phi, rng, m: rng.normal(phi, 1 / m), lambda phi: phi, m=20)
    fresh, fixed = drawn.figure.axes
    cloud, curve = fresh.lines[0].get_ydata(), fixed.lines[0].get_ydata()
    assert np.abs(np.diff(cloud, 2)).max() > 0.01 > np.abs(np.diff(curve, 2)).max()


def test_the_bars_have_the_lengths_that_the_chapter_states():
    drawn = estimators.sample_by_sample(answers.score_numpy, answers.pathwise_numpy, **AT)
    lengths = [bar.get_width() for bar in drawn.figure.axes[1].patches]
    assert lengths == [pytest.approx(0.0413, abs=5e-5), pytest.approx(0.0632, abs=5e-5)]


def test_variances_fall_with_slope_minus_one_and_the_best_baseline_helps():
    draw, given, settings = NUMPY[6]
    lines = draw(*given, **settings).figure.axes[0].lines[::2]  # every other line is a dotted guide
    for line in lines:
        slope = np.polyfit(np.log(line.get_xdata()), np.log(line.get_ydata()), 1)[0]
        assert slope == pytest.approx(-1, abs=0.1)
    score, with_baseline, path, landing = (line.get_ydata()[0] for line in lines)
    assert landing < with_baseline < score < path
