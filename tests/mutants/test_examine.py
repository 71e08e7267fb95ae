"""A unit's mutants are tried: the checks catch them, or they are equal on random inputs, or proved so, or survive."""

import textwrap

import pytest

from autograder.course import Course
from autograder.errors import UserError
from autograder.mutants.many import examine
from autograder.mutants.report import good_enough, markdown, share_caught

CHECKS = """
import numpy as np
from autograder import expect
from autograder.checks import Checks, part

check = Checks("toy")

@check
def twice(student):
    '''Twice the number.'''
    with part("is right"):
        for x in {inputs}:
            expect.close(student.twice(x), x + x)
"""
MASTER = '''
# %% [markdown]
# # Toy

# %% solution="twice"
def twice(x):
    """x + x."""
    ### BEGIN SOLUTION
    if x > 100:
        return 2 * x
    return 2 * x
    ### END SOLUTION

# %% check="twice" points=1
check("twice")
'''


@pytest.fixture
def unit(tmp_path, monkeypatch):
    """A unit whose check looks at `inputs`; extra files by name."""
    count = iter(range(100))

    def make(inputs, **files):
        package = f"toy_checks_{abs(hash(tmp_path))}_{next(count)}"
        (tmp_path / f"{package}.py").write_text(CHECKS.format(inputs=inputs))
        (tmp_path / "course.toml").write_text(
            f'[course]\ntitle = "Toy"\n[units.toy]\ntitle = "Toy"\npublic = "{package}"\n'
        )
        solutions = tmp_path / "solutions"
        solutions.mkdir(exist_ok=True)
        (solutions / "toy.py").write_text(f"# %%\nfrom {package} import check\n" + MASTER)
        (solutions / "toy_hidden.py").write_text("")
        for name, text in files.items():
            (solutions / f"{name}.py").write_text(textwrap.dedent(text))
        monkeypatch.syspath_prepend(str(tmp_path))
        return Course.find(tmp_path).unit("toy")

    return make


def diffs(group):
    return {m.diff.splitlines()[-1].strip("+ ") for m in group}


def test_a_weak_check_lets_mutants_survive_and_the_report_shows_them(unit):
    tally, *_ = examine(unit([2.0]))
    assert "if False:" in diffs(tally.survivors) and tally.caught > 0
    assert not good_enough([tally]) and share_caught([tally]) < 0.5
    assert "```diff" in markdown("toy", [tally])


def test_a_strong_check_catches_all_but_the_equivalent_ones(unit):
    domain = """
        DOMAIN = {"twice": lambda rng: (float(rng.uniform(-500, 500)),)}
    """
    tally, *_ = examine(unit([0.0, 1.5, -3.0, 100.0, 101.0, 500.0], toy_mutants=domain))
    assert not tally.survivors and share_caught([tally]) == 1.0
    assert diffs(tally.equivalent) == {"if (x < 100):", "if (x >= 100):", "if x > 101:", "if x > 50.0:", "if False:"}


def test_a_proof_excludes_exactly_the_line_it_speaks_of(unit):
    proved = """
        PROVED = {"twice": {"if False:": "both branches return the same"}}
    """
    tally, *_ = examine(unit([0.0, 1.5, -3.0, 100.0, 500.0], toy_mutants=proved))
    assert diffs(m for m, _ in tally.proved) == {"if False:"}
    assert "both branches return the same" in markdown("toy", [tally])


def test_a_solution_that_trains_has_no_mutants(unit):
    trains = unit([1.0])
    trains.master.write_text(trains.master.read_text().replace('solution="twice"', 'solution="twice" tags=["run"]'))
    assert examine(trains) == []


def test_a_model_solution_that_fails_is_told_with_its_line(unit):
    broken = unit([1.0])
    broken.master.write_text(broken.master.read_text().replace("# # Toy", "# # Toy\n\n# %%\nraise KeyError"))
    with pytest.raises(UserError, match=r"toy.py, line \d+: the cell fails"):
        examine(broken)
