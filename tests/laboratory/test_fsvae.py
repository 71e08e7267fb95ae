"""The conditional VAE: its bound against brute force, its labels, its recipe, and what its evaluation measures."""

import json
import math

import numpy as np
import pytest
import torch
from torch.distributions import Independent, Normal

from autograder.errors import UserError
from elboroom.commands.train import summary
from elboroom.data import load
from elboroom.models import FSVAE
from elboroom.models import densities as d
from elboroom.models.fsvae import ROUNDING, with_label
from elboroom.reading import Reader, ink
from elboroom.training import fsvae as recipe
from elboroom.training import settings_for
from elboroom.training.distributed import World
from elboroom.training.run import load_run, run

DOUBLE = torch.float64
ALONE = World(0, 1, torch.device("cpu"))


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(0)


@pytest.fixture
def model():
    return FSVAE(z_dim=1, x_dim=6, hidden=8, classes=3, variance=0.3).to(DOUBLE)


@pytest.fixture
def batch():
    return torch.rand(4, 6, dtype=DOUBLE), torch.tensor([0, 2, 1, 2])


def grid(n=2001, half_width=12.0):
    line = torch.linspace(-half_width, half_width, n, dtype=DOUBLE)
    return line[:, None], math.log(line[1] - line[0])


def log_joint_on_grid(model, x, y):
    """log p(x,z|y) for every z of the grid: (points, N), from torch's own densities."""
    z, _ = grid()
    means = torch.stack([model.decode(point.expand(len(y), 1), y) for point in z])
    log_x = Independent(Normal(means, model.variance.sqrt()), 1).log_prob(x)
    return log_x + Normal(0.0, 1.0).log_prob(z)


@torch.no_grad()
def test_the_negative_elbo_is_its_definition_by_quadrature(model, batch):
    x, y = batch
    (mu, var), (z, cell) = model.encode(x, y), grid()
    log_q = Normal(mu[:, 0], var[:, 0].sqrt()).log_prob(z)  # (points, N)
    wanted = -((log_q + cell).exp() * (log_joint_on_grid(model, x, y) - log_q)).sum(0).mean()
    draws = torch.stack([torch.stack(model.negative_elbo(x, y, torch.randn(4, 1, dtype=DOUBLE))) for _ in range(3000)])
    mean, error = draws.mean(0), draws.std(0) / math.sqrt(len(draws))
    assert abs(mean[0] - wanted) < 5 * error[0] and torch.allclose(draws[:, 0], draws[:, 1] + draws[:, 2])


@torch.no_grad()
def test_importance_weights_average_to_the_conditional_evidence(model, batch):
    x, y = batch
    evidence = torch.logsumexp(log_joint_on_grid(model, x, y), 0) + grid()[1]
    bound = d.iwae_bound(model.log_weights(x, y, torch.randn(20_000, 4, 1, dtype=DOUBLE)))
    assert torch.allclose(bound, evidence, atol=0.02)


def test_the_label_reaches_both_halves_beside_whatever_else_there_is(model, batch):
    x, y = batch
    both = with_label(torch.arange(8.0).reshape(2, 4, 1), y, 3)
    assert both.shape == (2, 4, 4) and both[1, 1].tolist() == [5.0, 0.0, 0.0, 1.0]
    other = (y + 1) % 3
    assert not torch.allclose(model.encode(x, y)[0], model.encode(x, other)[0])
    z = torch.zeros(4, 1, dtype=DOUBLE)
    assert not torch.allclose(model.decode(z, y), model.decode(z, other))


def test_the_variance_is_held_or_learnt_and_never_below_that_of_rounding(model, batch):
    assert not model.log_sigma2.requires_grad and model.variance == pytest.approx(0.3 + ROUNDING)
    learnt = FSVAE(z_dim=1, x_dim=6, hidden=8, classes=3, learn_variance=True).to(DOUBLE)
    with torch.no_grad():
        learnt.log_sigma2.fill_(-1e4)
    loss = learnt.negative_elbo(*batch, torch.zeros(4, 1, dtype=DOUBLE))[0]
    loss.backward()
    assert loss.isfinite() and learnt.log_sigma2.grad.isfinite() and learnt.variance.item() == pytest.approx(ROUNDING)


def test_the_best_variance_is_the_mean_squared_error(model, batch):
    x, y = batch
    eps, best = torch.zeros(4, 1, dtype=DOUBLE), FSVAE(z_dim=1, x_dim=6, hidden=8, classes=3, learn_variance=True)
    best = best.to(DOUBLE)
    z = d.sample_normal(*best.encode(x, y), eps)
    with torch.no_grad():
        best.log_sigma2.copy_(((x - best.decode(z, y)).square().mean() - ROUNDING).log())
    best.negative_elbo(x, y, eps)[0].backward()
    assert best.log_sigma2.grad.abs() < 1e-10


