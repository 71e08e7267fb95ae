"""Unit 07's chapter: the figures that it quotes, its training cell, what it claims of priors, its pictures."""

import functools
import math

import matplotlib
import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from torch.distributions import Normal, kl_divergence

from autograder.build.read import read_master
from elboroom import studio
from elboroom.plots import clusters, gmvae
from elboroom.plots.picture import Picture, Waiting
from elboroom.references import mixtures
from tests.units.judging import Judge, failures

matplotlib.use("agg")

judge = Judge("07_gmvae")
MASTER = read_master(judge.unit)
HANDED_IN = judge.unit.root / "samples/07_gmvae/ada-plain/07_gmvae/gmvae.safetensors"


@functools.cache
def notebook():
    """The names after the model solutions, training cells and pictures excepted."""
    names = {"__name__": "notebook"}
    for cell in MASTER.cells:
        run = "run" in cell.tags or "studio.read" in cell.source
        if cell.kind == "code" and cell.role != "check" and not run:
            exec(cell.source.replace("display(", "repr("), names)
    return names


def rows(*values):
    return torch.tensor(values, dtype=torch.float64)


def on_the_line(mu, var):
    return rows(*mu)[None, :, None], rows(*var)[None, :, None]


def test_densities_by_hand():
    log_normal, mixture = notebook()["log_normal"], notebook()["log_normal_mixture"]
    assert log_normal(rows([1.0, 0]), rows([0.0, 0]), rows([1.0, 4])).item() == pytest.approx(-3.0310, abs=5e-5)
    two = on_the_line([-1, 1], [1, 1])
    assert mixture(rows([0], [1]), *two).tolist() == pytest.approx([-1.4189, -1.4852], abs=5e-5)
    at_one = log_normal(rows([[1.0]]), *two)[0]
    assert at_one.exp().tolist() == pytest.approx([0.0540, 0.3989], abs=5e-5)
    assert at_one.exp().mean() == pytest.approx(0.2265, abs=5e-5) and at_one.mean() == pytest.approx(-1.9189, abs=5e-5)
    grid = torch.arange(-20, 20, 0.01, dtype=torch.float64)
    area = log_normal(grid[:, None, None], *two).mean(1).exp().sum() * 0.01
    assert area == pytest.approx(0.6065, abs=5e-5)
    assert math.log(4) / 2 == pytest.approx(0.6931, abs=5e-5)
    assert 0.5 * math.log(2 * math.pi) == pytest.approx(0.9189, abs=5e-5)


def test_estimates_by_hand():
    prior, q = on_the_line([-1, 1], [0.25, 0.25]), (torch.zeros(2, 1).double(), torch.ones(2, 1).double())
    found = notebook()["kl_to_mixture_monte_carlo"](rows([0], [1]), *q, *prior)
    assert found.tolist() == pytest.approx([1.3069, -0.5003], abs=5e-5)
    assert notebook()["log_normal_mixture"](rows([0], [1]), *prior).tolist() == pytest.approx(
        [-2.2258, -0.9186], abs=5e-5
    )
    assert mixtures.kl_to_mixture(0.0, 1.0, [-1.0, 1.0], [0.25, 0.25]) == pytest.approx(0.2278, abs=5e-5)


def test_nearly_half_of_the_estimates_are_negative():
    z = np.random.default_rng(0).normal(size=(gmvae.SAMPLES, 1))
    prior, q = on_the_line([-1, 1], [0.25, 0.25]), gmvae.standard(len(z))
    found = notebook()["kl_to_mixture_monte_carlo"](torch.tensor(z), *q, *prior)
    assert float((found < 0).double().mean()) == pytest.approx(0.46, abs=0.005)


def test_bounds_by_hand():
    prior, q = on_the_line([0, 10], [1, 1]), (rows([0]), rows([1.0]))
    bound = notebook()["mixture_kl_bound"]
    each = [bound(*q, prior[0][:, [i]], prior[1][:, [i]]).item() for i in (0, 1)]
    assert each == pytest.approx([0, 50]) and bound(*q, *prior).item() == pytest.approx(0.6931, abs=5e-5)
    assert mixtures.kl_to_mixture(0.0, 1.0, [0.0, 10.0], [1.0, 1.0]) == pytest.approx(0.6931, abs=5e-5)


