"""`autograder doctor` says what holds on this host, and exits with 1 where something doesn't."""

import platform
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from autograder.cli import program
from autograder.errors import UserError
from autograder.limits import Limits
from autograder.sandbox import availability, diagnosis
from autograder.sandbox.diagnosis import Finding
from autograder.sandbox.protections import PROTECTIONS
from autograder.sandbox.zygote import Zygote


def doctor(monkeypatch: pytest.MonkeyPatch, findings: Any = None) -> tuple[int, str]:
    """The exit code and what it prints; with `findings` in place of what this host would show."""
    if findings is not None:
        monkeypatch.setattr(diagnosis, "diagnose", lambda: iter(findings))
    result = CliRunner().invoke(program(["doctor"]), ["doctor"], env={"COLUMNS": "160", "TERM": "dumb"})
    return result.exit_code, result.output


def test_all_is_well_where_every_promise_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = doctor(monkeypatch, [Finding("memory", "there is a limit", True, "exact, by a cgroup")])
    assert code == 0 and "All of them hold here." in said
    assert [word in said for word in ("memory", "yes", "there is a limit", "exact, by a cgroup")] == [True] * 4


def test_what_does_not_hold_is_shown_with_what_broke_it(monkeypatch: pytest.MonkeyPatch) -> None:
    findings = [Finding("memory", "there is a limit", True), Finding("sockets", "none leads out", False, "reached [x]")]
    code, said = doctor(monkeypatch, findings)
    assert code == 1 and "reached [x]" in said and "1 of these don't hold here" in said


def test_without_bubblewrap_nothing_holds_and_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    availability.isolation.cache_clear()
    monkeypatch.setenv("PATH", "/nowhere")
    findings = list(diagnosis.diagnose())
    availability.isolation.cache_clear()
    assert not any(finding.holds for finding in findings) and len(findings) == len(PROTECTIONS) + 2
    assert "apt-get install bubblewrap" in findings[0].remark


def test_a_machine_without_a_filter_is_not_isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    availability.isolation.cache_clear()
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    possible, said = availability.isolation()
    availability.isolation.cache_clear()
    assert not possible and "not riscv64" in said


def test_other_systems_are_told_before_anything_is_tried(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    with pytest.raises(UserError, match="Isolation needs Linux"), Zygote(tmp_path, Limits()):
        pass


def test_a_sandbox_that_can_not_be_nested_says_so(isolation: None, monkeypatch: pytest.MonkeyPatch) -> None:
    availability.isolation.cache_clear()
    monkeypatch.setattr(availability, "copy_engine", lambda folder: None)  # so that nothing works inside
    possible, said = availability.isolation()
    availability.isolation.cache_clear()
    assert not possible and "No module named 'autograder'" in said


@pytest.mark.full
def test_on_this_host_every_promise_holds(isolation: None, monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = doctor(monkeypatch)
    assert code == 0, said


def test_a_sandbox_that_hangs_is_a_reason_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(availability, "TRIAL_SECONDS", 0.001)
    assert availability._trial() == (False, "the sandbox did not start within 0.001 seconds")
