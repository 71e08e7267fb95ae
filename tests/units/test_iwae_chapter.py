"""Unit 08's chapter: figures by hand, pictures that are drawn and that wait, the published figures rebuilt."""

import math

import numpy as np
import pytest
import torch

from elboroom import specimens, studio
from elboroom.checks import iwae_run
from elboroom.models import VAE
from elboroom.plots import iwae as plots
from elboroom.plots import iwae_bug as bug_plots
from elboroom.plots.picture import Picture, Waiting
from elboroom.references import iwae as by_definition
from tests.units.iwae_right import RIGHT, log_evidence

ANSWERS = {name: answers[0] for name, answers in RIGHT.items()}
BY_HAND = (1.5, 1.0, 1.0)  # x, theta, phi
DRAW = torch.Generator().manual_seed(0)
LOG_W, DIGITS = torch.randn(100, 200, generator=DRAW) * 4 - 95, torch.rand(200, 784, generator=DRAW).round()
LABELS = torch.arange(10).repeat_interleave(20)


def exponential(x, theta, phi, eps):
    return torch.from_numpy(by_definition.exponential_log_weights(x, theta, phi, eps.numpy()))


def nothing(*arguments): ...


def test_the_urns_by_hand():
    pairs = torch.log(torch.tensor([[0.6, 0.6, 0.2, 0.2], [0.6, 0.2, 0.6, 0.2]]))
    assert ANSWERS["iwae_bound"](pairs[:1]).mean() == pytest.approx(-1.0601, abs=5e-5)
    assert ANSWERS["iwae_bound"](pairs).mean() == pytest.approx(-0.9882, abs=5e-5)
    assert math.log(0.4) == pytest.approx(-0.9163, abs=5e-5)


def test_the_samples_that_count_by_hand():
    weights = torch.log(torch.tensor([[1, 1, 1, 1], [1, 0, 0, 0], [3, 1, 0, 0]]).T.float())
    assert ANSWERS["effective_sample_size"](weights).tolist() == pytest.approx([4, 1, 1.6])


def test_the_gap_by_hand_and_as_measured():
    assert by_definition.relative_variance(*BY_HAND) == pytest.approx(0.1508, abs=5e-5)
    assert math.exp(log_evidence(*BY_HAND[:2])) == pytest.approx(0.2544, abs=5e-5)
    eps = plots._noise()
    for m, gap in [(1, 0.1751), (2, 0.0455), (4, 0.0200), (8, 0.0097)]:
        bound = ANSWERS["iwae_bound"](exponential(*BY_HAND, eps.reshape(m, -1))).mean()
        assert log_evidence(*BY_HAND[:2]) - bound == pytest.approx(gap, abs=1e-3)


def test_the_encoders_signal_sinks_in_its_noise_and_the_models_rises_from_it():
    eps, ratios = plots._noise(1 << 18), []
    for m in (16, 64):
        slopes = ANSWERS["iwae_gradient"](3.0, 0.5, 0.7, eps.reshape(m, -1))
        ratios.append([float(abs(g.mean()) / g.std()) for g in slopes])
    growth = np.divide(*ratios[::-1])
    assert 1.7 < growth[0] < 2.8 and 0.3 < growth[1] < 0.65  # 2 and ½, when m is large


SHOWN = [
    (plots.bound_against_m, ["iwae_bound", {"A": LOG_W, "B": LOG_W + 2}], {}),
    (plots.samples_that_count, ["effective_sample_size", LOG_W, DIGITS], {}),
    (plots.gap_against_m, ["iwae_bound", "relative_variance", exponential, log_evidence], {"phi": 1.0}),
    (plots.signal_and_noise, ["iwae_gradient"], {"phi": 0.7}),
    (bug_plots.rows, ["pooled_images"], {"m": 4.0}),
    (bug_plots.rows, ["pooled_images"], {"m": 1.0}),
    (bug_plots.beside_the_published, ["iwae_bound", LOG_W], {}),
    (bug_plots.over_draws, [LOG_W, LABELS], {}),
    (bug_plots.two_trainings, ["iwae_bound", {"A": LOG_W, "B": LOG_W + 2}], {}),
]


