"""A small course, complete enough for the learner's commands."""

from pathlib import Path

import pytest

COURSE = """\
[course]
title = "Small"
[units.01_counts]
title = "Counting"
public = "none"
[units.02_sums]
title = "Adding"
public = "none"
"""
MASTER = '''\
# %% [markdown]
# Two and two.

# %% solution="{name}"
def {name}(a, b):
    """The sum."""
    ### BEGIN SOLUTION
    return a + b
    ### END SOLUTION

# %% check="{name}" points=1
check("{name}")

# %% solution="both"
both = ...
### BEGIN SOLUTION
both = "{name}"
### END SOLUTION

# %% [markdown] essay="{name}_why" points=2
# ### BEGIN SOLUTION
# Because {name} is addition.
# ### END SOLUTION
# ### BEGIN RUBRIC
# - 2 points: addition is named
# ### END RUBRIC
'''


@pytest.fixture
def small_course(tmp_path: Path) -> Path:
    """Two units with masters; the exercise `both` is in each of them."""
    (tmp_path / "course.toml").write_text(COURSE, encoding="utf-8")
    for unit, name in (("01_counts", "count"), ("02_sums", "total")):
        (tmp_path / "solutions").mkdir(exist_ok=True)
        (tmp_path / f"solutions/{unit}.py").write_text(MASTER.format(name=name), encoding="utf-8")
        (tmp_path / "course" / unit).mkdir(parents=True)
        (tmp_path / f"course/{unit}/{unit}.ipynb").write_text(f"the notebook of {unit}", encoding="utf-8")
    return tmp_path
