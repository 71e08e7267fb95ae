"""What learners run needs no POSIX: Linux grades, but Linux, macOS and Windows learn."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LEARNER = Path(__file__).parent / "learner.py"


def learn(root: Path, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-X", "warn_default_encoding", LEARNER, root]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, env=environment)


def test_notebooks_and_commands_run_without_posix_modules() -> None:
    notebooks = list(ROOT.glob("course/*/*.ipynb"))
    result = learn(ROOT)
    assert result.returncode == 0, result.stderr
    assert result.stdout.endswith(f"{len(notebooks)} notebooks\n") and notebooks


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("import fcntl", "imports fcntl, which Windows doesn't have"),
        ("open(__file__).close()", "EncodingWarning"),
    ],
)
def test_the_guard_sees_what_windows_would_refuse(tmp_path: Path, line: str, complaint: str) -> None:
    (tmp_path / "elboroom").mkdir()
    (tmp_path / "elboroom/__init__.py").touch()
    (tmp_path / "elboroom/unportable.py").write_text(line, encoding="utf-8")
    result = learn(tmp_path, {"PYTHONPATH": str(tmp_path)})
    assert result.returncode == 1
    assert complaint in result.stderr.splitlines()[-1]
