"""Unit 05's checks: right answers of any form pass, every known mistake is named, closed forms can't be got round."""

import inspect

import numpy as np
import pytest
import torch

from elboroom import clouds, widgets
from elboroom.advice.autoencoders import network, pca
from elboroom.plots import answers, autoencoders, picture
from elboroom.plots import linear_vae as vae_plots
from elboroom.references import autoencoders as linear
from elboroom.references import linear_vae as model
from tests.units.autoencoders_right import namespaces, positive, sequential
from tests.units.autoencoders_wrong import WRONG
from tests.units.judging import Judge, failures, labels

judge = Judge("05_autoencoders")
UNIT, check = judge.unit, judge.check
RIGHT = list(namespaces())
FORMULAS = ("gaussian_elbo", "kl_weight", "best_variance")
FUNCTIONS = [name for name in check.names if name not in ("smaller_kl", "train_linear_autoencoder")]


def right(name):
    return dict(next(namespace for each, namespace in RIGHT if each == name))


@pytest.mark.parametrize(("name", "namespace"), RIGHT, ids=[f"{n}-{i}" for i, (n, _) in enumerate(RIGHT)])
def test_a_right_answer_of_any_form_gets_all_points(name, namespace):
    judge.assert_right(name, namespace, seeds=range(3))


def namespace_of(name, mistake):
    """A learner who has this misconception, and is right elsewhere."""
    if mistake.function == "linear_autoencoder":
        return {"linear_autoencoder": mistake.returns()}
    if mistake.function == "autoencoder":
        return right(name) | {"autoencoder": lambda *sizes: Mistaken(mistake.returns)}
    return right(name) | {mistake.function: mistake.returns}


class Mistaken:
    """A module that has the right weights and computes what the mistake returns."""

    def __init__(self, returns):
        self.returns, self.module = returns, sequential(network.D, network.K, network.HIDDEN)
        self.state_dict, self.load_state_dict = self.module.state_dict, self.module.load_state_dict
        self.encoder, self.decoder = self.module.encoder, self.module.decoder

    def __call__(self, x):
        return self.returns(x.numpy())


MISTAKES = judge.mistakes()


@pytest.mark.parametrize(("name", "mistake"), MISTAKES, ids=labels(MISTAKES))
def test_a_known_mistake_is_rejected_by_its_name_alone(name, mistake):
    judge.assert_named(name, namespace_of(name, mistake), mistake)


@pytest.mark.parametrize(("name", "function", "code", "mistake"), WRONG, ids=[f"{w[0]}-{w[3]}" for w in WRONG])
def test_a_misconception_as_a_learner_writes_it_is_named(name, function, code, mistake):
    result = judge(name, right(name) | {function: code}, hidden=False)
    assert result.mistake.startswith(mistake)


def test_every_function_has_three_right_answers():
    assert all(len([n for n, _ in RIGHT if n == name]) >= 3 for name in FUNCTIONS)


def weights(degrees=0.0, stretch=1.0):
    """(encoder, decoder) of the PCA plane of the factors, the decoder's plane off by some degrees."""
    vectors = np.linalg.eigh(linear.covariance(clouds.factors()))[1][:, ::-1]
    basis, angle = vectors[:, :2].copy(), np.radians(degrees)
    basis[:, 1] = np.cos(angle) * vectors[:, 1] + np.sin(angle) * vectors[:, 2]
    A = np.array([[2.0, 0.3], [-0.4, 0.7]])
    return basis @ A, stretch * np.linalg.inv(A) @ basis.T


