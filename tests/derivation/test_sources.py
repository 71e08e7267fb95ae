"""Every proof in the sources is accepted as it stands there; every error in them is found, on its line."""

import pytest

from tests.derivation.source_proofs import ERRATA, PROOFS


@pytest.mark.parametrize("name", PROOFS)
def test_proof_is_accepted(name: str) -> None:
    report = PROOFS[name]().check()
    assert report.proved, report


@pytest.mark.parametrize("name", ERRATA)
def test_error_is_found_on_its_line(name: str) -> None:
    build, line, verdict = ERRATA[name]
    found = build().check().first_bad
    assert found is not None and (found[0], found[1].status) == (line, verdict), found
    assert verdict != "false" or found[1].counterexample is not None
