"""Unit 10's chapter: definitions by a second route, the figures that it quotes, its pictures, and its training."""

import math

import matplotlib
import numpy as np
import pytest
import torch
from scipy import integrate, stats

from autograder.build.read import read_master
from autograder.course import Course
from elboroom import widgets
from elboroom.checks import fsvae_model
from elboroom.models import FSVAE
from elboroom.plots import fsvae as plots
from elboroom.plots.picture import Picture, Waiting
from elboroom.references import exponential
from elboroom.references import fsvae as by_definition
from tests.units import fsvae_right as right
from tests.units.judging import Judge

matplotlib.use("agg")

JUDGE = Judge("10_fsvae")
MASTER = read_master(Course.find().unit("10_fsvae"))
SIZES = (3, 12, 7, 10)
STATE = by_definition.weights(SIZES, seed=1)


def tensors(*arrays):
    return [torch.as_tensor(np.asarray(a)) for a in arrays]


@pytest.fixture
def batch():
    draw = np.random.default_rng(0)
    return draw.random((6, 12)), draw.integers(0, 10, 6), draw.normal(size=(6, 3))


def test_the_definitions_agree_with_the_model_in_torch(batch):
    x, y, eps = batch
    model = fsvae_model.ours(SIZES, STATE)
    with torch.no_grad():
        for ours, theirs in zip(by_definition.encode(STATE, x, y), model.encode(*tensors(x, y)), strict=True):
            assert np.allclose(ours, theirs)
        terms = model.negative_elbo(*tensors(x, y, eps))
        assert np.allclose(by_definition.negative_elbo(STATE, x, y, eps), [float(term) for term in terms])
        wanted = (y + 3) % 10
        assert np.allclose(by_definition.swap(STATE, x, y, wanted, eps), model.swap(*tensors(x, y, wanted, eps)))
        grid = by_definition.style_grid(STATE, eps, 10)
        assert np.allclose(grid[2, 7], model.decode(*tensors(eps[2:3], [7]))[0]) and grid.shape == (6, 10, 12)
        line = by_definition.interpolate(STATE, eps[0], eps[1], 4, 3)
        assert np.allclose(line, model.decode(*tensors([eps[0], (eps[0] + eps[1]) / 2, eps[1]], [4] * 3)))


def test_the_best_variance_is_the_mean_squared_error(batch):
    x, y, eps = batch
    mean = by_definition.decode(STATE, by_definition.sampled(STATE, x, y, eps), y)
    assert by_definition.best_variance(STATE, x, y, eps) == pytest.approx(((x - mean) ** 2).mean(), rel=1e-6)


def test_the_probe_is_where_the_squared_error_has_no_slope():
    draw = np.random.default_rng(3)
    features, labels = draw.normal(size=(50, 4)), draw.integers(0, 3, 50)
    targets = np.eye(3)[labels]
    A, W = by_definition.with_constant(features), by_definition.fitted(features, targets)
    assert np.abs(A.T @ (A @ W - targets)).max() < 1e-10
    accuracy, error = by_definition.probe(features, labels, features, labels)
    assert error == pytest.approx(math.sqrt(accuracy * (1 - accuracy) / 50))


@pytest.mark.parametrize(("x", "theta"), [(1.5, 1.0), (-2.0, 0.3), (4.0, 5.0)])
def test_the_bound_over_the_prior_is_an_integral(x, theta):
    def integrand(z):
        return stats.expon.pdf(z, scale=1 / theta) * stats.norm.logpdf(x, z)

    want = integrate.quad(integrand, 0, 60 / theta, epsabs=1e-12)[0]
    assert by_definition.prior_bound(x, theta) == pytest.approx(want, rel=1e-8)


def test_the_three_figures_of_the_exponential_model():
    assert float(by_definition.prior_bound(1.5, 1.0)) == pytest.approx(-1.5439, abs=5e-5)
    best = exponential.elbo(1.5, 1.0, exponential.best_phi(1.5, 1.0))
    assert float(best) == pytest.approx(-1.5039, abs=5e-5)
    assert float(exponential.log_evidence(1.5, 1.0)) == pytest.approx(-1.3689, abs=5e-5)
    evidence, highest = plots._by_sums(1.0)
    at = int(np.argmin(abs(plots.X - 1.5)))
    assert evidence[at] == pytest.approx(float(exponential.log_evidence(plots.X[at], 1.0)), abs=1e-3)
    assert highest[at] == pytest.approx(
        float(exponential.elbo(plots.X[at], 1.0, exponential.best_phi(plots.X[at], 1.0))), abs=1e-3
    )


