"""Unit 09's chapter: its definitions held to a second route, the figures that it quotes, its pictures."""

import math

import matplotlib
import numpy as np
import pytest
import torch
from scipy.special import logsumexp, softmax
from torch.distributions import Bernoulli, Independent, Normal, kl_divergence

from elboroom import widgets
from elboroom.plots import ssvae as plots
from elboroom.plots.picture import Picture, Waiting
from elboroom.references import ssvae as by_definition
from tests.units.ssvae_right import best_posterior

matplotlib.use("agg")

SIZES = (6, 2, 5, 3)
STATE = by_definition.weights(SIZES, seed=1)
MODEL = by_definition.module(SIZES, STATE)
DRAW = np.random.default_rng(0)
X, Y = (DRAW.uniform(size=(5, 6)) > 0.5).astype(float), np.array([0, 1, 2, 1, 0])
EPS = DRAW.normal(size=(5, 3, 2))


def tensors(*arrays):
    return [torch.from_numpy(np.asarray(a)) for a in arrays]


class TestDefinitions:
    def test_the_networks_are_the_models(self):
        x, y, z = tensors(X, Y, EPS[:, 0])
        with torch.no_grad():
            assert np.allclose(by_definition.network(STATE, "cls", X), MODEL.classify(x))
            for ours, theirs in zip(by_definition.encode(STATE, X, Y), MODEL.encode(x, y), strict=True):
                assert np.allclose(ours, theirs)
            assert np.allclose(by_definition.decode(STATE, EPS[:, 0], Y), MODEL.decode(z, y))

    def test_the_bound_is_that_of_torchs_distributions(self):
        x, y, eps = tensors(X, Y, EPS[:, 0])
        with torch.no_grad():
            mu, var = MODEL.encode(x, y)
            q, prior = Normal(mu, var.sqrt()), Normal(torch.zeros_like(mu), torch.ones_like(mu))
            pixels = Independent(Bernoulli(logits=MODEL.decode(q.loc + q.scale * eps, y)), 1)
            want = pixels.log_prob(x) - kl_divergence(q, prior).sum(-1) - math.log(3)
        assert np.allclose(by_definition.bound(STATE, X, Y, EPS[:, 0]), want)

    def test_table_and_marginal_are_the_models(self):
        x, eps = tensors(X, EPS)
        table = by_definition.table(STATE, X, EPS)
        with torch.no_grad():
            assert np.allclose(table, MODEL.table(x, eps))
            want = MODEL.unlabelled(x, eps).item()
        assert -by_definition.marginal(by_definition.log_q(STATE, X), table).mean() == pytest.approx(want, rel=1e-5)

    def test_the_search_finds_softmax_and_logsumexp(self):
        bounds = DRAW.normal(size=(4, 3))
        q, u = by_definition.best_marginal(bounds)
        assert np.allclose(q, softmax(bounds, axis=1), atol=1e-6) and np.allclose(u, logsumexp(bounds, axis=1))

    def test_the_cross_entropy_is_torchs(self):
        logits = torch.from_numpy(by_definition.network(STATE, "cls", X))
        want = torch.nn.functional.cross_entropy(logits, torch.from_numpy(Y)).item()
        assert by_definition.cross_entropy(STATE, X, Y) == pytest.approx(want)


class TestFigures:
    def test_the_price_of_a_class(self):
        assert -80 - 20 - math.log(10) == pytest.approx(-102.303, abs=5e-4)
        assert 784 * math.log(2) == pytest.approx(543.4, abs=0.1) and 545 / math.log(10) == pytest.approx(237, abs=1)

    def test_two_classes_by_hand(self):
        bounds = np.array([-90.0, -93.0])
        for q, u in [(0.5, -90.807), (0.95, -89.951), (1 - 1e-12, -90.0)]:
            log_q = np.log([q, 1 - q])
            assert by_definition.marginal(log_q[None], bounds[None])[0] == pytest.approx(u, abs=5e-4)
        q, u = best_posterior(torch.tensor([[-90.0, -93.0]], dtype=torch.float64))
        assert q[0, 0].item() == pytest.approx(0.953, abs=5e-4) and u.item() == pytest.approx(-89.951, abs=5e-4)

    def test_the_slope_of_u_in_the_logits(self):
        logits, bounds = torch.randn(3, dtype=torch.float64, requires_grad=True), torch.randn(3, dtype=torch.float64)
        log_q = logits.log_softmax(0)
        u = (log_q.exp() * (bounds - log_q)).sum()
        (slope,) = torch.autograd.grad(u, logits)
        assert torch.allclose(slope, (log_q.exp() * (bounds - log_q - u)).detach())

    def test_the_two_orders_of_the_pairs(self):
        images = np.array(["a", "b"])
        in_place = [f"{i}{c}" for i, c in zip(np.repeat(images, 3), np.tile(range(3), 2), strict=True)]
        tiled = [f"{i}{c}" for i, c in zip(np.tile(images, 3), np.repeat(range(3), 2), strict=True)]
        assert in_place == ["a0", "a1", "a2", "b0", "b1", "b2"] and tiled == ["a0", "b0", "a1", "b1", "a2", "b2"]
        assert np.reshape(tiled, (2, 3)).tolist() == [["a0", "b0", "a1"], ["b1", "a2", "b2"]]


CURVES = {0: [(0, 0.1), (50, 0.6)], 1: [(0, 0.1), (50, 0.7)]}
PICTURES = [
    (plots.two_classes, [best_posterior], {"difference": 3.0}),
    (plots.learning_curves, [CURVES], {}),
    (plots.in_all_classes, [np.zeros((3, 11, 784))], {}),
    (plots.lottery, [[[0.7, 0.72], [0.75, 0.74]]], {}),
    (plots.worth_of_labels, [[10, 100], [0.4, 0.7], 0.8], {}),
]


@pytest.mark.parametrize(("draw", "answers", "settings"), PICTURES, ids=[draw.__name__ for draw, *_ in PICTURES])
def test_a_picture_is_drawn_and_waits_for_what_is_missing(draw, answers, settings):
    picture = draw(*answers, **settings)
    assert isinstance(picture, Picture) and picture._repr_png_()[0].startswith(b"\x89PNG")
    assert "{" not in picture.caption and len(picture.caption) > 40
    for i in range(len(answers)):
        waiting = draw(*answers[:i], None, *answers[i + 1 :], **settings)
        assert isinstance(waiting, Waiting) and "This picture needs" in waiting.reason


def test_pictures_wait_for_a_training_that_is_not_written():
    assert "your `train`" in plots.lottery([[None]]).reason and "your `train`" in plots.learning_curves({0: []}).reason
    assert "your `train`" in plots.worth_of_labels([10], [None], 0.5).reason


def test_the_slider_waits_for_its_answer():
    assert isinstance(widgets.explore(plots.two_classes, lambda bounds: None, difference=(0.0, 8.0, 3.0)), Waiting)
