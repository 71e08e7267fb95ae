"""Evaluation: the bounds are ordered, streamed without memory, and come with honest errors."""

import numpy as np
import pytest
import torch

from elboroom import evaluation
from elboroom.data import Split
from elboroom.evaluation import evaluate
from elboroom.models import GMVAE, VAE, LinearVAE
from elboroom.models.densities import iwae_bound


@pytest.fixture
def split():
    return Split(np.random.default_rng(0).integers(0, 2, (30, 6), dtype=np.uint8), None)


@pytest.fixture(params=[VAE, lambda **kw: GMVAE(k=4, **kw)], ids=["vae", "gmvae"])
def model(request):
    torch.manual_seed(0)
    return request.param(z_dim=2, x_dim=6, hidden=8)


def test_more_samples_give_a_tighter_bound_and_one_gives_the_elbo(model):
    split = Split(np.random.default_rng(0).integers(0, 2, (2000, 6), dtype=np.uint8), None)
    metrics = evaluate(model, split, samples=(1, 3, 10, 100), binary=True)
    bounds = [metrics["iwae"][str(m)] for m in (1, 3, 10, 100)]
    assert bounds == sorted(bounds, reverse=True)
    assert abs(bounds[0] - metrics["nelbo"]) < 5 * metrics["se"]["nelbo"]
    assert metrics["nelbo"] == pytest.approx(metrics["kl"] + metrics["rec"])
    assert metrics["bits_per_pixel"] == pytest.approx(metrics["nelbo"] / (6 * np.log(2)))


def test_streaming_gives_what_one_block_gives(model, split, monkeypatch):
    monkeypatch.setitem(evaluation.ROWS, "cpu", 8 * 30)
    x = torch.from_numpy(split.images).float()
    blocks = torch.Generator().manual_seed(5)
    eps = torch.cat([torch.randn(k, 30, 2, generator=blocks) for k in (7, 8, 5)])
    with torch.no_grad():
        streamed = evaluation._streamed(model, x, *model.encode(x), torch.Generator().manual_seed(5), (7, 20))
        assert torch.allclose(streamed["iwae 20"], -iwae_bound(model.log_weights(x, eps)), atol=1e-5)
        assert torch.allclose(streamed["iwae 7"], -iwae_bound(model.log_weights(x, eps[:7])), atol=1e-5)


def test_the_linear_vae_is_evaluated_like_the_others(split):
    torch.manual_seed(0)
    model = LinearVAE(2, 6)
    metrics = evaluate(model, split, samples=(1, 2000), binary=True)
    with torch.no_grad():
        x = torch.from_numpy(split.images).float()
        assert metrics["iwae"]["2000"] == pytest.approx(-model.log_likelihood(x).mean().item(), abs=0.05)
        assert metrics["kl"] == pytest.approx(model.negative_elbo(x)[1].item(), rel=1e-5)


def test_the_standard_error_is_the_spread_over_images(model):
    same = Split(np.ones((30, 6), dtype=np.uint8), None)
    metrics = evaluate(model, same, samples=(1000,), binary=True)
    assert metrics["se"]["1000"] < 0.02 and metrics["images"] == 30


def test_units_that_ignore_the_image_are_not_active(split):
    model = VAE(z_dim=3, x_dim=6, hidden=8)
    with torch.no_grad():
        last = model.enc.net[-1]
        last.weight[0] = 0.0  # the first unit's mean says nothing about x
        last.weight[1] *= 50
        last.weight[2] *= 50
    assert evaluate(model, split, samples=(1,), binary=True)["active_units"] == 2


def test_the_same_seed_gives_the_same_figures(model, split):
    assert evaluate(model, split, seed=1, samples=(5,)) == evaluate(model, split, seed=1, samples=(5,))
