"""`autograder build` as a person meets it: what it prints, what it exits with."""

import sys
from types import SimpleNamespace

import pytest

from autograder import cli


@pytest.fixture
def autograder(tiny, monkeypatch, capsys):
    """Runs the program in the golden course: its returncode, stdout and stderr."""

    def run(*arguments):
        monkeypatch.chdir(tiny.root)
        monkeypatch.setattr(sys, "argv", ["autograder", *arguments])
        with pytest.raises(SystemExit) as exit:
            cli.main()
        out, err = capsys.readouterr()
        return SimpleNamespace(returncode=exit.value.code or 0, stdout=out, stderr=err)

    return run


def test_build_says_what_it_wrote_and_then_that_nothing_is_to_do(tiny, autograder):
    tiny.unit.student_notebook.unlink()
    result = autograder("build")
    assert (result.returncode, result.stdout) == (0, "wrote course/tiny/tiny.ipynb\n"), result.stderr
    again = autograder("build", "tiny")
    assert (again.returncode, again.stdout) == (0, "everything is up to date\n")


def test_check_passes_on_a_course_that_is_up_to_date_and_writes_nothing(tiny, autograder):
    before = tiny.unit.student_notebook.stat().st_mtime_ns
    result = autograder("build", "--check")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert tiny.unit.student_notebook.stat().st_mtime_ns == before


def test_check_fails_with_a_diff_on_a_stale_course_and_writes_nothing(tiny, autograder):
    tiny.edit("# # Doubling", "# # To double")
    before = tiny.unit.student_notebook.read_bytes()
    result = autograder("build", "--check")
    assert result.returncode == 1
    lines = result.stdout.splitlines()
    assert '-    "# Doubling\\n",' in lines and '+    "# To double\\n",' in lines
    assert tiny.unit.student_notebook.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["build", "teeny"], "autograder: There is no unit 'teeny' in course.toml. Its units: tiny\n"),
        (["build", "--check", "--force"], "autograder: --check writes nothing, so there is nothing to force. Give one"),
    ],
)
def test_what_a_person_can_mend_is_one_line_and_exit_code_2(tiny, autograder, arguments, message):
    result = autograder(*arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(message) and result.stderr.count("\n") == 1


def test_an_error_in_a_master_names_its_line_and_nothing_is_written(tiny, autograder):
    tiny.unit.student_notebook.unlink()
    tiny.edit('check="double" points=3', 'check="double"')
    result = autograder("build")
    line = tiny.line_of('check="double"')
    assert result.returncode == 2
    assert result.stderr.startswith(f"autograder: solutions/tiny.py, line {line}: check 'double' needs a positive")
    assert not tiny.unit.student_notebook.exists()


def test_a_hand_edited_notebook_needs_force(tiny, autograder):
    path = tiny.unit.student_notebook
    path.write_text(path.read_text(encoding="utf-8").replace("# Doubling", "# Tripling"), encoding="utf-8")
    refused = autograder("build")
    assert refused.returncode == 2 and "Edited by hand since the last build: course/tiny/tiny.ipynb" in refused.stderr
    forced = autograder("build", "--force")
    assert (forced.returncode, forced.stdout) == (0, "wrote course/tiny/tiny.ipynb\n")


def test_check_names_a_folder_that_nbgrader_would_list(tiny, autograder):
    (tiny.root / "solutions" / "old").mkdir()
    result = autograder("build", "--check")
    assert result.returncode == 1 and result.stdout.startswith("solutions/old: no unit of course.toml")