def test_small_cases_by_hand():
    prior, posterior = np.array([0.5, 0.5]), np.array([0.75, 0.25])
    log_x = np.log([0.6, 0.2])
    assert np.log(prior @ [0.6, 0.2]) == pytest.approx(-0.9163, abs=5e-5)
    assert prior @ log_x == pytest.approx(-1.0601, abs=6e-5)
    kl = posterior @ np.log(posterior / prior)
    assert posterior @ log_x == pytest.approx(-0.7855, abs=5e-5) and kl == pytest.approx(0.1308, abs=5e-5)
    assert posterior @ log_x - kl == pytest.approx(-0.9163, abs=5e-5)
    assert float(by_definition.prior_bound(0.0, 1.0)) == pytest.approx(-1.9189, abs=5e-5)
    assert by_definition.log_normal([[0.0, 0.0]], [[1.0, -1.0]], 2.0)[0] == pytest.approx(-3.0310, abs=5e-5)
    assert right.label_by_eye(torch.tensor([[5.0, 6.0]]), torch.tensor([2]), 3).tolist() == [[5, 6, 0, 0, 1]]
    assert by_definition.kl([[1.0]], [[1.0]])[0] == pytest.approx(0.5)


class Letters:
    """A decoder whose image is its style and its label, for reading off the order."""

    def decode(self, z, y):
        return torch.stack([z[:, 0], y.float()], dim=1)


def test_the_order_of_the_grid_by_hand():
    z = torch.tensor([[10.0], [20.0]])
    grid = right.grid_by_interleaving(Letters(), z, 3)
    assert grid[0].tolist() == [[10, 0], [10, 1], [10, 2]] and grid[1, 0].tolist() == [20, 0]
    made_the_other_way = Letters().decode(z.repeat(3, 1), torch.arange(3).repeat_interleave(2)).reshape(2, 3, 2)
    assert made_the_other_way[0].tolist() == [[10, 0], [20, 0], [10, 1]]


def nothing(*arguments):
    return None


@pytest.fixture(scope="module")
def drawable():
    """A model, images and labels of the right shapes, untrained."""
    torch.manual_seed(0)
    return FSVAE(10, 768, 8, 10), torch.rand(40, 768), torch.arange(40) % 10


def test_pictures_are_drawn_and_wait_for_what_is_missing(drawable):
    model, x, y = drawable
    swap, grid, walk = right.ANSWERS["swap"][1], right.grid_row_by_row, right.walk_by_lerp
    pictures = [
        (plots.swapped, [model, swap, x[:6], y[:6]], {}),
        (plots.styles, [model, grid, torch.randn(3, 10)], {}),
        (plots.walks, [model, walk, torch.randn(2, 2, 10)], {}),
        (plots.compared, [model, model, swap, x[:6], y[:6]], {}),
        (plots.bounds, [right.bound_expanded], {"theta": 0.5}),
        (plots.gallery, [x], {}),
        (plots.both_sides, [{"told": ((-1.0, 0.0), (0.1, 0.01), (0.9, 0.01))}], {}),
    ]
    for draw, answers, settings in pictures:
        picture = draw(*answers, **settings)
        assert isinstance(picture, Picture) and "{" not in picture.caption, draw.__name__
        assert picture._repr_png_()[0].startswith(b"\x89PNG")
        for i, answer in enumerate(answers):
            missing = nothing if callable(answer) and answer is not model else None
            waiting = draw(*answers[:i], missing, *answers[i + 1 :], **settings)
            assert isinstance(waiting, Waiting) and "This picture needs" in waiting.reason, draw.__name__
    assert isinstance(plots.both_sides({}), Waiting)
    assert isinstance(widgets.explore(plots.bounds, nothing, theta=(0.15, 3.0, 1.0)), Waiting)


@pytest.mark.full
def test_training_keeps_style_and_content_apart_and_a_learnt_variance_does_not(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.set_num_threads(1)
    names = {"__name__": "notebook"}
    for cell in MASTER.cells:
        if cell.kind == "code" and cell.role != "check" and "explore(" not in cell.source:
            exec(cell.source, names)
    assert JUDGE("train_fsvae", {"fsvae_weights": names["fsvae_weights"]}).points == 1.0
    told, untold, learnt = names["results"].values()
    assert told[0][0] < -134 and told[1][0] < 0.17 and told[2][0] > 0.95
    assert untold[0][0] > told[0][0] + 3 and 0.27 < untold[1][0] < 0.4 and untold[2][0] < 0.12
    assert learnt[0][0] < -830 and learnt[1][0] > 0.38 and learnt[2][0] < 0.6
    assert names["learnt"].variance() < 0.007