def test_a_swap_keeps_the_style_and_changes_the_label(model, batch):
    x, y = batch
    eps = torch.randn(4, 1, dtype=DOUBLE)
    z = d.sample_normal(*model.encode(x, y), eps)
    assert torch.equal(model.swap(x, y, y.flip(0), eps), model.decode(z, y.flip(0)))
    generator = torch.Generator().manual_seed(1)
    assert FSVAE(hidden=4).sample(y, generator).shape == (4, 3072)


@pytest.fixture
def short():
    return settings_for("fsvae", steps=20, subset=True, seed=3)


def test_batches_hold_colours_between_0_and_1_and_the_label_of_each(short):
    dataset = recipe.coloured_images(short)
    batches = recipe.LabelledBatches(short, dataset, "cpu", ALONE)
    x, y, eps = batches.draw(7)
    which = batches.images._which(7)
    assert x.shape == (100, 3072) and eps.shape == (100, 10) and x.min() >= 0 and x.max() <= 1
    assert torch.equal(y, torch.from_numpy(dataset.train.labels)[which]) and len(set(y.tolist())) > 5
    assert torch.equal(x[5], torch.from_numpy(dataset.train.images)[which[5]].flatten() / 255)
    untold = recipe.LabelledBatches(short.changed(told="false"), dataset, "cpu", ALONE)
    assert untold.draw(7)[1].tolist() == [0] * 100 and torch.equal(untold.draw(7)[0], x)


def test_two_processes_share_the_batch_and_its_labels(short):
    dataset = recipe.coloured_images(short)
    whole = recipe.LabelledBatches(short, dataset, "cpu", ALONE).draw(2)
    halves = [recipe.LabelledBatches(short, dataset, "cpu", World(r, 2, torch.device("cpu"))).draw(2) for r in (0, 1)]
    assert all(torch.equal(torch.cat(parts), one) for *parts, one in zip(*halves, whole, strict=True))


def test_a_run_leaves_its_weights_and_says_what_is_left_of_the_digit(short, tmp_path):
    metrics = run(short, tmp_path, "cpu")
    assert metrics["images"] == 1000 and "embedded subset" in metrics["data"] and metrics["digit_read"] > 0.9
    assert metrics["nelbo"] == pytest.approx(metrics["kl"] + metrics["rec"])
    assert metrics["se"]["digit_from_z"] == pytest.approx(
        math.sqrt(metrics["digit_from_z"] * (1 - metrics["digit_from_z"]) / 1000), rel=1e-3
    )
    said = summary(metrics, short, tmp_path)
    assert f"the digit is found in z in {100 * metrics['digit_from_z']:.2f} %" in said and "read in" in said
    model, settings = load_run(tmp_path)
    assert settings == short and float(model.variance) == metrics["variance"]
    json.dumps(metrics)


def test_beta_weighs_the_divergence_and_grey_data_are_refused(short):
    model, x, y = FSVAE(hidden=4), torch.rand(2, 3072), torch.tensor([1, 2])
    one, eps = torch.ones(()), torch.zeros(2, 10)
    total, kl, reconstruction = recipe.loss(model, short.changed(beta="4"), one, x, y, eps)
    assert torch.allclose(total, 4 * kl + reconstruction)
    with pytest.raises(UserError, match="mnist is grey"):
        recipe.coloured_images(short.changed(data="mnist"))


def test_a_digit_in_z_is_found_and_one_that_is_not_there_is_not():
    labels, others = torch.randint(0, 10, (3000,)), torch.randint(0, 10, (2000,))
    noise, more = torch.randn(3000, 4), torch.randn(2000, 4)
    nothing = recipe.style(noise, labels, more, others)
    assert all(abs(found.double().mean() - 0.1) < 5 * math.sqrt(0.09 / 2000) for found in nothing.values())
    angles = 2 * math.pi * torch.stack([labels, (labels + 2.5)]) / 10
    z = torch.cat([angles[:1].cos().T, angles[:1].sin().T, noise[:, :2]], 1)
    assert recipe.style(z, labels, z, labels)["digit_from_z"].double().mean() > 0.9
    hidden = noise * (1 + 0.9 * (labels[:, None] % 2))  # only the spread of z tells odd from even
    found = recipe.style(hidden, labels, hidden, labels)
    assert found["digit_from_z_squares"].double().mean() > found["digit_from_z"].double().mean() + 0.03


def test_the_reader_reads_digits_in_any_colours():
    dataset = load("coloured_mnist", subset=True)
    reader = Reader(dataset.train.images, dataset.train.labels)
    accuracy, error = reader.accuracy(dataset.test.images, dataset.test.labels)
    assert accuracy > 0.93 and error == pytest.approx(math.sqrt(accuracy * (1 - accuracy) / 999))
    image = dataset.test.images[:50]
    others = 255 - image[:, [2, 0, 1]] // 2  # dark ink on bright paper, exchanged colours
    assert ink(image).shape == (50, 1024) and ink(image).min() >= 0 and ink(image).max() <= 1
    assert np.allclose(ink(image), ink(image / 255), atol=0.02)
    assert np.allclose(1 - ink(others), ink(image), atol=0.05)
    assert np.array_equal(reader.read(torch.from_numpy(image)), reader.read(image.reshape(50, -1)))
