"""Unit 09's checks: right answers of any form pass, every known mistake is named, weights are measured."""

import pytest
import torch

from autograder.derivation import KL, Density, Derivation, E, log, variables
from elboroom.advice.ssvae import model
from elboroom.checks import ssvae as checks
from tests.units.judging import Judge, labels
from tests.units.ssvae_right import ANSWERS, InParts, namespace, namespaces

judge = Judge("09_ssvae")
RIGHT = list(namespaces())
MISTAKES = judge.mistakes("nameless")


@pytest.mark.parametrize(("name", "answers"), RIGHT, ids=[f"{n}-{i % 3}" for i, (n, _) in enumerate(RIGHT)])
def test_a_right_answer_of_any_form_gets_all_points(name, answers):
    judge.assert_right(name, answers)


class Mistaken(torch.nn.Module):
    """A model with the right weights, of which one method returns what the mistake returns."""

    def __init__(self, method, returns, sizes):
        super().__init__()
        right = InParts(*sizes)
        self.cls, self.enc, self.dec, self.C = right.cls, right.enc, right.dec, right.C
        for name in ("classify", "encode", "decode"):
            setattr(self, name, getattr(right, name))
        setattr(self, method, lambda *arguments: returns(*(a.numpy() for a in arguments)))


def numbers(argument):
    return argument.numpy() if isinstance(argument, torch.Tensor) else argument


def namespace_of(name, mistake):
    """A learner who has this misconception, and is right elsewhere."""
    right = namespace(name, 0)
    if mistake.function.startswith("SSVAE."):
        return right | {"SSVAE": lambda *sizes: Mistaken(mistake.function[6:], mistake.returns, sizes)}
    return right | {mistake.function: lambda *arguments: mistake.returns(*map(numbers, arguments))}


@pytest.mark.parametrize(("name", "mistake"), MISTAKES, ids=labels(MISTAKES))
def test_a_known_mistake_is_rejected_by_its_name_alone(name, mistake):
    judge.assert_named(name, namespace_of(name, mistake), mistake)


@pytest.mark.parametrize("name", ["class_bounds", "unlabelled", "ssvae_loss"])
def test_a_loop_over_the_batch_is_as_right_as_a_fold(name):
    assert judge(name, namespace(name, 2)).points == 1.0


def test_a_classifier_that_is_cut_off_from_the_bound_loses_the_gradient():
    def detached(model, x, eps):
        log_q = torch.log_softmax(model.classify(x), 1).detach()
        return -(log_q.exp() * (ANSWERS["class_bounds"][0](model, x, eps) - log_q)).sum(1).mean()

    result = judge("unlabelled", namespace("unlabelled", 0) | {"unlabelled": detached})
    lost = [part.name for part in result.parts if not part.ok]
    assert "its gradient reaches every weight, the classifier's as well" in lost
    assert "is minus the mean of U(x)" not in lost


def test_a_logarithm_of_a_softmax_is_found_out_where_the_classifier_is_sure():
    def unstable(model, x, eps):
        q = torch.softmax(model.classify(x), 1)
        return -(q * (ANSWERS["class_bounds"][0](model, x, eps) - q.log())).sum(1).mean()

    result = judge("unlabelled", namespace("unlabelled", 0) | {"unlabelled": unstable})
    assert [part.public for part in result.parts if not part.ok] == [False]


def test_a_wrong_weight_is_named():
    other = namespace("SSVAE", 0) | {"SSVAE": lambda x, z, hidden, classes: InParts(x, z, hidden + 1, classes)}
    assert "`cls.net.0.weight` has shape (6, 6); it should have shape (5, 6)" in judge("SSVAE", other).message


class TestProof:
    x, z = variables("x z")
    y = variables("y", discrete=True)
    p, q = Density("p", [x, y, z]), Density("q", [y, z], given=[x])
    U = E(q(y | x), E(q(z | x, y), log(p(x, y, z)) - log(q(z | x, y))) - log(q(y | x)))

    def begin(self):
        return Derivation(log(self.p(self.x)), goal=log(self.p(self.x)) >= self.U)

    def by_the_gap(self):
        """By the gap, which is a KL, in place of Jensen."""
        p, q, x, y, z = self.p, self.q, self.x, self.y, self.z
        return (
            self.begin()
            .eq(E(q(y, z | x), log(p(x))), by="constant")
            .eq(E(q(y, z | x), log(p(x, y, z)) - log(p(y, z | x))), by="chain rule")
            .eq(
                E(q(y, z | x), log(p(x, y, z)) - log(q(y, z | x))) + KL(q(y, z | x), p(y, z | x)),
                by="definition, linearity",
            )
            .ge(E(q(y, z | x), log(p(x, y, z)) - log(q(y, z | x))), by="kl >= 0")
            .eq(E(q(y, z | x), log(p(x, y, z)) - log(q(z | x, y)) - log(q(y | x))), by="chain rule")
            .eq(E(q(y | x), E(q(z | x, y), log(p(x, y, z)) - log(q(z | x, y)) - log(q(y | x)))), by="tower")
            .eq(self.U, by="constant")
        )

    def test_another_proof_is_accepted(self):
        assert judge("u_is_a_bound", {"u_is_a_bound": self.by_the_gap()}).points == 1.0

    def test_a_claim_without_its_steps_is_not(self):
        assert judge("u_is_a_bound", {"u_is_a_bound": self.begin().ge(self.U, by="jensen")}).points < 0.8

    def test_a_proof_without_its_last_line_earns_a_part(self):
        p, q, x, y, z = self.p, self.q, self.x, self.y, self.z
        half = self.begin().eq(log(E(q(y, z | x), p(x, y, z) / q(y, z | x))), by="marginal, expectation")
        half = (
            half.ge(E(q(y, z | x), log(p(x, y, z) / q(y, z | x))), by="jensen")
            .eq(E(q(y, z | x), log(p(x, y, z)) - log(q(z | x, y)) - log(q(y | x))), by="chain rule")
            .eq(E(q(y | x), E(q(z | x, y), log(p(x, y, z)) - log(q(z | x, y)) - log(q(y | x)))), by="tower")
        )
        assert judge("u_is_a_bound", {"u_is_a_bound": half}).points == 0.75


class TestTraining:
    def weights(self, **changes):
        torch.manual_seed(0)
        return {name: w.numpy() for name, w in InParts(**changes).state_dict().items()}

    def points(self, weights):
        return judge("train_ssvae", {"ssvae_weights": weights})

    def test_weights_without_training_earn_nothing(self):
        result = self.points(self.weights())
        assert result.points == 0.0 and "this part asks for at least 60" in result.message

    def test_weights_of_another_size_are_named(self):
        assert "should have shape (100, 784)" in self.points(self.weights(hidden=99)).message

    @pytest.mark.parametrize(("reached", "points"), [(59.9, 0.0), (60.0, 1 / 3), (70.5, 2 / 3), (90.0, 1.0)])
    def test_more_earns_more(self, reached, points, monkeypatch):
        monkeypatch.setattr(checks.ACCURACY, "measure", lambda model: reached)
        monkeypatch.setattr(checks.ACCURACY, "known", {})
        assert self.points(self.weights()).points == pytest.approx(points)


def test_the_accuracy_is_that_of_the_classifier_on_the_test_digits():
    torch.manual_seed(0)
    module = checks.trained()
    _, y = checks.digits()
    with torch.no_grad():
        module.cls.net[4].weight.zero_()
        module.cls.net[4].bias.copy_(torch.arange(10.0))
    assert checks.accuracy(module) == pytest.approx(100 * (y == 9).mean())
    assert model.SIZES == (6, 2, 5, 3)
