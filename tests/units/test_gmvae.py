"""Unit 07's checks: right answers of any form pass, every known mistake is named, weights are measured, proofs read."""

import math

import numpy as np
import pytest
import torch

from autograder.derivation import KL, Derivation, E, average, log
from elboroom.advice.gmvae import model
from elboroom.checks import gmvae as checks
from elboroom.checks import gmvae_goals as goals
from elboroom.references import mixtures
from tests.units.gmvae_proofs import c, i, p, q, r, x, z
from tests.units.gmvae_right import GMVAE, namespaces
from tests.units.gmvae_wrong import WRONG, Named
from tests.units.judging import Judge, failures, labels

judge = Judge("07_gmvae")
UNIT, check = judge.unit, judge.check
RIGHT = list(namespaces())
PROOFS = ("at_most_the_mean", "aggregate_posterior_is_optimal")
VARIABLES = (*PROOFS, "below_zero", "train_gmvae")
FUNCTIONS = [name for name in check.names if name not in VARIABLES]
WITNESSES = "negative_sample"


def right(name):
    return dict(next(names for each, names in RIGHT if each == name))


@pytest.mark.parametrize(("name", "names"), RIGHT, ids=[f"{n}-{i}" for i, (n, _) in enumerate(RIGHT)])
def test_a_right_answer_of_any_form_gets_all_points(name, names):
    judge.assert_right(name, names)


class Mistaken(GMVAE):
    """The right module, one of whose methods computes what a mistake returns."""

    def __init__(self, method, returns, *sizes):
        super().__init__(*sizes)
        setattr(self, method, lambda *arguments: returns(*(a.numpy() for a in arguments)))


def of_arrays(mistake):
    """The mistake as a learner's function, of tensors."""

    def function(*arguments):
        return mistake.returns(*(a.detach().numpy() if hasattr(a, "detach") else a for a in arguments))

    return function


def names_of(name, mistake):
    """A learner who has this misconception, and is right elsewhere."""
    if mistake.function.startswith("GMVAE."):
        method = mistake.function.partition(".")[2]
        return {"GMVAE": lambda *sizes: Mistaken(method, mistake.returns, *sizes)}
    return right(name) | {mistake.function: of_arrays(mistake)}


MISTAKES = judge.mistakes(WITNESSES, "below_zero")


@pytest.mark.parametrize(("name", "mistake"), MISTAKES, ids=labels(MISTAKES))
def test_a_known_mistake_is_rejected_by_its_name_alone(name, mistake):
    judge.assert_named(name, names_of(name, mistake), mistake)


@pytest.mark.parametrize(("name", "function", "code", "mistake"), WRONG, ids=[f"{w[0]}-{w[3]}" for w in WRONG])
def test_a_misconception_as_a_learner_writes_it_is_named(name, function, code, mistake):
    result = judge(name, right(name) | {function: code}, hidden=False)
    assert result.mistake == mistake


FAULTS = [
    ((0.0, 0.0, 1.0, [0.0]), "not_five_numbers"),
    ((0.0, 0.0, 1.0, [0.0, 1.0], [1.0]), "not_five_numbers"),
    ((math.nan, 0.0, 1.0, [0.0], [1.0]), "not_five_numbers"),
    ((0.0, 0.0, 1.0, [0.0, 1.0], [-1.0, 1.0]), "no_variance"),
    ((0.0, 0.0, 0.0, [0.0], [1.0]), "no_variance"),
    ((2.1, 0.0, 1.0, [2.1], [0.01]), "hardly_a_sample"),
    ((1.0, 0.0, 1.0, [-1.0, 1.0], [0.25, 0.25]), "not_negative"),
    ((1.9, 0.0, 1.0, [0.0] * 9 + [1.9], [1.0] * 9 + [1e-4]), "nothing_to_estimate"),
]


@pytest.mark.parametrize(("witness", "fault"), FAULTS)
def test_what_is_no_witness_is_told_why(witness, fault):
    result = judge(WITNESSES, {WITNESSES: lambda: witness})
    assert (result.points, result.mistake) == (0.0, fault)


def test_every_function_has_three_right_answers_and_every_fault_of_a_witness_is_tried():
    assert all(len([n for n, _ in RIGHT if n == name]) >= 3 for name in FUNCTIONS)
    assert {fault for _, fault in FAULTS} == {mistake.name for mistake in check.mistakes[WITNESSES]}