def test_the_best_gaussian_by_hand():
    mean, var = notebook()["best_gaussian_prior"](rows([-1], [1]), rows([0.25], [0.25]))
    assert (mean.item(), var.item()) == (0.0, 1.25)
    kls = [kl_divergence(Normal(1.0, 0.5), Normal(0.0, s)).item() for s in (1.25**0.5, 1.0)]
    assert kls == pytest.approx([0.8047, 0.8181], abs=5e-5)
    assert mixtures.kl_to_mixture(1.0, 0.25, [-1.0, 1.0], [0.25, 0.25]) == pytest.approx(0.6327, abs=5e-5)


def test_a_frozen_component_has_the_variance_one():
    assert torch.nn.functional.softplus(torch.tensor(math.log(math.e - 1))).item() == pytest.approx(1.0)


def test_the_training_cell_lowers_the_nelbo_and_saves_what_the_check_reads(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names = dict(notebook()) | {"digits": studio.digits(), "steps": 60}
    exec(MASTER.named("solution")["train_gmvae"].source, names)
    weights = studio.read("gmvae.safetensors")
    assert weights["z_pre"].shape == (200, 10)
    result = judge("train_gmvae", {"gmvae_weights": weights})
    assert "NELBO" in result.message and "is not there" not in result.message
    assert float(result.message.split(" is ")[1].split()[0]) < 300  # untrained: some 545


@functools.cache
def trained():
    """The model of the sample class, which the training cell made, as the notebook has it."""
    model = notebook()["GMVAE"]()
    model.load_state_dict({name: torch.from_numpy(w.astype("f4")) for name, w in load_file(HANDED_IN).items()})
    return model.requires_grad_(False)


def test_the_weights_that_the_notebook_made_pass():
    assert failures(judge("train_gmvae", {"gmvae_weights": load_file(HANDED_IN)})) == []


def test_the_aggregate_posterior_is_best_on_its_own_digits_and_worst_on_others():
    digits, model, names = studio.digits(), trained(), notebook()
    torch.manual_seed(0)
    seen, unseen = (model.encode(studio.binarise(x[:1000])) for x in (digits.train, digits.test))

    def mean_kl(q, mu, var):
        z = q[0] + q[1].sqrt() * torch.randn(q[0].shape)
        return float(names["kl_to_mixture_monte_carlo"](z, *q, mu[None], var[None]).mean())

    mean, var = names["best_gaussian_prior"](*seen)
    priors = [(torch.zeros(1, 10), torch.ones(1, 10)), (mean[None], var[None]), model.prior(), seen]
    here, there = ([mean_kl(q, *prior) for prior in priors] for q in (seen, unseen))
    assert here[0] > here[1] + 2 > here[2] + 4 and here[3] <= math.log(1000)
    assert math.log(1000) == pytest.approx(6.91, abs=5e-3)
    assert min(there) == there[2] and max(there) == there[3]


def solution(name):
    return notebook()[name]


def nothing(*arguments):
    return None


IMAGES, LABELS = torch.rand(200, 784), torch.arange(200) % 10
COMPONENT = torch.arange(20).repeat(10)
CODES, MEANS, VARIANCES = torch.randn(200, 3), torch.randn(20, 3), torch.rand(20, 3) + 0.1
PICTURES = [
    (gmvae.mixture_on_the_line, ["log_normal_mixture"], {"width": 0.4}),
    (gmvae.estimates, ["log_normal", "log_normal_mixture", "kl_to_mixture_monte_carlo"], {"width": 0.5}),
    (gmvae.bound_against_kl, ["log_normal", "log_normal_mixture", "mixture_kl_bound"], {"s": 0.6}),
    (clusters.digits_by_component, [IMAGES, COMPONENT], {}),
    (clusters.clusters, [CODES, LABELS, MEANS, VARIANCES], {}),
    (clusters.faces, [IMAGES[:20], COMPONENT, LABELS], {}),
]


@pytest.mark.parametrize(("draw", "answers", "settings"), PICTURES, ids=[draw.__name__ for draw, *_ in PICTURES])
def test_a_picture_is_drawn_and_waits_for_each_answer_that_is_missing(draw, answers, settings):
    ready = [solution(each) if isinstance(each, str) else each for each in answers]
    picture = draw(*ready, **settings)
    assert isinstance(picture, Picture) and picture._repr_png_()[0].startswith(b"\x89PNG")
    assert "{" not in picture.caption and len(picture.caption) > 40
    for i, each in enumerate(answers):
        missing = nothing if isinstance(each, str) else None
        waiting = draw(*ready[:i], missing, *ready[i + 1 :], **settings)
        assert isinstance(waiting, Waiting) and "This picture needs" in waiting.reason
