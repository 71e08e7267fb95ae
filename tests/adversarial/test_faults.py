"""Every fault and every bad input ends in its stated outcome, all of them in one class, and nobody else notices."""

from pathlib import Path

import pytest

from autograder.course import Course
from autograder.grading.outcome import Outcome
from tests.adversarial import target
from tests.adversarial.conftest import graded, hand_in, student
from tests.adversarial.faults import FAULTS, Fault
from tests.adversarial.target import UNIT


@pytest.fixture(scope="module")
def faulty(course: Course, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    submitted = tmp_path_factory.mktemp("faults")
    hand_in(submitted, "neighbour", target.notebook(target.SOLVED))
    for fault in FAULTS:
        folder: Path = submitted / student(fault.name) / UNIT
        folder.mkdir(parents=True)
        fault.make(folder)
    return graded(course, submitted, tmp_path_factory.mktemp("graded"))


def test_there_are_enough_faults() -> None:
    assert len(FAULTS) >= 40 and len({fault.name for fault in FAULTS}) == len(FAULTS)


def test_the_neighbour_is_graded_as_if_alone(faulty: dict[str, Outcome]) -> None:
    assert (faulty["neighbour"].status, faulty["neighbour"].score) == ("graded", 4.0)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_ends_in_its_outcome(faulty: dict[str, Outcome], fault: Fault) -> None:
    outcome = faulty[student(fault.name)]
    assert (outcome.status, outcome.score) == (fault.status, fault.score), (outcome.reason, outcome.repairs)
    assert fault.says in " ".join([outcome.reason, *outcome.repairs])
    assert outcome.reason or outcome.status == "graded"
