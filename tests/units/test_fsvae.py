"""Unit 10's checks: right answers of any form pass, every known mistake is named, what was handed in is measured."""

import numpy as np
import pytest
import torch

from autograder.derivation import Derivation, E, log
from elboroom.checks import fsvae_trained as trained
from tests.units import fsvae_right as right
from tests.units.fsvae_wrong import WRONG
from tests.units.judging import Judge, labels

JUDGE = Judge("10_fsvae")
RIGHT = list(right.namespaces())
CHOICES = ("blind_decoder", "leak")
PROOFS = ("conditional_bound", "bound_over_the_prior")
FUNCTIONS = [n for n in JUDGE.names if n not in (*CHOICES, *PROOFS, "train_fsvae")]
MISTAKES = JUDGE.mistakes()


def answers(name):
    return dict(next(namespace for each, namespace in RIGHT if each == name))


@pytest.mark.parametrize(("name", "namespace"), RIGHT, ids=[f"{n}-{i}" for i, (n, _) in enumerate(RIGHT)])
def test_a_right_answer_of_any_form_gets_all_points(name, namespace):
    JUDGE.assert_right(name, namespace)


class Mistaken(right.WithNetworks):
    """Right but for one method, which returns what a misconception returns."""

    def __init__(self, *sizes, method, returns):
        super().__init__(*sizes)
        setattr(self, method, lambda *arguments: _torch(returns(*(a.numpy() for a in arguments))))


def _torch(value):
    return tuple(map(_torch, value)) if isinstance(value, tuple) else torch.as_tensor(value)


def with_mistake(name, mistake):
    """A learner who has this misconception, and is right elsewhere."""
    if name == "FSVAE":
        method = mistake.function.removeprefix("FSVAE.")
        return {"FSVAE": lambda *sizes: Mistaken(*sizes, method=method, returns=mistake.returns)}
    return answers(name) | {mistake.function: lambda *a: _torch(mistake.returns(*map(_numpy, a)))}


def _numpy(argument):
    """As a mistake gets it; the model is one whose weights it knows."""
    if isinstance(argument, torch.nn.Module):
        return None
    return argument.numpy() if isinstance(argument, torch.Tensor) else argument


@pytest.mark.parametrize(("name", "mistake"), MISTAKES, ids=labels(MISTAKES))
def test_a_known_mistake_is_rejected_by_its_name_alone(name, mistake):
    JUDGE.assert_named(name, with_mistake(name, mistake), mistake)


@pytest.mark.parametrize(("name", "function", "code", "mistake"), WRONG, ids=[f"{w[0]}-{w[3]}" for w in WRONG])
def test_a_misconception_as_a_learner_writes_it_is_named(name, function, code, mistake):
    result = JUDGE(name, answers(name) | {function: code}, hidden=False)
    assert (result.mistake, result.points < 1 - result.hidden_share) == (mistake, True)


def test_every_function_and_every_proof_has_three_right_answers():
    assert all(len(right.ANSWERS[name]) >= 3 for name in (*FUNCTIONS, *PROOFS))


class Unwritten(torch.nn.Module):
    def __init__(self, z_dim, x_dim, hidden, classes):
        super().__init__()


def test_a_model_without_its_weights_is_told_what_is_missing():
    result = JUDGE("FSVAE", {"FSVAE": Unwritten})
    assert result.points == 0.0 and "has no weights yet" in result.message
    assert JUDGE("negative_elbo", {"FSVAE": Unwritten, "negative_elbo": right.elbo_in_one}).points == 0.0


def test_a_proof_that_calls_the_two_bounds_equal_is_refused():
    x, y, z, p = right.x, right.y, right.z, right.p
    equal = Derivation(log(p(x | y))).eq(E(p(z), log(p(x | y & z))), by="jensen")
    assert JUDGE("bound_over_the_prior", {"bound_over_the_prior": equal}).points == 0.0
    over_the_prior = Derivation(log(p(x | y))).ge(E(p(z), log(p(x | y & z))), by="kl >= 0")
    assert JUDGE("conditional_bound", {"conditional_bound": over_the_prior}).points == 0.0
    short = Derivation(log(p(x | y))).ge(right.END, by="jensen")
    assert JUDGE("conditional_bound", {"conditional_bound": short}).points < 1.0


def test_an_objective_without_a_gradient_in_the_variance_is_told():
    def detached(model, x, y, eps):
        kept = type("Held", (), {"encode": model.encode, "decode": model.decode})()
        kept.variance = lambda: model.variance().detach()
        return right.elbo_in_one(kept, x, y, eps)

    result = JUDGE("negative_elbo", answers("negative_elbo") | {"negative_elbo": detached}, hidden=False)
    assert "reaches the weight `log_sigma2`" in result.message and 0 < result.points < 1 - result.hidden_share


def handed_in(**changes):
    state = {name: w.numpy() for name, w in trained.made().state_dict().items()}
    return {"fsvae_weights": state | changes}


def test_untrained_weights_earn_little_and_wrong_ones_are_told():
    result = JUDGE("train_fsvae", handed_in())
    assert result.points == 0.0  # it keeps nothing of the digit in z; but it has learnt nothing at all
    assert "the negative ELBO on the judge's 1,000 test digits is" in result.message
    grown = handed_in(**{"dec.net.4.bias": np.zeros(3072, "f4")})
    assert "`dec.net.4.bias` has shape (3072,)" in JUDGE("train_fsvae", grown).message
    broken = handed_in(**{"log_sigma2": np.array(np.nan, "f4")})
    assert "not finite" in JUDGE("train_fsvae", broken).message
    assert JUDGE("train_fsvae", {"fsvae_weights": ...}).status == "blank"


def test_the_judges_digits_are_those_of_the_notebook():
    from elboroom import studio

    images, labels_, others, _ = trained.digits()
    digits = studio.digits("subset", "cpu", "coloured_mnist")
    small = torch.nn.functional.avg_pool2d(digits.train.float(), 2).round().flatten(1) / 255
    assert np.abs(images - small.numpy()).max() <= 0.5 / 255 + 1e-6 and others.shape == (1000, 768)
    assert np.array_equal(labels_, digits.train_labels) and (trained.other_labels(labels_) != labels_).all()