@pytest.mark.parametrize(
    ("handed_in", "points"),
    [
        (weights(), 1.0),
        (tuple(w.astype("f4") for w in weights()), 1.0),
        (tuple(map(torch.tensor, weights())), 1.0),
        (weights(degrees=0.9), 1.0),
        (weights(degrees=1.1), 1 / 3),
        (weights(stretch=1.3), 2 / 3),
        (weights()[::-1], 0.0),
        ((weights()[0], np.full((2, 6), np.nan)), 0.0),
        ({"encoder": weights()[0]}, 0.0),
    ],
    ids=["exact", "float32", "torch", "0.9°", "1.1°", "stretched", "swapped", "nan", "dictionary"],
)
def test_weights_are_judged_by_their_plane_and_their_error(handed_in, points):
    result = judge("train_linear_autoencoder", {"linear_autoencoder": handed_in})
    assert result.points == pytest.approx(points)


def test_what_was_trained_wrongly_is_named():
    for mistake in check.mistakes["train_linear_autoencoder"]:
        assert judge("train_linear_autoencoder", {"linear_autoencoder": mistake.returns()}).mistake == mistake.name
    assert pca.uncentred(clouds.pancake(), 1)[0].shape == (3, 1)


def without_refusing(name):
    """The first right answer, whose ValueErrors are swallowed."""
    function = right(name)[name]

    def answer(*arguments):
        try:
            return function(*arguments)
        except ValueError:
            return 0.0

    return {name: answer}


@pytest.mark.parametrize("name", [n for n in FUNCTIONS if n not in ("autoencoder", "squared_error_is_a_gaussian")])
def test_a_forgotten_refusal_is_told_as_such(name):
    result = judge(name, without_refusing(name), hidden=False)
    (failure,) = failures(result)
    assert failure[0].startswith("says no") and "should raise ValueError" in failure[1]


def test_a_wrong_weight_in_the_network_is_named():
    result = judge("autoencoder", {"autoencoder": lambda D, K, hidden: sequential(D, K, hidden + 1)})
    assert "`encoder.0.weight` has shape (9, 3); it should have shape (8, 3)" in result.message
    other = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.Linear(2, 3))
    message = judge("autoencoder", {"autoencoder": lambda *sizes: other}).message
    assert "has no weight called `encoder.0.weight`" in message


def test_an_error_that_is_cut_off_from_its_weights_loses_the_hidden_part():
    names = right("autoencoder") | {"squared_error": lambda m, x: float(((x - m(x)) ** 2).sum(dim=1).mean())}
    result = judge("autoencoder", names)
    assert [part.name for part in result.parts if not part.ok] == ["the error can be differentiated"]


def elbo_by_quadrature(X, W, sigma2, V, d):
    positive(sigma2, d)
    return model.elbo(X, W, sigma2, V, d)


def likelihood_on_a_grid(X, W, sigma2):
    positive(sigma2)
    return model.log_likelihood(X, W, sigma2)


@pytest.mark.parametrize(
    ("name", "answer", "far"),
    [
        ("ppca_maximum_likelihood", model.climb, "an almost flat spectrum, in many columns"),
        ("ppca_log_likelihood", likelihood_on_a_grid, "many columns, where a determinant underflows"),
        ("linear_vae_elbo", elbo_by_quadrature, "many latents"),
        ("best_linear_encoder", model.best_encoder, "many latents, and one that is off"),
        ("linear_vae_gap", model.gap, "many latents, where a determinant overflows"),
    ],
)
def test_a_closed_form_cannot_be_replaced_by_its_definition(name, answer, far):
    result = judge(name, {name: answer})
    assert next(part for part in result.parts if part.name == far).ok is False


def test_nothing_that_a_learner_can_import_answers_an_exercise(monkeypatch):
    monkeypatch.setattr(check, "mistakes", {})  # it is enough that they fail
    importable = [clouds, widgets, answers, autoencoders, picture, vae_plots]
    functions = {f for module in importable for f in vars(module).values() if inspect.isfunction(f)}
    for function in sorted(functions, key=lambda f: f.__qualname__):
        for name in FUNCTIONS:
            result = judge(name, dict.fromkeys([name, "squared_error", *FORMULAS], function), hidden=False)
            assert result.points < 1.0 - result.hidden_share
