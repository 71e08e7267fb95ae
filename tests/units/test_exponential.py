"""Unit 03's checks: right answers of any form pass, every known mistake is told apart and named, a closed form can't be
replaced by its definition, and the truth of the choice stays out of the students' files."""

import inspect
import math
import types

import numpy as np
import pytest
from scipy import integrate, optimize

from autograder.mutants.unit import worked_out
from elboroom import widgets
from elboroom.checks import exponential
from elboroom.plots import exponential as plots
from elboroom.plots import picture
from tests.units import exponential_loops, exponential_sympy, exponential_torch
from tests.units.judging import Judge, failures

judge = Judge("03_exponential")
UNIT, check = judge.unit, judge.check
MISTAKES = [(name, mistake) for name, mistakes in check.mistakes.items() for mistake in mistakes]
PUBLIC_MISTAKES = [(name, mistake) for name, mistake in MISTAKES if name != "can_be_tight"]
CODE = [name for name in check.names if name != "can_be_tight"]


@pytest.fixture(scope="module")
def model():
    """The names of the master, worked out."""
    from autograder.build.read import read_master

    return dict(worked_out(read_master(UNIT)))


@pytest.mark.parametrize("name", check.names)
def test_the_model_solution_passes_whatever_the_seed(model, name):
    for seed in range(5):
        assert failures(judge(name, model, seed)) == []


@pytest.mark.parametrize("answers", [exponential_torch, exponential_loops, exponential_sympy], ids=lambda a: a.__name__)
@pytest.mark.parametrize("name", check.names)
def test_right_answers_of_another_kind_pass(name, answers):
    result = judge(name, vars(answers))
    assert (result.status, failures(result), result.points) == ("passed", [], 1.0)


@pytest.mark.parametrize("name", check.names)
def test_nothing_written_gets_nothing(name):
    def stub(*arguments): ...

    for namespace in ({}, {name: ...}, {name: ...} if name == "can_be_tight" else {name: stub}):
        result = judge(name, namespace)
        assert (result.status, result.points) == ("blank", 0.0)


def learner_with(name, mistake, model):
    """A learner who is right except in one exercise."""

    def mistaken(*arguments):
        with np.errstate(all="ignore"):
            return mistake.returns(*arguments)

    return model | {name: mistake.returns() if name == "can_be_tight" else mistaken}


@pytest.mark.parametrize(("name", "mistake"), MISTAKES, ids=[f"{name}-{m.name}" for name, m in MISTAKES])
def test_a_known_mistake_is_rejected_by_its_own_name(name, mistake, model):
    result = judge(name, learner_with(name, mistake, model))
    assert result.points < 1.0
    assert (result.mistake, result.message) == (mistake.name, mistake.says)


@pytest.mark.parametrize(("name", "mistake"), PUBLIC_MISTAKES, ids=[f"{name}-{m.name}" for name, m in PUBLIC_MISTAKES])
def test_mistakes_are_told_apart_on_the_public_inputs(name, mistake, model, monkeypatch):
    monkeypatch.setitem(check.mistakes, name, check.mistakes[name][::-1])  # whichever is tried first
    assert judge(name, learner_with(name, mistake, model), hidden=False).mistake == mistake.name


def test_every_exercise_has_its_mistakes_and_hints():
    for name in CODE:
        assert len(check.mistakes[name]) >= 5
    for name in check.names:
        assert len(set(check.hinted[name])) == 3
    for _, mistake in MISTAKES:
        assert 30 < len(mistake.says) < 260 and mistake.says.endswith((".", "?"))


def test_a_forgotten_domain_is_named_as_such(model):
    def without_domain(x, theta, phi):
        theta, phi = np.asarray(theta, float), np.asarray(phi, float)
        with np.errstate(all="ignore"):
            constant = 1 - 0.5 * np.log(2 * np.pi) - 0.5 * np.square(x)
            return constant - 1 / phi**2 + (x - theta) / phi + np.log(theta) - np.log(phi)

    result = judge("elbo", model | {"elbo": without_domain})
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


def test_a_choice_is_recorded_and_its_truth_is_in_the_hidden_file_alone():
    for letter in "abcde":
        public = judge("can_be_tight", {"can_be_tight": letter}, hidden=False)
        assert failures(public) == [] and public.points == 0.0
    assert judge("can_be_tight", {"can_be_tight": "f"}, hidden=False).message.startswith("`can_be_tight` should be one")
    assert [letter for letter in "abcde" if judge("can_be_tight", {"can_be_tight": letter}).points] == ["c"]
    assert '"c"' not in inspect.getsource(exponential)


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
