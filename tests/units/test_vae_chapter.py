"""Unit 06's chapter: the figures that it quotes, a short run of its training cells, its pictures."""

import matplotlib
import numpy as np
import pytest
import torch

from autograder.build.read import read_master
from autograder.course import Course
from elboroom import studio
from elboroom.checks.trained import digits
from elboroom.plots import vae as plots
from elboroom.plots.picture import Picture, Waiting

matplotlib.use("agg")

UNIT = Course.find().unit("06_vae")
MASTER = read_master(UNIT)
SETTINGS = 'data, device, steps = "subset", "cpu", 1500'


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """The names after the model solutions and 20 steps of training, sliders and checks excepted."""
    names = {"__name__": "notebook"}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("notebook"))
        for cell in MASTER.cells:
            if cell.kind == "code" and cell.role != "check":
                source = "\n".join(line for line in cell.source.splitlines() if "explore(" not in line)
                exec(source.replace("1500", "20"), names)
    return names


def numbers(*values):
    return torch.tensor([values])


def test_one_line_sets_data_device_and_steps():
    assert sum(SETTINGS in cell.source for cell in MASTER.cells) == 1


def test_small_cases_by_hand(notebook):
    assert notebook["binarise"](torch.tensor([51, 51], dtype=torch.uint8), torch.tensor([0.15, 0.35])).tolist() == [
        1,
        0,
    ]
    assert notebook["sample"](numbers(2.0), numbers(4.0), numbers(1.0)).item() == 4
    half_and_three_quarters = numbers(0.0, np.log(3))
    likelihood = notebook["bernoulli_log_likelihood"](numbers(1.0, 0.0), half_and_three_quarters.float())
    assert likelihood.item() == pytest.approx(np.log(1 / 8), rel=1e-6) == pytest.approx(-2.079, abs=5e-4)
    assert notebook["kl"](numbers(1.0), numbers(1.0)).item() == 0.5
    assert notebook["kl"](numbers(0.0), numbers(0.25)).item() == pytest.approx(0.318, abs=5e-4)
    assert notebook["bits_per_pixel"](16 * np.log(2), 16) == pytest.approx(1)
    four = torch.tensor([[1.0], [0.0], [0.0], [0.0]])
    assert notebook["nelbo_without_latents"](four) == pytest.approx(0.562, abs=5e-4)
    assert notebook["active_units"](torch.tensor([[0.3, 2.0], [-0.3, 2.0]])) == 1
    far = torch.tensor([[-9.0], [9.0]])
    assert notebook["kl_split"](far, torch.full((2, 1), 0.01), far)[0] == pytest.approx(np.log(2))


class OnePixel(torch.nn.Module):
    """q = N(1, 1), and the logit is z."""

    def encode(self, x):
        return torch.ones(1, 1), torch.ones(1, 1)

    def decode(self, z):
        return z


class Deaf(OnePixel):
    """A decoder that ignores z."""

    def decode(self, z):
        return 0 * z


def test_the_objective_and_a_step_of_q_by_hand(notebook):
    terms = notebook["negative_elbo"](OnePixel(), torch.ones(1, 1), torch.zeros(1, 1))
    assert [float(t) for t in terms] == pytest.approx([0.813, 0.5, 0.313], abs=5e-4)
    mu, var = notebook["improve_q"](Deaf(), torch.ones(1, 1), numbers(1.0), numbers(4.0), torch.zeros(1, 1), 0.1)
    assert mu.item() == pytest.approx(0.9) and var.log().item() == pytest.approx(np.log(4) - 0.15)


def test_the_size_of_the_model_and_the_score_without_latents(notebook):
    assert sum(w.numel() for w in notebook["VAE"]().parameters()) == 661_404
    assert notebook["nelbo_without_latents"](torch.from_numpy(digits()[0])) == pytest.approx(206, abs=2)


def test_one_sigmoid_too_many_cannot_get_below_300_nats():
    """The best that a pixel can do is a logit of 1 or 0."""
    x = torch.from_numpy(digits()[0])
    least = -(x * np.log(1 / (1 + np.exp(-1))) + (1 - x) * np.log(1 / 2)).sum(1).mean()
    assert 250 < float(least) < 784 * np.log(2)


def test_what_training_leaves_can_be_read_and_compared(notebook):
    assert set(notebook["vae_weights"]) == set(notebook["model"].state_dict())
    assert len(notebook["points"]) == 5 and notebook["refined"].shape == (200,)
    nelbo, nats, missed = notebook["on_test_digits"](notebook["model"])
    assert nelbo == pytest.approx(nats + missed, rel=1e-5) and nelbo < 784 * np.log(2)


X = studio.binarise(torch.randint(0, 256, (6, 784), dtype=torch.uint8))
LABELS = torch.arange(6)


def drawn(notebook):
    """Every picture of the chapter: (function, answers, settings)."""
    model, mu, var = notebook["model"], torch.randn(50, 10), torch.rand(50, 10) + 0.1
    kl, active, split, alone = (notebook[n] for n in ("kl", "active_units", "kl_split", "nelbo_without_latents"))
    return [
        (plots.reconstructions, (model, X), {}),
        (plots.generated, (model, torch.randn(200, 10)), {}),
        (plots.paths, (model, X), {}),
        (plots.plane, (notebook["flat"], X, LABELS), {"z1": 0.5, "z2": -0.5}),
        (plots.latent_by_latent, (kl, active, mu, var), {}),
        (plots.amortisation, (torch.rand(9) + 100, torch.rand(9) + 98), {}),
        (plots.kl_against_images, (split, mu, var), {}),
        (plots.rate_distortion, ([(0.1, 30.0, 80.0, 10), (10.0, 3.0, 170.0, 4)], alone, X), {}),
        (plots.by_beta, ({0.1: model, 10.0: model}, X), {}),
    ]


def test_every_picture_draws_and_says_what_it_shows(notebook):
    for draw, answers, settings in drawn(notebook):
        shown = draw(*answers, **settings)
        assert isinstance(shown, Picture) and shown.caption[-1] == "."
        assert shown._repr_png_()[0].startswith(b"\x89PNG")


def test_every_picture_waits_for_its_first_answer(notebook):
    for draw, answers, settings in drawn(notebook):
        assert isinstance(draw(None, *answers[1:], **settings), Waiting)