def test_a_density_that_underflows_far_away_loses_that_part_alone():
    def naive(z, mu, var):
        return torch.distributions.Normal(mu, var.sqrt()).log_prob(z[:, None]).sum(-1).exp().mean(1).log()

    result = judge("log_normal_mixture", {"log_normal_mixture": naive}, hidden=False)
    ((part, message),) = failures(result)
    assert part.startswith("survives far") and "look for log 0" in message


def test_weights_of_another_name_or_shape_are_named():
    assert "has no weight called `" in judge("GMVAE", {"GMVAE": Named}).message
    one_less = judge("GMVAE", {"GMVAE": lambda *sizes: GMVAE(*sizes[:3], sizes[3] - 1)})
    assert "`z_pre` has shape (4, 2); it should have shape (6, 2)" in one_less.message


def test_a_prior_that_gets_no_gradient_loses_the_gradients():
    class Detached(GMVAE):
        def prior(self):
            mu, var = super().prior()
            return mu.detach(), var

    result = judge("negative_elbo", right("negative_elbo") | {"GMVAE": Detached}, hidden=False)
    ((part, message),) = failures(result)
    assert part.startswith("its gradient") and "`z_pre` is off" in message


def state(**changes):
    """Weights as a file has them: of the right shapes, but for the changes."""
    return {name: w.numpy() for name, w in checks.trained().state_dict().items()} | changes


def test_weights_that_learnt_nothing_and_weights_that_do_not_fit_earn_nothing():
    assert judge("train_gmvae", {"gmvae_weights": state()}).points == 0.0
    other = judge("train_gmvae", {"gmvae_weights": state(z_pre=np.zeros((20, 10), "f4"))})
    assert other.points == 0.0 and "`z_pre` has shape (20, 10); it should have shape (200, 10)" in other.message
    assert "is not finite" in judge("train_gmvae", {"gmvae_weights": state(z_pre=np.full((200, 10), np.nan))}).message


@pytest.mark.parametrize(
    ("name", "derivation", "trouble"),
    [
        (
            "at_most_the_mean",
            Derivation(goals.to_the_mixture).eq(E(r(z), log(r(z)) - average(i, log(c[i](z)))), by="linearity"),
            "Line 1 (false)",
        ),
        (
            "at_most_the_mean",
            Derivation(goals.to_the_mixture).ge(E(r(z), log(r(z)) - average(i, log(c[i](z)))), by="jensen"),
            "Line 1 (false)",
        ),
        (
            "aggregate_posterior_is_optimal",
            Derivation(goals.mean_kl).ge(E(q(x), KL(q(z | x), q(z))), by="kl >= 0"),
            "Line 1 (gap)",
        ),
        (
            "aggregate_posterior_is_optimal",
            Derivation(goals.mean_kl).eq(E(q(x), KL(q(z | x), q(z))) - KL(q(z), p(z)), by="definition"),
            "Line 1 (false)",
        ),
    ],
)
def test_a_wrong_line_is_told(name, derivation, trouble):
    result = judge(name, {name: derivation})
    assert result.points == 0.0 and result.message.startswith(trouble)


def test_the_goals_in_the_notebook_are_those_of_the_checks():
    from autograder.build.read import read_master

    names, wanted = {}, {PROOFS[0]: goals.CONVEX, PROOFS[1]: goals.OPTIMAL}
    for cell in read_master(UNIT).cells:
        source = cell.source.replace("display(", "print(")
        if cell.kind == "code" and any(word in source for word in ("import Derivation", "Density(", "Derivation(")):
            exec("from autograder.derivation import *\n" + source, names)
        if cell.name in PROOFS and cell.role == "solution":
            assert repr(names["goal"]) == repr(wanted[cell.name]["goal"])


def test_the_best_gaussian_cannot_be_searched_for():
    result = judge("best_gaussian_prior", {"best_gaussian_prior": lambda *a: mixtures.best_gaussian(*map(np.array, a))})
    assert [part for part, _ in failures(result)] == ["ten thousand rows, a single one"]


def test_the_advice_knows_the_modules_own_numbers():
    x = np.eye(6, dtype="f4")
    mu, var = model.encode(model.STATE, x)
    assert mu.shape == var.shape == (6, 2) and (var > 0).all()
