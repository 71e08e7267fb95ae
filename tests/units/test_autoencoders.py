"""Unit 05's checks: right answers of any form pass, every known mistake is named, and hints and words are whole."""

import numpy as np
import pytest

from autograder.checks import run
from autograder.checks.loading import load
from autograder.course import Course
from autograder.local import Local
from autograder.student import Student
from elboroom import clouds
from elboroom.advice.autoencoders import network, pca
from elboroom.references import autoencoders as linear
from tests.units.autoencoders_right import namespaces, sequential

UNIT = Course.find().unit("05_autoencoders")
check = load(UNIT.public, UNIT.hidden)


def verdict(name, namespace, seed=0, hidden=True):
    return run(check, name, Student(Local(namespace)), 1.0, seed, hidden)


def failures(result):
    return [(part.name, part.message) for part in result.parts if not part.ok]


RIGHT = list(namespaces())


@pytest.mark.parametrize(("name", "namespace"), RIGHT, ids=[f"{n}-{i}" for i, (n, _) in enumerate(RIGHT)])
def test_a_right_answer_of_any_form_passes(name, namespace):
    for seed in (0, 1, 2):
        assert failures(verdict(name, namespace, seed)) == []


def namespace_of(name, mistake):
    """A learner who has this misconception, and is right elsewhere."""
    if mistake.function == "linear_autoencoder":
        return {"linear_autoencoder": mistake.returns()}
    right = dict(next(namespace for each, namespace in RIGHT if each == name))
    if mistake.function == "autoencoder":
        return right | {"autoencoder": lambda *sizes: Mistaken(mistake.returns)}
    return right | {mistake.function: mistake.returns}


class Mistaken:
    """A module that has the right weights and computes what the mistake returns."""

    def __init__(self, returns):
        self.returns, self.module = returns, sequential(network.D, network.K, network.HIDDEN)
        self.state_dict, self.load_state_dict = self.module.state_dict, self.module.load_state_dict
        self.encoder, self.decoder = self.module.encoder, self.module.decoder

    def __call__(self, x):
        return self.returns(x.numpy())


MISTAKES = [(name, mistake) for name, mistakes in check.mistakes.items() for mistake in mistakes]


@pytest.mark.parametrize(("name", "mistake"), MISTAKES, ids=[f"{n}-{m.name}" for n, m in MISTAKES])
def test_a_known_mistake_is_rejected_by_its_name(name, mistake):
    result = verdict(name, namespace_of(name, mistake), hidden=False)
    assert result.points < 1.0 and result.mistake == mistake.name
    assert mistake.says in [part.message for part in result.parts]
