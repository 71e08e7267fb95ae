"""Unit 06's checks: right answers of any form pass, known mistakes are named, weights are judged by what they do."""

import numpy as np
import pytest
import torch
from torch import nn

from elboroom.advice.vae.networks import DECODER, ENCODER, HIDDEN, STATE, D, K
from elboroom.checks import vae_objective
from elboroom.checks.modules import judge as judges_module
from elboroom.checks.modules import state_of
from elboroom.models import VAE as OurVAE
from tests.units.judging import Judge, failures, labels
from tests.units.vae_right import ANSWERS, RIGHT
from tests.units.vae_right_pieces import VAE, Decoder, Encoder
from tests.units.vae_wrong import WRONG

judge = Judge("06_vae")
CHOICES = ("what_beta_buys", "maximum_of_the_bound", "better_sampler")
FUNCTIONS = [name for name in judge.names if name not in (*CHOICES, "train_vae")]
CASES = [(name, answer) for name, answers in ANSWERS.items() for answer in answers]
MODULES = {"Encoder": (Encoder, ENCODER), "Decoder": (Decoder, DECODER), "VAE": (VAE, STATE)}


@pytest.mark.parametrize(("name", "answer"), CASES, ids=[f"{n}-{i}" for i, (n, _) in enumerate(CASES)])
def test_a_right_answer_of_any_form_gets_all_points(name, answer):
    judge.assert_right(name, RIGHT | {name: answer}, seeds=range(3))


class Mistaken:
    """A module that has the right weights, and one method that computes what a mistake returns."""

    def __init__(self, module, method, returns):
        self.module, self.method, self.returns = module, method, returns
        self.state_dict, self.load_state_dict = module.state_dict, module.load_state_dict

    def __getattr__(self, name):
        return self.returns if name == self.method else getattr(self.module, name)

    def __call__(self, x):
        return self.returns(x)


def on_weights(mistake):
    """Whether it is about gradients or weights, and no learner's function can be made of it alone."""
    return mistake.function in ("gradient of negative_elbo", "train_step")


def namespace_of(name, mistake):
    """A learner who has this misconception, and is right elsewhere."""
    function, _, method = mistake.function.partition(".")
    if function in MODULES:
        sizes = {"Encoder": (D, K, HIDDEN)}.get(function, (K, D, HIDDEN))
        module = MODULES[function][0](*sizes)
        return RIGHT | {function: lambda *any_sizes: Mistaken(module, method, mistake.returns)}
    return RIGHT | {mistake.function: mistake.returns}


AS_FUNCTIONS = [(name, m) for name, m in judge.mistakes() if not on_weights(m)]


@pytest.mark.parametrize(("name", "mistake"), AS_FUNCTIONS, ids=labels(AS_FUNCTIONS))
def test_a_known_mistake_is_rejected_by_its_name_alone(name, mistake):
    judge.assert_named(name, namespace_of(name, mistake), mistake)


@pytest.mark.parametrize(("name", "function", "code", "mistake"), WRONG, ids=[f"{w[0]}-{w[3]}" for w in WRONG])
def test_a_misconception_as_a_learner_writes_it_is_named(name, function, code, mistake):
    result = judge(name, RIGHT | {function: code}, hidden=False)
    assert result.mistake.startswith(mistake) and result.points < 1.0 - result.hidden_share - 1e-9


def test_every_mistake_about_weights_is_made_by_a_learner():
    made = {(name, mistake) for name, _, _, mistake in WRONG}
    assert {(name, m.name) for name, m in judge.mistakes() if on_weights(m)} <= made


def test_every_function_has_three_right_answers():
    assert all(len(ANSWERS[name]) >= 3 for name in FUNCTIONS)


class Unwritten(nn.Module):
    """What the student's notebook has."""

    def __init__(self, *sizes):
        super().__init__()

    def forward(self, x): ...


@pytest.mark.parametrize("name", MODULES)
def test_a_network_without_layers_is_said_to_have_no_weights_yet(name):
    result = judge(name, RIGHT | {name: Unwritten})
    assert result.points == 0.0 and "has no weights yet" in result.message


def test_other_names_of_weights_are_told():
    class Other(Encoder):
        def __init__(self, *sizes):
            super().__init__(*sizes)
            self.layers = self.net

    assert "a weight `layers.0.weight` that should not be there" in judge("Encoder", {"Encoder": Other}).message
    narrow = judge("VAE", {"VAE": lambda *sizes: VAE(K, D, HIDDEN + 1)}).message
    assert "`enc.net.0.weight` has shape (6, 6); it should have shape (5, 6)" in narrow


def test_noise_that_is_drawn_inside_is_named_where_the_law_is_right():
    answer = RIGHT | {"sample": lambda mu, var, eps: torch.normal(mu, var.sqrt())}
    assert judge("sample", answer, hidden=False).mistake == "randomness_inside"


def test_probabilities_instead_of_logits_lose_the_parts_with_sure_pixels_only():
    def naive(x, logits):
        p = torch.sigmoid(logits)
        return torch.log(torch.where(x == 1, p, 1 - p)).sum(-1)

    lost = [part for part, _ in failures(judge("bernoulli_log_likelihood", {"bernoulli_log_likelihood": naive}))]
    assert "is the log probability of each image" not in lost and len(lost) >= 2


def weights(spread=0.05):
    return state_of(judges_module(OurVAE, seed=0, spread=spread))


@pytest.mark.parametrize(("nelbo", "points"), [(119.9, 1.0), (120.1, 0.5), (135.1, 0.25), (170.1, 0.0), (np.nan, 0.0)])
def test_a_training_run_earns_its_points_by_its_nelbo(monkeypatch, nelbo, points):
    monkeypatch.setattr(vae_objective.NELBO, "measure", lambda model: nelbo)
    monkeypatch.setattr(vae_objective.NELBO, "known", {})
    assert judge("train_vae", {"vae_weights": weights()}).points == pytest.approx(points)


def test_untrained_weights_and_figures_without_weights_earn_nothing():
    result = judge("train_vae", {"vae_weights": weights()})
    assert result.points == 0.0 and "the NELBO on the judge's 1,000 test digits is" in result.message
    assert judge("train_vae", {"vae_weights": {"nelbo": 98.0}}).points == 0.0
