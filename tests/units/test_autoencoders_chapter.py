"""Unit 05's chapter: the figures that it quotes, the bound that becomes tight in training, its pictures."""

import matplotlib
import numpy as np
import pytest

from autograder.build.read import read_master
from autograder.checks import run
from autograder.checks.loading import load
from autograder.course import Course
from autograder.local import Local
from autograder.student import Student
from elboroom import clouds, widgets
from elboroom.plots import autoencoders as plots
from elboroom.plots import linear_vae as vae_plots
from elboroom.plots.picture import Picture, Waiting
from elboroom.references.autoencoders import largest_angle
from tests.units.autoencoders_right import ANSWERS, sequential, spectrum

matplotlib.use("agg")

UNIT = Course.find().unit("05_autoencoders")
MASTER = read_master(UNIT)
FOUR = np.array([[2.0, 0.0], [-2.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
RIGHT = {name: answers[0] for name, answers in ANSWERS.items() if callable(answers[0])}


def nothing(*arguments):
    return None


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """The names after the model solutions and the training cells have run, sliders and checks excepted."""
    names = {"__name__": "notebook"}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("notebook"))
        for cell in MASTER.cells:
            if cell.kind == "code" and cell.role != "check" and "explore(" not in cell.source:
                exec(cell.source, names)
    return names


def test_the_four_points_by_hand(notebook):
    E, F = notebook["pca_autoencoder"](FOUR, 1)
    assert ((FOUR - FOUR @ E @ F) ** 2).sum() == pytest.approx(2)
    W, sigma2 = notebook["ppca_maximum_likelihood"](FOUR, 1)
    assert np.abs(W).ravel() == pytest.approx([np.sqrt(1.5), 0]) and sigma2 == pytest.approx(0.5)
    assert notebook["ppca_log_likelihood"](FOUR, W, sigma2) == pytest.approx(-2.8379, abs=5e-5)
    V, d = notebook["best_linear_encoder"](W, sigma2)
    assert np.abs(V).ravel() == pytest.approx([np.sqrt(1.5) / 2, 0]) and d == pytest.approx(0.25)
    assert notebook["linear_vae_elbo"](FOUR, W, sigma2, V, d) == pytest.approx(-2.8379, abs=5e-5)
    assert (
        pytest.approx(np.log(2), abs=5e-5) == 0.5 * (0.75 + 0.25 - 1 - np.log(0.25)) == pytest.approx(0.6931, abs=5e-5)
    )
    assert -0.5 * (2 * np.log(np.pi) + 2) == pytest.approx(-2.1447, abs=5e-5)
    assert notebook["collapse"](FOUR, 1, 1.0) == pytest.approx([1.0])


def test_other_figures_of_the_text(notebook):
    scores = notebook["kernel_pca"](np.outer([-1, 0, 1], [-1, 0, 1]), 1).ravel()
    assert scores * np.sign(scores[2]) == pytest.approx([-1, 0, 1])
    W, sigma2 = notebook["ppca_maximum_likelihood"](clouds.pancake(), 2)
    assert np.sort((W**2).sum(axis=0)) == pytest.approx([0.91, 3.91])
    assert np.sort(notebook["best_linear_encoder"](W, sigma2)[1]) == pytest.approx([0.0225, 0.09])
    half = np.array([[1.0, -1.0], [1.0, 1.0]]) / np.sqrt(2)
    assert notebook["linear_vae_gap"](W, sigma2) == pytest.approx(0, abs=1e-12)
    assert notebook["linear_vae_gap"](W @ half, sigma2) == pytest.approx(0.2231, abs=5e-5)


def test_a_latent_tells_half_the_log_of_its_signal_to_noise(notebook):
    X, sigma2 = clouds.spectrum(), 0.6
    lengths, directions = notebook["collapse"](X, 4, sigma2), spectrum(X)[1][:, :4]
    W = directions * np.sqrt(lengths)
    V, d = notebook["best_linear_encoder"](W, sigma2)
    codes = (X - X.mean(axis=0)) @ V.T
    nats = 0.5 * ((codes**2).mean(axis=0) + d - 1 - np.log(d))
    assert nats == pytest.approx(0.5 * np.log(spectrum(X)[0][:4] / sigma2))


def test_training_makes_the_bound_tight_and_finds_the_principal_axes(notebook):
    X, path = clouds.pancake(), notebook["path"]
    highest = notebook["ppca_log_likelihood"](X, *notebook["ppca_maximum_likelihood"](X, 2))
    gaps, angles, evidence = [], [], []
    for _, W, sigma2, V, d in path:
        evidence.append(notebook["ppca_log_likelihood"](X, W, sigma2))
        gaps.append(evidence[-1] - notebook["linear_vae_elbo"](X, W, sigma2, V, d))
        angles.append(largest_angle(spectrum(X)[1][:, :2], W))
    at = {step: i for i, (step, *_) in enumerate(path)}
    assert min(gaps) > 0 and gaps[at[0]] > 0.9 and gaps[at[30]] < 0.15 and angles[at[30]] > 70
    assert angles[at[100]] < 12 and notebook["linear_vae_gap"](*path[at[60]][1:3]) > 0.5 * gaps[at[60]]
    assert max(notebook["linear_vae_gap"](W, sigma2) for step, W, sigma2, *_ in path if step >= 200) < 1e-3
    assert gaps[-1] < 1e-3 and angles[-1] < 0.5 and evidence[-1] == pytest.approx(highest, abs=1e-4)


def test_the_training_cell_reaches_the_plane_and_saves_it(notebook):
    check = load(UNIT.public)
    student = Student(Local({"linear_autoencoder": notebook["linear_autoencoder"]}))
    assert run(check, "train_linear_autoencoder", student, 1.0).points == 1.0
    assert notebook["handed_in"].name == "linear_autoencoder.npz"


def test_an_autoencoder_reconstructs_better_and_generates_worse(notebook):
    X = clouds.moons()
    error = float(notebook["squared_error"](notebook["plain"], notebook["crescents"]).detach())
    assert 100 * error < 2 * float(notebook["log_noise"].detach().exp())
    astray = [plots._astray(notebook[name], X) for name in ("plain_samples", "vae_samples")]
    assert astray[0] > 0.6 and astray[1] < 0.25


PATH = [
    (0, np.eye(3)[:, :2], 1.0, 0.1 * np.eye(3)[:2], np.ones(2)),
    (5, np.eye(3)[:, 1:], 0.5, np.eye(3)[:2], np.ones(2)),
]
POINTS = np.zeros((5, 2))
PICTURES = [
    (plots.line, [], {"angle": 20.0}),
    (plots.distance_from_the_origin, ["pca_autoencoder"], {"distance": 6.0}),
    (plots.two_factorisations, ["pca_autoencoder", (np.ones((6, 2)), np.ones((2, 6)))], {}),
    (plots.on_a_curve, ["pca_autoencoder", sequential(2, 1, 4)], {}),
    (plots.kernel, ["kernel_pca"], {"width": 0.75}),
    (plots.latent_spaces, [POINTS] * 4, {}),
    (vae_plots.turned, [(np.eye(3)[:, :2], 0.5), "best_linear_encoder", "linear_vae_gap"], {"angle": 30.0}),
    (vae_plots.switching_off, ["collapse"], {"noise": 0.6}),
    (
        vae_plots.planes,
        [PATH, (np.eye(3)[:, :2], 0.5), "linear_vae_elbo", "ppca_log_likelihood", "linear_vae_gap"],
        {"progress": 1.0},
    ),
]


@pytest.mark.parametrize(("draw", "answers", "settings"), PICTURES, ids=[draw.__name__ for draw, *_ in PICTURES])
def test_a_picture_is_drawn_and_waits_for_each_answer_that_is_missing(draw, answers, settings):
    ready = [RIGHT[each] if isinstance(each, str) else each for each in answers]
    picture = draw(*ready, **settings)
    assert isinstance(picture, Picture) and picture._repr_png_()[0].startswith(b"\x89PNG")
    assert "{" not in picture.caption and len(picture.caption) > 40
    for i, each in enumerate(answers):
        for missing in [None, ...] if not isinstance(each, str) else [nothing]:
            waiting = draw(*ready[:i], missing, *ready[i + 1 :], **settings)
            assert isinstance(waiting, Waiting) and "This picture needs" in waiting.reason


def test_an_answer_that_fails_is_told_in_place_of_the_picture():
    def broken(X, k):
        raise IndexError("Vt")

    assert plots.distance_from_the_origin(broken, distance=1.0).reason == (
        "This picture needs your `broken`, which raised IndexError: Vt"
    )


def test_sliders_show_a_picture_or_say_what_they_wait_for(capsys):
    assert widgets.explore(plots.line, angle=(0.0, 180.0, 20.0)) is None
    assert isinstance(widgets.explore(plots.kernel, nothing, width=(0.2, 4.0, 0.75)), Waiting)
