"""No attack gains a point: every attacker gets what the same wrong answers get without the attack."""

import json
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.grading.outcome import STATUSES, Outcome
from tests.adversarial.conftest import student
from tests.adversarial.families import ATTACKS, FAMILIES
from tests.adversarial.target import UNIT

Outcomes = dict[str, Outcome]
DEFINITION = "timing: the definition for the closed form"


def test_there_are_enough_attacks_of_every_family() -> None:
    assert len(ATTACKS) >= 60 and all(len(attacks) >= 5 for attacks in FAMILIES.values())


def test_the_neighbour_is_graded_as_if_alone_and_wrong_answers_get_nothing(outcomes: Outcomes) -> None:
    assert (outcomes["neighbour"].status, outcomes["neighbour"].score) == ("graded", 4.0)
    assert (outcomes["honest"].status, outcomes["honest"].score) == ("graded", 0.0)


@pytest.mark.parametrize("name", [name for name in ATTACKS if name != DEFINITION])
def test_an_attack_gains_nothing(outcomes: Outcomes, name: str) -> None:
    outcome = outcomes[student(name)]
    assert outcome.score == 0.0, [check for check in outcome.checks if check["points"]]
    assert outcome.status in STATUSES and outcome.max_score == 4.0


def test_the_definition_does_not_pass_for_the_closed_form(outcomes: Outcomes) -> None:
    """It is right for small n, which is worth its part; what asks for the closed form isn't passed."""
    checks = {check["name"]: check for check in outcomes[student(DEFINITION)].checks}
    parts = {part["name"]: part["ok"] for part in checks["triangle"]["parts"]}
    assert parts == {"for small n": True, "for a large n": False, "for more n": True}


def test_no_attack_changed_anything_outside(course: Course, submitted: Path, outcomes: Outcomes) -> None:
    text = (course.root / "solutions" / f"{UNIT}_hidden.py").read_text()
    assert text == (Path(__file__).with_name("target_hidden.py")).read_text()
    neighbour = json.loads((submitted / "neighbour" / UNIT / f"{UNIT}.ipynb").read_text())
    assert "x + x" in neighbour["cells"][1]["source"]
