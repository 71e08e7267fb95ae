"""Unit 03's checks: right answers of any form pass, every known mistake is told apart and named, and a closed form
can't be replaced by its definition."""

import math
import types

import numpy as np
import pytest
from scipy import integrate, optimize

from elboroom import widgets
from elboroom.plots import exponential as plots
from elboroom.plots import picture
from tests.units import exponential_loops, exponential_sympy, exponential_torch
from tests.units.judging import Judge, failures, labels

judge = Judge("03_exponential")
UNIT, check = judge.unit, judge.check
CODE = [name for name in check.names if name != "can_be_tight"]
MISTAKES = judge.mistakes("can_be_tight")


@pytest.mark.parametrize("name", check.names)
def test_the_model_solution_passes_whatever_the_seed(name):
    judge.assert_right(name, judge.model, seeds=range(5))


@pytest.mark.parametrize("answers", [exponential_torch, exponential_loops, exponential_sympy], ids=lambda a: a.__name__)
@pytest.mark.parametrize("name", check.names)
def test_right_answers_of_another_kind_pass(name, answers):
    judge.assert_right(name, vars(answers), seeds=[0])


@pytest.mark.parametrize(("name", "mistake"), MISTAKES, ids=labels(MISTAKES))
def test_a_known_mistake_is_rejected_by_its_name_alone(name, mistake):
    judge.assert_named(name, judge.model | {name: mistake.returns}, mistake, hidden=True)


def test_a_forgotten_domain_is_named_as_such():
    def without_domain(x, theta, phi):
        theta, phi = np.asarray(theta, float), np.asarray(phi, float)
        with np.errstate(all="ignore"):
            constant = 1 - 0.5 * np.log(2 * np.pi) - 0.5 * np.square(x)
            return constant - 1 / phi**2 + (x - theta) / phi + np.log(theta) - np.log(phi)

    result = judge("elbo", judge.model | {"elbo": without_domain})
    assert [part.name for part in result.parts if not part.ok and part.public] == [
        "says no to a rate that is not positive"
    ]
    assert result.mistake == "any_argument_will_do"


def vectorised(function):
    return np.vectorize(function, otypes=[float])


@vectorised
def evidence_by_scipy(x, theta):
    if theta <= 0:
        raise ValueError("theta")
    area, _ = integrate.quad(
        lambda z: theta * math.exp(-theta * z - (x - z) ** 2 / 2) / math.sqrt(2 * math.pi), 0, np.inf
    )
    return np.log(area) if area > 0 else -np.inf


def elbo_by_scipy(x, theta, phi):
    if np.size(np.broadcast(x, theta, phi)) > 10_000:
        raise TimeoutError("quadrature takes longer than a call may")
    return _elbo_by_scipy(x, theta, phi)


@vectorised
def _elbo_by_scipy(x, theta, phi):
    if theta <= 0 or phi <= 0:
        raise ValueError("rates")

    def integrand(z):
        log_joint = math.log(theta) - theta * z - (math.log(2 * math.pi) + (x - z) ** 2) / 2
        return phi * math.exp(-phi * z) * (log_joint - math.log(phi) + phi * z)

    return integrate.quad(integrand, 0, np.inf)[0]


def differences(x, theta, phi):
    def slope(f, at):
        return (f(at * (1 + 1e-6)) - f(at * (1 - 1e-6))) / (2e-6 * at)

    bound = exponential_loops.elbo
    return slope(lambda t: bound(x, t, phi), np.asarray(theta)), slope(lambda p: bound(x, theta, p), np.asarray(phi))


@vectorised
def searched_phi(x, theta):
    if theta <= 0:
        raise ValueError("theta")
    found = optimize.minimize_scalar(lambda u: -exponential_loops.elbo(x, theta, float(np.exp(u))), bracket=(-3, 3))
    return np.exp(found.x)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("name", "answer", "far"),
    [
        ("log_evidence", evidence_by_scipy, "is right to nine digits far out"),
        ("elbo", elbo_by_scipy, "is right far out"),
        ("elbo", elbo_by_scipy, "takes sixty thousand values at once"),
        ("elbo_gradient", differences, "is exact, near and far"),
        ("best_phi", searched_phi, "is exact, for x - θ up to ±10⁹"),
    ],
)
def test_a_closed_form_cannot_be_replaced_by_its_definition(name, answer, far):
    result = judge(name, {name: answer})
    assert next(part for part in result.parts if not part.public and part.name == far).ok is False


def test_an_error_without_a_reason_is_not_enough():
    def silent(x):
        if np.any(np.asarray(x) <= 0):
            raise ValueError
        return 2 / np.asarray(x), 2 / np.asarray(x)

    messages = [message for _, message in failures(judge("maximise_elbo", {"maximise_elbo": silent}))]
    assert any("without a word" in message for message in messages)


def test_nothing_in_a_learners_kernel_answers_an_exercise(monkeypatch):
    """It holds pictures and sliders: no definition, no mistake, no closed form."""
    monkeypatch.setattr(check, "mistakes", {})  # naming what is wrong would take long
    assert UNIT.kernel == ("elboroom.plots", "elboroom.widgets")
    functions = [f for m in (plots, picture, widgets) for f in vars(m).values() if isinstance(f, types.FunctionType)]
    for function in functions:
        for name in CODE:
            assert judge(name, {name: function}).points == 0.0
