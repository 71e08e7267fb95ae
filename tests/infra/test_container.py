"""What is built into the container is the project, not what was made on the host."""

from pathlib import Path

ROOT = Path(__file__).parents[2]


def names(file: str) -> set[str]:
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return {line.strip("/").removeprefix("**/") for line in lines if line and not line.startswith("#")}


def test_what_git_ignores_stays_out() -> None:
    assert names(".gitignore") - names(".dockerignore") == set()
    assert ".git" in names(".dockerignore")
