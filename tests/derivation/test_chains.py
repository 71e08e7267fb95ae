"""Right derivations are accepted, wrong ones get the verdict that they deserve."""

import pytest

from tests.derivation.right_chains import RIGHT
from tests.derivation.wrong_chains import WRONG


@pytest.mark.parametrize("name", RIGHT)
def test_right_chain_is_accepted(name: str) -> None:
    report = RIGHT[name]().check()
    assert report.proved, report.first_bad or report.problem


@pytest.mark.parametrize("name", WRONG)
def test_wrong_chain_gets_its_verdict(name: str) -> None:
    build, verdict = WRONG[name]
    report = build().check()
    assert not report.proved
    assert report.status == verdict, report.first_bad or report.problem


def test_false_lines_come_with_a_counterexample() -> None:
    for name, (build, verdict) in WRONG.items():
        if verdict == "false":
            first = build().check().first_bad
            assert first is not None and first[1].counterexample is not None, name
