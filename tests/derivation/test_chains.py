"""Right derivations are accepted, wrong ones get the verdict that they deserve."""

import pytest

from tests.derivation import other_right_chains, other_wrong_chains
from tests.derivation.right_chains import RIGHT
from tests.derivation.wrong_chains import WRONG

ALL_RIGHT = RIGHT | other_right_chains.OTHER
ALL_WRONG = WRONG | other_wrong_chains.OTHER


@pytest.mark.parametrize("name", ALL_RIGHT)
def test_right_chain_is_accepted(name: str) -> None:
    report = ALL_RIGHT[name]().check()
    assert report.proved, report


@pytest.mark.parametrize("name", ALL_WRONG)
def test_wrong_chain_gets_its_verdict(name: str) -> None:
    build, verdict = ALL_WRONG[name]
    report = build().check()
    assert not report.proved
    assert report.status == verdict, report


def test_false_lines_come_with_a_counterexample() -> None:
    for name, (build, verdict) in ALL_WRONG.items():
        if verdict == "false":
            first = build().check().first_bad
            assert first is not None and first[1].counterexample is not None, name


def test_there_are_enough_chains() -> None:
    assert (len(RIGHT), len(WRONG)) == (15, 36)
    assert len(other_right_chains.OTHER) + len(other_wrong_chains.OTHER) >= 60