@pytest.mark.parametrize(("draw", "answers", "settings"), SHOWN, ids=[draw.__name__ for draw, *_ in SHOWN])
def test_a_picture_is_drawn_and_waits_for_each_answer_that_is_missing(draw, answers, settings):
    ready = [ANSWERS[each] if isinstance(each, str) else each for each in answers]
    picture = draw(*ready, **settings)
    assert isinstance(picture, Picture) and picture._repr_png_()[0].startswith(b"\x89PNG")
    assert "{" not in picture.caption and len(picture.caption) > 40
    for i, each in enumerate(answers):
        missing = nothing if isinstance(each, str) else {"A": LOG_W, "B": ...} if isinstance(each, dict) else ...
        waiting = draw(*ready[:i], missing, *ready[i + 1 :], **settings)
        assert isinstance(waiting, Waiting) and waiting.reason.startswith("This picture needs")


def test_two_estimates_of_the_elbo_agree_and_the_picture_waits():
    model = specimens.load("vae")
    x = DIGITS[:5]
    figure = plots.two_estimates(ANSWERS["log_weights"], model, x).figure
    sampled, closed = (float(text.get_text().split(": ")[-1].split(" ±")[0]) for text in _legend(figure))
    assert sampled == pytest.approx(closed, rel=0.005)
    assert isinstance(plots.two_estimates(nothing, model, x), Waiting)


def _legend(figure):
    return figure.axes[0].get_legend().get_texts()


@pytest.fixture(scope="module")
def trained_on_mnist():
    """(100, 1000) log weights of the embedded test digits under the VAE that comes with the course, and the labels."""
    digits = studio.digits("subset")
    x = studio.binarise(digits.test, torch.Generator().manual_seed(1))
    model, noise = specimens.load("vae"), torch.Generator().manual_seed(0)
    with torch.no_grad():
        chunks = [ANSWERS["log_weights"](model, x, torch.randn(10, 1000, 10, generator=noise)) for _ in range(10)]
    return torch.cat(chunks), digits.test_labels


def test_the_published_figures_are_among_those_that_the_wrong_rows_give(trained_on_mnist):
    in_order = bug_plots.draws(*trained_on_mnist, n=300)
    for m, published in bug_plots.PUBLISHED.items():
        assert abs(in_order[m].mean() - published) < 3 * in_order[m].std(), m
    shuffled = bug_plots.draws(*trained_on_mnist, n=300, shuffled=True)
    assert shuffled[10].mean() < 62 and shuffled[10].max() < bug_plots.PUBLISHED[10]
    assert shuffled[100].mean() == pytest.approx(in_order[100].mean(), abs=0.5)


def test_repaired_the_figures_are_those_of_a_vae(trained_on_mnist):
    log_w, _ = trained_on_mnist
    for m, low, high in [(1, 98.5, 101.5), (10, 95.5, 98.5), (100, 94.5, 97.5)]:
        assert low < -ANSWERS["repaired_bound"](log_w[:m].reshape(-1), m).mean() < high


def test_the_wrong_rows_tend_to_the_log_of_the_mean_evidence(trained_on_mnist):
    log_w = trained_on_mnist[0][:, :10]
    pooled = -bug_plots.as_published(log_w, 100)
    each = ANSWERS["iwae_bound"](log_w)
    limit = math.log(10) - torch.logsumexp(each, 0)
    assert abs(pooled.mean() - limit) < 1.5 and pooled.std() < 2 and pooled.max() < -each.min() - 20


def test_the_judge_measures_the_bound_and_what_it_gains(monkeypatch):
    torch.manual_seed(0)
    model = VAE(hidden=4)
    digits = iwae_run.digits()
    monkeypatch.setattr(iwae_run, "digits", lambda: (digits[0][:7], digits[1][:7]))
    with torch.no_grad():
        log_w = iwae_run.log_weights(model)
        assert log_w.shape == (iwae_run.SAMPLES, 7)
        assert iwae_run.negative_bound(model) == pytest.approx(-float(ANSWERS["iwae_bound"](log_w).mean()), rel=1e-5)
        assert iwae_run.gained(model) == pytest.approx(
            float((ANSWERS["iwae_bound"](log_w) - log_w.mean(0)).mean()), 1e-3
        )
